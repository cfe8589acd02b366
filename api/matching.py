"""Matches by what is asked for: one entry for the command line, HTTP and Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.viewer import Viewer

if TYPE_CHECKING:
    from atmp.search.match import Match
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


def known_people(atlas: Atlas, viewer: Viewer, identifier: str) -> tuple[Tie, ...]:
    """Return whom a project's team knows already or is kept apart from, each with why; they are not proposed.

    Raises UnknownRecordError where the viewer sees no such project.
    """
    from atmp.search.ties import ties

    view = atlas.view(viewer)
    return ties(view, view.find("project", identifier).iri)
