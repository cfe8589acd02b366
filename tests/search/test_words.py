"""Full text within one part of the index."""

from __future__ import annotations

import pytest
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search import words as looked_up
from atmp.search.filters import Filters
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.query import QUESTION, question, words
from atmp.search.rank import Mode
from atmp.search.words import expression

from .conftest import project, write


def test_words_that_are_on_most_cards_are_left_to_the_others(store: Store, finder: Finder) -> None:
    """A word on every card moves nothing, but alone it is still looked up."""
    write(store, {f"Q{n}": project(f"Q{n}", f"Cells {n}", "Cells are cells.") for n in range(9)}, key="many")
    finder.index()
    both = finder.search(PUBLIC, "cells chondrocytes").hits
    assert [hit.identifier for hit in both if "words" in hit.parts] == ["NCT2"]
    assert sum("words" in hit.parts for hit in finder.search(PUBLIC, "cells").hits) > 9


def test_every_word_is_quoted_so_that_none_is_an_operator() -> None:
    """NEAR and NOT are words like others."""
    assert expression(words('NOT "b-cell" OR NEAR(x)*')) == '"b" OR "cell" OR "near" OR "x"'


def test_stop_words_count_only_where_there_is_nothing_else() -> None:
    """Who looks for nothing but 'the' gets what has it."""
    assert words("the cells of the eye") == ("cells", "eye")
    assert words("of the") == ("of", "the")


def test_a_long_text_is_looked_up_by_few_words_and_taken_as_a_whole() -> None:
    """Each word costs time; a text beyond some words is compared rather than asked."""
    text = " ".join(f"word{n}" for n in range(500))
    assert len(words(text)) == 32
    assert question(text).whole
    assert not question(" ".join(text.split()[:QUESTION])).whole


def test_a_filter_does_not_look_every_allowed_card_up_by_itself(store: Store, finder: Finder) -> None:
    """One pass over the words: the plan holds no search by row, which took seconds where a thousand cards are allowed."""
    asked: list[tuple[str, object]] = []
    connection = store.connect()
    connection.exec_trace = lambda _, sql, values: asked.append((sql, values)) or True
    try:
        finder.search(PUBLIC, "cells of NCT1", Filters(kinds=("trial",)))
    finally:
        connection.exec_trace = None
    looked_up = [(sql, values) for sql, values in asked if "rank MATCH" in sql]
    plans = [row[3] for sql, values in looked_up for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    full_text = [plan for plan in plans if "VIRTUAL TABLE" in plan and "card_fts" in plan]
    assert len(full_text) == len(looked_up) == 2
    assert not any("=" in plan for plan in full_text)


def test_in_a_large_part_rare_words_decide_and_frequent_ones_are_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cards with a rare word are found by it alone; frequent words only together, and a lone one by the newest cards."""
    monkeypatch.setattr(looked_up, "BOUND", 10)
    monkeypatch.setattr(looked_up, "_WORK", 6)
    records = {
        f"Q{n}": project(f"Q{n}", f"Cells {n}", "Grown." + " Frozen." * (n % 2) + " Zebra." * (n == 3))
        for n in range(20)
    }
    write(store, records, key="many")
    finder = Finder(store, HashingEmbedder())
    finder.index()

    def found(text: str) -> set[str]:
        return {hit.identifier for hit in finder.search(PUBLIC, text, mode=Mode.TEXT).hits}

    assert found("zebra cells") == {"Q3"}
    assert len(found("frozen cells")) == 6
    assert found("frozen cells") <= {f"Q{n}" for n in range(1, 20, 2)}
    assert len(found("cells")) == 6
    assert found("xyzzy") == set()
