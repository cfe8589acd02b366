"""Matching needs and capabilities, both ways: constraints that never give way, then a score, with reasons to check.

Who can serve a need is a facility or a laboratory with a capability, or an investigator who masters a method that helps.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP, Capability, Need, Person
from atmp.kg.view import View

from .fit import later, parts, total
from .grounds import Pair
from .market import Market
from .markets import market, wanted
from .reason import Reason, said
from .sides import Offer, Want

S = TypeVar("S", Want, Offer)
HORIZONS = ("now", "1-2 years", "3-4 years", "5-10 years", "later", "not stated")
"""When a need falls due, counted from the latest survey round."""


@dataclass(frozen=True)
class Match:
    """One proposed partner. `parts` add up to `score`, 0 to 1; `missing` is what would make it better.

    `grounds` are the reasons with the statements they rest on; `horizon` is when the need falls due, one of `HORIZONS`.
    """

    iri: str
    kind: str
    identifier: str
    label: str
    score: float
    parts: dict[str, float]
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()
    grounds: tuple[Reason, ...] = ()
    horizon: str = ""


def capabilities_for(view: View, need_iri: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return who can serve a need, best first; raises UnknownRecordError."""
    trade, want = market(view), wanted(view, need_iri)
    found = best(((parts(want, offer), offer) for offer in trade.offers_for(want)), limit)
    return tuple(_match(view, trade, want, offer, offer, fits) for fits, offer in found)


def needs_for(view: View, capability_iri: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return the open needs that a capability can serve, best first; raises UnknownRecordError."""
    record, trade = view.record(capability_iri), market(view)
    offer = trade.offers.get(record.iri)
    if offer is None or not isinstance(record, Capability):
        raise UsageError(f"{capability_iri} is no capability: name one, such as C01")
    found = best(((parts(want, offer), want) for want in trade.wants_for(offer)), limit)
    return tuple(_match(view, trade, want, offer, want, fits) for fits, want in found)


def best(found: Iterable[tuple[dict[str, float], S]], limit: int) -> list[tuple[dict[str, float], S]]:
    """Return the best of what was found, at most `limit`; what is equally good stands by its id. Raises UsageError."""
    if limit < 1:
        raise UsageError("ask for at least one match")
    return heapq.nsmallest(limit, found, key=lambda one: (-total(one[0]), one[1].identifier, one[1].iri))


def horizon(want: Want, held: date | None) -> str:
    """Return when a need falls due, counted from the day of a survey round: one of `HORIZONS`."""
    if want.start is None or held is None:
        return HORIZONS[-1]
    for words, years in zip(HORIZONS[1:4], (3, 5, 11), strict=True):
        if want.start < later(held, years):
            return HORIZONS[0] if want.start <= held else words
    return "later"


def _match(view: View, trade: Market, want: Want, offer: Offer, partner: Want | Offer, fits: dict[str, float]) -> Match:
    pair = Pair(view, want, offer)
    grounds = [*pair.reasons(), *_whose(view, partner)]
    return Match(
        partner.iri, partner.kind if isinstance(partner, Offer) else "need", partner.identifier, partner.label,
        total(fits), fits, tuple(one.words for one in grounds), pair.missing(), tuple(grounds),
        horizon(want, trade.held),
    )  # fmt: skip


def _whose(view: View, partner: Want | Offer) -> tuple[Reason, ...]:
    """Return who offers a capability, which organisation a person is of, or which project has a need."""
    record = view.record(partner.iri)
    links: tuple[tuple[str, str, str | None], ...] = ()
    if isinstance(record, Capability):
        links = (("offered by", "providedBy", record.provider),)
    elif isinstance(record, Need):
        links = (("needed by", "neededBy", record.project),)
    elif isinstance(record, Person):
        links = tuple(("of", "memberOf", one) for one in record.organisations)
    return tuple(
        Reason(f"{words_} {view.label(to)}", (said(record.iri, ATMP + prop, to),)) for words_, prop, to in links if to
    )
