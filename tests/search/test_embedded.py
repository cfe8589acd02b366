"""Embeddings that are kept: the same as made anew, and never of another model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from atmp.kg.errors import EmbedderError, SourceError
from atmp.search.embedded import embedded
from atmp.search.embedder import Vector
from atmp.search.hashing import HashingEmbedder

TEXTS = ["cells of the cornea", "a vector", "cells of the cornea", ""]


class Counting(HashingEmbedder):
    """Counts the texts that it was given."""

    given = 0

    def encode(self, texts: list[str], *, query: bool = False) -> Vector:  # type: ignore[override]
        """Return the vectors."""
        self.given += len(texts)
        return super().encode(texts, query=query)


class Other(HashingEmbedder):
    """Another model."""

    name = "other"


def test_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    """Vectors stand in the order of the texts; only new texts are embedded in a second run."""
    keep, model = tmp_path / "kept.npz", Counting()
    first = embedded(TEXTS, model, keep)
    assert np.allclose(first, model.encode(TEXTS))
    model.given = 0
    again = embedded([*TEXTS[::-1], "something new"], model, keep)
    assert model.given == 1
    assert np.array_equal(again[:4], first[::-1])


def test_vectors_of_another_model_or_none_are_refused(tmp_path: Path) -> None:
    """They are never mixed, and a file of something else is said."""
    keep = tmp_path / "kept.npz"
    embedded(TEXTS, HashingEmbedder(), keep)
    with pytest.raises(EmbedderError):
        embedded(TEXTS, Other(), keep)
    keep.write_text("something else", encoding="utf-8")
    with pytest.raises(SourceError, match="no vectors"):
        embedded(TEXTS, HashingEmbedder(), keep)


def test_no_text_has_no_vector() -> None:
    """An empty list gives an empty array of the model's width."""
    assert embedded([], HashingEmbedder()).shape == (0, HashingEmbedder().dimension)
