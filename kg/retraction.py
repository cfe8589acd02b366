"""Retractions: what is withdrawn from whoever said it, with whence it came where nothing else of it is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apsw

from .iris import Names
from .records import PROV
from .triples import Quad

_THIS = (
    "SELECT q.id, q.g, a.row FROM quad q JOIN term ts ON ts.id = q.s AND ts.value = ? JOIN term tp ON tp.id = q.p"
    " AND tp.value = ? JOIN term tob ON tob.id = q.o AND tob.value = ? JOIN term tg ON tg.id = q.g AND tg.value = ?"
    " JOIN assertion a ON a.quad = q.id AND a.went IS NULL"
)
_HELD = (
    "SELECT a.row, q.id, ts.value, tp.value FROM assertion a JOIN quad q ON q.id = a.quad AND q.g = ?"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p WHERE a.went IS NULL"
)


@dataclass(frozen=True)
class Retraction:
    """Withdraws within an open write, at its coming revision; the pairs of subject and property that it changes are touched."""

    connection: apsw.Connection
    names: Names
    revision: int

    def of(self, quads: Iterable[Quad]) -> None:
        """Withdraw what any row asserts of these quads, and whence it came where nothing else of it is left.

        A row that is loaded again as it was revives nothing of it; one that has changed is said anew, as a whole.
        """
        run = self.connection.execute
        emptied: set[tuple[Any, Any]] = set()
        for this in quads:
            for quad, graph, row in run(_THIS, this).fetchall():
                self.unsay(row, quad)
                emptied.add((row, graph))
        self._forget(emptied)

    def unsay(self, row: Any, quad: Any) -> None:
        """Let a row assert a quad no more."""
        run = self.connection.execute
        run("UPDATE assertion SET went=? WHERE row=? AND quad=? AND went IS NULL", (self.revision, row, quad))
        run("INSERT OR IGNORE INTO touched SELECT s, p FROM quad WHERE id=?", (quad,))

    def _forget(self, emptied: Iterable[tuple[Any, Any]]) -> None:
        """Withdraw what rows tell of their sources in graphs where they say nothing else."""
        run, stem, derived = self.connection.execute, f"<{self.names.source('')}", f"<{PROV}wasDerivedFrom>"
        of_source: set[tuple[Any, Any]] = set()
        for row, graph in sorted(emptied):
            held = [(quad, str(s), str(p)) for _, quad, s, p in run(f"{_HELD} AND a.row=?", (graph, row))]
            told = {subject for _, subject, prop in held if prop != derived and not subject.startswith(stem)}
            for quad, subject, prop in held:
                if subject not in told and (prop == derived or not told):
                    self.unsay(row, quad)
            of_source.add((run("SELECT source FROM source_row WHERE id=?", (row,)).get, graph))
        for source, graph in sorted(of_source):
            within = f"{_HELD} AND a.row IN (SELECT id FROM source_row WHERE source=?)"
            if run(f"{within} AND substr(ts.value, 1, ?) <> ? LIMIT 1", (graph, source, len(stem), stem)).get is None:
                for one, quad, *_ in run(within, (graph, source)).fetchall():
                    self.unsay(one, quad)
