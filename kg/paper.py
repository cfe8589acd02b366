"""Papers: the text of a PDF, a DOCX or a plain text, read in a process of its own that can be ended.

Whoever sends a file may mean harm by it: nothing of it is opened here.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .errors import Place, SourceError, StoreBusyError

LARGEST = 10_000_000
"""Bytes that a paper may have."""
TEXT = 20_000
"""Characters of it that are read."""
PAGES = 50
"""Pages of a PDF that are looked at."""
SECONDS = 20.0
"""How long reading one may take."""
MEMORY = 500
"""Megabytes that it may take."""

_PATIENCE = 5.0  # seconds that a paper waits while others are read
_AT_ONCE = threading.BoundedSemaphore(2)
_PROGRAM = "from atmp.kg.reader import main; main()"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Paper:
    """What a paper says; `cut` where it says more than is read."""

    text: str
    cut: bool

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the paper in a file; raises SourceError as `heard` does, and for a file that cannot be opened."""
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise SourceError(
                f"cannot be read ({error.strerror}): check its name and folder", Place(str(path))
            ) from None
        return cls.heard(data, str(path))

    @classmethod
    def heard(cls, data: bytes, name: str, *, seconds: float = SECONDS, memory: int = MEMORY) -> Self:
        """Return the paper in these bytes; `name` is what messages call it.

        Raises SourceError for what is too large, no PDF, DOCX or text, broken, encrypted, or without any text, and
        StoreBusyError where others are being read.
        """
        place = Place(name[-200:])
        if len(data) > LARGEST:
            raise SourceError(f"is larger than {LARGEST // 1_000_000} MB: send the text alone", place)
        if not _AT_ONCE.acquire(timeout=_PATIENCE):
            raise StoreBusyError("other papers are being read: try again in a while")
        try:
            told = _told(data, place, seconds, memory)
        finally:
            _AT_ONCE.release()
        if "error" in told:
            raise SourceError(str(told["error"]), place)
        return cls(str(told["text"]), bool(told["cut"]))


def _told(data: bytes, place: Place, seconds: float, memory: int) -> dict[str, object]:
    """Return what the reading process tells; raises SourceError where it tells nothing."""
    limits = json.dumps({"memory": memory, "seconds": seconds, "text": TEXT, "pages": PAGES})
    try:
        done = subprocess.run(  # noqa: S603 - our own program; -P, for no module of the folder is to stand in for ours
            [sys.executable, "-P", "-c", _PROGRAM, limits], input=data, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SourceError(f"takes longer than {seconds:g} seconds to read: paste its text instead", place) from None
    if done.returncode:
        _log.warning("reading %s ended with %d", place, done.returncode)
        raise SourceError(
            f"is broken, or needs more than the {memory} MB of memory that reading it may take: paste its text instead",
            place,
        )
    told: dict[str, object] = json.loads(done.stdout)
    return told
