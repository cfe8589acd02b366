"""How well an offer fits a need: constraints that never give way, then a score in parts.

A constraint is broken by what is stated, never by silence: what is not stated costs in the score, and is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache

from atmp.ontology.vocabulary import vocabulary

from .sides import Offer, Want

WEIGHTS = {
    "category": 0.4, "platform": 0.15, "grade": 0.1, "time": 0.1, "place": 0.1, "experience": 0.07, "text": 0.05, "stage": 0.03,
}  # fmt: skip
"""What each part of a score is worth; they add up to 1."""

_PERSON = 0.6  # of a category's fit: who masters a method has not offered it
_ENOUGH = 3  # methods or words in common that count as much as any more
_UNSAID = 0.3


class Barrier(StrEnum):
    """A constraint that is broken."""

    CATEGORY = "category"
    CLOSED = "closed"
    CONFLICT = "conflict"
    PLATFORM = "platform"
    GRADE = "grade"
    PLACE = "place"
    TIME = "time"
    CAPACITY = "capacity"


def barrier(want: Want, offer: Offer) -> Barrier | None:
    """Return the first constraint that an offer breaks for a need, None where it can serve."""
    if nearness(want, offer) == 0:
        return Barrier.CATEGORY
    if not want.open:
        return Barrier.CLOSED
    return limit(want, offer)


def limit(want: Want, offer: Offer) -> Barrier | None:
    """Return the constraint that is broken between an open need and an offer of its category."""
    return next((name for name, broken in _CONSTRAINTS.items() if broken(want, offer)), None)


def _other_platform(want: Want, offer: Offer) -> bool:
    if want.any_platform or offer.any_platform or not want.platforms or not offer.platforms:
        return False
    return want.platforms.isdisjoint(offer.platforms)


def _lower_grade(want: Want, offer: Offer) -> bool:
    return want.grade is not None and offer.grade is not None and offer.grade < want.grade


def _too_late(want: Want, offer: Offer) -> bool:
    return want.end is not None and offer.available is not None and offer.available > want.end


def _conflict(want: Want, offer: Offer) -> bool:
    own = offer.kind == "person" and offer.iri in want.parties
    return own or not (want.not_with.isdisjoint(offer.parties) and offer.not_with.isdisjoint(want.parties))


def _elsewhere(want: Want, offer: Offer) -> bool:
    return _outside(want.only_within, offer.places) or _outside(offer.only_within, want.places)


def _outside(allowed: frozenset[str], places: frozenset[str]) -> bool:
    return bool(allowed) and bool(places) and allowed.isdisjoint(places)


def _full(want: Want, offer: Offer) -> bool:
    return offer.at_once is not None and len(offer.taken - {want.project}) >= offer.at_once


_CONSTRAINTS: dict[Barrier, Callable[[Want, Offer], bool]] = {
    Barrier.PLATFORM: _other_platform, Barrier.GRADE: _lower_grade, Barrier.TIME: _too_late,
    Barrier.CONFLICT: _conflict, Barrier.PLACE: _elsewhere, Barrier.CAPACITY: _full,
}  # fmt: skip


def parts(want: Want, offer: Offer) -> dict[str, float]:
    """Return what each part adds to the score, 0 to 1 in all; for a pair without a barrier."""
    fits = (
        nearness(want, offer) * (_PERSON if offer.kind == "person" else 1.0),
        _platform(want, offer), _grade(want, offer), _time(want, offer), distance(want, offer)[0],
        _experience(want, offer), _share(len(want.words & offer.words)), _stage(want),
    )  # fmt: skip
    return {name: round(weight * fit, 4) for (name, weight), fit in zip(WEIGHTS.items(), fits, strict=True)}


def total(fits: Mapping[str, float]) -> float:
    """Return the score that parts add up to."""
    return round(sum(fits.values()), 4)


def nearness(want: Want, offer: Offer) -> float:
    """Return how near the categories are: 1 for the same, 0 for those that neither include each other.

    Of people who master other methods than the need names, none is near.
    """
    if want.category is None or (offer.kind == "person" and want.named and want.named.isdisjoint(offer.methods)):
        return 0.0
    return max((related(want.category, given) for given in offer.categories), default=0.0)


@lru_cache(maxsize=20_000)
def related(wanted: str, given: str) -> float:
    """Return how near two categories are, by their IRIs: less for each step that one stands above the other."""
    if wanted == given:
        return 1.0
    known = vocabulary()
    above, below = known.ancestors(wanted), known.ancestors(given)
    if given in above:
        return 0.7 ** above[given]
    return 0.8 ** below[wanted] if wanted in below else 0.0


def shared(want: Want, offer: Offer) -> frozenset[str]:
    """Return the platforms that both sides state."""
    return want.platforms & offer.platforms


def unsaid(want: Want, offer: Offer) -> bool:
    """Return whether a side is silent about its platforms."""
    return not (want.platforms or want.any_platform) or not (offer.platforms or offer.any_platform)


def _platform(want: Want, offer: Offer) -> float:
    return 1.0 if shared(want, offer) or not unsaid(want, offer) else 0.6


def _grade(want: Want, offer: Offer) -> float:
    if want.grade is None:
        return 0.8
    if offer.grade is None:
        return 0.4
    return 1.0 if offer.grade == want.grade else 0.9


def _time(want: Want, offer: Offer) -> float:
    if offer.available is None or want.start is None:
        return 0.7
    return 1.0 if offer.available <= want.start else 0.5


def distance(want: Want, offer: Offer) -> tuple[float, str]:
    """Return how near the two stand, 0 to 1, and in words; where nothing is known of a side, no words."""
    if not want.organisations.isdisjoint(offer.organisations):
        return 1.0, "in the same organisation"
    if want.centre is not None and want.centre == offer.centre:
        return 0.8, "at the same centre"
    if not want.countries.isdisjoint(offer.countries):
        return 0.5, "in the same country"
    return (_UNSAID, "elsewhere in the network") if want.places and offer.places else (_UNSAID, "")


def _experience(want: Want, offer: Offer) -> float:
    return 1.0 if offer.iri in want.uses else _share(len(want.methods & offer.methods))


def _share(common: int) -> float:
    return min(common / _ENOUGH, 1.0)


def _stage(want: Want) -> float:
    if want.from_stage is None or want.standing is None:
        return 0.5
    return 1 / (1 + max(want.from_stage - want.standing, 0))


def later(day: date, years: int) -> date:
    """Return the same day some years later; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
