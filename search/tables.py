"""Search's own tables, in the store's file: cards, their full text and their vectors, kept apart by scope.

Every scope has a full-text table of its own and a partition of the vectors, so that what a viewer may not read
moves neither a score nor a passage.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass

import apsw
from atmp.kg.store import Store
from atmp.kg.viewer import Viewer

_TABLES = """
CREATE TABLE IF NOT EXISTS search_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS search_scope (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, viewer TEXT NOT NULL, revision INTEGER NOT NULL,
    recipe TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS card (
    id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, iri TEXT NOT NULL, kind TEXT NOT NULL, identifier TEXT NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, facts TEXT NOT NULL, concepts TEXT NOT NULL, mark TEXT NOT NULL,
    digest TEXT NOT NULL, embedded INTEGER NOT NULL DEFAULT 0, UNIQUE (scope, iri));
CREATE INDEX IF NOT EXISTS card_pending ON card (scope) WHERE embedded = 0;
CREATE INDEX IF NOT EXISTS card_digest ON card (digest);
CREATE TABLE IF NOT EXISTS card_part (
    scope INTEGER NOT NULL, part TEXT NOT NULL, card INTEGER NOT NULL, PRIMARY KEY (scope, part, card)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS card_part_card ON card_part (card);
CREATE TABLE IF NOT EXISTS card_term (
    scope INTEGER NOT NULL, name TEXT NOT NULL, term TEXT NOT NULL, card INTEGER NOT NULL,
    PRIMARY KEY (scope, name, term, card)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS card_term_card ON card_term (card);
CREATE TABLE IF NOT EXISTS card_concept (
    scope INTEGER NOT NULL, concept TEXT NOT NULL, rarity REAL NOT NULL, cards BLOB NOT NULL, weights BLOB NOT NULL,
    PRIMARY KEY (scope, concept)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS card_recent (scope INTEGER NOT NULL, card INTEGER NOT NULL, PRIMARY KEY (scope, card))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS card_concept_recent (
    scope INTEGER NOT NULL, concept TEXT NOT NULL, cards BLOB NOT NULL, weights BLOB NOT NULL,
    PRIMARY KEY (scope, concept)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS card_change (
    scope INTEGER NOT NULL, version INTEGER NOT NULL, card INTEGER NOT NULL,
    PRIMARY KEY (scope, version, card)) WITHOUT ROWID;
"""
_OF_SCOPE = ("card", "card_part", "card_term", "card_concept", "card_concept_recent", "card_recent", "card_change")
_CLEARED = ("search_scope", *_OF_SCOPE, "search_meta")


@dataclass(frozen=True)
class Partition:
    """One scope's part of the index: its number, key, the viewer it is read as, and the revision it stands at.

    `version` rises with every change to its cards or vectors, so that what was read of it can be kept.
    """

    id: int
    key: str
    viewer: Viewer
    revision: int
    recipe: str
    version: int


class Tables:
    """The index's tables in one store's file; makes them when first needed."""

    def __init__(self, store: Store) -> None:
        """Work on `store`'s file."""
        self.store = store
        self._local = threading.local()

    def connect(self) -> apsw.Connection:
        """Return this thread's connection, able to search vectors, with the tables there."""
        connection = self.store.connect()
        if getattr(self._local, "connection", None) is not connection:
            import sqlite_vec

            connection.enable_load_extension(True)
            connection.load_extension(sqlite_vec.loadable_path())
            connection.enable_load_extension(False)
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name='card_change'").fetchone() is None:
                with self.store.transaction():
                    connection.execute(_TABLES)
            self._local.connection = connection
        return connection

    def meta(self, key: str) -> str | None:
        """Return a setting of the index."""
        found = self.connect().execute("SELECT value FROM search_meta WHERE key=?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting of the index."""
        self.connect().execute("INSERT OR REPLACE INTO search_meta VALUES (?, ?)", (key, value))

    def partitions(self) -> list[Partition]:
        """Return every scope that is indexed."""
        rows = self.connect().execute("SELECT id, key, viewer, revision, recipe, version FROM search_scope ORDER BY id")
        return [Partition(row[0], row[1], Viewer.heard(json.loads(row[2])), row[3], row[4], row[5]) for row in rows]

    def partition(self, key: str) -> Partition | None:
        """Return one scope's part, or None."""
        return next((one for one in self.partitions() if one.key == key), None)

    def add(self, key: str, viewer: Viewer) -> Partition:
        """Make a scope's part where there is none, and return it. The caller holds no transaction."""
        with self.store.transaction() as connection:
            found = self.partition(key)
            if found is not None:
                return found
            begun = time.time_ns() // 1_000_000  # above every version of a part that had this number before
            connection.execute(
                "INSERT INTO search_scope (key, viewer, revision, recipe, version) VALUES (?, ?, 0, '', ?)",
                (key, json.dumps(viewer.told()), begun),
            )
            number = connection.last_insert_rowid()
            connection.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS card_fts_{number} USING fts5(title, body, facts, names,"
                " content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2')"
            )
        return Partition(number, key, viewer, 0, "", begun)

    def hand_over(self, partition: Partition, viewer: Viewer) -> None:
        """Read a scope's part as another viewer of the same graphs from now on."""
        with self.store.transaction() as connection:
            connection.execute("UPDATE search_scope SET viewer=? WHERE id=?", (json.dumps(viewer.told()), partition.id))

    def drop(self, partition: Partition) -> None:
        """Remove a scope's part."""
        with self.store.transaction() as connection:
            self._empty_vectors(connection, partition.id)
            for name in _OF_SCOPE:
                connection.execute(f"DELETE FROM {name} WHERE scope=?", (partition.id,))
            connection.execute("DELETE FROM search_scope WHERE id=?", (partition.id,))
            connection.execute(f"DROP TABLE IF EXISTS card_fts_{partition.id}")

    def _empty_vectors(self, connection: apsw.Connection, scope: int) -> None:
        if self.has_vectors():
            connection.execute("DELETE FROM card_vector WHERE rowid IN (SELECT id FROM card WHERE scope=?)", (scope,))

    def clear(self) -> None:
        """Remove the whole index; the facts stay."""
        with self.store.transaction() as connection:
            for partition in self.partitions():
                connection.execute(f"DROP TABLE IF EXISTS card_fts_{partition.id}")
            for name in _CLEARED:
                connection.execute(f"DELETE FROM {name}")
            for name in ("card_vector", "search_next"):
                connection.execute(f"DROP TABLE IF EXISTS {name}")

    def has_vectors(self) -> bool:
        """Return whether vectors were ever written."""
        found = self.connect().execute("SELECT 1 FROM sqlite_master WHERE name='card_vector'").fetchone()
        return found is not None

    def make_vectors(self, dimension: int) -> None:
        """Make the vectors' table; the caller holds the transaction."""
        self.connect().execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS card_vector USING vec0("
            f"scope INTEGER PARTITION KEY, vector float[{int(dimension)}] distance_metric=cosine)"
        )
