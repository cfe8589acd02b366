"""One write: what a source asserts now, held against what it asserted before.

A quad stands while some row asserts it, no more open graph holds the same triple, and, for a single-valued
property, no later source of the same readership says otherwise. A survey's answer stands until a later one replaces it
(`succession`). What stands is worked out anew for the (subject, property) pairs that a write touches, so that a
withdrawn value gives its place back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import apsw

from .iris import Graph, Names
from .records import PROV
from .rounds import SOURCES
from .succession import Lists, cell, cells, covers, touched_projects
from .tiers import Tier
from .triples import functional_properties

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph; each in N-Triples syntax, canonical."""


SOURCE_ROW = "source"
"""The key of the entry that tells of a source itself; it is no row, and is not counted as one."""

_THIS = (
    "SELECT q.id, q.g, a.row FROM quad q JOIN term ts ON ts.id = q.s AND ts.value = ? JOIN term tp ON tp.id = q.p"
    " AND tp.value = ? JOIN term tob ON tob.id = q.o AND tob.value = ? JOIN term tg ON tg.id = q.g AND tg.value = ?"
    " JOIN assertion a ON a.quad = q.id AND a.went IS NULL"
)
_HELD = (
    "SELECT a.row, q.id, ts.value, tp.value FROM assertion a JOIN quad q ON q.id = a.quad AND q.g = ?"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p WHERE a.went IS NULL"
)
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


class _Claim(NamedTuple):
    s: int
    p: int
    quad: int
    o: int
    g: int
    stated: str
    came: int
    answered: str | None
    """The latest date at which a source of a survey says it, and no other source does."""


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
    _graphs: dict[int, Graph] = field(default_factory=dict)

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
        """Withdraw what any row asserts of these quads, and whence it came where nothing else of it is left.

        A row that is loaded again as it was revives nothing of it; one that has changed is said anew, as a whole.
        """
        self._touch_nothing()
        run = self.connection.execute
        emptied: set[tuple[Any, Any]] = set()
        for this in quads:
            for quad, graph, row in run(_THIS, this).fetchall():
                self._unsay(row, quad)
                emptied.add((row, graph))
        self._forget(emptied)
        self._settle(self._lists(None))

    def _forget(self, emptied: Iterable[tuple[Any, Any]]) -> None:
        """Withdraw what rows tell of their sources in graphs where they say nothing else."""
        run, stem, derived = self.connection.execute, f"<{self.names.source('')}", f"<{PROV}wasDerivedFrom>"
        of_source: set[tuple[Any, Any]] = set()
        for row, graph in sorted(emptied):
            held = [(quad, str(s), str(p)) for _, quad, s, p in run(f"{_HELD} AND a.row=?", (graph, row))]
            told = {subject for _, subject, prop in held if prop != derived and not subject.startswith(stem)}
            for quad, subject, prop in held:
                if subject not in told and (prop == derived or not told):
                    self._unsay(row, quad)
            of_source.add((run("SELECT source FROM source_row WHERE id=?", (row,)).get, graph))
        for source, graph in sorted(of_source):
            within = f"{_HELD} AND a.row IN (SELECT id FROM source_row WHERE source=?)"
            if run(f"{within} AND substr(ts.value, 1, ?) <> ? LIMIT 1", (graph, source, len(stem), stem)).get is None:
                for one, quad, *_ in run(within, (graph, source)).fetchall():
                    self._unsay(one, quad)

    def _unsay(self, row: Any, quad: Any) -> None:
        """Let a row assert a quad no more."""
        run = self.connection.execute
        run("UPDATE assertion SET went=? WHERE row=? AND quad=? AND went IS NULL", (self.revision, row, quad))
        run("INSERT OR IGNORE INTO touched SELECT s, p FROM quad WHERE id=?", (quad,))

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
        for (quad,) in held:
            if quad not in keep:
                self._unsay(row, quad)

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
        claims = run(
            "SELECT t.s, t.p, q.id, q.o, q.g, max(src.stated), min(a.came),"
            f" CASE WHEN min(src.key GLOB '{SOURCES}*') THEN max(src.stated) END FROM touched t"
            " JOIN quad q ON q.s = t.s AND q.p = t.p JOIN assertion a ON a.quad = q.id AND a.went IS NULL"
            " JOIN source_row r ON r.id = a.row JOIN source src ON src.id = r.source GROUP BY q.id ORDER BY t.s, t.p"
        )
        single = {self._term(f"<{iri}>") for iri in functional_properties()}
        replaced = single | {self._term(f"<{iri}>") for iri in cells()}
        members = {self._term(member) for member in lists.members}
        run("CREATE TEMP TABLE IF NOT EXISTS wanted (quad INTEGER PRIMARY KEY)")
        run("DELETE FROM wanted")
        for (subject, prop), group in groupby((_Claim(*row) for row in claims), key=lambda claim: (claim.s, claim.p)):
            said = list(group)
            if subject in members:
                named = self._value(subject)
                said = [one for one in said if one.answered is None or not lists.dropped(named, self._graph(one.g))]
            if prop in replaced:
                said = self._latest(said)
            standing = self._standing(said, functional=prop in single)
            self.connection.executemany("INSERT INTO wanted VALUES (?)", ((claim.quad,) for claim in standing))
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

    def _latest(self, claims: list[_Claim]) -> list[_Claim]:
        """Return the claims but for the survey's answers that a later answer replaces, for all who read them."""
        if len(claims) == 1:
            return claims
        answers = {claim: self._cell(claim) for claim in claims if claim.answered is not None}
        return [
            one
            for one in claims
            if one not in answers
            or not any(
                str(later.answered) > str(one.answered)
                and same == answers[one]
                and covers(self._graph(later.g), self._graph(one.g))
                for later, same in answers.items()
            )
        ]

    def _cell(self, claim: _Claim) -> str:
        return cell(self._value(claim.p), self._value(claim.o))

    def _standing(self, claims: Sequence[_Claim], *, functional: bool) -> list[_Claim]:
        if len(claims) == 1:
            return list(claims)
        if (
            functional
        ):  # before duplicates go: an answer may be the latest of its readers, and stand in a more open graph
            latest: dict[tuple[str, str], _Claim] = {}
            for claim in sorted(claims, key=lambda claim: (claim.stated, claim.came, claim.quad)):
                latest[self._rank(claim.g)[1], self._cell(claim)] = claim
            claims = list(latest.values())
        open_first = sorted(claims, key=lambda claim: (self._rank(claim.g)[0], claim.came, claim.g))
        return list({claim.o: claim for claim in reversed(open_first)}.values())

    def _rank(self, graph: int) -> tuple[int, str]:
        """Return a graph's secrecy and its readership: graphs of one readership are seen by the same people."""
        known = self._graph(graph)
        return known.tier.rank, known.tier.value if known.tier is Tier.PUBLIC else known.iri

    def _graph(self, term: int) -> Graph:
        if term not in self._graphs:
            self._graphs[term] = self.names.read_graph(self._value(term)[1:-1])
        return self._graphs[term]

    def _value(self, term: int) -> str:
        return str(self.connection.execute("SELECT value FROM term WHERE id=?", (term,)).get)
