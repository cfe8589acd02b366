"""Gaps: what nobody offers, at the centre and in the network, and why what is offered does not serve."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from atmp.kg.records import ATMP
from atmp.search.fit import Barrier
from atmp.search.gaps import gaps
from atmp.search.market import Market
from atmp.search.sides import Offer, Want

AAV, TEST = f"{ATMP}category-gmp-aav", f"{ATMP}category-potency-assay"


def _want(key: str, project: str, **said: object) -> Want:
    made: dict[str, object] = {"category": AAV, "grade": 3, "centre": "lund", "project": project}
    return Want(iri=key, identifier=key, **(made | said))  # type: ignore[arg-type]


def _offer(key: str, **said: object) -> Offer:
    made: dict[str, object] = {"categories": frozenset({AAV}), "grade": 3, "centre": "lund"}
    return Offer(iri=key, identifier=key, **(made | said))  # type: ignore[arg-type]


def _market(wants: list[Want], offers: list[Offer]) -> Market:
    return Market({one.iri: one for one in wants}, {one.iri: one for one in offers})


def test_gaps_are_counted_by_projects_with_the_earliest_day() -> None:
    """Two needs of one project are one project that waits; the undated come last; closed needs are no gap."""
    wants = [
        _want("n1", "p1", start=date(2027, 1, 1)), _want("n2", "p1", start=date(2026, 1, 1)), _want("n3", "p2"),
        _want("n4", "p3", category=TEST), _want("n5", "p4", open=False), _want("n6", "p5", category=None),
    ]  # fmt: skip
    first, second = gaps(_market(wants, []))
    assert (first.category, first.projects, first.needs) == (AAV, ("p1", "p2"), ("n2", "n1", "n3"))
    assert (first.earliest, first.why, first.elsewhere) == (date(2026, 1, 1), "nobody offers it", False)
    assert (second.category, second.projects) == (TEST, ("p3",))


def test_what_another_centre_offers_is_a_gap_at_the_centre_alone() -> None:
    """Asked for the network, what is offered anywhere is none."""
    market = _market([_want("n1", "p1")], [_offer("c1", centre="umea")])
    (gap,) = gaps(market)
    assert gap.elsewhere
    assert gaps(market, network=True) == ()
    assert gaps(market, "umea") == ()
    assert gaps(_market([_want("n1", "p1")], [_offer("c1")])) == ()


def test_a_gap_says_why_what_is_offered_does_not_serve() -> None:
    """Capabilities that a constraint rules out are counted under it; a person who masters a method fills no gap."""
    low, late = _offer("c1", grade=2), _offer("c2", available=date(2030, 1, 1))
    person = replace(_offer("i1", grade=1), kind="person")
    (gap,) = gaps(_market([_want("n1", "p1", end=date(2026, 1, 1))], [low, late, person]))
    assert dict(gap.barriers) == {Barrier.GRADE: 1, Barrier.TIME: 1}
    assert gap.why == "1 offered, but of a lower grade; 1 offered, but too late"
