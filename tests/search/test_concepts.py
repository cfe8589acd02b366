"""How alike two sets of concepts are."""

from __future__ import annotations

import pytest
from atmp.search.concepts import DISEASES, asked_for, rarity, weighed

PARKINSON = "http://purl.obolibrary.org/obo/MONDO_0005180"


def test_a_rare_concept_says_more_than_a_common_one() -> None:
    """What every card has tells little."""
    assert rarity(1, 1000) > rarity(500, 1000) > 0
    assert rarity(0, 0) > 0


def _like(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(value * other[iri] for iri, value in one.items() if iri in other)


def test_each_group_of_a_card_is_a_vector_of_length_one() -> None:
    """Many methods do not thin out the disease that a card is about."""
    few = weighed({PARKINSON: 1.0, "a": 1.0}, {PARKINSON: 2.0, "a": 2.0}, 1.0)
    many = weighed({PARKINSON: 1.0} | {f"m{n}": 1.0 for n in range(20)}, {PARKINSON: 2.0}, 1.0)
    assert few == {PARKINSON: 1.0, "a": 1.0}
    assert many[PARKINSON] == 1.0
    assert sum(value**2 for iri, value in many.items() if iri != PARKINSON) == pytest.approx(1.0)
    assert weighed({}, {}, 1.0) == {}


def test_likeness_lies_between_nought_and_one() -> None:
    """A question is wholly like a card of the same concepts, and the disease counts for more than the rest."""
    card = weighed({PARKINSON: 1.0, "a": 1.0, "b": 0.6}, {}, 1.0)
    both = asked_for({PARKINSON: 1.0, "a": 1.0, "b": 0.6}, {}, 1.0, whole=True)
    assert _like(both, card) == pytest.approx(1.0)
    assert _like(both, {PARKINSON: 1.0}) == pytest.approx(DISEASES)
    assert _like(asked_for({"a": 1.0, "b": 0.6}, {}, 1.0, whole=False), card) == pytest.approx(1.0)
    assert _like(asked_for({PARKINSON: 1.0}, {}, 1.0, whole=False), card) == pytest.approx(1.0)
    assert _like(asked_for({"a": 1.0, "b": 0.6}, {}, 1.0, whole=True), card) == pytest.approx(1 - DISEASES)
    assert _like(both, {"c": 1.0}) == 0.0
