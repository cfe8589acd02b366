"""A workbook as the packed file that it is: what it would unpack to, and what it holds that is never run or followed."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from .packed import UNPACKED

_CHUNK = 65_536
_START = 8  # bytes that tell how wide characters are
_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
_TITLE = re.compile(r"<(?:[\w.-]+:)?title(?:\s[^<>]*)?>[^<]*columns version (\d{1,6})</")

_STRANGE: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("macros", lambda name: "vbaproject" in name or "/macrosheets/" in name, "save the workbook as .xlsx, without macros"),
    ("links to other workbooks", lambda name: "/externallinks/" in name and name.endswith(".xml"),
     "write the values themselves where a cell takes them from another workbook"),
    ("connections to data elsewhere", lambda name: name.endswith("/connections.xml") or "/querytables/" in name,
     "write the values themselves where a cell takes them from elsewhere"),
    ("embedded objects", lambda name: "/embeddings/" in name or "/activex/" in name,
     "send on its own what is embedded, where it belongs to the answers"),
)  # fmt: skip
"""What a package may hold beside cells, by the names of its parts in lower case, and what to do about it."""


class _Ended(Exception):  # noqa: N818 - no error: how reading is broken off
    pass


def guard(path: Path) -> None:
    """Raise SourceError, before anything of it is unpacked, where a packed file would be unpacked to too much.

    So it is where a part declares entities, through which a short text can grow without end or name files; no workbook
    has any. A file that is not packed, or is damaged, passes.
    """
    if not path.is_file() or not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            size = sum(part.file_size for part in parts)
            if size > UNPACKED:
                raise SourceError(
                    f"it would unpack to {size / 1e6:,.0f} MB, {UNPACKED / 1e6:,.0f} MB are read at most:"
                    " take out what does not belong to it, or send it in parts",
                    Place(path.name),
                )
            for part in parts:
                with packed.open(part) as file:
                    if _declares_entities(file):
                        raise SourceError(
                            f"its part {part.filename} declares entities, as no workbook does: it was not read."
                            " Save it again as .xlsx",
                            Place(path.name),
                        )
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return  # damaged: reading it says so


def _declares_entities(file: IO[bytes]) -> bool:
    """Return whether an XML text declares an entity; it is read up to its first element only."""
    found = False

    def told(*_: object) -> None:
        nonlocal found
        found = True
        raise _Ended

    def begun(*_: object) -> None:
        raise _Ended

    parser = expat.ParserCreate()
    parser.EntityDeclHandler, parser.StartElementHandler = told, begun
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
    except (_Ended, expat.ExpatError):
        pass  # a part that is no XML is not parsed by anybody
    return found


def has_formulas(path: Path) -> bool:
    """Return whether a workbook may hold a formula; reading it once more tells where, which costs much more than this."""
    try:
        with zipfile.ZipFile(path) as packed:
            return any(_may_compute(packed.read(name)) for name in packed.namelist() if name.lower().endswith(".xml"))
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return True


def _may_compute(xml: bytes) -> bool:
    wide = b"\x00" in xml[:_START]  # as UTF-16 has it: not looked into
    return wide or _FORMULA.search(xml) is not None


def version(path: Path) -> int | None:
    """Return the version of the survey's columns that a workbook says it has; None where it says none."""
    try:
        with zipfile.ZipFile(path) as packed:
            said = _TITLE.search(packed.read("docProps/core.xml").decode("utf-8", "replace"))
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error):
        return None
    return int(said[1]) if said else None


def oddities(path: Path) -> Iterator[Finding]:
    """Yield a finding for each sort of thing in a workbook that is not read: macros, links, connections, objects."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as packed:
            names = [name.lower() for name in packed.namelist()]
    except (zipfile.BadZipFile, OSError):
        return
    for what, holds, mend in _STRANGE:
        if any(holds(name) for name in names):
            message = f"the workbook has {what}: they were ignored, and only the cells read"
            yield Finding(Severity.WARNING, message, Place(path.name), mend=mend)
