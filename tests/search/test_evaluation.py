"""Measuring search: every order alone and all fused, with intervals, over documents or a store's own records."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from atmp.kg.errors import UnknownRecordError
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from atmp.search.collection import Collection, Document, Question
from atmp.search.evaluation import evaluate, keep
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.rank import Mode

_DOCUMENTS = (
    Document("d1", "Dopaminergic neurons for Parkinson's disease", "Progenitors are implanted into the putamen."),
    Document("d2", "A vector for haemophilia", "AAV5 brings factor IX to the liver."),
    Document("d3", "Limbal cells for the cornea", "A sheet of cells grown on fibrin."),
    Document("a/b c", "", "A text with an odd id, about chondrocytes."),
)
_QUESTIONS = (
    Question("q1", "Parkinson's disease"),
    Question("q2", "factor IX liver"),
    Question("d3", "Limbal cells for the cornea grown on fibrin"),
    Question("q4", "chondrocytes"),
)
_SET = Collection(
    "set", _DOCUMENTS, _QUESTIONS, {"q1": {"d1": 1}, "q2": {"d2": 2}, "d3": {"d3": 3, "d1": 1}, "q4": {"a/b c": 1}}
)


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Store]:
    """Return a store of nothing."""
    with Store.create(tmp_path / "blank.atlas") as made:
        yield made


@pytest.fixture
def measured(blank: Store) -> Finder:
    """Return search over the documents."""
    keep(blank, _DOCUMENTS)
    made = Finder(blank, HashingEmbedder())
    made.index()
    return made


def test_every_mode_has_its_figures(measured: Finder) -> None:
    """Words find what is asked in its words, an odd id included; every figure lies within its interval."""
    found = evaluate(measured, _SET)
    assert found.questions == 4
    assert set(found.figures) == set(Mode)
    assert set(found.figures[Mode.TEXT]) == {"ndcg@10", "recall@100", "mrr", "mrr@10"}
    assert found.figures[Mode.TEXT]["mrr"].mean >= 0.75
    for by in found.figures.values():
        assert all(0 <= one.low <= one.mean <= one.high <= 1 for one in by.values())
    assert found.best is not Mode.HYBRID
    hybrid, best = found.figures[Mode.HYBRID]["ndcg@10"].mean, found.figures[found.best]["ndcg@10"].mean
    assert found.better.mean == pytest.approx(hybrid - best)


def test_a_document_is_no_answer_to_itself(measured: Finder) -> None:
    """Neither among the hits nor among the judgements: a perfect list without it scores 1."""
    alone = dataclasses.replace(_SET, questions=_QUESTIONS[2:3], judgements={"d3": {"d3": 3, "d1": 1}})
    assert evaluate(measured, alone).figures[Mode.HYBRID]["mrr"].mean in {
        0.5,
        1.0,
    }  # d1 is first or second of the others
    own = dataclasses.replace(_SET, questions=_QUESTIONS[2:3], judgements={"d3": {"d3": 3}})
    with pytest.raises(UnknownRecordError, match="judgements"):
        evaluate(measured, own)


def test_the_same_inputs_give_the_same_figures(measured: Finder) -> None:
    """Intervals are resampled from one seed."""
    assert evaluate(measured, _SET) == evaluate(measured, _SET)


def test_questions_of_ones_own_are_asked_of_the_store(store: Store, finder: Finder) -> None:
    """Judgements name records by their id or IRI."""
    finder.index()
    iri = store.names.record("lund", "project", "P01")
    asked = (Question("q1", "dopaminergic progenitors"), Question("q2", "putamen"))
    found = evaluate(finder, Collection("own", None, asked, {"q1": {"P01": 1}, "q2": {iri: 1}}))
    assert found.figures[Mode.TEXT]["mrr"].mean == 1.0


def test_keeping_other_documents_leaves_none_behind(blank: Store) -> None:
    """A store that is kept holds the documents of the last collection, and no write is made where nothing changed."""
    keep(blank, _DOCUMENTS)
    before = blank.revision()
    keep(blank, _DOCUMENTS)
    assert blank.revision() == before
    keep(blank, _DOCUMENTS[:2])
    finder = Finder(blank, HashingEmbedder())
    assert finder.index().cards == 2
    assert {hit.identifier for hit in finder.search(OWNER, "cells vector neurons").hits} == {"d1", "d2"}


def test_one_order_alone_gives_only_its_part(measured: Finder) -> None:
    """A hit of one order has that part of the score and no other, and the parts add up."""
    for mode, part in ((Mode.TEXT, "words"), (Mode.DENSE, "meaning"), (Mode.CONCEPTS, "concepts")):
        hits = measured.search(OWNER, "Parkinson's disease", mode=mode).hits
        assert hits
        assert all(set(hit.parts) == {part} and hit.parts[part] == pytest.approx(hit.score, abs=1e-4) for hit in hits)
        assert hits[0].identifier == "d1"


def test_a_kept_file_is_a_store(tmp_path: Path) -> None:
    """What is kept can be opened again with its index."""
    with Store.create(tmp_path / "kept.atlas") as made:
        keep(made, _DOCUMENTS)
        Finder(made, HashingEmbedder()).index()
    with Store.open(tmp_path / "kept.atlas") as again:
        assert Finder(again, HashingEmbedder()).status().pending == 0
