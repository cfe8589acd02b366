"""JSON in any wrapping: records one after another, however long the file is, and what stands within them."""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import Place, SourceError
from .meter import Meter
from .packed import UNREADABLE, open_bytes, open_text, readable

_HEAD = 100_000  # characters in which the first record begins
FOREIGN = (
    "it is JSON in another encoding than UTF-8, the only one that JSON has: fetch it again as it was sent, or open it in a"
    " text editor and save it as UTF-8"
)


def speaks_of(path: Path, *words: str) -> bool:
    """Return whether a file begins as JSON and soon has all of these keys."""
    if not path.is_file():
        return False
    try:
        with open_text(path) as file:
            head = file.read(_HEAD)
    except UNREADABLE:
        return False
    return head.lstrip()[:1] in {"{", "["} and all(f'"{word}"' in head for word in words)


def is_foreign(head: bytes) -> bool:
    """Return whether bytes begin as JSON does, and are in another encoding than UTF-8."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in head[:2]:
        return head.removeprefix(BOM_UTF16_LE).removeprefix(BOM_UTF16_BE).strip(b"\0\t\r\n ")[:1] in {b"{", b"["}
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.lstrip()[:1] in {b"{", b"["}
    return False


def items(path: Path, wrapper: str, meter: Meter | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield records with their number, from 1: in a list under the key `wrapper`, in a bare list, or one after another.

    Raises SourceError where the JSON is broken or cut short, or a record is no object.
    """
    import ijson

    number = 0
    try:
        with readable(path):
            prefix = _prefix(path, wrapper)
            with _unmarked(path, meter) as file:
                for one in ijson.items(file, prefix, multiple_values=True, use_float=True):
                    if not isinstance(one, dict):
                        raise SourceError("a record is no JSON object", Place(path.name, None, number + 1))
                    number += 1
                    yield number, one
    except ijson.JSONError as error:
        broken = f"the JSON is broken after record {number} ({error}): fetch it again"
        with open_bytes(path) as file:
            foreign = is_foreign(file.read(_HEAD)) or "UTF8" in str(error)
        raise SourceError(FOREIGN if foreign else broken, Place(path.name)) from None


def _unmarked(path: Path, meter: Meter | None = None) -> BinaryIO:
    """Return a file's bytes without the mark that some programs put before UTF-8."""
    with open_bytes(path) as file:
        mark = file.read(len(BOM_UTF8)) == BOM_UTF8
    opened = open_bytes(path, meter)
    opened.read(len(BOM_UTF8) if mark else 0)
    return opened


def _prefix(path: Path, wrapper: str) -> str:
    """Return where records stand, as ijson names it; told from the file's first value, of which no more is read than that."""
    import ijson

    with _unmarked(path) as file:
        for prefix, event, _ in ijson.parse(file, multiple_values=True):
            if event == "start_array" and prefix in {"", wrapper}:
                return f"{prefix}.item" if prefix else "item"
            if event == "end_map" and not prefix:
                break
    return ""


def json_object(path: Path, number: int, line: str) -> dict[str, Any]:
    """Return the JSON object of a line; raises SourceError with the line where it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the line is no JSON ({error})", Place(path.name, None, number)) from None
    if not isinstance(found, dict):
        raise SourceError("the line is no JSON object", Place(path.name, None, number))
    return found


def texts(value: Any, steps: Sequence[str] = ()) -> Iterator[str]:
    """Yield the texts that stand where the steps lead; a step into a list goes into each of its members."""
    if isinstance(value, list):
        for one in value:
            yield from texts(one, steps)
    elif steps:
        if isinstance(value, dict):
            yield from texts(value.get(steps[0]), steps[1:])
    elif value is not None and not isinstance(value, dict):
        yield str(value)
