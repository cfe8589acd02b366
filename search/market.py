"""The market: all needs and offers that a viewer sees, as what their fit depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from atmp.kg.view import View

from .census import Census
from .fit import Barrier, barrier, limit, related
from .sides import Offer, Want

S = TypeVar("S", Want, Offer)


@dataclass(frozen=True)
class Market:
    """Needs and offers by IRI; `held` is the day of the latest survey round, from which horizons are counted."""

    wants: Mapping[str, Want] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    held: date | None = None

    @classmethod
    def read(cls, view: View) -> Market:
        """Return the market as a view shows it."""
        census = Census(view)
        wants = {one.iri: one for one in census.wants()}
        return cls(wants, {one.iri: one for one in census.offers()}, census.held)

    @cached_property
    def _offers_of(self) -> Mapping[str, tuple[Offer, ...]]:
        """Return for each category that is wanted the offers near it."""
        given = _by_category((one.categories, one) for one in self.offers.values())
        asked = {one.category for one in self.wants.values() if one.category}
        return {category: _near(category, given) for category in asked}

    def offers_for(self, want: Want) -> Iterator[Offer]:
        """Yield the offers that can serve a need: no constraint is broken."""
        yield from (one for one in self.near(want) if barrier(want, one) is None)

    def barred(self, want: Want) -> Iterator[tuple[Offer, Barrier]]:
        """Yield the offers of a need's category that a constraint rules out, with that constraint."""
        for one in self.near(want):
            broken = limit(want, one)
            if broken is not None:
                yield one, broken

    def near(self, want: Want) -> tuple[Offer, ...]:
        """Return the offers whose category is that of a need, or stands above or below it."""
        return self._offers_of.get(want.category or "", ())

    @cached_property
    def _wants_of(self) -> Mapping[str, tuple[Want, ...]]:
        wanted = _by_category(
            (frozenset({one.category}), one) for one in self.wants.values() if one.category and one.open
        )
        given = {category for one in self.offers.values() for category in one.categories}
        return {category: _near(category, wanted) for category in given}

    def wants_for(self, offer: Offer) -> Iterator[Want]:
        """Yield the open needs that an offer can serve."""
        seen = {want.iri: want for category in offer.categories for want in self._wants_of.get(category, ())}
        yield from (want for want in seen.values() if barrier(want, offer) is None)


def _by_category(sides: Iterable[tuple[frozenset[str], S]]) -> dict[str, list[S]]:
    found: dict[str, list[S]] = defaultdict(list)
    for categories, one in sides:
        for category in categories:
            found[category].append(one)
    return found


def _near(category: str, sides: Mapping[str, list[S]]) -> tuple[S, ...]:
    """Return the sides whose category is this one, or stands above or below it; each once."""
    near = (one for other, some in sides.items() if related(category, other) for one in some)
    return tuple({one.iri: one for one in near}.values())
