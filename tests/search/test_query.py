"""What a question is made into: its words in both languages, and how far they can be looked up."""

from __future__ import annotations

import pytest
from atmp.search.query import question
from atmp.search.rank import Mode, weights


def test_a_swedish_question_is_looked_up_in_english_too() -> None:
    """Its own words stay, for there are Swedish texts."""
    asked = question("genterapi vid ärftlig blindhet")
    assert {"genterapi", "blindhet", "gene", "therapy", "inherited", "retinal"} <= set(asked.words)
    assert asked.spoken == 1.0


@pytest.mark.parametrize("text", ["gene therapy for inherited blindness", "AAV9", "P04"])
def test_an_english_question_has_its_own_words(text: str) -> None:
    """And all of them count."""
    asked = question(text)
    assert set(asked.words) <= set(text.casefold().split())
    assert asked.spoken == 1.0


def test_words_that_english_texts_lack_count_for_less() -> None:
    """Beside the meaning; looked up alone, they are what there is."""
    unknown, known = question("ett förslag på hållfasthetsprovning"), question("odlade broskceller")
    assert unknown.spoken == 0.0
    assert known.spoken == 1.0
    heavy, light = (weights(one, Mode.HYBRID, identified=False)["words"] for one in (known, unknown))
    assert heavy > light > 0.0
    assert weights(unknown, Mode.TEXT, identified=False) == {"words": 1.5}
