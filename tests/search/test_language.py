"""Telling Swedish from English, in questions of a word and in whole texts."""

from __future__ import annotations

import pytest
from atmp.search.collection import Collection
from atmp.search.language import swedish

_PAIRS = (
    ("Odlade hornhinneceller ges till patienter vars egna har skadats.", "Cultured corneal cells for damaged eyes."),
    ("hemofili", "haemophilia"),
    ("njursvikt", "renal failure"),
    ("leukemi", "leukaemia"),
    ("stamceller", "stem cells"),
    ("Projektet har som mål att ta fram en vektor.", "The project is to make a vector."),
    ("en ny genterapi", "training of a screening programme"),
)


@pytest.mark.parametrize(("swede", "english"), _PAIRS)
def test_the_same_said_in_both_is_told_apart(swede: str, english: str) -> None:
    """By small words, letters and endings."""
    assert swedish(swede)
    assert not swedish(english)


@pytest.mark.parametrize(
    "text", ["", "AAV9", "CAR-T", "NCT01234567", "\x00 123", "Sjögren in a study of the salivary gland"]
)
def test_what_is_neither_counts_as_english(text: str) -> None:
    """Ids, abbreviations, nothing at all, and an English text with a name of Swedish letters."""
    assert not swedish(text)


def test_the_judged_questions_are_told_apart(judged: Collection) -> None:
    """Every one of them, the shortest too."""
    assert {one.id for one in judged.questions if swedish(one.text)} == {
        one.id for one in judged.questions if one.id.endswith("-sv")
    }
