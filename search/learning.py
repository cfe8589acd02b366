"""Weights of what speaks for a pair, learnt from whom people chose before a day, and from nothing after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .circle import Work
from .embedder import Vector
from .foresight import Split

_HELD = 3.0  # how strongly weights are held near nothing: a part must earn its weight from many choices
_FEWEST = 5  # new pairs in a year that are worth learning from


def learnt(works: Sequence[Work], vectors: Vector | None, before: date) -> dict[str, float]:
    """Return weights by part, adding up to 1, that made the choices of each year before a day the likeliest.

    At the start of each year the candidates are who is known then, and a choice is whom somebody first worked with
    from then until `before`. Empty where there were too few choices.
    """
    began = [work.started.year for work in works if work.started is not None and work.started < before]
    years = range(min(began, default=before.year) + 1, before.year)
    found = [Split(works, vectors, date(year, 1, 1), before) for year in years]
    return _fitted([split for split in found if len(split.pairs) >= _FEWEST])


def _fitted(splits: Sequence[Split]) -> dict[str, float]:
    """Return the weights under which the softmax of scores gives the partners that were met most of its sum."""
    from scipy.optimize import minimize

    if not splits:
        return {}
    names = list(splits[0].parts)
    seen = [(np.stack([split.parts[name] for name in names], axis=2), split.known, split.met) for split in splits]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        whole, slope = _HELD * float(weights @ weights) / 2, _HELD * weights
        for values, known, met in seen:
            scores = np.where(known, -np.inf, values @ weights)
            odds = np.exp(scores - scores.max(axis=1, keepdims=True))
            share = odds / odds.sum(axis=1, keepdims=True)
            taken = np.sum(share * met, axis=1, keepdims=True)
            whole -= float(np.log(taken).sum())
            slope = slope - np.einsum("ij,ijk->k", share * met / taken - share, values)
        return whole, slope

    start = np.zeros(len(names))
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(names)).x
    return _shares(dict(zip(names, fitted.tolist(), strict=True)))


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    whole = sum(weights.values()) or 1.0
    return {name: round(weight / whole, 3) for name, weight in weights.items()}
