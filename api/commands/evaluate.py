"""Commands that measure: `atmp evaluate search`, `similar` and `titles` on judged collections, `people` on whom people chose."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import Format, emit, emit_json, progress, say
from atmp.kg.table import Table

from .foresee import people
from .options import As, Db, Form, may_write, open_atlas, viewer_of

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from atmp.search.collection import Collection
    from atmp.search.evaluation import Evaluation

evaluate = typer.Typer(
    name="evaluate", no_args_is_help=True, rich_markup_mode=None, help="Measure search and partners on real records."
)
_Keep = Annotated[
    Path | None,
    typer.Option("--keep", help="A file for the collection's index, to be used again; else it is not kept."),
]


@evaluate.command()
def search(
    folder: Annotated[Path, typer.Argument(help="queries.jsonl, qrels.tsv, and corpus.jsonl or corpus.jsonl.gz.")],
    keep: _Keep = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Ask the judged questions of a folder, by words, meaning and concepts alone and by all together.

    The layout is BEIR's. Without a corpus the questions are asked of the store, and the judgements name its records.
    """
    from atmp.search.collection import judged_folder

    collection = judged_folder(folder)
    if collection.documents is None:
        _measured(open_atlas(db), collection, viewer, form)
        return
    _measured_alone(collection, keep, form, viewer)


@evaluate.command()
def similar(
    file: Annotated[Path, typer.Argument(help="Trials as StudyFields JSON lines, plain or gzipped.")],
    most: Annotated[int, typer.Option("--most", min=1, help="How many of the trials are asked for at most.")] = 200,
    keep: _Keep = None,
    form: Form = Format.TABLE,
) -> None:
    """Look for trials like a trial by its title and summary, judged by the MeSH conditions they share."""
    from atmp.search.collection import judged_trials

    collection = judged_trials(file, most)
    _measured_alone(collection, keep, form)


@evaluate.command()
def titles(
    file: Annotated[Path, typer.Argument(help="Grants, trials or publications with a title in each of two languages.")],
    most: Annotated[int, typer.Option("--most", min=1, help="How many titles are asked at most.")] = 1_000,
    keep: _Keep = None,
    form: Form = Format.TABLE,
) -> None:
    """Ask for records by their title in the other language, among all of their titles with a text in the one.

    SweCRIS's grants, for one, have Swedish and English titles. Any file that `atmp load` reads will do.
    """
    from atmp.search.titles import judged_titles

    collection = judged_titles(file, most)
    _measured_alone(collection, keep, form)


def _measured_alone(collection: Collection, keep: Path | None, form: Format, viewer: str = "owner") -> None:
    """Measure search on a store of nothing but the collection's documents."""
    with _kept(keep) as path:
        _measured(_holding(path, collection), collection, viewer, form)


@contextmanager
def _kept(keep: Path | None) -> Iterator[Path]:
    """Yield the file of the collection's store: the one to keep, or one that goes afterwards."""
    if keep is not None:
        may_write(keep)
        yield keep
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "collection.atlas"


def _holding(path: Path, collection: Collection) -> Atlas:
    """Return an atlas of nothing but the collection's documents."""
    from atmp.api.atlas import Atlas
    from atmp.api.settings import Settings
    from atmp.kg.store import Store
    from atmp.search.evaluation import keep

    store = Store.open(path) if path.exists() else Store.create(path)
    keep(store, collection.documents or ())
    settings = Settings.read()
    atlas = Atlas(store, model=settings.model, reranker=settings.reranker, tell=say)
    with progress() as tell:
        atlas.finder.index(tell)
    return atlas


def _measured(atlas: Atlas, collection: Collection, viewer: str, form: Format) -> None:
    from atmp.search.evaluation import evaluate as evaluated

    with progress() as tell:
        _print(evaluated(atlas.finder, collection, viewer_of(viewer), tell), form)
    atlas.close()


def _print(found: Evaluation, form: Format) -> None:
    if form is Format.JSON:
        emit_json({mode.value: {name: one.mean for name, one in by.items()} for mode, by in found.figures.items()})
    else:
        emit(_table(found, read=form is Format.TABLE), form)
    better = found.better
    say(
        f"{found.questions} questions, with 95 % of the bootstrap. nDCG@10 of all together less that of"
        f" {found.best.value} alone: {better.mean:.3f} ({better.low:.3f} to {better.high:.3f})"
    )


def _table(found: Evaluation, *, read: bool) -> Table:
    """Return the figures: to be read, with each interval in one cell, or with a column for each of its ends."""
    names = tuple(next(iter(found.figures.values())))
    if read:
        told = (
            (mode.value, *(f"{one.mean:.3f} ({one.low:.3f} to {one.high:.3f})" for one in by.values()))
            for mode, by in found.figures.items()
        )
        return Table(("by", *names), tuple(told))
    rows = (
        (mode.value, *(end for one in by.values() for end in (one.mean, one.low, one.high)))
        for mode, by in found.figures.items()
    )
    return Table(("by", *(f"{name}{end}" for name in names for end in ("", "_from", "_to"))), tuple(rows))


def register(app: typer.Typer) -> None:
    """Add this family."""
    evaluate.command()(people)
    app.add_typer(evaluate)
