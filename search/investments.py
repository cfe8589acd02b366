"""Investments: which capabilities to obtain under a budget so that they help most projects, and how sure that is.

The greedy choice takes what helps most new projects for its cost, or most new projects at all, again and again, and keeps
the better of the two. It comes with a bound: no choice under the budget can help more than `bound` projects. With fewer than
30 candidates the optimum is worked out beside it, as an integer programme.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from atmp.kg.errors import UsageError

from .candidates import Candidate, candidates
from .market import Market

EXACT = 30
"""Below so many candidates the optimum is worked out."""

SHIFTS = (-1, 0, 1, 2)
"""By how many years all needs fall due later, where it is asked how far a choice hangs on the stated horizons."""

_TINY = 1e-9


@dataclass(frozen=True)
class Plan:
    """A choice under a budget, in the order in which it was made; `bound` is what no choice can pass.

    `exact` is the best choice where it was worked out; `steady` says of each chosen one's key in how many of the
    `SHIFTS` of all horizons it is chosen again.
    """

    budget: float
    chosen: tuple[Candidate, ...]
    covered: int
    bound: int
    exact: tuple[Candidate, ...] | None
    candidates: int
    steady: Mapping[str, int]

    @property
    def cost(self) -> float:
        """Return what the choice costs."""
        return sum(one.cost for one in self.chosen)

    @property
    def best(self) -> int | None:
        """Return how many projects the best choice helps, where it was worked out."""
        return covered(self.exact) if self.exact is not None else None

    @property
    def words(self) -> str:
        """Return how good the choice is, in a sentence."""
        said = (
            f"Chosen greedily: helps {self.covered} projects for {self.cost:g} of {self.budget:g};"
            f" no choice can help more than {self.bound}."
        )
        if self.best is None:
            return f"{said} There are {self.candidates} candidates, too many to try all."
        return f"{said} The best choice of all helps {self.best}."


def invest(
    market: Market,
    budget: float,
    centre: str | None = None,
    *,
    network: bool = False,
    costs: Mapping[str, float] | None = None,
    within: int | None = None,
) -> Plan:
    """Return the choice of capabilities that helps most projects under a budget; raises UsageError for a budget below 0."""
    if not math.isfinite(budget) or budget <= 0:
        raise UsageError(f"a budget of {budget:g} buys nothing: give a number above 0, such as 3 for the best three")

    def offered(shift: int) -> tuple[Candidate, ...]:
        return candidates(market, centre, network=network, costs=costs, within=within, shift=shift)

    among = offered(0)
    chosen = greedy(among, budget)
    best = optimum(among, budget) if len(among) < EXACT else None
    again: dict[str, int] = defaultdict(int)
    for shift in SHIFTS:
        for one in greedy(offered(shift), budget):
            again[one.key] += 1
    return Plan(
        budget, chosen, covered(chosen), bound(among, chosen, budget), best, len(among),
        {one.key: again[one.key] for one in chosen},
    )  # fmt: skip


def covered(chosen: Iterable[Candidate]) -> int:
    """Return how many projects a choice helps."""
    return len(frozenset[str]().union(*(one.projects for one in chosen)))


def greedy(among: Sequence[Candidate], budget: float) -> tuple[Candidate, ...]:
    """Return the better of two choices: most new projects for the cost, or most new projects, each step as far as money goes."""

    def for_its_cost(one: Candidate, fresh: int) -> float:
        return fresh / one.cost

    def for_all(one: Candidate, fresh: int) -> float:
        return float(fresh)

    found = [_greedily(among, budget, worth) for worth in (for_its_cost, for_all)]
    return max(found, key=lambda some: (covered(some), -sum(one.cost for one in some)))


def _greedily(
    among: Sequence[Candidate], budget: float, worth: Callable[[Candidate, int], float]
) -> tuple[Candidate, ...]:
    chosen, helped, left = list[Candidate](), set[str](), budget
    while True:
        able = [one for one in among if one not in chosen and one.cost <= left + _TINY and one.projects - helped]
        if not able:
            return tuple(chosen)
        best = min(able, key=lambda one: (-worth(one, len(one.projects - helped)), one.earliest or date.max, one.key))
        chosen.append(best)
        helped |= best.projects
        left -= best.cost


def bound(among: Sequence[Candidate], chosen: Sequence[Candidate], budget: float) -> int:
    """Return a number of projects that no choice under the budget can pass.

    Whatever is added to a choice helps no more than each helps by itself, so that the budget filled with the best of
    these, the last in part, is a bound; the least over all beginnings of the choice made is kept.
    """
    bounds = [len(frozenset[str]().union(*(one.projects for one in among)))]
    for length in range(len(chosen) + 1):
        helped = frozenset[str]().union(*(one.projects for one in chosen[:length]))
        gains = sorted(
            ((len(one.projects - helped) / one.cost, one.cost) for one in among if one.cost <= budget + _TINY),
            reverse=True,
        )
        more, left = 0.0, budget
        for worth, cost in gains:
            more += worth * min(cost, left)
            left -= min(cost, left)
        bounds.append(math.floor(len(helped) + more + _TINY))
    return min(bounds)


def optimum(among: Sequence[Candidate], budget: float) -> tuple[Candidate, ...]:
    """Return a choice that helps most projects under the budget, worked out by HiGHS as an integer programme."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    projects = sorted(frozenset[str]().union(*(one.projects for one in among)))
    if not projects:
        return ()
    many, places = len(among), {project: place for place, project in enumerate(projects)}
    helps = np.zeros((len(projects), many))
    for column, one in enumerate(among):
        helps[[places[project] for project in one.projects], column] = 1
    spent = np.concatenate([[one.cost for one in among], np.zeros(len(projects))])
    linked = np.hstack([-helps, np.eye(len(projects))])  # a project is helped only by one that is chosen
    found = milp(
        np.concatenate([np.zeros(many), -np.ones(len(projects))]), integrality=1, bounds=Bounds(0, 1),
        constraints=[LinearConstraint(spent[None, :], ub=budget + _TINY), LinearConstraint(linked, ub=0)],
        options={"mip_rel_gap": 0},
    )  # fmt: skip
    return tuple(one for one, taken in zip(among, found.x[:many], strict=True) if taken > 0.5)
