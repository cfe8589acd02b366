"""The dictionary: what a text speaks of."""

from __future__ import annotations

import pytest
from atmp.kg.records import ATMP
from atmp.search.concepts import cosine, dictionary, rarity, weighed

from .conftest import GVHD, PARKINSON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mesenchymal stromal cells for graft-versus-host disease", (f"{ATMP}cell-msc", GVHD)),
        ("Dopamine neurons in Parkinson's disease", (PARKINSON,)),
        ("rAAV9 vectors", (f"{ATMP}vector-aav9",)),
        ("iPSC-derived cells", (f"{ATMP}cell-ipsc",)),
        ("", ()),
        ("\u0000 😀 \ud800", ()),
    ],
)
def test_the_longest_run_of_words_is_found_whatever_its_plural_or_hyphen(text: str, expected: tuple[str, ...]) -> None:
    """People write iPSC, stromal cells and graft-versus-host: each is one concept."""
    assert set(expected) <= set(dictionary().find(text))


def test_ordinary_words_are_no_diseases_unless_written_in_capitals() -> None:
    """'all' is a word, ALL is a leukaemia."""
    lower, upper = dictionary().find("all patients were cold"), dictionary().find("Blinatumomab in ALL")
    assert lower == ()
    assert len(upper) == 1


def test_the_longer_name_wins_over_the_shorter_within_it() -> None:
    """Knee osteoarthritis is not also osteoarthritis, which stands above it and is counted so."""
    knee = dictionary().find("knee osteoarthritis")
    assert len(knee) == 1
    assert knee != dictionary().find("osteoarthritis")


def test_what_stands_above_weighs_six_tenths_a_step() -> None:
    """AAV9 is AAV, so that the two are alike; a platform is one step above its vector."""
    weights = dictionary().spread([f"{ATMP}vector-aav9"])
    assert weights[f"{ATMP}vector-aav9"] == 1.0
    assert weights[f"{ATMP}vector-aav"] == pytest.approx(0.6)
    assert weights[f"{ATMP}platform-aav"] == pytest.approx(0.6)


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
