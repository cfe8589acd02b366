"""Commands that answer: search, similar, ask, query."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from atmp.api.output import Format, Marked, emit, say
from atmp.kg.errors import UsageError
from atmp.kg.table import Table, Value

from .options import As, Db, Form, Limit, MinScore, open_atlas, text_of, viewer_of

if TYPE_CHECKING:
    from atmp.search.filters import Filters
    from atmp.search.hits import Hit, Results

_Many = list[str] | None


def _filter(name: str, words: str) -> Any:
    return typer.Option(name, metavar="WORD", help=f"{words} Repeat it for any of several.")


_Kind = Annotated[
    _Many, _filter("--kind", "project, product (a medicine of a reference collection), trial, grant or publication.")
]
_Class = Annotated[_Many, _filter("--class", "GTMP, sCTMP or TEP.")]
_Stage = Annotated[_Many, _filter("--stage", "0 to 10, or earlier, preclinical, clinical.")]
_Indication = Annotated[_Many, _filter("--indication", "A disease, and those below it.")]
_Vector = Annotated[_Many, _filter("--vector", "A vector, such as AAV or AAV9.")]
_Cell = Annotated[_Many, _filter("--cell", "A cell source, such as iPSC or T cell.")]
_Centres = Annotated[_Many, _filter("--centre", "A centre's key, such as lund.")]


def _filters(
    kinds: _Many = None, classes: _Many = None, stages: _Many = None,
    indications: _Many = None, vectors: _Many = None, cells: _Many = None, centres: _Many = None,
) -> Filters:  # fmt: skip
    from atmp.search.filters import Filters

    chosen = {"kinds": kinds, "classes": classes, "stages": stages, "indications": indications}
    chosen |= {"vectors": vectors, "cells": cells, "centres": centres}
    return Filters(**{name: tuple(words or ()) for name, words in chosen.items()})


_PARTS = ("words", "meaning", "concepts", "unlike", "reranker")
_COLUMNS = ("rank", "kind", "id", "title", "score", "why", "sentence", "iri", "field", *_PARTS, "paths", "missing")


def _hits(results: Results, form: Format) -> None:
    if form is Format.TABLE:
        read = tuple(
            (hit.rank, hit.kind, hit.identifier, round(hit.score, 3), _told(hit))
            for hits in results.by_kind().values()
            for hit in hits
        )
        emit(Table(("rank", "kind", "id", "score", "therapy, best sentence, why"), read), form)
    else:
        emit(Table(_COLUMNS, tuple(map(_row, results.hits))), form)
    for note in results.notes:
        say(note)
    if results.pending:
        say(f"{results.pending} records wait for their embedding and are found by their words only: run `atmp index`")


def _told(hit: Hit) -> Marked:
    """Return a hit as a table's cell, with the places of its passage that answer."""
    missing = [f"missing: {'; '.join(hit.missing)}"] if hit.missing else []
    before = len(hit.label) + 1
    text = "\n".join((hit.label, hit.sentence, f"({hit.why})", *missing))
    return Marked.at(text, [(before + start, before + end) for start, end in hit.marks])


def _row(hit: Hit) -> tuple[Value, ...]:
    """Return a hit as a row of `_COLUMNS`; a part that it has nothing of is empty."""
    paths = "; ".join(" → ".join(one.path) for one in hit.concepts)
    parts = (hit.parts.get(name) for name in _PARTS)
    return (
        hit.rank, hit.kind, hit.identifier, hit.label, hit.score, hit.why, hit.sentence, hit.iri, hit.field, *parts,
        paths, "; ".join(hit.missing),
    )  # fmt: skip


