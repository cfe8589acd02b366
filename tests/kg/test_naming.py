"""Names of organisations, taken apart."""

from __future__ import annotations

import pytest
from atmp.kg.naming import at_home, country, name, of_a_person, plain, words_by_sort


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lunds universitet", "LUND UNIVERSITY"),
        ("Karolinska Inst.", "Karolinska Institutet"),
        ("Göteborgs Universitet", "University of Gothenburg"),
        ("Skånes universitetssjukhus", "Skane University Hospital"),
        ("Example Therapeutics, Inc.", "Example Therapeutics AB"),
        ("Boston Children’s Hospital", "BOSTON CHILDREN'S HOSPITAL"),
        ("Histocell SL, Spain", "Histocell, S.L."),
    ],
)
def test_spellings_of_a_name_have_the_same_words(one: str, other: str) -> None:
    """Case, accents, legal forms, countries, abbreviations and Swedish make no other words."""
    assert sorted(name(one).words) == sorted(name(other).words)


def test_a_name_is_never_emptied() -> None:
    """What is nothing but a legal form or filling words is kept as it is; a text without words has none."""
    assert name("AB").words == ("ab",)
    assert name("The").words == ("the",)
    assert name("...").words == ()


def test_place_and_letters_are_told_apart() -> None:
    """What stands behind a comma and is no sort of organisation is a place; brackets hold letters."""
    found = name("University of California, San Francisco (UCSF)")
    assert (found.place, found.letters) == (("san", "francisco"), frozenset({"ucsf"}))
    assert name("Hospital of Example, School of Medicine").place == ()
    assert name("Institute of Example, United Kingdom").words == ("institute", "example")


def test_a_country_is_left_out_only_behind_a_comma() -> None:
    """A country that belongs to the name stays."""
    assert at_home("Lund University, Sverige") == ("Lund University", "sweden")
    assert at_home("Medicines for Sweden") == ("Medicines for Sweden", None)
    assert at_home("Example Clinic, Doha") == ("Example Clinic, Doha", None)


def test_a_sponsor_with_a_degree_is_a_person() -> None:
    """Such a name is none of an organisation."""
    assert of_a_person("Synthetic Investigator, M.D.")
    assert of_a_person("Synthetic Investigator, PhD")
    assert not of_a_person("Example Clinic, Doha")


def test_plain_leaves_words_alone() -> None:
    """Letters of other scripts stay, marks go."""
    assert plain("Hôpitaux & Cie. (AP-HP)") == "hopitaux and cie ap hp"
    assert plain("M.D. Anderson") == "md anderson"
    assert plain("Больница № 6") == "больница no 6"


def test_the_words_of_the_table_are_plain() -> None:
    """Every word can be met: it is written as `plain` writes it, and a form is no abbreviation of something else."""
    table = words_by_sort()
    assert {word for sort in table.values() for word in sort if plain(word) != word} == set()
    forms = {part for form in table["form"].values() for part in form}
    assert all(country(" ".join(form)) for form in table["country"].values())
    assert forms & table["form"].keys() == set()
