"""Investments: the greedy choice keeps to the budget, its bound holds, and it comes close to the optimum."""

from __future__ import annotations

import itertools
import random
import statistics
from datetime import date
from typing import TYPE_CHECKING

import pytest
from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP
from atmp.kg.viewer import PUBLIC
from atmp.search.investments import Candidate, bound, candidates, covered, greedy, invest, optimum
from atmp.search.market import Market
from atmp.search.sides import Offer, Want

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas


def _case(seed: int, many: int) -> tuple[list[Candidate], float]:
    """Return made candidates with costs, and a budget, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - the same every time
    projects = [f"urn:p{number}" for number in range(30)]
    dear = dice.random() < 0.5
    among = [
        Candidate(f"urn:c{number}", None, dice.choice([1, 2, 3, 5]) if dear else 1.0,
                  frozenset(dice.sample(projects, dice.randrange(1, 9))), frozenset(), None)
        for number in range(many)
    ]  # fmt: skip
    return among, float(dice.randrange(5, 12))


def test_the_bound_holds_and_greedy_is_close_to_the_optimum_in_a_hundred_cases() -> None:
    """Of 100 made cases: greedy <= optimum <= bound in each, nothing costs too much, and the median ratio is at least .98."""
    ratios = []
    for seed in range(100):
        among, budget = _case(seed, 5 + seed % 24)
        chosen, best = greedy(among, budget), optimum(among, budget)
        for some in (chosen, best):
            assert sum(one.cost for one in some) <= budget
        assert covered(chosen) <= covered(best) <= bound(among, chosen, budget)
        ratios.append(covered(chosen) / covered(best))
    assert statistics.median(ratios) >= 0.98


@pytest.mark.parametrize("seed", range(200, 208))
def test_the_optimum_is_the_best_of_all_choices(seed: int) -> None:
    """What the solver says is what trying every choice says."""
    among, budget = _case(seed, 8)
    choices = itertools.chain.from_iterable(itertools.combinations(among, size) for size in range(9))
    best = max(covered(some) for some in choices if sum(one.cost for one in some) <= budget)
    assert covered(optimum(among, budget)) == best


def _market() -> Market:
    def want(key: str, category: str, project: str, grade: int | None, year: int) -> Want:
        day = date(year, 1, 1)
        return Want(iri=key, category=f"{ATMP}category-{category}", project=project, grade=grade, start=day, end=day)

    wants = [
        want("n1", "gmp-aav", "p1", 3, 2025), want("n2", "gmp-aav", "p2", 3, 2030), want("n3", "statistics", "p3", None, 2026),
        want("n4", "potency-assay", "p1", 2, 2025), want("n5", "potency-assay", "p4", 3, 2025), want("n6", "training", "p5", None, 2025),
    ]  # fmt: skip
    offered = Offer(iri="c1", categories=frozenset({f"{ATMP}category-training"}))
    return Market({one.iri: one for one in wants}, {"c1": offered}, date(2024, 1, 1))


def test_what_could_be_obtained_is_what_nobody_offers() -> None:
    """Each category and grade that is wanted and not served, with whom it helps: a higher grade serves a lower one too."""
    found = {one.key: one for one in candidates(_market())}
    assert found.keys() == {"gmp-aav@gmp", "statistics", "potency-assay@pre-gmp", "potency-assay@gmp"}
    assert found["potency-assay@gmp"].projects == {"p1", "p4"}
    assert found["potency-assay@pre-gmp"].projects == {"p1"}
    assert found["gmp-aav@gmp"].earliest == date(2025, 1, 1)


def test_a_plan_says_what_it_helps_and_how_far_it_hangs_on_the_horizons() -> None:
    """Costs decide what is chosen; needs beyond the years looked at count no more; a choice that a shift undoes is not steady."""
    plan = invest(_market(), 2)
    assert ([one.key for one in plan.chosen], plan.covered, plan.best) == (["gmp-aav@gmp", "potency-assay@gmp"], 3, 3)
    assert plan.covered <= plan.bound
    dear = invest(_market(), 2, costs={"potency-assay": 3})
    assert [one.key for one in dear.chosen] == ["gmp-aav@gmp", "statistics"]
    soon = invest(_market(), 9, within=3)
    assert soon.steady == {"potency-assay@gmp": 3, "statistics": 2}


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf")])
def test_a_budget_that_buys_nothing_is_refused(budget: float) -> None:
    """Nothing, less than nothing and no number are said in words."""
    with pytest.raises(UsageError, match="give a number above 0"):
        invest(_market(), budget)


@pytest.mark.parametrize("costs", [{"training": 2.0}, {"statistics": 0.0}, {"nothing": 1.0}])
def test_a_cost_of_nothing_or_for_what_nobody_waits_for_is_refused(costs: dict[str, float]) -> None:
    """A slip in a name or a price does not change the choice unseen."""
    with pytest.raises(UsageError, match=r"nobody waits for|must be a number above 0"):
        invest(_market(), 2, costs=costs)


def test_nothing_is_chosen_where_nothing_is_wanted() -> None:
    """An empty market has an empty plan."""
    plan = invest(Market(held=date(2024, 1, 1)), 3)
    assert (plan.chosen, plan.covered, plan.bound, plan.best) == ((), 0, 0, 0)


def test_the_demonstration_is_planned(demo: Atlas) -> None:
    """Three capabilities help eleven of its projects, and no three help more."""
    plan = invest(Market.read(demo.view(PUBLIC)), 3)
    assert (plan.covered, plan.best, plan.candidates < 30) == (11, 11, True)
