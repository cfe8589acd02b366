"""What the JSON interface gives of planning: gaps, investments and likely needs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from atmp.search.candidates import Candidate
    from atmp.search.gaps import Gap
    from atmp.search.investments import Plan
    from atmp.search.readiness import Likely

_ATMP, _LUND = "https://w3id.org/atmp/ontology", "https://w3id.org/atmp/id/lund"
_GAP: dict[str, Any] = {
    "category": f"{_ATMP}/category-gmp-aav", "label": "GMP AAV vector", "grade": "GMP grade", "projects": [f"{_LUND}/project/P03"],
    "needs": [f"{_LUND}/need/N012"], "earliest": "2026-06-01", "elsewhere": False, "why": "nobody offers it", "barriers": {},
}  # fmt: skip
_CHOSEN: dict[str, Any] = {
    "key": "gmp-aav@gmp", "label": "GMP AAV vector, GMP grade", "cost": 1, "projects": [f"{_LUND}/project/P03"],
    "needs": [f"{_LUND}/need/N012"], "earliest": "2026-06-01",
}  # fmt: skip
_PLAN: dict[str, Any] = {
    "budget": 3, "cost": 1, "helped": 1, "bound": 1, "best": 1, "candidates": 29, "words": "Chosen greedily: helps 1 project.",
    "chosen": [_CHOSEN], "exact": [_CHOSEN], "steady": {"gmp-aav@gmp": 4},
}  # fmt: skip
_LIKELY: dict[str, Any] = {
    "rule": "potency", "category": f"{_ATMP}/category-potency-assay", "label": "potency assay", "before_stage": 7,
    "peers": 3, "peers_with_it": 2, "source": "EMA/CAT/852602/2018", "inferred": True,
    "words": "inferred: a potency assay that is fit for release is normally in place before stage 7",
}  # fmt: skip


class GapOut(BaseModel):
    """Needs of one category and grade that nobody serves; `barriers` counts the capabilities that do not, by why not."""

    model_config = ConfigDict(json_schema_extra={"example": _GAP})

    category: str
    label: str
    grade: str | None
    projects: list[str]
    needs: list[str]
    earliest: date | None
    elsewhere: bool
    why: str
    barriers: dict[str, int]

    @classmethod
    def of(cls, one: Gap) -> Self:
        """Return a gap as JSON."""
        from atmp.search.refusal import grade_words

        return cls(
            category=one.category, label=one.label, grade=grade_words(one.grade) if one.grade else None,
            projects=list(one.projects), needs=list(one.needs), earliest=one.earliest, elsewhere=one.elsewhere, why=one.why,
            barriers={broken.value: count for broken, count in one.barriers},
        )  # fmt: skip


class CandidateOut(BaseModel):
    """A capability that could be obtained: `key` is what names its cost."""

    model_config = ConfigDict(json_schema_extra={"example": _CHOSEN})

    key: str
    label: str
    cost: float
    projects: list[str]
    needs: list[str]
    earliest: date | None

    @classmethod
    def of(cls, one: Candidate) -> Self:
        """Return a candidate as JSON."""
        return cls(
            key=one.key, label=one.label, cost=one.cost, projects=sorted(one.projects), needs=sorted(one.needs),
            earliest=one.earliest,
        )  # fmt: skip


class PlanOut(BaseModel):
    """A choice under a budget: no choice helps more than `bound` projects; `best` is the optimum where it was worked out.

    `steady` says of each chosen one in how many of four shifts of all horizons (-1, 0, 1 and 2 years) it is chosen again.
    """

    model_config = ConfigDict(json_schema_extra={"example": _PLAN})

    budget: float
    cost: float
    helped: int
    bound: int
    best: int | None
    candidates: int
    words: str
    chosen: list[CandidateOut]
    exact: list[CandidateOut] | None
    steady: dict[str, int]

    @classmethod
    def of(cls, one: Plan) -> Self:
        """Return a plan as JSON."""
        exact = [CandidateOut.of(each) for each in one.exact] if one.exact is not None else None
        return cls(
            budget=one.budget, cost=one.cost, helped=one.covered, bound=one.bound, best=one.best, candidates=one.candidates,
            words=one.words, chosen=[CandidateOut.of(each) for each in one.chosen], exact=exact, steady=dict(one.steady),
        )  # fmt: skip


class LikelyOut(BaseModel):
    """A likely need, inferred by a rule: of `peers` projects at the same stage, `peers_with_it` have it on record."""

    model_config = ConfigDict(json_schema_extra={"example": _LIKELY})

    rule: str
    category: str
    label: str
    before_stage: int
    peers: int
    peers_with_it: int
    source: str
    inferred: bool
    words: str

    @classmethod
    def of(cls, one: Likely) -> Self:
        """Return a likely need as JSON."""
        rule = one.requirement
        return cls(
            rule=rule.rule, category=rule.category, label=one.label, before_stage=rule.before, peers=one.peers,
            peers_with_it=one.having, source=rule.source, inferred=True, words=one.words,
        )  # fmt: skip
