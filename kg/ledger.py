"""One write: what a source asserts now, held against what it asserted before.

What stands of what is asserted, `settlement` tells. It is worked out anew for the (subject, property) pairs that a
write touches, so that a withdrawn value gives its place back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import apsw

from .iris import Names
from .retraction import Retraction
from .rounds import SOURCES
from .settlement import Settlement
from .succession import Lists, touched_projects
from .triples import Quad

SOURCE_ROW = "source"
"""The key of the entry that tells of a source itself; it is no row, and is not counted as one."""

_REMEMBERED, _SHORT = 10_000, 100  # terms whose number is remembered, and their longest


@dataclass(frozen=True)
class Entry:
    """What one row of a source asserts; `stamped` quads (times) are written only when `quads` changed."""

    key: str
    quads: tuple[Quad, ...]
    stamped: tuple[Quad, ...] = ()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the quads, whatever their order."""
        lines = "\n".join(sorted(" ".join(quad) for quad in set(self.quads)))
        return hashlib.sha256(lines.encode()).hexdigest()


@dataclass
class Outcome:
    """What a write did: quads that began and ceased to stand, and rows by what became of them."""

    revision: int | None = None
    added: int = 0
    removed: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_gone: int = 0


@dataclass
class Ledger:
    """The bookkeeping of one open transaction, at one coming revision."""

    connection: apsw.Connection
    names: Names
    revision: int
    outcome: Outcome = field(default_factory=Outcome)
    source: str | None = None
    """The key of the first source that was recorded: the write's name in the change log."""
    _terms: dict[str, int] = field(default_factory=dict)

    def record(self, key: str, stated: str, entries: Iterable[Entry], *, keep: Container[str] = frozenset()) -> None:
        """Take in a source's rows; rows that are no longer there, but for `keep`, withdraw what they asserted.

        Entries are taken one by one; what must be remembered of them lies in SQLite's temporary file.
        """
        run = self.connection.execute
        self._touch_nothing()
        self.source = self.source or key
        source, moved = self._source(key, stated)
        run("CREATE TEMP TABLE IF NOT EXISTS unsaid (id INTEGER PRIMARY KEY)")
        run("DELETE FROM unsaid")
        run("INSERT INTO unsaid SELECT id FROM source_row WHERE source=?", (source,))
        for entry in entries:
            digest = entry.digest
            row = run("SELECT id, digest FROM source_row WHERE source=? AND key=?", (source, entry.key)).fetchone()
            if row is not None:
                run("DELETE FROM unsaid WHERE id=?", row[:1])
            if row is not None and row[1] == digest:
                self.outcome.rows_unchanged += entry.key != SOURCE_ROW
                continue
            self._assert(source, row[0] if row else None, entry, digest)
            self.outcome.rows_changed += entry.key != SOURCE_ROW
        for row_id, gone in run("SELECT unsaid.id, key FROM unsaid CROSS JOIN source_row USING (id)"):
            if gone not in keep:
                self._withdraw(row_id, keep=set())
                run("DELETE FROM source_row WHERE id=?", (row_id,))
                self.outcome.rows_gone += 1
        if moved:
            self._touch_source(source)
        self._settle(self._lists(source if key.startswith(SOURCES) else None))

    def retract(self, quads: Iterable[Quad]) -> None:
        """Withdraw what any row asserts of these quads, as `retraction` has it."""
        self._touch_nothing()
        self._retraction.of(quads)
        self._settle(self._lists(None))

    @property
    def _retraction(self) -> Retraction:
        return Retraction(self.connection, self.names, self.revision)

    def forget_passing(self) -> None:
        """Leave no trace of what came and went within this write, which nobody will ever have seen."""
        self.connection.execute("DELETE FROM span WHERE came=? AND went=?", (self.revision, self.revision))
        self.outcome.added -= self.connection.changes()
        self.outcome.removed -= self.connection.changes()

    def _touch_nothing(self) -> None:
        run = self.connection.execute
        run("CREATE TEMP TABLE IF NOT EXISTS touched (s INTEGER, p INTEGER, PRIMARY KEY (s, p)) WITHOUT ROWID")
        run("DELETE FROM touched")

    def _source(self, key: str, stated: str) -> tuple[int, bool]:
        run = self.connection.execute
        found = run("SELECT id, stated FROM source WHERE key=?", (key,)).fetchone()
        if found is None:
            run("INSERT INTO source (key, stated) VALUES (?, ?)", (key, stated))
            return self.connection.last_insert_rowid(), False
        run("UPDATE source SET stated=? WHERE id=?", (stated, found[0]))
        return found[0], found[1] != stated

    def _term(self, value: str) -> int:
        known = self._terms.get(value)
        if known is not None:
            return known
        run = self.connection.execute
        found = run("SELECT id FROM term WHERE value=?", (value,)).fetchone()
        if found is None:
            run("INSERT INTO term (value) VALUES (?)", (value,))
            found = (self.connection.last_insert_rowid(),)
        if len(self._terms) >= _REMEMBERED:  # keeps a long import's memory flat
            self._terms.clear()
        if len(value) <= _SHORT:
            self._terms[value] = found[0]
        return int(found[0])

    def _quad(self, quad: Quad) -> int:
        run = self.connection.execute
        ids = tuple(self._term(part) for part in quad)
        run("INSERT OR IGNORE INTO graph (term) VALUES (?)", (ids[3],))
        run("INSERT OR IGNORE INTO touched (s, p) VALUES (?, ?)", ids[:2])
        found = run("SELECT id FROM quad WHERE s=? AND p=? AND o=? AND g=?", ids).fetchone()
        if found is not None:
            return int(found[0])
        run("INSERT INTO quad (s, p, o, g) VALUES (?, ?, ?, ?)", ids)
        return self.connection.last_insert_rowid()

    def _assert(self, source: int, row: int | None, entry: Entry, digest: str) -> None:
        run = self.connection.execute
        if row is None:
            run("INSERT INTO source_row (source, key, digest) VALUES (?, ?, ?)", (source, entry.key, digest))
            row, held = self.connection.last_insert_rowid(), set()
        else:
            run("UPDATE source_row SET digest=? WHERE id=?", (digest, row))
            held = {found[0] for found in run("SELECT quad FROM assertion WHERE row=? AND went IS NULL", (row,))}
        wanted = {self._quad(quad) for quad in (*entry.quads, *entry.stamped)}
        for quad in wanted - held:
            run("INSERT INTO assertion (quad, row, came) VALUES (?, ?, ?)", (quad, row, self.revision))
        if held - wanted:
            self._withdraw(row, keep=wanted)

    def _withdraw(self, row: int, *, keep: set[int]) -> None:
        held = self.connection.execute("SELECT quad FROM assertion WHERE row=? AND went IS NULL", (row,)).fetchall()
        unsay = self._retraction.unsay
        for (quad,) in held:
            if quad not in keep:
                unsay(row, quad)

    def _touch_source(self, source: int) -> None:
        """A source whose date moved may win or lose single-valued properties that it did not restate."""
        self.connection.execute(
            "INSERT OR IGNORE INTO touched SELECT q.s, q.p FROM source_row r JOIN assertion a ON a.row = r.id"
            " AND a.went IS NULL JOIN quad q ON q.id = a.quad WHERE r.source=?",
            (source,),
        )

    def _lists(self, source: int | None) -> Lists:
        """Return the lists that the write may have changed, with all that belongs to them touched; `source` is a survey's."""
        lists = Lists(self.connection, self.names, touched_projects(self.connection, source))
        self.connection.executemany(
            "INSERT OR IGNORE INTO touched SELECT q.s, q.p FROM term t JOIN quad q ON q.s = t.id WHERE t.value=?",
            ((member,) for member in lists.members),
        )
        return lists

    def _settle(self, lists: Lists) -> None:
        """Bring what stands into line with what is asserted, over the touched pairs."""
        run = self.connection.execute
        run("CREATE TEMP TABLE IF NOT EXISTS wanted (quad INTEGER PRIMARY KEY)")
        run("DELETE FROM wanted")
        standing = Settlement(self.connection, self.names, lists).standing()
        self.connection.executemany("INSERT INTO wanted VALUES (?)", ((quad,) for quad in standing))
        now = "SELECT s.quad FROM touched t JOIN quad q ON q.s = t.s AND q.p = t.p JOIN span s ON s.quad = q.id AND s.went IS NULL"
        run(f"CREATE TEMP TABLE standing AS {now}")
        run(
            "UPDATE span SET went=? WHERE went IS NULL AND quad IN (SELECT quad FROM standing EXCEPT SELECT quad FROM wanted)",
            (self.revision,),
        )
        self.outcome.removed += self.connection.changes()
        run(
            "INSERT INTO span (quad, came) SELECT quad, ? FROM (SELECT quad FROM wanted EXCEPT SELECT quad FROM standing)",
            (self.revision,),
        )
        self.outcome.added += self.connection.changes()
        run("DROP TABLE standing")
