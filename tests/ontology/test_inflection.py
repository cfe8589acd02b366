"""The forms of Swedish names, and what they mean."""

from __future__ import annotations

import pytest
from atmp.ontology.dictionary import dictionary
from atmp.ontology.inflection import inflected


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("broskcell", "broskceller"),
        ("broskcell", "broskcellerna"),
        ("sjukdom", "sjukdomar"),
        ("sjukdom", "sjukdomen"),
        ("vektor", "vektorer"),
        ("vektor", "vektorn"),
        ("hornhinna", "hornhinnan"),
        ("hjärtklaff", "hjärtklaffar"),
        ("muskel", "muskler"),
        ("odlad", "odlade"),
        ("mesenkymal stamcell", "mesenkymala stamceller"),
        ("adenoassocierat virus", "adenoassocierade viruset"),
        ("NK-cell", "NK-celler"),
    ],
)
def test_a_name_has_the_forms_that_people_write(name: str, form: str) -> None:
    """Plural, article, and adjectives that agree."""
    assert form in inflected(name)


@pytest.mark.parametrize("name", ["MSC", "ALS", "ärr", "CAR-T", "AAV9", ""])
def test_abbreviations_are_left_alone(name: str) -> None:
    """They, and very short words, would become other words."""
    assert inflected(name) == ()


def test_a_text_names_a_concept_in_any_form() -> None:
    """As in the plural of an English text."""
    assert (
        dictionary().find("odlade broskceller")
        == dictionary().find("broskcell")
        == dictionary().find("cartilage cells")
    )
    assert dictionary().find("patienter med njursjukdomar") == dictionary().find("kidney disease")
