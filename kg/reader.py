"""The reading process: it takes a paper on stdin, and tells its text on stdout, or why there is none.

Whatever a library stumbles over beyond what it announces ends the process, which says enough to who waits for it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator

from .errors import SourceError
from .sparql.memory import limit

_UNPACKED = 100_000_000  # bytes that the parts of a DOCX may have
_OLD_WORD = b"\xd0\xcf\x11\xe0"


def main() -> None:
    """Read a paper within limits, which are the first argument as JSON."""
    limits = json.loads(sys.argv[1])
    data = sys.stdin.buffer.read()
    limit(limits["memory"])
    seconds = int(limits["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # should nobody be left to end this process
    try:
        text, cut = gathered(read(data, limits["pages"]), limits["text"])
        told: dict[str, object] = {"text": text, "cut": cut}
    except SourceError as error:
        told = {"error": str(error)}
    json.dump(told, sys.stdout)


def gathered(parts: Iterator[str], most: int) -> tuple[str, bool]:
    """Return parts as one text of at most so many characters, and whether there would be more."""
    found, length = [], 0
    for part in parts:
        plain = " ".join(part.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ").split(" ")).strip()
        if plain:
            found.append(plain[: most + 1])
            length += len(plain) + 1
        if length > most + 1:
            break
    text = "\n".join(found)
    if not any(mark.isalnum() for mark in text):
        raise SourceError("has no text, only pictures or nothing: have its text recognised (OCR), or paste it")
    return text[:most], len(text) > most


def read(data: bytes, pages: int) -> Iterator[str]:
    """Yield the text of a paper in parts; raises SourceError."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _pdf(data, pages)
    if data.startswith(b"PK"):
        return _docx(data)
    if data.startswith(_OLD_WORD):
        raise SourceError("is a Word file of the old kind, or encrypted: save it as .docx without a password")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise SourceError("is neither PDF nor DOCX, nor plain text in UTF-8: save it as one of them")
    return iter(text.splitlines())


def _pdf(data: bytes, pages: int) -> Iterator[str]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError("is encrypted: save it without a password, or paste its text")
        for number, page in enumerate(reader.pages):
            if number >= pages:
                return
            yield page.extract_text()
    except DependencyError:
        raise SourceError("is encrypted: save it without a password, or paste its text") from None
    except PyPdfError:
        raise SourceError("is a broken PDF, or cut short: save it anew, or paste its text") from None


def _docx(data: bytes) -> Iterator[str]:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import XMLSyntaxError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > _UNPACKED:
            raise SourceError(f"holds more than {_UNPACKED // 1_000_000} MB when unpacked: paste its text instead")
        document = Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, XMLSyntaxError):
        raise SourceError("is no DOCX, or a broken one: save it anew as .docx, or paste its text") from None
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from (cell.text for row in part.rows for cell in row.cells)
        else:
            yield part.text
