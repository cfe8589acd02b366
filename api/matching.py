"""Matches by what is asked for: one entry for the command line, HTTP and Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.viewer import Viewer

if TYPE_CHECKING:
    from atmp.search.match import Match

    from .atlas import Atlas

SORTS = {"need": "need", "capability": "capability", "people": "project"}
"""What is asked for, and the kind of record whose partners these are."""


def matches(atlas: Atlas, viewer: Viewer, sort: str, identifier: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return who can serve a `need`, who needs a `capability`, or `people` for a project; best first.

    Raises UsageError for any other sort, UnknownRecordError where the viewer sees no such record.
    """
    from atmp.search.partners import PARTNERS

    if sort not in SORTS:
        raise UsageError(f"'{sort}' cannot be matched: use one of {', '.join(SORTS)}")
    view, kind = atlas.view(viewer), SORTS[sort]
    return PARTNERS[kind](view, atlas.finder, view.find(kind, identifier).iri, limit)
