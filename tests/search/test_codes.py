"""Vectors in memory: the nearest of them, whatever came and went."""

from __future__ import annotations

import numpy as np
import pytest
from atmp.search import codes
from atmp.search.codes import Codes
from atmp.search.embedder import Vector

NOTHING = np.array([], np.int64)


def drawn(count: int, dimension: int = 96) -> Vector:
    """Return vectors of length 1 that lie around a few middles."""
    generator = np.random.default_rng(3)
    middles = generator.standard_normal((20, dimension))
    found = middles[generator.integers(0, 20, count)] + 0.7 * generator.standard_normal((count, dimension))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def filled(vectors: Vector) -> Codes:
    """Return codes that hold these vectors as the rows 10, 12, 14..."""
    rows = np.arange(10, 10 + 2 * len(vectors), 2)
    made = Codes(rows, vectors.shape[1])
    made.put(rows, vectors)
    return made


@pytest.mark.parametrize("scanned", [20_000, 1_000])
def test_the_nearest_are_those_of_an_exact_search(monkeypatch: pytest.MonkeyPatch, scanned: int) -> None:
    """Of many, 98 in a hundred of the 20 nearest are found by bits, with their cosine to four digits."""
    monkeypatch.setattr(codes, "SCANNED", scanned)
    monkeypatch.setattr(codes, "_WEIGHED", 320)
    vectors = drawn(8_000, 384)
    made, found = filled(vectors), 0
    for asked in vectors[::400]:
        rows, cosines = made.nearest(asked, None, NOTHING, 20)
        assert np.allclose(cosines, vectors[(rows - 10) // 2] @ asked, atol=1e-4)
        exact = 10 + 2 * np.argsort(-(vectors @ asked))[:20]
        found += len(set(exact.tolist()) & set(rows[np.argsort(-cosines)[:20]].tolist()))
    assert found >= 0.98 * 20 * 20


@pytest.mark.parametrize("scanned", [20_000, 50])
def test_only_allowed_rows_and_those_asked_for_are_found(monkeypatch: pytest.MonkeyPatch, scanned: int) -> None:
    """A filter acts before the nearest are looked for; a row that is asked for is told of, however far it is."""
    monkeypatch.setattr(codes, "SCANNED", scanned)
    monkeypatch.setattr(codes, "_WEIGHED", 5)
    vectors = drawn(500)
    made = filled(vectors)
    allowed = np.arange(10, 10 + 2 * 100, 2)
    rows, _ = made.nearest(vectors[400], allowed, NOTHING, 3)
    assert len(rows) >= 3
    assert set(rows.tolist()) <= set(allowed.tolist())
    far = 10 + 2 * int(np.argmin(vectors @ vectors[400]))
    assert far in made.nearest(vectors[400], None, np.array([far]), 3)[0]


def test_rows_come_change_and_go() -> None:
    """A row that is put in anew has its new vector, one that is removed none, and one that comes last has room."""
    vectors = drawn(50)
    made = filled(vectors)
    made.put(np.array([12]), -vectors[:1])
    made.remove(np.array([14]))
    assert made.append(200)
    made.put(np.array([200]), vectors[:1])
    rows, cosines = made.nearest(vectors[0], None, NOTHING, 5)
    told = dict(zip(rows.tolist(), cosines.tolist(), strict=True))
    assert told[200] == told[10] == pytest.approx(1.0, abs=1e-5)
    assert told[12] == pytest.approx(-1.0, abs=1e-5)
    assert 14 not in told
    assert not made.append(11)


def test_a_vector_that_is_not_of_numbers_is_left_out() -> None:
    """It spoils no answer."""
    vectors = drawn(5)
    vectors[2, 3] = np.nan
    rows, cosines = filled(vectors).nearest(vectors[0], None, NOTHING, 5)
    assert rows.tolist() == [10, 12, 16, 18]
    assert np.isfinite(cosines).all()


def test_a_part_of_the_vector_can_be_asked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Components of 0 in what is asked count for nothing, also where only bits are looked at."""
    monkeypatch.setattr(codes, "SCANNED", 10)
    monkeypatch.setattr(codes, "_WEIGHED", 20)
    vectors = drawn(2_000)
    halves = np.hstack([vectors, drawn(2_000)[::-1]]) / np.float32(2**0.5)
    asked = np.hstack([vectors[7], np.zeros(96, np.float32)])
    rows, cosines = filled(halves).nearest(asked, None, NOTHING, 1)
    assert rows[np.argmax(cosines)] == 10 + 2 * 7
