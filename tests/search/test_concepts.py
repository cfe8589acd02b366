"""How alike two sets of concepts are."""

from __future__ import annotations

import pytest
from atmp.search.concepts import cosine, rarity, weighed


def test_a_rare_concept_says_more_than_a_common_one() -> None:
    """What every card has tells little."""
    assert rarity(1, 1000) > rarity(500, 1000) > 0
    assert rarity(0, 0) > 0


def test_a_vector_of_concepts_has_length_one_and_is_wholly_like_itself() -> None:
    """Cosines stay between 0 and 1."""
    one = weighed({"a": 1.0, "b": 0.6}, {"a": 2.0}, 1.0)
    assert cosine(one, one) == pytest.approx(1.0)
    assert cosine(one, {"c": 1.0}) == 0.0
    assert weighed({}, {}, 1.0) == {}
