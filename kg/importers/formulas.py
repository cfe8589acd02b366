"""Cells that a spreadsheet would take for formulas: made harmless on the way out, and given back as they were.

A cell of a CSV file that begins with = + - @, a tab or a carriage return can run on the machine of whoever opens it.
An apostrophe before it makes it text; where apostrophes stand before such a sign already, one more is put before them.
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_MARKED = re.compile(r"'+[=+\-@\t\r]")


def harmless(text: str) -> str:
    """Return a cell's text as no spreadsheet computes it."""
    return f"'{text}" if _RISKY.match(text) else text


def unharmed(text: str) -> str:
    """Return the text that `harmless` was given."""
    return text[1:] if _MARKED.match(text) else text
