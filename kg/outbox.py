"""Where files are written to: new ones, and folders of exports that are new, empty or an earlier export's; never over others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from .errors import UsageError

MARK = ".atmp-export"
"""The file that tells the folder of an export: its form in the first line, then the files that were written."""


def new_file(path: Path, ending: str, wrong: str) -> Path:
    """Return a path that a file with this ending may be written to; raises UsageError where one is there, for it may be
    somebody's answers. `wrong` is what is said of another ending.
    """
    if path.suffix.lower() != ending:
        raise UsageError(wrong)
    if path.exists():
        raise UsageError(f"{path} is there already, and may hold answers: name another file")
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist: make it first")
    return path


class Outbox:
    """One folder of one form of export. Only files that changed are written; what an export wrote and is gone goes."""

    def __init__(self, folder: Path, form: str) -> None:
        """Make the folder where it is not there yet; raises UsageError where it is none, or has other files in it."""
        self._folder, self._form = folder, form
        if not folder.parent.is_dir():
            raise UsageError(f"the folder {folder.parent} does not exist: make it first")
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file: name a folder")
        try:
            folder.mkdir(exist_ok=True)
            earlier, *self._earlier = self._marked() or [""]
            if earlier != form and (earlier or any(not one.name.startswith(".") for one in folder.iterdir())):
                held = f"an export as {earlier}" if earlier else "files that are none of an export"
                raise UsageError(f"{folder} holds {held}: name another folder, or an empty one")
        except OSError as error:
            raise self._refused(error) from None

    def fill(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Write files by their path within the folder, take away those of an earlier export, and return how many there are."""
        kept: set[str] = set()
        try:
            for name, content in files:
                self._write(self._folder / name, content)
                kept.add(name)
            for name in set(self._earlier) - kept:
                if ".." not in PurePosixPath(name).parts and not PurePosixPath(name).is_absolute():
                    (self._folder / name).unlink(missing_ok=True)
            self._write(self._folder / MARK, "".join(f"{line}\n" for line in (self._form, *sorted(kept))).encode())
        except OSError as error:
            raise self._refused(error) from None
        return len(kept)

    def _marked(self) -> list[str]:
        mark = self._folder / MARK
        return mark.read_text(encoding="utf-8").splitlines() if mark.is_file() else []

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _refused(self, error: OSError) -> UsageError:
        return UsageError(f"{self._folder} cannot be written ({error.strerror}): choose another folder")
