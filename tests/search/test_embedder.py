"""Embedders: vectors of length 1, each with its stamp, and the English model's two ways."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from atmp.kg.errors import EmbedderError
from atmp.search.embedder import Stamp, embedder, same_stamp

TEXTS = ["AAV9 gene therapy", "gene therapy with AAV9", "", "\x00\ud800 😀", "cells " * 20_000]


def test_the_hashing_embedder_gives_the_same_vectors_of_length_one_every_time() -> None:
    """Any text has a vector, and shared words make texts alike."""
    one, other = embedder("hashing").encode(TEXTS), embedder("hashing").encode(TEXTS)
    assert np.array_equal(one, other)
    assert np.allclose(np.linalg.norm(one, axis=1), 1.0)
    assert one[0] @ one[1] > one[0] @ one[4]


def test_a_stamp_tells_models_apart() -> None:
    """Another weight, dimension or prefix is another model."""
    stamp = Stamp("a", "1", 3)
    same_stamp(stamp.line(), stamp)
    for other in (Stamp("b", "1", 3), Stamp("a", "2", 3), Stamp("a", "1", 4), Stamp("a", "1", 3, ("q: ", "p: "))):
        with pytest.raises(EmbedderError, match="--rebuild"):
            same_stamp(stamp.line(), other)


def test_a_model_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    """A folder that holds no model is named; nothing is fetched."""
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        embedder(str(tmp_path)).encode(["a"])


def test_naming_an_embedder_loads_nothing_heavy() -> None:
    """The command line names one at every search: torch costs seconds."""
    code = (
        "import sys; from atmp.search.finder import Finder; from atmp.search.embedder import embedder; embedder();"
        "print([name for name in ('torch', 'sentence_transformers', 'onnxruntime', 'scipy', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_packaged_model_is_exported_once_and_gives_equal_vectors_without_torch(tmp_path: Path) -> None:
    """The slow way and the fast way agree to 1e-4 in cosine; the fast way needs neither torch nor the library."""
    told: list[str] = []
    folder = tmp_path / "small.atlas-model"
    model = embedder("minilm", folder, told.append)
    assert not model.ready
    slow = model.encode(TEXTS)
    model.prepare()
    assert model.ready
    fast = model.encode(TEXTS)
    assert fast.shape == (len(TEXTS), 384)
    assert float(np.min(np.sum(slow * fast, axis=1))) > 1 - 1e-4
    assert len(told) == 2
    model.prepare()
    assert len(told) == 2
    code = (
        "import sys; from pathlib import Path; from atmp.search.embedder import embedder;"
        f"found = embedder(None, Path({str(folder)!r})).encode(['cells'], query=True);"
        "print(found.shape, [name for name in ('torch', 'sentence_transformers', 'scipy', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 768) []"  # the default has it as one half


def test_a_fast_form_that_was_cut_short_or_damaged_is_never_a_crash(tmp_path: Path) -> None:
    """By its size a half copy is as good as none; one that cannot be read is said, with what to do."""
    weights = embedder("minilm").stamp.weights
    manifest = {"form": 2, "weights": weights, "tokens": 256, "bytes": 1000}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "model.onnx").write_bytes(b"\0" * 999)
    assert not embedder("minilm", tmp_path).ready
    (tmp_path / "model.onnx").write_bytes(b"\0" * 1000)
    with pytest.raises(EmbedderError, match=r"remove the folder .*, and run `atmp index`"):
        embedder("minilm", tmp_path).encode(["cells"])


def test_a_fast_form_of_other_weights_is_not_used(tmp_path: Path) -> None:
    """A folder left by another version is as good as none."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"form": 0}')
    assert not embedder("minilm", folder).ready
