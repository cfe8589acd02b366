"""Nearness: the words that look most like one that none of them is."""

from __future__ import annotations

from atmp.ontology.nearness import nearest
from hypothesis import given
from hypothesis import strategies as st

WORDS = st.lists(st.text("abc d", min_size=1, max_size=8), max_size=12, unique=True)


def test_the_most_alike_come_first() -> None:
    """One letter amiss is nearer than two, and what has little in common is not offered."""
    assert nearest("vektor", ["factory", "vector", "victory", "cell"], n=3, least=0.6) == ["vector", "victory"]
    assert nearest("vektor", [], n=3, least=0.6) == []


@given(WORDS, st.text("abc d", min_size=1, max_size=8), st.integers(1, 4))
def test_no_more_than_asked_for_and_a_word_itself_first(words: list[str], word: str, n: int) -> None:
    """At most `n` of the words are returned, each once; a word that is there is nearest to itself."""
    found = nearest(word, [word, *words], n=n, least=0.5)
    assert found[0] == word
    assert len(found) <= n
    assert set(found) <= {word, *words}
