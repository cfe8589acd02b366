"""Which cards have a concept, while cards change."""

from __future__ import annotations

import random

import pytest
from atmp.kg.records import ATMP
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search import postings
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.postings import known, posted

from .conftest import project, survey, write


def many(count: int) -> dict[str, tuple]:
    """Return projects, every second one of which has a vector."""
    return {
        f"Q{n}": project(f"Q{n}", f"Project {n}", "It grows cells.", vectors=(f"{ATMP}vector-aav9",) * (n % 2))
        for n in range(count)
    }


def kept(store: Store) -> dict[str, list[int]]:
    """Return the cards of every concept of the public's part."""
    connection = store.connect()
    found: dict[str, list[int]] = {}
    for one in posted(connection, 1, known(connection, 1)).lists:
        found.setdefault(one.concept, []).extend(one.cards.tolist())
    return {concept: sorted(cards) for concept, cards in found.items() if cards}


def test_a_large_part_lists_each_card_once_however_it_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any changes, each concept's cards are those that a weighing of all of them finds."""
    monkeypatch.setattr(postings, "EXACT", 5)
    finder = Finder(store, HashingEmbedder())
    chance = random.Random(5)  # noqa: S311 - the same every time
    everything = {**survey(), **many(12)}
    for _ in range(6):
        write(store, {key: everything[key] for key in everything if chance.random() < 0.6})
        finder.index()
    caught_up = kept(store)
    assert int(store.connect().execute("SELECT count(*) FROM card_recent").get) > 0
    with store.transaction() as connection:
        monkeypatch.setattr(postings, "EXACT", 10**6)
        postings.weigh(connection, 1)
    assert kept(store) == caught_up
    assert int(store.connect().execute("SELECT count(*) FROM card_recent").get) == 0


def test_after_many_changes_all_are_weighed_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of those that changed lately stays short."""
    monkeypatch.setattr(postings, "EXACT", 5)
    monkeypatch.setattr(postings, "_RECENT", 3)
    finder = Finder(store, HashingEmbedder())
    for count in (4, 12):
        write(store, many(count), key="many")
        finder.index()
        assert int(store.connect().execute("SELECT count(*) FROM card_recent").get) <= 3


def test_a_changed_card_is_found_by_its_new_concept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a large part, and no longer by the one that it lost."""
    monkeypatch.setattr(postings, "EXACT", 1)
    finder = Finder(store, HashingEmbedder())
    finder.index()
    write(store, {"P9": project("P9", "Sheets", "They grow.", vectors=(f"{ATMP}vector-aav9",))}, key="more")
    assert "concepts" in _parts(finder, "AAV9")["P9"]
    write(store, {"P9": project("P9", "Sheets", "They grow.", vectors=(f"{ATMP}vector-aav2",))}, key="more")
    assert "concepts" in _parts(finder, "AAV2")["P9"]
    same = {name for name, parts in _parts(finder, "AAV9").items() if parts.get("concepts", 0.0) > 0.99}
    assert "P9" not in same


def _parts(finder: Finder, text: str) -> dict[str, dict[str, float]]:
    return {hit.identifier: hit.parts for hit in finder.search(PUBLIC, text).hits}
