"""Cells that a spreadsheet would compute: harmless outside, unharmed when they come back."""

from __future__ import annotations

import pytest
from atmp.kg.importers.formulas import harmless, unharmed
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("text", ["=1+1", "+46 46 222", "-", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"])
def test_what_begins_like_a_formula_becomes_text(text: str) -> None:
    """An apostrophe stands before it, and nothing else changes."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "AAV9", "a=b", "'quoted'", "3-4"])
def test_what_does_not_is_left_alone(text: str) -> None:
    """Words, numbers and quotations are written as they are."""
    assert harmless(text) == unharmed(text) == text


@given(st.text(alphabet="'=+-@\t\rab ", max_size=8))
def test_every_text_comes_back(text: str) -> None:
    """Whatever a cell holds is what is read again."""
    assert unharmed(harmless(text)) == text
    assert not harmless(text).startswith(tuple("=+-@\t\r"))
