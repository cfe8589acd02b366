"""English words for what a Swedish text says."""

from __future__ import annotations

import pytest
from atmp.ontology.terms import FOLDER
from atmp.ontology.translation import translation
from atmp.ontology.vocabulary import read_table


@pytest.mark.parametrize(
    ("swedish", "english"),
    [
        ("genterapi vid hemofili B", ("gene therapy", "hemophilia B")),
        ("ansökan om klinisk prövning", ("clinical trial application",)),
        ("steroidrefraktär", ("steroid", "refractory")),
        ("hornhinnans skador", ("cornea", "injury damage")),
        ("muskelstamceller", ("muscle", "stem cell")),
        ("ett ord som ingen känner", ()),
        ("", ()),
    ],
)
def test_names_everyday_words_and_compounds_are_known(swedish: str, english: tuple[str, ...]) -> None:
    """The longest run of words goes first; what is unknown is left out."""
    assert translation().english(swedish) == english


def test_the_glossary_is_in_order() -> None:
    """Each word once, sorted, with an English one."""
    rows = read_table(FOLDER / "glossary.tsv")
    words = [row["swedish"] for row in rows]
    assert words == sorted(set(words))
    assert all(row["english"].strip() == row["english"] != "" for row in rows)
