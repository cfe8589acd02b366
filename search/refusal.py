"""Refusals: offers of the category that is wanted which cannot serve, and what would have to change."""

from __future__ import annotations

from dataclasses import dataclass

from atmp.kg.view import View
from atmp.ontology.vocabulary import vocabulary

from .fit import Barrier
from .markets import market, wanted
from .sides import Offer, Want


@dataclass(frozen=True)
class Refusal:
    """An offer of the category that is wanted which cannot serve, and the one constraint that it breaks, in words."""

    iri: str
    kind: str
    identifier: str
    label: str
    barrier: Barrier
    words: str


def refusals(view: View, need_iri: str, *, limit: int = 10) -> tuple[Refusal, ...]:
    """Return the capabilities of a need's category that cannot serve it, by id, each with what it breaks."""
    trade, want = market(view), wanted(view, need_iri)
    offers = [(offer, broken) for offer, broken in trade.barred(want) if offer.kind == "capability"]
    offers.sort(key=lambda pair: (pair[0].identifier, pair[0].iri))
    return tuple(
        Refusal(offer.iri, offer.kind, offer.identifier, offer.label, broken, barred_words(view, want, offer, broken))
        for offer, broken in offers[:limit]
    )


def barred_words(view: View, want: Want, offer: Offer, broken: Barrier) -> str:
    """Return in words which constraint an offer breaks for a need."""
    mine, theirs = (", ".join(sorted(map(view.label, side.platforms))) for side in (want, offer))
    broken_here = want.only_within and want.only_within.isdisjoint(offer.places)
    limits = want.only_within if broken_here else offer.only_within
    return {
        Barrier.GRADE: f"{grade_words(want.grade)} is wanted, {grade_words(offer.grade)} is offered",
        Barrier.TIME: f"available only from {offer.available}, while it is needed by {want.end}",
        Barrier.PLATFORM: f"is for {theirs}, while {mine} is wanted",
        Barrier.CAPACITY: f"has room for {offer.at_once} projects at once, and serves {len(offer.taken)}",
        Barrier.PLACE: f"only partners within {', '.join(sorted(map(view.label, limits)))} are allowed",
        Barrier.CONFLICT: "one side has declared that it is not to be matched with the other",
        Barrier.CLOSED: "the need is met or withdrawn",
        Barrier.CATEGORY: "it is about something else",
    }[broken]


def grade_words(order: int | None) -> str:
    """Return a grade in words by its place in the scheme."""
    grades = vocabulary().schemes["grade"].concepts
    return next((one.labels["en"] for one in grades if one.order == order and order is not None), "a grade not stated")
