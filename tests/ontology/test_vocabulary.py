"""The vocabulary in Python: finding a concept by any of its names, and its place in the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from atmp.ontology.dictionary import Dictionary
from atmp.ontology.vocabulary import ATMP, iri_of, read_vocabulary, vocabulary


@pytest.mark.parametrize(
    ("word", "scheme", "notation"),
    [
        ("GTMP", "class", "GTMP"),
        ("genterapi", "class", "GTMP"),
        ("AAV-9", "vector", "aav9"),
        ("aav 9", "vector", "aav9"),
        ("atmp:vector-aav9", "vector", "aav9"),
        (f"{ATMP}vector-aav9", "vector", "aav9"),
        ("iPSC", "cell", "ipsc"),
        ("Mesenkymala stamceller", "cell", "msc"),
        ("phase I/II", "stage", "8"),
        ("phase III", "stage", "9"),
        ("8", "stage", "8"),
    ],
)
def test_finds_a_concept_by_any_name(word: str, scheme: str, notation: str) -> None:
    """Notation, label, synonym, CURIE and IRI find a concept, in both languages, whatever case and hyphens."""
    found = vocabulary().find(word, scheme)
    assert found is not None
    assert found.notation == notation


def test_a_word_of_nobody_is_not_found() -> None:
    """A word that no concept has gives nothing, and the nearest labels help."""
    assert vocabulary().find("AVV vectr", "vector") is None
    assert "potency assay" in vocabulary().nearest("potency asay", "category")


def test_ancestors_count_steps() -> None:
    """AAV9 stands under AAV, and that under viral vectors."""
    above = vocabulary().ancestors(iri_of("vector", "aav9"))
    assert above == {iri_of("vector", "aav"): 1, iri_of("vector", "viral"): 2}


def test_narrower_holds_itself_and_all_below() -> None:
    """A filter by AAV takes every serotype with it."""
    below = vocabulary().narrower(iri_of("vector", "aav"))
    assert {iri_of("vector", "aav"), iri_of("vector", "aav9")} <= below
    assert iri_of("vector", "viral") not in below


def test_no_word_means_two_concepts_of_a_scheme() -> None:
    """Within a scheme no synonym is shared, or a survey's word would be read by chance."""
    from atmp.ontology.vocabulary import key

    clashes = []
    for scheme in vocabulary().schemes.values():
        names = {key(word): one.iri for one in scheme.concepts for word in (one.notation, *one.labels.values())}
        for one in scheme.concepts:
            for word, _ in one.synonyms:
                if names.setdefault(key(word), one.iri) != one.iri and scheme.name != "stage":
                    clashes.append((scheme.name, word))
    assert clashes == []


@pytest.mark.parametrize("word", ["ninth", "Ninth adeno vector", "nionde adenovektorn", "AAV IX", "atmp:vector-ninth"])
def test_a_word_for_a_deprecated_term_means_what_replaces_it(word: str, outdated: Path) -> None:
    """Each of its words finds the new term, and tells that it is deprecated; a word that a living term has does not."""
    known = read_vocabulary(outdated)
    found, old = known.find(word, "vector"), known.deprecated(word, "vector")
    assert (found and found.notation, old and old.notation) == ("aav9", "ninth")
    assert known.deprecated("AAV-9", "vector") is None
    assert known.nearest("ninth adeno vectors", "vector")[0] == found.labels["en"]  # type: ignore[union-attr]


def test_a_deprecated_term_is_read_but_not_offered(outdated: Path) -> None:
    """It is no choice any more; what has it already is found by what replaces it and by what stands above that."""
    known = read_vocabulary(outdated)
    assert "ninth" not in {concept.notation for concept in known.schemes["vector"].offered}
    assert known.concept(iri_of("vector", "ninth")) is not None
    assert all(iri_of("vector", "ninth") in known.narrower(iri_of("vector", above)) for above in ("aav9", "aav"))
    assert iri_of("vector", "aav9") not in known.narrower(iri_of("vector", "ninth"))


def test_texts_are_read_with_the_words_of_deprecated_terms(outdated: Path) -> None:
    """A text that names the old term speaks of the new one."""
    assert Dictionary(read_vocabulary(outdated)).find("We gave a ninth adeno vector.") == (iri_of("vector", "aav9"),)
