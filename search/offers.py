"""Offers of an introduction: that a record has matches which are not open to who asks, and nothing of whose they are.

What is confidential is never offered: that there is something at all is told already by an offer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.introduction import State
from atmp.kg.introductions import Introductions, Told
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.kg.viewer import EVERYWHERE, Viewer

from .partners import partners

if TYPE_CHECKING:
    from .finder import Finder

BROKERED = ("need", "capability")
_ALL = Viewer("brokers", {EVERYWHERE: Tier.INTERNAL})  # what brokers may know of each other's centres
_MOST = 50


@dataclass(frozen=True)
class Offer:
    """A match that is not open: a name that tells nothing, and how far its introduction is, where it was asked for."""

    id: str
    state: State | None


def brokered(view: View, word: str) -> str:
    """Return the IRI of a need or capability by its id or IRI; raises UnknownRecordError, or UsageError for another kind."""
    if "://" in word:
        found = view.record(word)
    else:
        try:
            found = view.find("need", word)
        except UnknownRecordError:
            found = view.find("capability", word)
    if found.kind not in BROKERED:
        raise UsageError(f"{word} is a {found.kind}: brokers lead needs and capabilities together")
    return found.iri


def offers(view: View, finder: Finder, iri: str) -> tuple[Offer, ...]:
    """Return the matches of a need or a capability that the viewer may not see; none for who does not speak for it.

    They stand in the order of their names, which says nothing of how well they match.
    """
    book, found = Introductions(view.store), []
    for other in _closed(view, finder, book, iri):
        before = book.between(iri, other)
        found.append(Offer(book.offer(iri, other), before.state if before else None))
    return tuple(sorted(found, key=lambda one: one.id))


def introduce(view: View, finder: Finder, iri: str, offer: str, *, agent: str, words: str = "") -> Told:
    """Ask for the introduction that is offered under a name; raises UnknownRecordError where none is."""
    book = Introductions(view.store)
    for other in _closed(view, finder, book, iri):
        if book.offer(iri, other) == offer:
            return book.ask(view.viewer, iri, other, agent=agent, words=words)
    raise UnknownRecordError(f"no introduction is offered under {offer}: list the offers again")


def _closed(view: View, finder: Finder, book: Introductions, iri: str) -> Iterator[str]:
    if not book.speaks_for(view.viewer, iri):
        return
    inner = view.store.view(_ALL)
    if not inner.knows(iri):  # a confidential record is not shown around, not even to brokers
        return
    for match in partners(inner, finder, iri, limit=_MOST):
        if not view.knows(match.iri):
            yield match.iri
