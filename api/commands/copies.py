"""The option `--errors-to`: a copy of what was checked, with what was found at its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import say
from atmp.kg.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from atmp.kg.findings import Finding

ErrorsTo = Annotated[
    Path | None,
    typer.Option(
        "--errors-to", metavar="COPY.xlsx", help="A copy of the workbook to write, with the findings at their cells."
    ),
]


def may_copy(paths: Sequence[Path], to: Path | None) -> None:
    """Raise UsageError, before any work is done, where no copy can be written."""
    from atmp.kg.corrected import may_copy as may_write

    if to is None:
        return
    if len(paths) != 1:
        raise UsageError("--errors-to goes with one file: check or load the others by themselves")
    may_write(to)


def copy(paths: Sequence[Path], found: Sequence[Finding], to: Path | None) -> None:
    """Write the copy, and say so; where nothing was found there is none."""
    from atmp.kg.corrected import correct

    if to is None:
        return
    if not found:
        say(f"nothing was found: {to} was not written")
        return
    correct(paths[0], found, to)
    say(f"wrote {to}: mend what its sheet Errors lists, and load it")


@contextmanager
def copied_if_refused(path: Path, to: Path | None) -> Iterator[None]:
    """Write the copy where a load is refused for what was found."""
    try:
        yield
    except FindingsError as error:
        copy([path], error.findings, to)
        raise
