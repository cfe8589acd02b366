"""Answers as Python values."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest
from atmp.kg.table import value
from atmp.kg.triples import XSD


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("7", "integer", 7),
        ("1.5", "decimal", 1.5),
        ("true", "boolean", True),
        ("2023-06-01", "date", date(2023, 6, 1)),
        ("many", "integer", "many"),
        ("2023-02-30", "date", "2023-02-30"),
        ("9" * 5000, "integer", "9" * 5000),
        ("2023-06-01Z", "date", "2023-06-01Z"),
    ],
)
def test_a_literal_becomes_its_value_or_stays_text(text: str, datatype: str, expected: object) -> None:
    """What is none of its datatype is shown as it stands, and ends no query."""
    assert value(ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{datatype}"))) == expected
