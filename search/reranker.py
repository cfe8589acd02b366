"""A re-ranker: a cross-encoder that reads question and card together, and re-orders the best; off unless one is given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from atmp.kg.errors import EmbedderError
from numpy.typing import NDArray

from .embedder import Tell, cleaned
from .rank import DIGITS, Ranked

BEST = 50
"""Cards that are read again."""

WEIGHT = 0.5
"""What it counts beside the other orders together; a card that it did not read has nothing of it."""

PART = "reranker"


class Reranker:
    """A cross-encoder of sentence-transformers in a folder, loaded at the first question: that takes seconds."""

    def __init__(self, path: str, tell: Tell) -> None:
        """Name the folder; `tell` hears when it is loaded."""
        self.path, self._tell = path, tell

    @cached_property
    def _loaded(self) -> tuple[Any, str]:
        """Return the model, or None, and what is wrong with it; a model that failed is not tried again."""
        if not Path(self.path).is_dir():
            return None, "there is no such folder"
        self._tell(f"loading the re-ranker {self.path}, which takes some seconds")
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # stderr is for what a user should know
        try:
            model = CrossEncoder(self.path, device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError, TypeError) as error:
            return None, (str(error).splitlines() or [type(error).__name__])[0]
        if model.num_labels != 1:
            return None, f"it gives {model.num_labels} numbers for a pair of texts, and not one"
        return model, ""

    @property
    def note(self) -> str:
        """Return what to tell where it cannot be used, loading it if need be; nothing where it can."""
        model, wrong = self._loaded
        if model is not None:
            return ""
        return f"The re-ranker {self.path} cannot be loaded ({wrong}): the order is search's own. Mend ATMP_RERANKER, or unset it."

    @cached_property
    def mark(self) -> str:
        """Return its folder's name and the first 12 digits of its weights' SHA-256; nothing where it cannot be used."""
        model, _ = self._loaded
        if model is None:
            return ""
        digest = hashlib.sha256()
        for key, weights in sorted(model.state_dict().items()):
            digest.update(key.encode())
            digest.update(weights.cpu().contiguous().flatten().float().numpy().tobytes())
        return f"{Path(self.path).name}:{digest.hexdigest()[:12]}"

    def scores(self, asked: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return how well each text answers, 0 to 1; raises EmbedderError where it cannot be used or gives no numbers."""
        model, _ = self._loaded
        if model is None:
            raise EmbedderError(self.note)
        from torch.nn import Sigmoid

        pairs = list(zip(cleaned([asked]) * len(texts), cleaned(texts), strict=True))
        found = np.asarray(model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False), dtype=np.float64)
        if found.shape != (len(texts),) or not np.isfinite(found).all():
            raise EmbedderError(f"the re-ranker '{self.path}' gave numbers that cannot be used: choose another model")
        return found


def reread(ranked: Sequence[Ranked], scores: Mapping[int, float]) -> Iterator[Ranked]:
    """Yield cards with what a re-ranker says of them, by row, as a part of their score; the other parts shrink for it."""
    for one in ranked:
        parts = {name: round((1 - WEIGHT) * value, DIGITS) for name, value in one.parts.items()}
        if one.row in scores:
            parts[PART] = round(WEIGHT * scores[one.row], DIGITS)
        yield replace(one, parts=parts, score=round(sum(parts.values()), DIGITS))