def search(
    text: Annotated[str, typer.Argument(help="What you look for, in your own words.")],
    kind: _Kind = None,
    of_class: _Class = None,
    stage: _Stage = None,
    indication: _Indication = None,
    vector: _Vector = None,
    cell: _Cell = None,
    centre: _Centres = None,
    limit: Limit = 10,
    min_score: MinScore = 0.0,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Find therapies by a text.

    Projects, authorised medicines, trials, grants and publications are found together, best first.
    """
    atlas, chosen = open_atlas(db), _filters(kind, of_class, stage, indication, vector, cell, centre)
    _hits(atlas.finder.search(viewer_of(viewer), text, filters=chosen, limit=limit, min_score=min_score), form)


def similar(
    projects: Annotated[list[str] | None, typer.Argument(help="Projects, by id or IRI.")] = None,
    unlike: Annotated[
        _Many, typer.Option("--unlike", metavar="PROJECT", help="What hits shall not be like. Repeat it for several.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="A description, such as an abstract; @FILE, or - for stdin.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A paper as PDF, DOCX or plain text; only its text is read.")
    ] = None,
    same: Annotated[
        _Many, typer.Option("--same", metavar="ASPECT", help="What hits have in common: indication or modality.")
    ] = None,
    other: Annotated[
        _Many, typer.Option("--other", metavar="ASPECT", help="In what hits differ: indication or modality.")
    ] = None,
    kind: _Kind = None,
    of_class: _Class = None,
    stage: _Stage = None,
    indication: _Indication = None,
    vector: _Vector = None,
    cell: _Cell = None,
    centre: _Centres = None,
    limit: Limit = 10,
    min_score: MinScore = 0.0,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Find therapies similar to projects, a text or a paper.

    What is given counts together, as in `atmp similar P04 P07 --unlike P11`; `--same indication --other modality` finds
    what treats the same disease, or one below it, in another way.
    """
    said = _example(text, file)
    if not projects and said is None:
        raise UsageError("name a project, or give a text with --text or a paper with --file: similar to what?")
    atlas, seer = open_atlas(db), viewer_of(viewer)
    view = atlas.view(seer)
    to, away = ([view.find("project", one).iri for one in some or ()] for some in (projects, unlike))
    chosen = _filters(kind, of_class, stage, indication, vector, cell, centre)
    found = atlas.finder.similar(
        seer, to=to, text=said, unlike=away, same=same or (), other=other or (), filters=chosen, limit=limit,
        min_score=min_score,
    )  # fmt: skip
    _hits(found, form)


def _example(text: str | None, file: Path | None) -> str | None:
    """Return the text that a text, a paper or both give together; None for neither."""
    from atmp.kg.paper import Paper

    said = [] if text is None else [text_of(text)]
    if file is not None:
        paper = Paper.read(file)
        said.append(paper.text)
        if paper.cut:
            say(f"{file}: its first {len(paper.text)} characters were read")
    return "\n\n".join(said) if said else None


def ask(
    number: Annotated[int | None, typer.Argument(help="The question's number; without it, the list.")] = None,
    words: Annotated[list[str] | None, typer.Argument(help="Parameters as name=value.")] = None,
    round_: Annotated[
        str | None, typer.Option("--round", help="Answer as it stood when this round of the survey was last loaded.")
    ] = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Ask a question of the catalogue, or list them."""
    from atmp.kg.catalogue import question, questions

    if number is None:
        rows = tuple(
            (one.number, one.text, one.asked_by, " ".join(p.name for p in one.parameters)) for one in questions()
        )
        emit(Table(("number", "question", "asked_by", "parameters"), rows), form)
        return
    pairs = [word.partition("=") for word in words or []]
    for name, mark, _ in pairs:
        if not mark:
            raise UsageError(f"'{name}' is no parameter: write it as name=value, such as project=P01")
    atlas, one = open_atlas(db), question(number)
    say(one.text)
    view = atlas.view(viewer_of(viewer), round_=round_)
    emit(one.ask(view, atlas.services, {name: value for name, _, value in pairs}), form)


def query(
    sparql: Annotated[str, typer.Argument(help="A SPARQL query, or @FILE, or - for stdin.")],
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Answer a SPARQL 1.1 query."""
    from atmp.kg.sparql.answer import answer

    text = text_of(sparql)
    atlas = open_atlas(db)
    emit(answer(atlas.view(viewer_of(viewer)), text, atlas.services).table(), form)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (search, similar, ask, query):
        app.command()(command)
