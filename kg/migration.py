"""Migration: a survey workbook of another version or round becomes one with today's columns, and nothing in it is lost."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from pathlib import Path

from atmp.ontology.vocabulary import Vocabulary, vocabulary

from .carrier import Carrier, Migrated
from .errorlist import is_list
from .errors import Place, SourceError
from .guide import KEPT, KEPT_HEADS, LISTS, is_guide, language_of
from .importers.columns import SHEETS, SURVEY
from .importers.grid import Grid, read_grids
from .importers.package import version
from .importers.packed import present
from .invitation import ask_anew, named
from .iris import slug
from .outbox import new_file
from .workbook import write


def migrate(path: Path, to: Path, today: date, round_: str | None = None) -> Migrated:
    """Write a survey with today's columns to `to`, and return what became of it; `round_` makes it one of a new round.

    Raises SourceError where the file is no survey or cannot be read, UsageError where nothing may be written to `to`.
    """
    new_file(to, ".xlsx", f"a survey is written as .xlsx, not as '{to.name}'")
    wanted = None if round_ is None else named(round_)
    grids = read_grids(path if path.is_dir() else present(path))
    if not set(map(_sheet_of, grids)) & set(SHEETS):
        raise SourceError(
            f"it has none of the sheets {', '.join(SHEETS)}: it is no survey of ours. A table of your own is read by a"
            " mapping, which `atmp survey map` drafts",
            Place(path.name),
        )
    made = migrated(grids, version(path), vocabulary())
    if wanted is not None:
        _renew(made, wanted, today)
    write(to, made.sheets, made.language, made.kept)
    return made


def migrated(grids: Iterable[Grid], of: int | None, known: Vocabulary) -> Migrated:
    """Return what becomes of sheets as they stand in a workbook of version `of`."""
    ours: dict[str, Grid] = {}
    others = []
    for grid in grids:
        name = _sheet_of(grid)
        if name is None or name in ours:
            others.append(grid)
        else:
            ours[name] = grid
    made = Migrated(next((language_of(grid.first) for grid in others if is_guide(grid.first)), "en"), of)
    carrier = Carrier(made, known)
    for name in (SURVEY, *SHEETS):
        carrier.carry(name, ours.get(name) or Grid(name, {}, []))
    for grid in others:
        if grid.name == KEPT and tuple(grid.head.values())[:5] in KEPT_HEADS.values():
            carrier.keep_again(grid)
        elif not _made_anew(grid):
            carrier.keep(grid)
    return made


def _sheet_of(grid: Grid) -> str | None:
    """Return the sheet of the survey that a sheet is, if it is one."""
    return next((name for name in (SURVEY, *SHEETS) if name.lower() == grid.name.strip().lower()), None)


def _made_anew(grid: Grid) -> bool:
    """Return whether a sheet is one that we write ourselves, and nobody fills in: the guide, the lists, the errors."""
    return grid.name == LISTS or is_guide(grid.first) or is_list([tuple(grid.head.values()), *grid.table()])


def _renew(made: Migrated, round_: str, today: date) -> None:
    """Ask anew what each round is asked, and keep what stood there; the workbook of the same round stays as it is."""
    said = next(row["Value"] for row in made.sheets[SURVEY] if row["Field"] == "Round")
    if slug(said) == slug(round_):
        return
    before = deepcopy(made.sheets)
    ask_anew(made.sheets, round_, today)
    for sheet, rows in before.items():
        for number, was, now in zip(made.numbers[sheet], rows, made.sheets[sheet], strict=True):
            for header, words in was.items():
                if words and words != now[header]:
                    column = was["Field"] if sheet == SURVEY else header
                    made.uncarried(sheet, column)
                    made.keep(sheet, number, column, words, f"it is asked anew in {round_}")
