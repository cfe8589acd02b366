"""Embeddings of many texts, kept in a file between runs: what is there is not made again."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from atmp.kg.errors import Place, SourceError
from atmp.kg.progress import Progress, quiet

from .embedder import Embedder, Vector, same_stamp

_BATCH = 256


def embedded(texts: Sequence[str], model: Embedder, keep: Path | None = None, progress: Progress = quiet) -> Vector:
    """Return the vectors of texts, (texts, dimension), and keep them in the file `keep`, where one is named.

    Raises EmbedderError for a file of another model's vectors, SourceError for one that holds no vectors.
    """
    digests = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
    known = _read(keep, model) if keep is not None and keep.exists() else {}
    waiting = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
    order = sorted(waiting, key=lambda digest: len(waiting[digest]))  # texts of like length run together
    for start in range(0, len(order), _BATCH):
        progress("embedding", start, len(order))
        some = order[start : start + _BATCH]
        known |= dict(zip(some, model.encode([waiting[digest] for digest in some]), strict=True))
        if keep is not None:  # a run that is stopped half-way leaves what it made
            _write(keep, model, known)
    progress("embedding", len(order), len(order))
    return np.stack([known[digest] for digest in digests]) if digests else np.zeros((0, model.dimension), np.float32)


def _read(path: Path, model: Embedder) -> dict[str, Vector]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            same_stamp(str(kept["stamp"]), model.stamp)
            return dict(zip(kept["digests"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise SourceError("it holds no vectors: name another file with --keep", Place(path.name)) from None


def _write(path: Path, model: Embedder, known: dict[str, Vector]) -> None:
    with path.open("wb") as file:
        np.savez(
            file,
            stamp=np.array(model.stamp.line()),
            digests=np.array(list(known)),
            vectors=np.stack(list(known.values())),
        )
