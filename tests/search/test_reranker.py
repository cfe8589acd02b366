"""A re-ranker: a tiny cross-encoder made here, and what is said where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from atmp.kg.errors import EmbedderError
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.reranker import PART, WEIGHT, Reranker

QUESTION = "cells for the retina and the knee"


def tiny(folder: Path, labels: int = 1) -> Path:
    """Save a cross-encoder of two layers with random weights, the same each time."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cells", "for", "the", "retina", "knee", "gene", "aav2"]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=labels, initializer_range=2.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tiny model."""
    return tiny(tmp_path_factory.mktemp("reranker") / "tiny")


def reading(store: Store, path: Path) -> Finder:
    """Return a finder that re-ranks with the model in a folder."""
    return Finder(store, HashingEmbedder(), reranker=Reranker(str(path), lambda _: None))


def test_the_best_are_reordered_and_its_part_is_shown(store: Store, finder: Finder, model: Path) -> None:
    """The same records, each with half of what it had, and what the re-ranker says; parts add up, and order falls."""
    plain = {hit.iri: hit for hit in finder.search(PUBLIC, QUESTION).hits}
    results = reading(store, model).search(PUBLIC, QUESTION)
    assert {hit.iri for hit in results.hits} == plain.keys()
    for hit in results.hits:
        assert round(sum(hit.parts.values()), 4) == hit.score
        assert 0 <= hit.parts[PART] <= WEIGHT
        assert hit.score - hit.parts[PART] == pytest.approx((1 - WEIGHT) * plain[hit.iri].score, abs=2e-4)
    assert [hit.score for hit in results.hits] == sorted((hit.score for hit in results.hits), reverse=True)
    assert len({hit.parts[PART] for hit in results.hits}) > 1
    assert results.notes == ()
    assert " tiny:" in results.model


def test_examples_are_reread_as_well(store: Store, finder: Finder, model: Path) -> None:
    """Like a text as for a question; an id that is asked for is found as it is."""
    found = reading(store, model)
    assert all(PART in hit.parts for hit in found.similar(PUBLIC, text=QUESTION).hits)
    assert found.search(PUBLIC, "P01").hits[0].parts == {"words": 1.0}


def test_without_a_model_search_says_so_and_goes_on(store: Store, finder: Finder, tmp_path: Path) -> None:
    """A folder that is not there, or is damaged, or holds something else, changes nothing but a note."""
    damaged, other = tmp_path / "damaged", tiny(tmp_path / "other", labels=3)
    damaged.mkdir()
    (damaged / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    plain = finder.search(PUBLIC, QUESTION)
    for path, words in ((tmp_path / "none", "no such folder"), (damaged, "cannot be loaded"), (other, "3 numbers")):
        results = reading(store, path).search(PUBLIC, QUESTION)
        assert (results.hits, results.model) == (plain.hits, plain.model)
        assert len(results.notes) == 1
        assert words in results.notes[0]
        assert "ATMP_RERANKER" in results.notes[0]


def test_scores_of_a_model_that_is_not_there_are_an_error(tmp_path: Path) -> None:
    """Whoever asks it all the same is told why."""
    with pytest.raises(EmbedderError, match="no such folder"):
        Reranker(str(tmp_path / "none"), lambda _: None).scores("a", ["b"])
