"""Namesakes: names that may be one person's."""

from __future__ import annotations

import pytest
from atmp.kg.namesakes import namesake


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("Ada Prövare", "Prövare, Ada", 90),
        ("Dr. Ada Prövare", "Ada Provare, PhD", 90),
        ("Ada Prövare", "Ada B. Prövare", 80),
        ("A. Prövare", "Ada Prövare", 70),
        ("Ada Prövare", "Ida Prövare", None),
        ("A. Prövare", "Ida Prövare", None),
        ("Ada Prövare", "Ada Testare", None),
        ("Prövare", "Prövare", None),
        ("", "Ada Prövare", None),
        ("Synthetic investigator 01", "Synthetic investigator 02", None),
    ],
)
def test_names_of_one_person(one: str, other: str, score: int | None) -> None:
    """Order, titles, initials and further given names may differ; a family name alone is nobody's."""
    for found in (namesake(one, other), namesake(other, one)):
        assert (found[0] if found else None) == score
