"""Extracts: of all facts, those that one sort of work reads, so that a long store need not be in memory for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .store import Store

_IDS = "(SELECT term.id FROM json_each({name}) j JOIN term ON term.value = '<' || j.value || '>')"
_MARKED = (
    "(SELECT m.s FROM quad m WHERE (m.p, m.o) IN (SELECT tp.id, tob.id FROM json_each(:marks) j"
    " JOIN term tp ON tp.value = '<' || (j.value ->> 0) || '>' JOIN term tob ON tob.value = '<' || (j.value ->> 1) || '>'))"
)
_LINES = (
    "SELECT ts.value, tp.value, tob.value, tg.value FROM quad q CROSS JOIN span ON span.quad = q.id"
    " AND span.came <= :at AND (span.went IS NULL OR span.went > :at)"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o JOIN term tg ON tg.id = q.g"
    f" WHERE q.g IN {_IDS.format(name=':graphs')} AND (q.p IN {_IDS.format(name=':properties')} OR q.s IN {_MARKED})"
)


@dataclass(frozen=True)
class Extract:
    """All facts about the subjects of which one of some pairs of property and object is said, and all of some properties."""

    marks: frozenset[tuple[str, str]]
    properties: frozenset[str]

    def lines(self, store: Store, graphs: Iterable[str], at: int) -> Iterator[str]:
        """Yield the N-Quads (without newlines) of these that stand in some graphs at a revision, in one pass over the file."""
        asked = {"marks": sorted(self.marks), "properties": sorted(self.properties), "graphs": sorted(graphs)}
        said = {name: json.dumps(values) for name, values in asked.items()}
        for row in store.connect().execute(_LINES, {**said, "at": at}):
            yield f"{row[0]} {row[1]} {row[2]} {row[3]} ."
