"""Writers: who may change facts over HTTP. A file names them, each with the digest of a token and with what is open to them.

    [[writer]]
    name = "the data office of Lund"
    token = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    viewer = "lund:internal"

`token` is the SHA-256 of the token in hexadecimal digits, so that the token itself stands nowhere; `viewer` is what the
writer reads, and of the centre that it names, writes.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from atmp.kg.errors import Place, SourceError
from atmp.kg.viewer import PUBLIC, Viewer, viewer
from starlette.exceptions import HTTPException

_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEYS = frozenset({"name", "token", "viewer"})


@dataclass(frozen=True)
class Writers:
    """The writers by the digests of their tokens; without any, everybody is the public."""

    by_digest: Mapping[str, Viewer] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file of writers; raises SourceError, with the writer, where it is not as it should be."""
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SourceError(f"it cannot be read ({error.strerror})", Place(path.name)) from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SourceError(f"it is no TOML: {error}", Place(path.name)) from None
        some = said.get("writer")
        if said.keys() != {"writer"} or not isinstance(some, list) or not some:
            raise SourceError("it names no writer: begin each with a line [[writer]]", Place(path.name))
        found: dict[str, Viewer] = {}
        for number, one in enumerate(some, start=1):
            place = Place(path.name, None, None, f"of writer {number}")
            digest, reader = _writer(one, place)
            if digest in found:
                raise SourceError("two writers have the same token", place)
            found[digest] = reader
        return cls(found)

    def viewer(self, authorization: str | None) -> Viewer:
        """Return who asks, by the header Authorization; raises HTTPException 401 for a token that is no writer's."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not self.by_digest:
            return PUBLIC
        found = self.by_digest.get(hashlib.sha256(token.strip().encode()).hexdigest())
        if found is None:
            raise HTTPException(401, "this token is no writer's here: leave it out to read what is public", _ASKED)
        return found


NOBODY = Writers()
_ASKED = {"www-authenticate": 'Bearer realm="atlas"'}


def _writer(said: Any, place: Place) -> tuple[str, Viewer]:
    """Return the digest of a writer's token, and the writer."""
    if not isinstance(said, dict) or said.keys() != _KEYS or not all(isinstance(one, str) for one in said.values()):
        raise SourceError(f"a writer has {', '.join(sorted(_KEYS))}, each a text, and nothing else", place)
    if not said["name"].strip():
        raise SourceError("the name is empty: it says in the change log who wrote", place)
    if not _DIGEST.fullmatch(said["token"]):
        raise SourceError("the token is written as its SHA-256, 64 hexadecimal digits in lower case", place)
    reader = viewer(said["viewer"])
    if not reader.writes:
        raise SourceError(f"{said['viewer']} may write nothing: name a centre and a tier, such as lund:internal", place)
    return said["token"], replace(reader, name=said["name"].strip())
