"""Options that several commands share, and opening the store they name."""

from __future__ import annotations

import getpass
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, say
from atmp.kg.errors import SourceError, UsageError

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from atmp.kg.viewer import Viewer

Db = Annotated[Path | None, typer.Option("--db", help="The store's file; else ATMP_DB, else atmp.atlas here.")]
As = Annotated[str, typer.Option("--viewer", help="Read as: owner, public, partner, internal, or CENTRE:TIER.")]
Form = Annotated[Format, typer.Option("--format", help="How the answer is printed.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many to show at most.")]
MinScore = Annotated[float, typer.Option("--min-score", min=0.0, max=1.0, help="Leave out what scores lower.")]
Centre = Annotated[str | None, typer.Option("--centre", help="The centre's key, such as lund.")]


def day(word: str) -> date:
    """Return the day that an option names; raises UsageError."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise UsageError(f"'{word}' is no date: write it as 2027-02-01") from None


def path_of(db: Path | None) -> Path:
    """Return the file that the option or the environment names."""
    if db is not None:
        return db
    from atmp.api.settings import Settings

    return Settings.read().db


def open_atlas(db: Path | None) -> Atlas:
    """Return the open atlas; raises StoreError where there is none."""
    from atmp.api.atlas import Atlas
    from atmp.api.settings import Settings
    from atmp.kg.store import Store

    settings = Settings.read()
    return Atlas(Store.open(path_of(db)), model=settings.model, reranker=settings.reranker, tell=say)


def viewer_of(name: str) -> Viewer:
    """Return the viewer that the option names; raises UsageError."""
    from atmp.kg.viewer import viewer

    return viewer(name)


def agent() -> str:
    """Return who is at the keyboard, for the change log."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"


def text_of(said: str) -> str:
    """Return a text that is given as it is, as @FILE, or as - for stdin; raises SourceError for a file that cannot be read."""
    if not said.startswith("@"):
        return sys.stdin.read() if said == "-" else said
    try:
        return Path(said[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"{said[1:]} cannot be read ({error.strerror}): check its name and folder") from None
    except UnicodeDecodeError:
        raise SourceError(f"{said[1:]} is not UTF-8: save it as UTF-8") from None


def may_write(path: Path) -> None:
    """Raise UsageError, before any work is done, where the folder of a file is not there."""
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist: make it first")


def write_text(path: Path, text: str) -> None:
    """Write a file; raises UsageError in words where that is refused."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): choose another file or folder") from None
