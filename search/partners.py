"""Partners of any record that can be matched: for a need, a capability or a project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.view import View

from .match import Match, capabilities_for, needs_for
from .people import people_for

if TYPE_CHECKING:
    from .finder import Finder

PARTNERS: dict[str, Callable[[View, Finder, str, int], tuple[Match, ...]]] = {
    "need": lambda view, _, iri, limit: capabilities_for(view, iri, limit=limit),
    "capability": lambda view, _, iri, limit: needs_for(view, iri, limit=limit),
    "project": lambda view, finder, iri, limit: people_for(view, finder, iri, limit=limit),
}
"""What finds the partners of a record, by the record's kind."""


def partners(view: View, finder: Finder, iri: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return capabilities for a need, needs for a capability, or investigators for a project; best first.

    Raises UnknownRecordError where the viewer sees no such record, UsageError for one of another kind.
    """
    kind = view.record(iri).kind
    if kind not in PARTNERS:
        raise UsageError(f"{iri} is a {kind}, and matches are found for a need, a capability or a project")
    return PARTNERS[kind](view, finder, iri, limit)
