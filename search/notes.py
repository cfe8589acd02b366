"""Notes: what whoever asks should know of an answer, where the question says little or too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .order import Fits
from .query import READ, Query

CUT = f"The text is long: its first {READ:,} characters were read."
LETTER = "One letter says little: ask with a word, or several."
DISTANT = (
    "No record has a word of this, or a concept that it names: what follows is only the nearest in meaning."
    " Ask in other words, in English or Swedish."
)


def notes(query: Query, found: Mapping[str, Fits]) -> Iterator[str]:
    """Yield notes on a query and how well cards fit by words and concepts, those of them that were looked at."""
    if query.cut:
        yield CUT
    if len(query.text) == 1:
        yield LETTER
    if {"words", "concepts"} <= found.keys() and not any(len(found[name].rows) for name in ("words", "concepts")):
        yield DISTANT
