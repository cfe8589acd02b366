"""Wants: what a project's text says that it needs."""

from __future__ import annotations

import pytest
from atmp.kg.linking import LEAST
from atmp.kg.wants import wants
from atmp.ontology.vocabulary import iri_of
from hypothesis import given
from hypothesis import strategies as st


def _read(text: str, hurdles: str = "") -> set[str]:
    return {str(one.term).rpartition("category-")[2] for one in wants(text, hurdles, least=LEAST)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We need a GMP AAV vector and toxicology.", {"gmp-aav", "glp-toxicology"}),
        ("We lack a potency assay.", {"potency-assay"}),
        ("We would like access to a bioreactor.", {"bioreactor-access"}),
        ("The project is looking for a qualified person.", {"qualified-person"}),
        ("A master cell bank is missing.", {"gmp-cell-line"}),
        ("Vi behöver renrum och potensanalys.", {"gmp-slot", "potency-assay"}),
        ("Projektet saknar biostatistik.", {"statistics"}),
        ("We have no access to a bioreactor.", {"bioreactor-access"}),
        ("We need help with the IMPD.", {"cta-writing"}),
    ],
)
def test_words_of_wanting_tell_a_need(text: str, expected: set[str]) -> None:
    """In English and in Swedish, with the narrowest category that is named."""
    assert _read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A potency assay has been made.",
        "We have access to a bioreactor.",
        "A grant gives access to a bioreactor.",
        "We do not need toxicology.",
        "We need patience. Toxicology is done.",
        "We need more cells, but toxicology is done.",
        "Vi behöver inte renrum.",
        "We need a clinical answer.",
    ],
)
def test_what_is_there_is_no_need(text: str) -> None:
    """What is done, what is had, what is denied, and what another clause says."""
    assert _read(text) == set()


def test_hurdles_want_what_they_name() -> None:
    """Less sure than words of wanting, with the words it rests on."""
    (one,) = wants("", "Price and waiting time of GMP lentiviral vector.", least=LEAST)
    assert (one.term, one.words, one.confidence) == (
        iri_of("category", "gmp-lentivirus"),
        ("GMP lentiviral vector",),
        0.7,
    )


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_is_read(text: str, hurdles: str) -> None:
    """Each category once, with its words."""
    found = wants(text, hurdles, least=0.0)
    assert len({one.term for one in found}) == len(found)
    assert all(one.words for one in found)
