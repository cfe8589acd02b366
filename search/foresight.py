"""How well new partners are foreseen: who worked together first after a day, among those known before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

import numpy as np
from atmp.kg.errors import UsageError
from numpy.typing import NDArray

from .circle import Circle, Values, Work
from .collaboration import Likeness, Parts, neighbours, parts, score, upto_one, weights
from .embedder import Vector
from .evaluation import Interval, interval
from .working import before

OURS, TEXT, RANDOM = "ours", "text", "random"
MEASURES: Mapping[str, Callable[[NDArray[np.int64]], NDArray[np.float64]]] = {
    "hits@5": lambda ranks: (ranks <= 5).astype(np.float64),
    "hits@10": lambda ranks: (ranks <= 10).astype(np.float64),
    "mrr": lambda ranks: 1 / ranks,
}
"""What is made of the rank of the best new partner of each who was asked for."""

_SEED = 20_160_101  # the same random order on every machine


@dataclass(frozen=True)
class Foreseen:
    """Figures of each way of ranking by measure, over so many who found so many new partners, among candidates.

    `better` is, by measure, how much ours is above `best`, the best other way, asked by asked.
    """

    asked: int
    pairs: int
    candidates: tuple[int, ...]
    figures: Mapping[str, Mapping[str, Interval]]
    best: str
    better: Mapping[str, Interval]


class Split:
    """One day: the circle before it, and who of it worked together first in the years after."""

    def __init__(self, works: Sequence[Work], vectors: Vector | None, day: date, until: date) -> None:
        """Split the works at `day`; new partners are those of works that began from it on and before `until`.

        `vectors` are the embeddings of all works' texts.
        """
        past = [at for at, work in enumerate(works) if work.started is not None and work.started < day]
        self.circle = Circle([works[at] for at in past], day)
        self._vectors = None if vectors is None else vectors[past]
        place, ties = self.circle.place, self.circle.ties
        after = [work for work in before(works, until) if work.started is not None and work.started >= day]
        met = {
            tuple(sorted((place[one], place[other])))
            for work in after
            for one, other in combinations([party for party in work.parties if party in place], 2)
        }
        self.pairs = sorted((one, other) for one, other in met if one != other and not ties[one, other])
        self.asked = sorted({party for pair in self.pairs for party in pair})

    @cached_property
    def parts(self) -> Parts:
        """Return what speaks for each candidate, from the past."""
        return parts(Likeness(self.circle, self._vectors), self.asked)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Return who is no candidate: itself, and partners of the past."""
        return self.circle.known(self.asked)

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """Return who became a partner: (asked, parties)."""
        row = {party: at for at, party in enumerate(self.asked)}
        found = np.zeros((len(self.asked), len(self.circle.parties)), dtype=np.bool_)
        for one, other in self.pairs:
            found[row[one], other] = found[row[other], one] = True
        return found

    def scores(self) -> Parts:
        """Return the scores of every way of ranking: ours, the text alone, neighbours, activity, and none at all."""
        shape = (len(self.asked), len(self.circle.parties))
        found = {OURS: score(self.parts, weights())} | neighbours(self.circle, self.asked)
        if "meaning" in self.parts:
            near = upto_one(np.where(self.known, 0.0, found["adamic_adar"]))
            found |= {TEXT: self.parts["meaning"], f"{TEXT}_and_adamic_adar": self.parts["meaning"] + near}
        return found | {RANDOM: np.random.default_rng(_SEED).random(shape)}

    def ranks(self, scores: Values) -> NDArray[np.int64]:
        """Return the rank of the best-ranked new partner of each who is asked for; equals stand in the order of names."""
        order = np.argsort(-np.where(self.known, -np.inf, scores), axis=1, kind="stable")
        return np.asarray(np.take_along_axis(self.met, order, axis=1).argmax(axis=1) + 1, dtype=np.int64)


def splits(works: Sequence[Work], vectors: Vector | None, days: Sequence[date], years: int) -> list[Split]:
    """Return a split at each day, with so many years after it; raises UsageError for one without a new pair."""
    found = [Split(works, vectors, day, years_after(day, years)) for day in days]
    for day, one in zip(days, found, strict=True):
        if not one.pairs:
            raise UsageError(
                f"nobody known before {day} worked with somebody new of them in the {years} years after: there is"
                " nothing to foresee. Give another day with --before, or more years with --years"
            )
    return found


def years_after(day: date, years: int) -> date:
    """Return the day so many years later; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def foreseen(found: Sequence[Split]) -> Foreseen:
    """Return how well new partners are foreseen over all splits together."""
    ranks: dict[str, list[NDArray[np.int64]]] = {}
    for split in found:
        for name, scores in split.scores().items():
            ranks.setdefault(name, []).append(split.ranks(scores))
    values = {
        name: {measure: of(np.concatenate(one)) for measure, of in MEASURES.items()} for name, one in ranks.items()
    }
    figures = {name: {measure: interval(one.tolist()) for measure, one in by.items()} for name, by in values.items()}
    others = [name for name in figures if name != OURS]
    best = max(others, key=lambda name: (figures[name]["hits@10"].mean, figures[name]["mrr"].mean))
    better = {name: interval((values[OURS][name] - values[best][name]).tolist()) for name in MEASURES}
    return Foreseen(
        sum(len(split.asked) for split in found), sum(len(split.pairs) for split in found),
        tuple(len(split.circle.parties) for split in found), figures, best, better,
    )  # fmt: skip
