"""The pieces that vectors are kept in, under changes without end."""

from __future__ import annotations

import numpy as np
import pytest
from atmp.kg.store import Store
from atmp.search.chunks import pieces, settle
from atmp.search.tables import Tables

SCOPE, COUNT = 7, 4_000


@pytest.fixture
def tables(store: Store) -> Tables:
    """Tables with 4,000 vectors of 8 components, of which the first is the row."""
    made = Tables(store)
    made.connect()
    with store.transaction():
        made.make_vectors(8)
        put(made, range(1, COUNT + 1))
    return made


def put(tables: Tables, rows: range) -> None:
    """Write a vector for each row, after removing the one that is there."""
    connection = tables.connect()
    for row in rows:
        vector = np.full(8, row, np.float32).tobytes()
        connection.execute("DELETE FROM card_vector WHERE rowid=?", (row,))
        connection.execute("INSERT INTO card_vector (rowid, scope, vector) VALUES (?, ?, ?)", (row, SCOPE, vector))


def held(tables: Tables) -> dict[int, float]:
    """Return the rows with the first component of their vector."""
    found = list(pieces(tables.connect(), SCOPE))
    return {int(row): float(one[0]) for rows, vectors in found for row, one in zip(rows, vectors, strict=True)}


def test_pieces_hold_every_vector_once(tables: Tables) -> None:
    """What is read is what was written, and nothing that was removed."""
    tables.connect().execute("DELETE FROM card_vector WHERE rowid % 3 = 0")
    assert held(tables) == {row: float(row) for row in range(1, COUNT + 1) if row % 3}


def test_vectors_that_are_replaced_for_ever_take_no_more_room(store: Store, tables: Tables) -> None:
    """However often every third vector is written anew, a quarter of the places is empty at most, and none is lost."""
    for turn in range(6):
        with store.transaction():
            put(tables, range(1 + turn % 3, COUNT + 1, 3))
        settled = True
        while settled:
            with store.transaction() as connection:
                settled = settle(connection, SCOPE)
    places = 1024 * store.connect().execute("SELECT count(*) FROM card_vector_chunks").get
    assert places <= 1.25 * COUNT + 2 * 1024
    assert held(tables) == {row: float(row) for row in range(1, COUNT + 1)}


def test_full_pieces_are_left_alone(store: Store, tables: Tables) -> None:
    """Where little is empty, nothing moves."""
    with store.transaction() as connection:
        assert not settle(connection, SCOPE)
