"""Matches by what is asked for: one entry for the command line, HTTP and Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.progress import Progress, quiet
from atmp.kg.table import Table
from atmp.kg.viewer import Viewer

if TYPE_CHECKING:
    from atmp.search.match import Match
    from atmp.search.refusal import Refusal
    from atmp.search.ties import Tie

    from .atlas import Atlas

SORTS = {"need": "need", "capability": "capability", "people": "project"}
"""What is asked for, and the kind of record whose partners these are."""


def matches(
    atlas: Atlas, viewer: Viewer, sort: str, identifier: str, *, limit: int = 10, weights: Sequence[str] = ()
) -> tuple[Match, ...]:
    """Return who can serve a `need`, who needs a `capability`, or `people` for a project; best first.

    `weights` are those of the parts of people's scores, each written as `text=0.5`.
    Raises UsageError for any other sort, UnknownRecordError where the viewer sees no such record.
    """
    from atmp.search.partners import PARTNERS

    if sort not in SORTS:
        raise UsageError(f"'{sort}' cannot be matched: use one of {', '.join(SORTS)}")
    view, kind = atlas.view(viewer), SORTS[sort]
    if weights:
        if sort != "people":
            raise UsageError("weights are for people: a need's and a capability's score has its own")
        from atmp.search.people import people_for, read_weights

        iri = view.find(kind, identifier).iri
        return people_for(view, atlas.finder, iri, limit=limit, weights=read_weights(weights))
    return PARTNERS[kind](view, atlas.finder, view.find(kind, identifier).iri, limit)


def refused(atlas: Atlas, viewer: Viewer, identifier: str, *, limit: int = 10) -> tuple[Refusal, ...]:
    """Return the capabilities of a need's category that cannot serve it, each with the constraint that it breaks.

    Raises UnknownRecordError where the viewer sees no such need.
    """
    from atmp.search.refusal import refusals

    view = atlas.view(viewer)
    return refusals(view, view.find("need", identifier).iri, limit=limit)


def every(atlas: Atlas, viewer: Viewer, *, limit: int = 10, tell: Progress = quiet) -> Table:
    """Return the best offers for each open need as a table, by the need's id; `tell` hears how far it is."""
    from atmp.search.markets import market
    from atmp.search.pairing import Pairing

    whole = Pairing.of(market(atlas.view(viewer)), tell)
    wants = sorted(whole.market.wants.values(), key=lambda one: (one.identifier, one.iri))
    rows = tuple(
        (want.identifier, rank, one.kind, one.identifier, one.label, score)
        for want in wants
        for rank, (score, one) in enumerate(whole.best(want, limit), start=1)
    )
    return Table(("need", "rank", "kind", "id", "name", "score"), rows)


def match_rows(found: Sequence[Match]) -> Table:
    """Return matches as a table, best first."""
    rows = tuple(
        (rank, one.kind, one.identifier, one.label, one.score, one.horizon, "; ".join(one.reasons),
         "; ".join(one.missing), one.iri)
        for rank, one in enumerate(found, start=1)
    )  # fmt: skip
    return Table(("rank", "kind", "id", "name", "score", "due", "reasons", "missing", "iri"), rows)


def refusal_rows(found: Sequence[Refusal]) -> Table:
    """Return refusals as a table, by id."""
    rows = tuple((one.identifier, one.label, one.barrier.value, one.words, one.iri) for one in found)
    return Table(("id", "name", "constraint", "why_not", "iri"), rows)


def known_people(atlas: Atlas, viewer: Viewer, identifier: str) -> tuple[Tie, ...]:
    """Return whom a project's team knows already or is kept apart from, each with why; they are not proposed.

    Raises UnknownRecordError where the viewer sees no such project.
    """
    from atmp.search.ties import ties

    view = atlas.view(viewer)
    return ties(view, view.find("project", identifier).iri)
