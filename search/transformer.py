"""Any sentence-transformers model, by name or path, loaded at the first text: that takes seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from atmp.kg.errors import EmbedderError

from .embedder import Stamp, Tell, cleaned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def load(name: str) -> Any:
    """Return the SentenceTransformer at a name or path, on the processor; raises EmbedderError."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # stderr is for what a user should know
    try:
        return SentenceTransformer(name, device="cpu")
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EmbedderError(f"the model '{name}' cannot be loaded: {first}. Name a folder that holds it") from error


class TransformerEmbedder:
    """A sentence-transformers model. E5 models get the prefixes they were trained with."""

    def __init__(self, name: str, tell: Tell) -> None:
        """Name the model; it is loaded when first used, and `tell` hears of it."""
        self.name, self._tell = name, tell
        self.prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")

    @cached_property
    def model(self) -> Any:
        """Return the loaded model."""
        self._tell(f"loading the model {self.name}, which takes some seconds")
        return load(self.name)

    @property
    def ready(self) -> bool:
        """Return whether the model is loaded."""
        return "model" in self.__dict__

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self.model.get_embedding_dimension())

    @cached_property
    def stamp(self) -> Stamp:
        """Return the stamp; its hash is of the weights themselves, whatever file they came from."""
        digest = hashlib.sha256()
        for key, weights in sorted(self.model.state_dict().items()):
            digest.update(key.encode())
            digest.update(weights.cpu().contiguous().flatten().float().numpy().tobytes())
        return Stamp(self.name, digest.hexdigest(), self.dimension, self.prefixes)

    def prepare(self) -> None:
        """Load the model."""
        _ = self.model

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return an array (texts, dimension) of vectors of length 1."""
        import numpy as np

        prefix = self.prefixes[0 if query else 1]
        found = self.model.encode(
            [prefix + text for text in cleaned(texts)], normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32)
