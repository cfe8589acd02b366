"""Matching needs and capabilities, both ways: constraints that never give way, then a score, with reasons in words.

A capability can serve a need when their categories are the same or one stands above the other, it works on a
platform that is wanted, and its grade is at least the one wanted. When it is available only after the need falls
due, it is still shown, last, with what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP, Capability, Need
from atmp.kg.view import View
from atmp.ontology.vocabulary import Vocabulary, vocabulary

from .concepts import empty

CLOSED = frozenset({f"{ATMP}need-status-met", f"{ATMP}need-status-withdrawn"})
ANY = f"{ATMP}platform-any"
WEIGHTS = {"category": 0.5, "platform": 0.2, "grade": 0.15, "time": 0.15}
_DUE = {f"{ATMP}horizon-1-2": 1, f"{ATMP}horizon-3-4": 3, f"{ATMP}horizon-5-10": 5, f"{ATMP}horizon-beyond": 10}


@dataclass(frozen=True)
class Match:
    """One proposed partner. `parts` add up to `score`, 0 to 1; `missing` is what would make it better."""

    iri: str
    kind: str
    identifier: str
    label: str
    score: float
    parts: dict[str, float]
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Aspect:
    """One side of a comparison: how well it fits (None: a constraint is broken), and why, in words."""

    fit: float | None
    reason: str
    missing: str = ""


def capabilities_for(view: View, need_iri: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return the capabilities that can serve a need, best first; raises UnknownRecordError."""
    need = view.record(need_iri)
    if not isinstance(need, Need):
        raise UsageError(f"{need_iri} is no need: name one, such as N001")
    held = _held_at(view, need)
    offers = (one for one in view.records("capability") if isinstance(one, Capability))
    found = [(offer, _fit(view, need, offer, held)) for offer in offers]
    return _ranked([_match(view, offer, aspects) for offer, aspects in found if aspects], limit)


def needs_for(view: View, capability_iri: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return the open needs that a capability can serve, best first; raises UnknownRecordError."""
    offer = view.record(capability_iri)
    if not isinstance(offer, Capability):
        raise UsageError(f"{capability_iri} is no capability: name one, such as C01")
    needs = [one for one in view.records("need") if isinstance(one, Need) and one.status not in CLOSED]
    found = [(need, _fit(view, need, offer, _held_at(view, need))) for need in needs]
    return _ranked([_match(view, need, aspects) for need, aspects in found if aspects], limit)


def _ranked(found: Iterable[Match], limit: int) -> tuple[Match, ...]:
    if limit < 1:
        raise UsageError("ask for at least one match")

    def late(one: Match) -> bool:
        return one.parts["time"] == 0.0

    return tuple(sorted(found, key=lambda one: (late(one), -one.score, one.identifier, one.iri))[:limit])


def _match(view: View, partner: Need | Capability, aspects: dict[str, _Aspect]) -> Match:
    parts = {name: round(WEIGHTS[name] * (aspect.fit or 0.0), 4) for name, aspect in aspects.items()}
    reasons = [aspect.reason for aspect in aspects.values() if aspect.reason]
    link = partner.provider if isinstance(partner, Capability) else partner.project
    if link:
        said = "offered by" if isinstance(partner, Capability) else "needed by"
        reasons.append(f"{said} {view.label(link)}")
    label = partner.label or (view.label(partner.category) if partner.category else partner.iri)
    return Match(
        partner.iri,
        partner.kind,
        partner.identifier or "",
        label,
        round(sum(parts.values()), 4),
        parts,
        tuple(reasons),
        tuple(aspect.missing for aspect in aspects.values() if aspect.missing),
    )


def _fit(view: View, need: Need, offer: Capability, held: date | None) -> dict[str, _Aspect] | None:
    """Return how the two fit in each aspect, or None where a constraint is broken."""
    known = vocabulary()
    aspects = {
        "category": _category(known, need, offer),
        "platform": _platform(view, need, offer),
        "grade": _grade(known, need, offer),
        "time": _time(need, offer, held),
    }
    return None if any(aspect.fit is None for aspect in aspects.values()) else aspects


def _category(known: Vocabulary, need: Need, offer: Capability) -> _Aspect:
    if need.category is None or offer.category is None or empty(need.category):
        return _Aspect(None, "")
    wanted, given = known.concept(need.category), known.concept(offer.category)
    if wanted is None or given is None:
        return _Aspect(None, "")
    if wanted.iri == given.iri:
        return _Aspect(1.0, f"both are about {wanted.labels['en']}")
    above, below = known.ancestors(wanted.iri), known.ancestors(given.iri)
    if given.iri in above:
        steps = above[given.iri]
        return _Aspect(
            0.7**steps,
            f"{given.labels['en']} includes {wanted.labels['en']}",
            f"ask whether {wanted.labels['en']} is among what is offered",
        )
    if wanted.iri in below:
        steps = below[wanted.iri]
        return _Aspect(0.8**steps, f"{given.labels['en']} is a kind of {wanted.labels['en']}")
    return _Aspect(None, "")


def _platform(view: View, need: Need, offer: Capability) -> _Aspect:
    wanted, given = ({iri for iri in one.platforms if not empty(iri)} for one in (need, offer))
    if not wanted or not given or ANY in {*need.platforms, *offer.platforms}:
        unsaid = not (wanted or ANY in need.platforms) or not (given or ANY in offer.platforms)
        missing = "neither side rules the other's platform out: state the platforms" if unsaid else ""
        return _Aspect(0.6 if unsaid else 1.0, "", missing)
    shared = sorted(view.label(iri) for iri in wanted & given)
    return _Aspect(1.0, f"works with {', '.join(shared)}") if shared else _Aspect(None, "")


def _grade(known: Vocabulary, need: Need, offer: Capability) -> _Aspect:
    wanted = known.concept(need.grade) if need.grade else None
    given = known.concept(offer.grade) if offer.grade else None
    if wanted is None or wanted.order is None:
        return _Aspect(0.8, "")
    if given is None or given.order is None:
        return _Aspect(0.4, "", f"the need asks for {wanted.labels['en']}, and the capability does not state its grade")
    if given.order < wanted.order:
        return _Aspect(None, "")
    return _Aspect(1.0, f"{given.labels['en']} is offered, {wanted.labels['en']} is wanted")


def _due(need: Need, held: date | None) -> date | None:
    """Return the day from which a need is due: as stated, or the start of its horizon after the round."""
    if need.needed_from is not None or held is None or need.horizon not in _DUE:
        return need.needed_from
    return _later(held, _DUE[need.horizon])


def _later(day: date, years: int) -> date:
    """Return the same day some years later; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _time(need: Need, offer: Capability, held: date | None) -> _Aspect:
    due = _due(need, held)
    if offer.available_from is None or due is None:
        return _Aspect(0.7, "")
    if offer.available_from <= due:
        return _Aspect(1.0, f"available from {offer.available_from}, needed from {due}")
    return _Aspect(0.0, "", f"available only from {offer.available_from}, while it is needed from {due}")


def _held_at(view: View, need: Need) -> date | None:
    """Return the date of the latest round that the need's project answered."""
    if need.project is None:
        return None
    query = (
        f"SELECT ?project (MAX(?date) AS ?held) WHERE {{ VALUES ?project {{ <{need.project}> }}"
        f" ?project <{ATMP}round> ?round . ?round <http://purl.org/dc/terms/date> ?date }} GROUP BY ?project"
    )
    rows = view.select(query).rows
    held = rows[0][1] if rows else None
    return held if isinstance(held, date) else None
