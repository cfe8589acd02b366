"""Matches by what is asked for: one entry for the command line, HTTP and Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.viewer import Viewer

if TYPE_CHECKING:
    from atmp.search.match import Match

    from .atlas import Atlas

SORTS = ("need", "capability", "people")


def matches(atlas: Atlas, viewer: Viewer, sort: str, identifier: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return who can serve a `need`, who needs a `capability`, or `people` for a project; best first.

    Raises UsageError for any other sort, UnknownRecordError where the viewer sees no such record.
    """
    from atmp.search.match import capabilities_for, needs_for
    from atmp.search.people import people_for

    view = atlas.view(viewer)
    if sort == "need":
        return capabilities_for(view, view.find("need", identifier).iri, limit=limit)
    if sort == "capability":
        return needs_for(view, view.find("capability", identifier).iri, limit=limit)
    if sort == "people":
        return people_for(view, atlas.finder, view.find("project", identifier).iri, limit=limit)
    raise UsageError(f"'{sort}' cannot be matched: use one of {', '.join(SORTS)}")
