"""The index: in step with the facts, whatever happens, and never mixed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack

import numpy as np
import pytest
from atmp.kg.errors import EmbedderError
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search import cards
from atmp.search.card import Card
from atmp.search.embedder import Vector
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.rank import Mode
from atmp.search.text import Writer

from .conftest import iri, project, survey, trials, write


class Failing(HashingEmbedder):
    """An embedder that fails after some batches, or counts what it was given."""

    def __init__(self, batches: int = 10**6) -> None:
        super().__init__()
        self.batches, self.texts = batches, 0

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
        if self.batches == 0:
            raise EmbedderError("the machine is tired")
        self.batches -= 1
        self.texts += len(texts)
        return super().encode(texts, query=query)


def many(count: int) -> dict[str, tuple]:
    return {f"Q{n}": project(f"Q{n}", f"Project number {n}", f"It grows cells of sort {n}.") for n in range(count)}


def test_indexing_makes_a_card_for_each_record_and_again_changes_nothing(store: Store) -> None:
    """Two projects, two trials and a medicine are five cards; a second run finds nothing to do."""
    model = Failing()
    finder = Finder(store, model)
    first = finder.index()
    assert (first.cards, first.revision, first.pending) == (5, store.revision(), 0)
    before = model.texts
    assert finder.index() == first
    assert model.texts == before


def test_a_changed_record_is_found_by_its_new_words_and_no_longer_by_its_old(store: Store, finder: Finder) -> None:
    """The index follows a change at the next search, without being told."""
    records = survey()
    records["P02"] = project("P02", "Keratinocyte sheets for burns", "Skin is grown in sheets.")
    write(store, records)
    hits = finder.search(PUBLIC, "keratinocyte sheets").hits
    assert hits[0].identifier == "P02"
    assert "words" not in next(hit for hit in finder.search(PUBLIC, "blindness").hits if hit.identifier == "P02").parts


def test_a_withdrawn_record_is_gone_from_every_table(store: Store, finder: Finder) -> None:
    """Nothing of it stays behind: no card, no words, no vector, no term."""
    write(store, {"P01": survey()["P01"]})
    assert {hit.identifier for hit in finder.search(PUBLIC, "gene therapy for blindness").hits} == {
        "P01",
        "NCT1",
        "NCT2",
        "M1",
    }
    run = store.connect().execute
    for table, column in (
        ("card", "id"),
        ("card_part", "card"),
        ("card_term", "card"),
        ("card_vector", "rowid"),
        ("card_fts_1", "rowid"),
    ):
        left = {row for (row,) in run(f"SELECT {column} FROM {table}")}
        assert left <= {row for (row,) in run("SELECT id FROM card")}, table


def test_a_withdrawn_part_changes_the_card_that_held_it(store: Store, finder: Finder) -> None:
    """A need that is gone is no longer said by its project's card."""
    records = survey()
    records["P01"] = tuple(one for one in records["P01"] if one.kind != "need")
    write(store, records)
    hit = finder.search(PUBLIC, "potency test for dopamine release").hits[0]
    assert "potency" not in hit.sentence


def test_a_product_whose_project_is_withdrawn_stands_alone(store: Store, finder: Finder) -> None:
    """What was part of a project's card becomes a card of its own."""
    records = survey()
    records["P02"] = records["P02"][1:]
    write(store, records)
    found = {hit.iri: hit.kind for hit in finder.search(PUBLIC, "AAV2").hits}
    assert found[iri("product", "P02")] == "product"
    assert iri("project", "P02") not in found


