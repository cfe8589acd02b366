"""Registers: numbers by key that lie on disk, for keys that are as many as a source has rows."""

from __future__ import annotations

import apsw


class Register:
    """A number for each key that was met, in a file without a name; memory does not grow with it."""

    def __init__(self) -> None:
        """Start with none."""
        self._run = apsw.Connection("").execute
        self._run("PRAGMA journal_mode=OFF").fetchall()
        self._run("CREATE TABLE met (key BLOB PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID")

    def get(self, key: str) -> int | None:
        """Return the key's number, or None for one that was not met."""
        found = self._run("SELECT number FROM met WHERE key=?", (_bytes(key),)).fetchone()
        return None if found is None else int(found[0])

    def put(self, key: str, number: int) -> None:
        """Give the key a number, in place of the one it has."""
        self._run("INSERT OR REPLACE INTO met VALUES (?, ?)", (_bytes(key), number))


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")  # JSON can hold half a character
