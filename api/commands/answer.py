"""Commands that answer: search, similar, match, ask, query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from atmp.api.output import Format, emit, say
from atmp.kg.errors import UsageError
from atmp.kg.table import Table

from .options import As, Db, Form, Limit, MinScore, open_atlas, text_of, viewer_of

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from atmp.kg.viewer import Viewer
    from atmp.search.filters import Filters
    from atmp.search.finder import Results
    from atmp.search.match import Match

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


def _hits(results: Results, form: Format) -> None:
    if form is Format.TABLE:
        read = tuple(
            (hit.rank, hit.kind, hit.identifier, round(hit.score, 3), f"{hit.label}\n{hit.sentence}\n({hit.why})")
            for hits in results.by_kind().values()
            for hit in hits
        )
        emit(Table(("rank", "kind", "id", "score", "therapy, best sentence, why"), read), form)
    else:
        columns = ("rank", "kind", "id", "title", "score", "why", "sentence", "iri")
        rows = tuple(
            (hit.rank, hit.kind, hit.identifier, hit.label, round(hit.score, 3), hit.why, hit.sentence, hit.iri)
            for hit in results.hits
        )
        emit(Table(columns, rows), form)
    if results.pending:
        say(f"{results.pending} records wait for their embedding and are found by their words only: run `atmp index`")


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
    project: Annotated[str | None, typer.Argument(help="A project's id or IRI.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="A description instead of a project.")] = None,
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
    """Find therapies similar to a project, or to a text."""
    if (project is None) == (text is None):
        raise UsageError("name a project, or give a text with --text: one of the two")
    atlas, seer = open_atlas(db), viewer_of(viewer)
    to = [atlas.view(seer).find("project", project).iri] if project else []
    chosen = _filters(kind, of_class, stage, indication, vector, cell, centre)
    _hits(atlas.finder.similar(seer, to=to, text=text, filters=chosen, limit=limit, min_score=min_score), form)


def match(
    sort: Annotated[str, typer.Argument(help="need, capability or people.")],
    identifier: Annotated[str, typer.Argument(help="The need's, capability's or project's id or IRI.")],
    limit: Limit = 10,
    weight: Annotated[
        _Many, typer.Option("--weight", metavar="PART=NUMBER", help="For people: how much a part counts. Repeat it.")
    ] = None,
    viewer: As = "owner",
    form: Form = Format.TABLE,
    db: Db = None,
) -> None:
    """Match needs, capabilities and people.

    Finds who can serve a need, who needs a capability, or investigators for a project.
    """
    from atmp.api.matching import matches

    atlas, seer = open_atlas(db), viewer_of(viewer)
    found = matches(atlas, seer, sort, identifier, limit=limit, weights=weight or ())
    if sort == "people":
        _known(atlas, seer, identifier)
    if form is Format.TABLE:
        read = tuple((rank, one.identifier, one.score, _reasons(one)) for rank, one in enumerate(found, start=1))
        emit(Table(("rank", "id", "score", "who, and why"), read), form)
        return
    rows = tuple(
        (rank, one.kind, one.identifier, one.label, one.score, "; ".join(one.reasons), "; ".join(one.missing), one.iri)
        for rank, one in enumerate(found, start=1)
    )
    emit(Table(("rank", "kind", "id", "name", "score", "reasons", "missing", "iri"), rows), form)


def _known(atlas: Atlas, viewer: Viewer, identifier: str) -> None:
    """Say whom the team knows already, so that nobody wonders where they are."""
    from atmp.api.matching import known_people

    known = known_people(atlas, viewer, identifier)
    if known:
        say("left out: " + "; ".join(f"{one.identifier} ({one.why})" for one in known))


def _reasons(one: Match) -> str:
    missing = [f"- missing: {what}" for what in one.missing]
    parts = ", ".join(f"{name} {part:.2f}" for name, part in one.parts.items() if part) if one.kind == "person" else ""
    adds = [f"({parts})"] if parts else []
    return "\n".join((one.label, *(f"- {reason}" for reason in one.reasons), *missing, *adds))


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
    for command in (search, similar, match, ask, query):
        app.command()(command)
