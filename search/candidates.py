"""Candidates: capabilities that could be obtained, with what they would serve and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from atmp.kg.errors import UsageError
from atmp.ontology.vocabulary import vocabulary

from .fit import barrier, later
from .gaps import open_wants, unserved
from .market import Market
from .refusal import grade_words
from .sides import Offer, Want


@dataclass(frozen=True)
class Candidate:
    """A capability that could be obtained, at a cost in the budget's units, and the projects it would help, by IRI.

    `needs` are the IRIs of what it would serve; `earliest` is when the first falls due.
    """

    category: str
    grade: int | None
    cost: float
    projects: frozenset[str]
    needs: frozenset[str]
    earliest: date | None

    @property
    def key(self) -> str:
        """Return the category's notation and the grade's, such as `potency-assay@gmp`: what names a cost."""
        concept = vocabulary().concept(self.category)
        grade = next((one.notation for one in vocabulary().schemes["grade"].concepts if one.order == self.grade), "")
        notation = concept.notation if concept else self.category
        return f"{notation}@{grade}" if self.grade is not None else notation

    @property
    def label(self) -> str:
        """Return what would be obtained, in words."""
        concept = vocabulary().concept(self.category)
        name = concept.labels["en"] if concept else self.category
        return f"{name}, {grade_words(self.grade)}" if self.grade is not None else name


def candidates(
    market: Market,
    centre: str | None = None,
    *,
    network: bool = False,
    costs: Mapping[str, float] | None = None,
    within: int | None = None,
    shift: int = 0,
) -> tuple[Candidate, ...]:
    """Return what could be obtained: each category at each grade that an unserved need wants, by its key.

    `costs` are by key or by category, 1 where none is named; a need counts that falls due `within` so many years of the
    latest round, all of them `shift` years later than stated. Raises UsageError for a cost of nothing that is needed.
    """
    wants = unserved(market, open_wants(market, centre), network=network)
    due = [one for one in wants if _due(one, market.held, within, shift)]
    goods = {(one.category or "", one.grade) for one in wants}
    priced = _priced(goods, costs or {})
    found = [_candidate(category, grade, priced[category, grade], due) for category, grade in goods]
    return tuple(sorted((one for one in found if one.projects), key=lambda one: one.key))


def _due(want: Want, held: date | None, within: int | None, shift: int) -> bool:
    if within is None:
        return True
    return want.start is not None and held is not None and later(want.start, shift) < later(held, within)


def _priced(goods: set[tuple[str, int | None]], costs: Mapping[str, float]) -> dict[tuple[str, int | None], float]:
    """Return the cost of each good: by its key, else by its category, else 1."""
    names = {good: Candidate(*good, 1, frozenset(), frozenset(), None).key for good in goods}
    known = {*names.values(), *(name.partition("@")[0] for name in names.values())}
    for name, cost in costs.items():
        if name not in known:
            raise UsageError(f"nobody waits for '{name}', so it has no cost: use one of {', '.join(sorted(known))}")
        if not math.isfinite(cost) or cost <= 0:
            raise UsageError(f"the cost of {name} must be a number above 0, not {cost:g}")
    return {good: costs.get(name, costs.get(name.partition("@")[0], 1.0)) for good, name in names.items()}


def _candidate(category: str, grade: int | None, cost: float, due: Sequence[Want]) -> Candidate:
    """Return what a capability of this category and grade would serve, for any platform, had it been there all along."""
    offer = Offer(iri="", categories=frozenset({category}), any_platform=True, grade=grade)
    served = [one for one in due if (grade is not None or one.grade is None) and barrier(one, offer) is None]
    return Candidate(
        category, grade, cost, frozenset(one.project for one in served if one.project),
        frozenset(one.iri for one in served), min((one.start for one in served if one.start), default=None),
    )  # fmt: skip
