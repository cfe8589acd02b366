"""Both packaged models side by side: half a vector from each, so that English stays as it was and Swedish is understood."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from atmp.ontology.translation import translation
from numpy.typing import NDArray

from .e5 import E5
from .embedder import Stamp, Tell
from .language import swedish
from .minilm import MiniLM

NAME = "bilingual"
_SHARE = 0.1
"""E5's share of how alike two documents are; to English ones it adds nothing above that."""

_HALVES = np.sqrt(np.array([1 - _SHARE, _SHARE], dtype=np.float32))
_ENGLISH, _SWEDISH = (1.0, 0.0), (0.0, 1.0)
"""How much the cosine in each half counts for a question in a language."""


class Bilingual:
    """all-MiniLM-L6-v2 for English, and multilingual-e5-small, which reads how a text begins, for all else.

    A document's vector has a part from each, and length 1. A question's lights the part that knows its language: its
    product with a document's is the cosine in that part, so that E5 moves no English answer.
    """

    name = NAME

    def __init__(self, folder: Path | None, tell: Tell, package: Path) -> None:
        """Keep the English model's fast form in `folder`; the multilingual one is in the package at `package`."""
        self._english, self._other = MiniLM(folder, tell), E5(package)
        self.dimension = self._english.dimension + self._other.dimension

    @cached_property
    def stamp(self) -> Stamp:
        """Return the stamp, with a hash of both models' stamps."""
        both = f"{self._english.stamp.line()} {self._other.stamp.line()} {_SHARE}"
        return Stamp(self.name, hashlib.sha256(both.encode()).hexdigest(), self.dimension)

    @property
    def ready(self) -> bool:
        """Return whether the English model runs fast; the other one always does."""
        return self._english.ready

    def prepare(self) -> None:
        """Make the English model's fast form where there is none."""
        self._english.prepare()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return an array (texts, 768): of documents vectors of length 1, of questions longer ones, one part lit.

        For MiniLM a Swedish text is put into English as far as its words are known.
        """
        if not len(texts):
            return np.zeros((0, self.dimension), dtype=np.float32)
        foreign = [swedish(text) for text in texts]
        counts = np.array([_SWEDISH if one else _ENGLISH for one in foreign], dtype=np.float32) / _HALVES
        counts = counts if query else np.broadcast_to(_HALVES, counts.shape)
        known = [
            " ".join(translation().english(text)) if one else text for text, one in zip(texts, foreign, strict=True)
        ]
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for model, read, part, weights in (
            (self._english, known, slice(0, self._english.dimension), counts[:, 0]),
            (self._other, texts, slice(self._english.dimension, None), counts[:, 1]),
        ):
            lit = np.flatnonzero(weights)
            if len(lit):
                found[lit, part] = model.encode([read[row] for row in lit.tolist()], query=query) * weights[lit, None]
        return found
