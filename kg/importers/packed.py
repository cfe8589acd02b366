"""Files as text, plain or gzipped: what is cut short, damaged or no UTF-8 is said with its line."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from ..errors import Place, SourceError
from .meter import Meter

_CHUNK = 1 << 16
_HALF = re.compile("[\ud800-\udfff]")
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError)
"""What looking into a strange file may raise."""
UNPACKED = 100_000_000
"""Bytes that any packed file may be unpacked to; a gzipped one, which is read as it streams, also to `TIMES` its size."""
TIMES = 50


class _Bounded(io.RawIOBase):
    """What a gzipped file unpacks to, as far as that is no more than such a file can honestly hold.

    How much that is stands nowhere in the file that could be trusted, so it is counted while it is read.
    """

    def __init__(self, path: Path) -> None:
        """Unpack `path`."""
        self._path, self._file, self._left = path, gzip.GzipFile(path, "rb"), max(UNPACKED, TIMES * path.stat().st_size)

    @property
    def packed(self) -> BinaryIO:
        """Return the file as it is packed, which tells how far it was read."""
        return cast(BinaryIO, self._file.fileobj)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer; raises SourceError where the file grows beyond its bound."""
        read = self._file.readinto(buffer)
        self._left -= read
        if self._left < 0:
            raise SourceError(
                f"it unpacks to more than {UNPACKED // 1_000_000} MB and to more than {TIMES} times its size, as no file"
                " of records does: it was not read. Fetch it again from where it came",
                Place(self._path.name),
            )
        return read

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def present(path: Path) -> Path:
    """Return a path that a file stands at; raises SourceError."""
    if not path.is_file():
        raise SourceError("there is no such file: check its name and folder", Place(str(path)))
    return path


def open_bytes(path: Path, meter: Meter | None = None) -> BinaryIO:
    """Return a file's bytes, unpacked where it is gzipped; reading raises SourceError where that would be too much.

    `meter` watches how far they are read.
    """
    opened: BinaryIO = path.open("rb")
    packed = opened.read(2) == b"\x1f\x8b"
    opened.seek(0)
    watched = opened
    if packed:
        opened.close()
        bounded = _Bounded(path)
        opened, watched = cast(BinaryIO, io.BufferedReader(bounded, _CHUNK)), bounded.packed
    if meter is not None:
        meter.watch(path, watched)
    return opened


def open_text(path: Path, meter: Meter | None = None) -> IO[str]:
    """Return a file's UTF-8 text, with or without a byte-order mark."""
    return io.TextIOWrapper(open_bytes(path, meter), encoding="utf-8-sig")


def lines(path: Path, meter: Meter | None = None) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their number; raises SourceError at the line that cannot be read."""
    number = 0
    with readable(path, lambda: number + 1), open_text(path, meter) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


@contextmanager
def readable(path: Path, line: Callable[[], int] | None = None) -> Iterator[None]:
    """Turn what a damaged file raises into a SourceError; `line` tells where reading stands."""
    try:
        yield
    except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = "the file is cut short or damaged: fetch it again"
        if isinstance(error, UnicodeDecodeError):
            message = "the text is not UTF-8"
        raise SourceError(message, Place(path.name, None, line() if line else None)) from None


def stem(path: Path) -> str:
    """Return a file's name without its endings, .gz among them."""
    return Path(path.name.removesuffix(".gz")).stem


def clean(text: str) -> str:
    """Return text without NUL, and with a mark in place of half a character, which JSON can hold and UTF-8 cannot."""
    return _HALF.sub("\ufffd", text.replace("\x00", "")).strip()
