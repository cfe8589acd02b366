"""What would make a hit better: each line is true of the record."""

from __future__ import annotations

import re

import pytest
from atmp.kg.records import ATMP
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary
from atmp.search.finder import Finder, Hit
from atmp.search.lack import speaks
from atmp.search.query import Query, question
from atmp.search.text import Writer

from .conftest import PARKINSON, iri, project, write

QUESTIONS = (
    "AAV9 gene therapy for the retina", "pluripotent stem cells for Parkinson's disease", "zebra cells on a scaffold",
    "potency test for blindness in children", "lentiviral vector for graft versus host disease", "AAV vasculitis",
)  # fmt: skip


def holds(line: str, query: Query, hit: Hit, store: Store) -> bool:
    """Work out anew, from the card and the question, whether a line is true."""
    card = Writer(store.view(PUBLIC)).cards([hit.iri])[hit.iri]
    assert card is not None
    named = {iri: label for iri in query.named if (label := dictionary().label(iri))}
    text = " ".join((card.title, *card.facts, *card.body)).casefold()
    if found := re.fullmatch(r"does not have the words? (.+)", line):
        words = re.split(r", | and ", found[1])
        return all(re.search(rf"\b{word}\b", text) is None and word in query.text.casefold() for word in words)
    if found := re.fullmatch(r"is not about (.+?)( in title, fields and the beginning of its text)?", line):
        asked = [iri for iri, label in named.items() if label == found[1]]
        return bool(asked) and not {iri for one in asked for iri in below(one)} & {*card.concepts, *card.diseases}
    if found := re.fullmatch(r"names (.+) where (.+) was asked for", line):
        has = {dictionary().label(iri) for iri in (*card.concepts, *card.diseases)}
        return found[1] in has and found[2] in named.values() and found[2] not in has
    if line == "no indication is recorded":
        return not any(fact.startswith("Indication:") for fact in card.facts)
    return False


def below(iri: str) -> frozenset[str]:
    """Return a concept or disease and all below it."""
    return vocabulary().narrower(iri) | vocabulary().diseases.narrower(iri)


@pytest.mark.parametrize("text", QUESTIONS)
def test_every_line_is_true_of_the_record(store: Store, finder: Finder, text: str) -> None:
    """Whatever is said to be missing is worked out anew from the card."""
    hits = finder.search(PUBLIC, text).hits
    assert any(hit.missing for hit in hits)
    for hit in hits:
        for line in hit.missing:
            assert holds(line, question(text), hit, store), (hit.identifier, line)


def test_a_hit_that_has_it_all_misses_nothing(finder: Finder) -> None:
    """The project of the very words needs nothing more."""
    hit = finder.search(PUBLIC, "dopaminergic progenitors for Parkinson's disease").hits[0]
    assert (hit.identifier, hit.missing) == ("P01", ())


def test_another_serotype_is_said_to_be_one(finder: Finder) -> None:
    """Who asks for AAV9 is told that the hit names AAV2."""
    hit = finder.search(PUBLIC, "AAV9 for blindness").hits[0]
    assert hit.missing[0] == "names AAV2 where AAV9 was asked for"


def test_a_record_that_waits_for_its_embedding_says_so(store: Store, finder: Finder) -> None:
    """Its meaning gave it no part of the score."""
    many = {f"W{n}": project(f"W{n}", "Okapi cells", f"Number {n}.", indications=(PARKINSON,)) for n in range(40)}
    write(store, many, key="many")
    hit = finder.search(PUBLIC, "okapi").hits[0]
    assert "meaning" not in hit.parts
    assert "waits for its embedding, so that its meaning was not compared" in hit.missing


def test_a_concept_stands_for_those_above_it() -> None:
    """A card that names AAV9 is about AAV; one that names AAV is not about AAV9."""
    aav, aav9 = f"{ATMP}vector-aav", f"{ATMP}vector-aav9"
    assert speaks(dictionary().spread({aav9: 1.0}), aav)
    assert not speaks(dictionary().spread({aav: 1.0}), aav9)


def test_an_id_asks_for_nothing_more(finder: Finder) -> None:
    """A record that was asked for by its id is the answer."""
    hit = finder.search(PUBLIC, "P01").hits[0]
    assert (hit.iri, hit.missing) == (iri("project", "P01"), ())
