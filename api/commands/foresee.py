"""The command that measures how well new partners are foreseen: `atmp evaluate people`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, emit_json, progress, say
from atmp.kg.table import Table

from .options import Form, day, may_write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp.search.circle import Work
    from atmp.search.embedder import Vector
    from atmp.search.foresight import Foreseen


def people(
    file: Annotated[Path, typer.Argument(help="Grants, trials or publications, in any format that is loaded.")],
    before: Annotated[list[str], typer.Option("--before", help="The day from which partners are to be foreseen.")],
    years: Annotated[int, typer.Option("--years", min=1, max=50, help="Years after it that are looked at.")] = 4,
    as_format: Annotated[str | None, typer.Option("--as", help="The file's format, where it is not told.")] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="A mapping file for any other table.")] = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="A file for the embeddings, to be used again.")] = None,
    learn: Annotated[bool, typer.Option("--learn", help="Print the weights that the years before teach.")] = False,
    form: Form = Format.TABLE,
) -> None:
    """Foresee who works with whom: learn from what began before a day, predict first joint works after it.

    Give --before several times to pool over several days. Whoever worked together before is no candidate.
    """
    from atmp.search.foresight import foreseen, splits
    from atmp.search.learning import learnt

    days = sorted({day(word) for word in before})
    who, works = _works(file, as_format, mapping)
    vectors = _vectors(works, keep)
    if learn:
        taught = learnt(works, vectors, days[0])
        emit(Table(("part", "weight"), tuple(taught.items())), form)
        return
    _print(foreseen(splits(works, vectors, days, years)), who, form)


def _works(file: Path, as_format: str | None, mapping: Path | None) -> tuple[str, tuple[Work, ...]]:
    from atmp.kg.importers.interface import Context, chosen_importer
    from atmp.kg.iris import Names
    from atmp.ontology.vocabulary import vocabulary
    from atmp.search.working import works

    with progress() as tell:
        context = Context(Names(), vocabulary(), datetime.now(UTC).date(), tell=tell)
        reading = chosen_importer(file, as_format, mapping).read(file, context)
        return works(record for row in reading.rows for record in row.records)


def _vectors(works: Sequence[Work], keep: Path | None) -> Vector:
    from atmp.api.settings import Settings
    from atmp.search.embedded import embedded
    from atmp.search.embedder import embedder

    if keep is not None:
        may_write(keep)
    model = embedder(Settings.read().model, keep.with_suffix(".model") if keep else None, say)
    with progress() as tell:
        return embedded([work.text for work in works], model, keep, tell)


def _print(found: Foreseen, who: str, form: Format) -> None:
    if form is Format.JSON:
        emit_json({name: {measure: one.mean for measure, one in by.items()} for name, by in found.figures.items()})
    else:
        emit(_table(found, read=form is Format.TABLE), form)
    candidates = " + ".join(f"{many:,}" for many in found.candidates)
    say(f"{who}: {found.asked} of them found {found.pairs} new partners among {candidates} who were known before")
    for measure, one in found.better.items():
        say(f"{measure} of ours less that of {found.best}: {one.mean:.3f} ({one.low:.3f} to {one.high:.3f})")


def _table(found: Foreseen, *, read: bool) -> Table:
    """Return the figures: to be read, with each interval in one cell, or with a column for each of its ends."""
    names = tuple(next(iter(found.figures.values())))
    if read:
        told = tuple(
            (name.replace("_", " "), *(f"{one.mean:.3f} ({one.low:.3f} to {one.high:.3f})" for one in by.values()))
            for name, by in found.figures.items()
        )
        return Table(("by", *names), told)
    rows: list[tuple[str | float, ...]] = [
        (name, *(end for one in by.values() for end in (one.mean, one.low, one.high)))
        for name, by in found.figures.items()
    ]
    return Table(("by", *(f"{name}{end}" for name in names for end in ("", "_from", "_to"))), tuple(rows))
