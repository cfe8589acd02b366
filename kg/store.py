"""The store: one SQLite file that holds everything that must survive.

One write is one transaction is one revision. A quad carries the revision it came with, the one it went with, and
the rows that assert it, so that any past revision can be asked.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import apsw

from . import schema
from .changes import Change
from .errors import StoreBusyError, StoreError, UsageError
from .iris import DEFAULT_BASE, Graph, Names
from .ledger import Entry, Ledger, Outcome
from .viewer import Viewer

if TYPE_CHECKING:
    from .engine import Engines
    from .extract import Extract
    from .view import View

_LINES = (
    "SELECT ts.value, tp.value, tobj.value, tg.value FROM span JOIN quad q ON q.id = span.quad"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tobj ON tobj.id = q.o JOIN term tg ON tg.id = q.g"
)


@dataclass(frozen=True)
class Writing:
    """What a source asserts from now on: as the arguments of `Store.write`."""

    source: str
    stated: str
    entries: Iterable[Entry]
    keep: Container[str] = frozenset()


class Store:
    """An open store. Connections are made one a thread; close it, or use it in a `with`."""

    def __init__(self, path: Path) -> None:
        """Open an existing store; raises StoreError in words when the file is none."""
        schema.inspect(path)
        self.path = path
        self._local = threading.local()
        self._opened: list[apsw.Connection] = []
        self._closed = False
        self._lock = threading.Lock()
        self.names = Names(self.meta("base") or DEFAULT_BASE)

    @cached_property
    def engines(self) -> Engines:
        """Return the query engines of this open store."""
        from .engine import Engines

        return Engines(self)

    @classmethod
    def create(cls, path: Path, *, base: str = DEFAULT_BASE) -> Self:
        """Make an empty store at `path`, where nothing may be yet, and open it."""
        if path.exists():
            raise StoreError(f"{path} is there already: name another file, or load into this one with `atmp load`")
        if not path.parent.is_dir():
            raise StoreError(f"the folder {path.parent} does not exist: make it first, or name another file with --db")
        if "://" not in base or base.endswith("/") or any(mark in base for mark in ' <>"{}|\\^`'):
            raise UsageError(
                f"'{base}' cannot be the base of IRIs: use one such as {DEFAULT_BASE}, without a slash at its end"
            )
        draft = path.with_name(f".{path.name}.new")  # a crash leaves no half-made store under the real name
        draft.unlink(missing_ok=True)
        connection = schema.connect(draft)
        with connection:
            schema.build(connection)
            connection.execute("INSERT INTO meta VALUES ('base', ?)", (base,))
        connection.close()
        draft.replace(path)
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store at `path`."""
        return cls(path)

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close every connection this object made; it makes no other."""
        with self._lock:
            self._closed = True
            for connection in self._opened:
                connection.close()
            self._opened.clear()
            self._local = threading.local()

    def connect(self) -> apsw.Connection:
        """Return this thread's connection to the file; raises StoreError once the store is closed."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if self._closed:
            raise StoreError("the store is closed: open it again")
        if connection is None:
            schema.inspect(self.path)
            connection = schema.connect(self.path)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection

    def revision(self) -> int:
        """Return the number of the latest write, 0 for an empty store."""
        found = self.connect().execute("SELECT coalesce(max(number), 0) FROM revision").get
        return int(found)

    def last_write(self, sources: str) -> int | None:
        """Return the latest revision that a source wrote whose key has this GLOB pattern."""
        found = self.connect().execute("SELECT max(number) FROM revision WHERE source GLOB ?", (sources,)).get
        return None if found is None else int(found)

    def meta(self, key: str) -> str | None:
        """Return a setting that is kept in the file."""
        found = self.connect().execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting in the file."""
        with self.connect() as connection:
            connection.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value=excluded.value", (key, value)
            )

    def graphs(self) -> list[Graph]:
        """Return every graph that holds or held a fact: for the store's own use, a viewer sees fewer."""
        # the plus keeps SQLite from walking every term in order of value for the sake of a few graphs
        rows = self.connect().execute("SELECT value FROM graph JOIN term ON term.id = graph.term ORDER BY +value")
        return [self.names.read_graph(str(value)[1:-1]) for (value,) in rows]

    def readable(self, viewer: Viewer) -> frozenset[str]:
        """Return the IRIs of the graphs that this viewer may read."""
        return viewer.readable(self.graphs())

    def lines(self, graphs: Iterable[str], *, at: int | None = None) -> Iterator[str]:
        """Yield the N-Quads (without newlines) that stand in these graphs, now or at a past revision."""
        when = self.revision() if at is None else at  # all graphs at one revision, whoever writes meanwhile
        stood = "span.came <= ? AND (span.went IS NULL OR span.went > ?)"
        for graph in sorted(graphs):
            rows = self.connect().execute(f"{_LINES} WHERE {stood} AND tg.value = ?", (when, when, f"<{graph}>"))
            for row in rows:
                yield f"{row[0]} {row[1]} {row[2]} {row[3]} ."

    def changes(self, since: int, until: int | None = None) -> Iterator[Change]:
        """Yield what came and went after revision `since`, oldest first, removals before additions."""
        last = self.revision() if until is None else until
        for column, added in (("went", False), ("came", True)):
            # a quad that came and went within the window cancels out: whoever catches up never saw it
            other = "span.went IS NULL OR span.went > :last" if added else "span.came <= :since"
            rows = self.connect().execute(
                f"SELECT span.{column}, * FROM ({_LINES.replace('SELECT', 'SELECT span.came, span.went,')}"
                f" WHERE span.{column} > :since AND span.{column} <= :last AND ({other}) ORDER BY span.{column}) AS span",
                {"since": since, "last": last},
            )
            for revision, _, _, s, p, o, g in rows:
                yield Change(revision, added, g[1:-1], s[1:-1], f"{s} {p} {o} {g} .")

    def size(self, graphs: Iterable[str]) -> int:
        """Return how many quads stand, or ever stood, in these graphs."""
        query = (
            "SELECT count(*) FROM quad WHERE g IN"
            " (SELECT term.id FROM json_each(?) j JOIN term ON term.value = '<' || j.value || '>')"
        )
        return int(self.connect().execute(query, (json.dumps(sorted(graphs)),)).get)

    def moved(self, since: int, until: int) -> int:
        """Return how many quads came and went after revision `since`, each time they did, up to revision `until`."""
        query = "SELECT coalesce(sum(added + removed), 0) FROM revision WHERE number > ? AND number <= ?"
        return int(self.connect().execute(query, (since, until)).get)

    def view(
        self, viewer: Viewer, *, at: int | None = None, as_stated: bool = False, extract: Extract | None = None
    ) -> View:
        """Return the store as this viewer sees it, at the newest revision or a past one.

        What is one is seen as one; `as_stated`, each source's records are seen as it has them. With an extract only
        that is seen, as it is now.
        """
        from .view import View

        return View(self, viewer, at=at, as_stated=as_stated, extract=extract)

    def write(
        self,
        source: str,
        stated: str,
        entries: Iterable[Entry],
        *,
        agent: str,
        action: str = "load",
        keep: Container[str] = frozenset(),
    ) -> Outcome:
        """Replace what `source` asserts, in one transaction; nothing changes, and no revision is made, where nothing is new.

        `stated` is the ISO date at which the source's facts hold; rows named in `keep` stay as they are. Whatever is
        raised while `entries` are read leaves the store as it was. Raises StoreBusyError where another process keeps the write lock.
        """
        return self.write_together([Writing(source, stated, entries, keep)], agent=agent, action=action)

    def write_together(self, writings: Iterable[Writing], *, agent: str, action: str) -> Outcome:
        """Replace what several sources assert in one transaction, which is one revision under the name of the first.

        Raises as `write` does.
        """
        with self.ledger(agent=agent, action=action) as ledger:
            for one in writings:
                ledger.record(one.source, one.stated, one.entries, keep=one.keep)
        return ledger.outcome

    @contextmanager
    def ledger(self, *, agent: str, action: str) -> Iterator[Ledger]:
        """Hold the write lock, and give the ledger of the coming revision, which is made if anything changes at all.

        Raises as `write` does.
        """
        with self.transaction() as connection:
            ledger = Ledger(connection, self.names, self.revision() + 1)
            yield ledger
            outcome = ledger.outcome
            if outcome.rows_changed or outcome.rows_gone or outcome.added or outcome.removed:
                outcome.revision = ledger.revision
                connection.execute(
                    "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (ledger.revision, now(), agent, action, ledger.source, outcome.added, outcome.removed),
                )
                # tells this revision from another of its number: that of a copy which went its own way
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('edition', ?)", (secrets.token_hex(16),))

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """Hold the write lock on this thread's connection; commit at the end, roll back on any error.

        Raises StoreBusyError where another process keeps the lock, StoreError where the disk is full or the file damaged.
        """
        connection = self.connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            raise StoreBusyError(f"another process is writing to {self.path}: try again when it has finished") from None
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:  # a full disk has already rolled back
                connection.execute("ROLLBACK")
            if isinstance(error, apsw.FullError | apsw.IOError | apsw.CorruptError):
                raise schema.failure(self.path, error) from error
            raise


def now() -> str:
    """Return the present time as an xsd:dateTime in UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
