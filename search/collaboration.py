"""Who is likely to work with whom: what speaks for a pair of parties, part by part, from the past alone.

Each part is 0 to 1, the best candidate's being 1, and a score is the sum of parts by their weights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .circle import Circle, Values
from .embedder import Vector

Parts = dict[str, Values]
"""By the name of a part, how much it speaks for each candidate: arrays (asked, parties)."""

_WORD = re.compile(r"\w+")
_STEM, _SHORT = 6, 3  # letters
_HALVES = 2.0  # years in which what a work says of its parties' interests loses half its weight
_WALK, _STEPS = 0.7, 5  # how far a walk along ties goes


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Return the weight of each part as learnt; the table beside this module says how and from what."""
    text = files(__package__).joinpath("collaboration.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    return {row[0]: float(row[1]) for row in rows}


def score(parts: Parts, given: Mapping[str, float]) -> Values:
    """Return the sum of the parts by their weights: (asked, parties)."""
    return np.asarray(sum(given.get(name, 0.0) * values for name, values in parts.items()), dtype=np.float64)


class Likeness:
    """What is written of a circle's works, and their subjects, each as one vector a work."""

    def __init__(self, circle: Circle, vectors: Vector | None) -> None:
        """Read the works; `vectors` are the embeddings of their texts, (works, dimension)."""
        self.circle, self.vectors = circle, vectors
        self.words = _terms([_words(" ".join((work.text, work.rest, *work.subjects))) for work in circle.works])
        self.subjects = _terms([list(work.subjects) for work in circle.works])


def parts(read: Likeness, asked: Sequence[int]) -> Parts:
    """Return what speaks for each party as a partner of each one asked for; for itself and for partners it is 0."""
    circle, rows = read.circle, list(asked)
    found: Parts = {}
    steps = _shares(circle)
    for name, said in (("meaning", read.vectors), ("words", read.words)):
        if said is not None:
            whole, late = _profiles(circle, said), _profiles(circle, said, halves=_HALVES)
            found[name] = _dense(whole[rows] @ whole.T)
            found[f"{name}, lately"] = _dense(late[rows] @ late.T)
            found[f"{name} of partners"] = _dense((steps[rows] @ whole) @ whole.T)
    if read.subjects is not None:
        whole = _profiles(circle, read.subjects)
        found["subjects"] = _dense(whole[rows] @ whole.T)
    found |= {"partners of partners": _walk(steps[rows], steps)} | _active(circle, rows)
    known = circle.known(rows)
    return {name: upto_one(np.where(known, 0.0, values)) for name, values in found.items()}


def neighbours(circle: Circle, asked: Sequence[int]) -> Parts:
    """Return the plain measures of nearness that others are held against: shared partners, counted or by rarity."""
    rows, ties, many = list(asked), circle.ties, circle.partners
    rare = np.where(many > 1, 1 / np.log(np.maximum(many, 2)), 0.0)
    return {
        "common_neighbours": _dense(ties[rows] @ ties),
        "adamic_adar": _dense((ties[rows] * rare[None, :]) @ ties),
        "activity": np.tile(np.asarray(circle.done.sum(axis=1), dtype=np.float64), (len(rows), 1)),
    }


def walked(circle: Circle, together: Sequence[int]) -> Values:
    """Return how near each party is to some who ask together, over parties that both sides worked with: (parties,)."""
    from scipy.sparse import csr_array

    steps, here = _shares(circle), np.zeros((1, len(circle.parties)))
    here[0, list(together)] = 1 / len(together)
    return np.asarray(_walk(csr_array(here) @ steps, steps)[0], dtype=np.float64)


def _walk(here: Any, steps: Any) -> Values:
    """Return how likely a walk along ties, from where it stands after its first step, comes to each party."""
    found = _dense(here) * 0.0
    for _ in range(_STEPS):
        here = (here @ steps) * _WALK
        found += _dense(here)
    return np.asarray(np.log1p(100 * found), dtype=np.float64)


def _active(circle: Circle, rows: list[int]) -> Parts:
    """Return how much each party has begun, lately more than before."""
    begun = circle.done @ np.power(0.5, circle.ages / _HALVES)
    return {"lately active": np.tile(np.log1p(begun), (len(rows), 1))}


def _shares(circle: Circle) -> Any:
    """Return each party's ties as shares that add up to 1: sparse, (parties, parties)."""
    from scipy.sparse import diags_array

    return diags_array(1 / np.maximum(circle.partners, 1)).tocsr() @ circle.ties


def _profiles(circle: Circle, said: Any, halves: float | None = None) -> Any:
    """Return the direction of all that each party's works say: rows of length 1; with `halves`, of late ones more."""
    from scipy.sparse import diags_array

    done = circle.done if halves is None else circle.done @ diags_array(np.power(0.5, circle.ages / halves))
    return _length_one(done @ said)


def _length_one(rows: Any) -> Any:
    from scipy.sparse import diags_array, issparse

    if issparse(rows):
        long = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        return diags_array(1 / np.where(long > 0, long, 1)).tocsr() @ rows
    long = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(long > 0, long, 1)


def _dense(found: Any) -> Values:
    dense: NDArray[Any] = found if isinstance(found, np.ndarray) else found.toarray()
    return np.asarray(dense, dtype=np.float64)


def upto_one(values: Values) -> Values:
    """Return the values of each row as shares of its greatest; below nothing is nothing."""
    top = values.max(axis=1, keepdims=True, initial=0.0)
    return np.clip(values / np.where(top > 0, top, 1), 0.0, 1.0)


def _terms(lists: Sequence[Sequence[str]]) -> Any | None:
    """Return a row of length 1 for each list, its terms by rarity, as a sparse array; None where there is no term."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(lists).tocsr() if any(lists) else None


def _words(text: str) -> list[str]:
    """Return the words of a text by their beginnings, which most forms of a word share."""
    return [word[:_STEM] for word in _WORD.findall(text.casefold()) if len(word) > _SHORT]