def test_catching_up_ends_with_the_same_cards_as_a_new_index(store: Store) -> None:
    """However changes come, the index is the one that a fresh start would make."""
    finder = Finder(store, HashingEmbedder())
    chance = random.Random(7)  # noqa: S311 - the same every time
    everything = {**survey(), **many(12)}
    for _ in range(8):
        write(store, {key: everything[key] for key in everything if chance.random() < 0.6})
        finder.index()
    columns = "iri, kind, identifier, title, body, facts, concepts, mark, digest, embedded"
    query = f"SELECT {columns} FROM card ORDER BY iri"
    caught_up = store.connect().execute(query).fetchall()
    postings = store.connect().execute("SELECT concept, rarity, length(cards) FROM card_concept").fetchall()
    finder.clear()
    finder.index()
    assert store.connect().execute(query).fetchall() == caught_up
    assert store.connect().execute("SELECT concept, rarity, length(cards) FROM card_concept").fetchall() == postings


def test_a_name_that_the_vocabulary_gains_is_found_on_cards_that_say_the_same(
    store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new vocabulary writes the full text anew, though fields and prose stay as they are."""
    monkeypatch.setattr(cards, "names", lambda card: "blomkruka" if card.identifier == "P02" else "")
    monkeypatch.setattr(cards, "recipe", lambda _: "another vocabulary")
    hits = finder.search(PUBLIC, "blomkruka").hits
    assert [hit.identifier for hit in hits if "words" in hit.parts] == ["P02"]


def test_an_interrupted_embedding_goes_on_where_it_stopped(store: Store) -> None:
    """What was embedded stays; the rest is pending, is found by its words meanwhile, and is told of."""
    write(store, many(150), key="many")
    model = Failing(batches=1)
    finder = Finder(store, model)
    with pytest.raises(EmbedderError, match="tired"):
        finder.index()
    pending = finder.status().pending
    assert 0 < pending < 155
    model.batches = 10**6
    results = finder.search(PUBLIC, "Project number 149")
    assert results.pending == pending
    assert "Q149" in {hit.identifier for hit in results.hits}
    done = model.texts
    assert finder.index().pending == 0
    assert model.texts - done == pending


def test_search_before_any_index_answers_by_words_and_says_what_waits(store: Store) -> None:
    """Nobody has to know that there is an index."""
    results = Finder(store, HashingEmbedder()).search(PUBLIC, "chondrocytes for the knee")
    assert results.hits[0].identifier == "NCT2"
    assert results.pending == 5
    assert "meaning" not in results.hits[0].parts


def test_another_model_is_refused_and_a_cleared_index_takes_it(store: Store, finder: Finder) -> None:
    """Vectors of two models are never compared: the error says how to go on, and search goes on by words."""
    other = Finder(store, HashingEmbedder(64))
    for ask in (other.index, lambda: other.search(PUBLIC, "cells", mode=Mode.DENSE)):
        with pytest.raises(EmbedderError, match="index --rebuild"):
            ask()
    found = other.search(PUBLIC, "chondrocytes")
    assert found.hits[0].identifier == "NCT2"
    assert "index --rebuild" in " ".join(found.notes)
    assert not any("meaning" in hit.parts for hit in found.hits)
    assert finder.search(PUBLIC, "chondrocytes").notes == ()
    other.clear()
    assert other.index().pending == 0
    assert other.search(PUBLIC, "chondrocytes").hits[0].identifier == "NCT2"


def test_vectors_that_cannot_be_used_are_refused_and_leave_nothing(store: Store) -> None:
    """A model that gives NaN is told of, and the index stays clean."""

    class Broken(HashingEmbedder):
        def encode(self, texts: Sequence[str], *, query: bool = False) -> Vector:
            return np.full((len(texts), self.dimension), np.nan, dtype=np.float32)

    finder = Finder(store, Broken())
    with pytest.raises(EmbedderError, match="cannot be used"):
        finder.index()
    assert finder.status().pending == 5
    assert Finder(store, HashingEmbedder()).index().pending == 0


def test_scopes_stand_apart_and_share_the_work_of_the_same_text(store: Store) -> None:
    """A hidden record moves nothing in the public's scope, and a text that two scopes have is embedded once."""
    model = Failing()
    finder = Finder(store, model)
    finder.index()
    public = finder.search(PUBLIC, "cells for Parkinson's disease")
    texts = model.texts
    secret = project(
        "S1", "Secret cells for Parkinson's disease", "Nobody may know of these cells for Parkinson's disease."
    )
    write(store, {"S1": secret}, key="secret", tier=Tier.INTERNAL)
    finder.index()
    assert model.texts == texts + 1
    after = finder.search(PUBLIC, "cells for Parkinson's disease")
    assert after.hits == public.hits
    assert "S1" in {hit.identifier for hit in finder.search(OWNER, "cells for Parkinson's disease").hits}


def test_a_part_is_dropped_when_its_viewer_reads_other_graphs_now(store: Store) -> None:
    """Rights that name another scope than before leave no stale cards of theirs behind."""
    finder = Finder(store, HashingEmbedder())
    finder.index()
    keys = "SELECT key FROM search_scope ORDER BY key"
    assert [key for (key,) in store.connect().execute(keys)] == ["public"]
    write(store, {"S1": project("S1", "Secret", "Hidden.")}, key="secret", tier=Tier.INTERNAL)
    finder.index()
    owner = {hit.identifier for hit in finder.search(OWNER, "secret").hits}
    public = {hit.identifier for hit in finder.search(PUBLIC, "secret").hits}
    assert "S1" in owner
    assert "S1" not in public


def test_a_scope_that_parts_while_its_index_catches_up_is_left_as_it_was(
    store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first hidden fact, written by another process between two steps, mixes nothing and keeps nobody waiting."""
    first = Writer.cards

    def interrupted(self: Writer, iris: Iterable[str]) -> dict[str, Card | None]:
        monkeypatch.setattr(Writer, "cards", first)
        write(store, {"S1": project("S1", "Zebra cells", "Hidden.")}, key="secret", tier=Tier.INTERNAL)
        return first(self, iris)

    write(store, {"P3": project("P3", "Zebra sheets", "Seen by all.")}, key="open")
    monkeypatch.setattr(Writer, "cards", interrupted)
    assert {hit.identifier for hit in finder.search(OWNER, "zebra").hits if "words" in hit.parts} == {"P3", "S1"}
    public = finder.search(PUBLIC, "zebra")
    assert {hit.identifier for hit in public.hits if "words" in hit.parts} == {"P3"}
    assert public.pending == 0


INDEXES = """
import sys
from pathlib import Path
from atmp.kg.store import Store
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder

with Store.open(Path(sys.argv[1])) as store:
    finder = Finder(store, HashingEmbedder())
    print("ready", flush=True)
    sys.stdin.readline()
    print(finder.index().pending)
"""


def test_two_processes_index_the_same_store_at_once(store: Store) -> None:
    """Both end well, and the index is whole and single."""
    write(store, many(80), key="many")
    command = [sys.executable, "-c", INDEXES, str(store.path)]
    pipe = subprocess.PIPE
    with ExitStack() as both:
        processes = [
            both.enter_context(subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe))
            for _ in range(2)
        ]
        assert [process.stdout and process.stdout.readline() for process in processes] == ["ready\n"] * 2
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.communicate(timeout=120) for process in processes] == [("0\n", "")] * 2
    run = store.connect().execute
    assert run("SELECT count(*), count(DISTINCT iri), sum(embedded) FROM card").fetchall() == [(85, 85, 85)]


def test_a_search_while_another_process_writes_answers_from_before(store: Store, finder: Finder) -> None:
    """A long write elsewhere keeps nobody from searching."""
    write(store, trials() | {"NCT2": ()}, key="trials", collection="trials")
    with Store.open(store.path) as other, other.transaction():
        results = finder.search(PUBLIC, "chondrocytes")
    assert results.revision < store.revision()
    assert "NCT2" in {hit.identifier for hit in results.hits}
    assert "NCT2" not in {hit.identifier for hit in finder.search(PUBLIC, "chondrocytes").hits}
