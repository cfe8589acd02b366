"""Why a hit is a hit."""

from __future__ import annotations

from atmp.kg.records import ATMP
from atmp.search.explain import sentence, shared, stems, why

BODY = ("Cells are grown.", "Dopaminergic progenitors are implanted into the putamen.")


def test_the_sentence_with_most_of_the_words_is_chosen() -> None:
    """By words, not by embedding: plural or not."""
    assert sentence(BODY, ("Cells: x.",), stems(["progenitor", "putamens"])) == BODY[1]


def test_without_a_word_in_common_the_first_sentence_stands() -> None:
    """There is always something to read, where the record says anything."""
    assert sentence(BODY, (), ("zebra",)) == BODY[0]
    assert sentence((), (), ("zebra",)) == ""


def test_a_long_sentence_is_cut_at_a_word() -> None:
    """A page has no room for a paragraph."""
    found = sentence(("word " * 200,), (), ("word",))
    assert found.endswith("word ...")
    assert len(found) <= 310


def test_only_the_most_specific_of_shared_concepts_are_named() -> None:
    """Who shares AAV9 need not be told of sharing AAV and viral vectors."""
    both = {f"{ATMP}vector-aav9": 1.0, f"{ATMP}vector-aav": 0.6, f"{ATMP}platform-aav": 0.6}
    assert [one.label for one in shared(both, both)] == ["AAV9"]


def test_reasons_are_in_words() -> None:
    """Concepts first, then words, then closeness in meaning."""
    both = {f"{ATMP}vector-aav9": 1.0}
    assert (
        why(shared(both, both), "retina", ("retina",), 0.7)
        == "shares AAV9; has the word retina; close in meaning (0.70)"
    )
    assert why((), "", (), None) == "the nearest in meaning that there is"
