"""Files as text, plain or gzipped: what is cut short, damaged or no UTF-8 is said with its line."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from ..errors import Place, SourceError
from .meter import Meter

_HALF = re.compile("[\ud800-\udfff]")
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError)
"""What looking into a strange file may raise."""


def open_bytes(path: Path, meter: Meter | None = None) -> BinaryIO:
    """Return a file's bytes, unpacked where it is gzipped; `meter` watches how far they are read."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    opened = cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")  # noqa: SIM115 - for the caller to close
    if meter is not None:
        meter.watch(path, opened)
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
