"""Why a hit is a hit."""

from __future__ import annotations

from atmp.kg.records import ATMP
from atmp.search.explain import sentence, shared, wanted, why
from atmp.search.hits import SharedWord

BODY = ("Cells are grown.", "Dopaminergic progenitors are implanted into the putamen.")


def test_the_sentence_with_most_of_the_words_is_chosen() -> None:
    """By words, not by embedding: plural or not."""
    assert sentence(BODY, ("Cells: x.",), wanted(["progenitor", "putamens"])) == BODY[1]


def test_without_a_word_in_common_the_first_sentence_stands() -> None:
    """There is always something to read, where the record says anything."""
    assert sentence(BODY, (), wanted(["zebra"])) == BODY[0]
    assert sentence((), (), wanted(["zebra"])) == ""


def test_a_long_sentence_is_cut_at_a_word() -> None:
    """A page has no room for a paragraph."""
    found = sentence(("word " * 200,), (), wanted(["word"]))
    assert found.endswith("word ...")
    assert len(found) <= 310


def test_only_the_most_specific_of_shared_concepts_are_named() -> None:
    """Who shares AAV9 need not be told of sharing AAV and viral vectors."""
    both = {f"{ATMP}vector-aav9": 1.0, f"{ATMP}vector-aav": 0.6, f"{ATMP}platform-aav": 0.6}
    assert [one.label for one in shared(both, both)] == ["AAV9"]


def test_reasons_are_in_words_each_with_the_field_where_it_was_met() -> None:
    """Concepts first, then words, then closeness in meaning; where there is none of these, what is true."""
    both = {f"{ATMP}vector-aav9": 1.0}
    words = (SharedWord("retina", ("title", "aim")), SharedWord("cells", ()))
    assert (
        why(shared(both, both), words[:1], 0.7) == "shares AAV9; has the word retina (title); close in meaning (0.70)"
    )
    assert why((), words, None) == "has the words retina (title) and cells"
    assert why((), (), 0.2) == "among the nearest in meaning"
    assert why((), (), None) == "has words akin to those asked for"


def test_a_word_within_another_word_is_no_reason() -> None:
    """RPE is neither in herpes nor in RPE65, and ALS is not in trials: no such word is claimed, nor chooses a sentence."""
    assert not wanted(["rpe"])[0].within("a herpes virus. rpe65 is a gene.")
    assert sentence(("Trials of this.", "Patients with ALS."), (), wanted(["als"])) == "Patients with ALS."


def test_a_word_is_kept_as_it_was_asked_for_and_found_in_either_number() -> None:
    """Diabetes is not shown without its ending, and therapies are met by a therapy."""
    asked = wanted(["diabetes", "therapies"])
    assert [one.word for one in asked if one.within("one therapy for diabetes.")] == ["diabetes", "therapies"]


def test_where_no_word_is_met_those_of_the_shared_concepts_choose_the_sentence() -> None:
    """Who asks by an abbreviation, or in Swedish, is shown the sentence that says it in full."""
    meant = wanted(["dopaminergic"])
    assert sentence(BODY, (), wanted(["dopaminerga"]), meant) == BODY[1]
    assert sentence(BODY, (), wanted(["cells"]), meant) == BODY[0]
