"""An embedder without a model: words and their beginnings hashed into a vector. The same text gives the same vector."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .embedder import Stamp

_WORD = re.compile(r"\w+")
_STEM = 5  # letters: 'cells' and 'cell' share most of their weight


class HashingEmbedder:
    """Deterministic vectors for tests and for machines without a model; likeness is shared words."""

    name = "hashing"

    def __init__(self, dimension: int = 128) -> None:
        """Use so many dimensions."""
        self.dimension = dimension
        self.stamp = Stamp(self.name, "none", dimension)
        self.ready = True

    def prepare(self) -> None:
        """Do nothing: there is no model to make ready."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return one vector of length 1 for each text; a text without words gets a fixed one."""
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.casefold()):
                for part in {word, word[:_STEM]}:
                    hashed = hashlib.blake2b(part.encode("utf-8", "replace"), digest_size=8)
                    digest = int.from_bytes(hashed.digest(), "big")
                    found[row, digest % self.dimension] += 1.0 if digest >> 63 else -1.0
            norm = float(np.linalg.norm(found[row]))
            found[row] = found[row] / norm if norm else 1.0 / self.dimension**0.5
        return found
