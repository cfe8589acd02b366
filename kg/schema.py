"""The tables of the store's file, and what tells a store from any other file."""

from __future__ import annotations

from pathlib import Path

import apsw

from .errors import NewerStoreError, NotAStoreError, StoreError, StoreMissingError

APPLICATION_ID = 0x41544D50  # "ATMP": SQLite's own field for telling whose file it is
VERSION = 1
BUSY_MS = 30_000
FileError = apsw.Error
"""What reading or writing the file may raise at any time; `failure` says it in words."""

_HEADER = b"SQLite format 3\x00"

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE revision (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, agent TEXT NOT NULL, action TEXT NOT NULL,
    source TEXT, added INTEGER NOT NULL, removed INTEGER NOT NULL);
CREATE TABLE source (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, stated TEXT NOT NULL);
CREATE TABLE source_row (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, key TEXT NOT NULL, digest TEXT NOT NULL,
    UNIQUE (source, key));
CREATE TABLE term (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
CREATE TABLE quad (
    id INTEGER PRIMARY KEY, s INTEGER NOT NULL, p INTEGER NOT NULL, o INTEGER NOT NULL, g INTEGER NOT NULL,
    UNIQUE (s, p, o, g));
CREATE TABLE assertion (quad INTEGER NOT NULL, row INTEGER NOT NULL, came INTEGER NOT NULL, went INTEGER);
CREATE INDEX assertion_quad ON assertion (quad);
CREATE INDEX assertion_row ON assertion (row) WHERE went IS NULL;
CREATE TABLE span (quad INTEGER NOT NULL, came INTEGER NOT NULL, went INTEGER);
CREATE INDEX span_quad ON span (quad);
CREATE INDEX span_came ON span (came);
CREATE INDEX span_went ON span (went) WHERE went IS NOT NULL;
CREATE TABLE graph (term INTEGER PRIMARY KEY);
"""


def connect(path: Path) -> apsw.Connection:
    """Open the file with the settings every connection needs; does not look whether it is a store.

    Raises StoreError in words where the file is damaged, or may not be written.
    """
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
        connection.set_busy_timeout(BUSY_MS)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "temp_store=FILE"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except apsw.Error as error:
        raise failure(path, error) from None
    return connection


def failure(path: Path | str, error: apsw.Error) -> StoreError:
    """Return in words why the file, named by its path, cannot be read or written; another sort as SQLite says it."""
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return StoreError(f"{path} is damaged ({error}): put back a copy of it, or load its sources anew")
    if isinstance(error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError):
        return StoreError(
            f"{path} cannot be opened for reading and writing ({error}): it and its folder must be yours to write"
        )
    if isinstance(error, apsw.IOError | apsw.FullError):
        return StoreError(
            f"the disk that holds {path} does not keep it ({error}): is it full, or on a network? Nothing was changed;"
            " make room, or put it on a disk of this machine"
        )
    return StoreError(f"{path} cannot be used just now ({error})")


def inspect(path: Path) -> None:
    """Raise unless the file is a store that this version reads; never changes the file."""
    if not path.exists():
        raise StoreMissingError(f"there is no store at {path}: make one with `atmp init` or `atmp demo`")
    if not path.is_file():
        raise NotAStoreError(f"{path} is a folder, not a store: name the store's file")
    with path.open("rb") as file:
        head = file.read(100)
    if head[:16] != _HEADER or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise NotAStoreError(f"{path} is not an atlas store; it was left untouched. Name another file with --db")
    version = int.from_bytes(head[60:64], "big")
    if version > VERSION:
        raise NewerStoreError(
            f"{path} was written by a newer version of ATMP Atlas (its format is {version}, this one reads up to "
            f"{VERSION}); it was left untouched. Upgrade with `pip install --upgrade atmp-atlas`"
        )


def build(connection: apsw.Connection) -> None:
    """Make the tables in an empty file; the caller holds the transaction."""
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}").fetchall()
    connection.execute(f"PRAGMA user_version={VERSION}").fetchall()
    connection.execute(TABLES)
