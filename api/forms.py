"""Forms that carry files: the parts of a multipart/form-data body, bytes as they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from atmp.kg.errors import UsageError

MEDIA = "multipart/form-data"
MOST = 100
"""Parts that a form may have."""


@dataclass(frozen=True)
class Part:
    """One part: what its field is called, the file's name where it is one, its media type, and its bytes."""

    field: str
    file: str | None
    media: str
    content: bytes


def is_form(about: str) -> bool:
    """Return whether a Content-Type is a form's."""
    return about.partition(";")[0].strip().lower() == MEDIA


def parts(about: str, data: bytes) -> list[Part]:
    """Return the parts of a form with the Content-Type `about`; raises UsageError where it is broken, or has too many."""
    from werkzeug.exceptions import RequestEntityTooLarge
    from werkzeug.http import parse_options_header

    boundary = parse_options_header(about)[1].get("boundary")
    if not boundary:
        raise UsageError("the form does not say what parts it: its Content-Type needs a boundary")
    try:
        return list(_parts(boundary.encode("latin-1"), data))
    except RequestEntityTooLarge:
        raise UsageError(f"the form has more than {MOST} parts: send the files in several requests") from None
    except ValueError:
        raise UsageError("the form is cut short or broken: send it again") from None


def _parts(boundary: bytes, data: bytes) -> Iterator[Part]:
    from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

    decoder = MultipartDecoder(boundary, max_parts=MOST)
    decoder.receive_data(data)
    decoder.receive_data(None)
    head: Field | File | None = None
    content: list[bytes] = []
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            head, content = event, []
        elif isinstance(event, Data) and head is not None:
            content.append(event.data)
            if not event.more_data:
                file = head.filename if isinstance(head, File) else None
                yield Part(head.name or "", file, head.headers.get("content-type", ""), b"".join(content))
