"""Full text within one part of the index."""

from __future__ import annotations

from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.finder import Finder
from atmp.search.query import QUESTION, question, words
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
