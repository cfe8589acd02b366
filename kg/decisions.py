"""Decisions on proposals of every sort: terms read off texts, and records that may be the same."""

from __future__ import annotations

from collections.abc import Iterable

from . import proposals, reviews
from .errors import UnknownRecordError
from .identity import SAME
from .records import Statement
from .store import Store
from .viewer import OWNER


def decide(store: Store, identifiers: Iterable[str], *, agent: str, accepted: bool | None) -> list[Statement]:
    """Accept or refuse proposals by id, or take decisions back with None; returns those that are left, as they are then.

    Raises UnknownRecordError for an id that does not exist before any is decided, UsageError where two things that have
    different public ids would be one.
    """
    chosen = list(dict.fromkeys(identifiers))
    known = {one.identifier: one for one in proposals.statements(store, OWNER)}
    for identifier in chosen:
        if identifier not in known:
            raise UnknownRecordError(f"there is no proposal {identifier}: see them with `atmp proposals`")
    same = [identifier for identifier in chosen if known[identifier].property == SAME]
    if same:
        reviews.decide(store, same, agent=agent, accepted=accepted)
    terms = [identifier for identifier in chosen if identifier not in same]
    if terms:
        proposals.decide(store, terms, agent=agent, accepted=accepted)
    fresh = {one.identifier: one for one in proposals.statements(store, OWNER)}
    return [fresh[identifier] for identifier in chosen if identifier in fresh]
