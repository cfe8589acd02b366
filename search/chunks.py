"""The pieces that the file keeps vectors in, a thousand in each: read as they are, and kept full."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import numpy as np
from numpy.typing import NDArray

from .embedder import Vector

_SIZE = 1024  # places in a piece
_WASTE = 0.25  # empty places beside those that are taken


def pieces(connection: apsw.Connection, scope: int) -> Iterator[tuple[NDArray[np.int64], Vector]]:
    """Yield the vectors of a part, with their rows, piece by piece.

    Asked one by one through the vector table itself, they take twenty times as long.
    """
    found = connection.execute(
        "SELECT k.rowids, k.validity, v.vectors FROM card_vector_chunks k"
        " JOIN card_vector_vector_chunks00 v ON v.rowid = k.chunk_id WHERE k.partition00 = ?",
        (scope,),
    )
    for rowids, validity, vectors in found:
        taken = _taken(validity)
        held = np.frombuffer(rowids, np.int64)
        yield held[taken], np.frombuffer(vectors, np.float32).reshape(len(held), -1)[taken]


def settle(connection: apsw.Connection, scope: int) -> bool:
    """Move the vectors of the emptiest piece to where there is room, if too much is empty; return whether that was so.

    A place that was left is not taken again, and only a piece that is wholly empty gives its room back. The caller holds
    the transaction.
    """
    kept: list[tuple[int, bytes, bytes]] = connection.execute(
        "SELECT chunk_id, rowids, validity FROM card_vector_chunks WHERE partition00=? ORDER BY chunk_id", (scope,)
    ).fetchall()  # type: ignore[assignment]
    filled = [int(np.count_nonzero(_taken(validity))) for _, _, validity in kept]
    if len(kept) < 3 or (len(kept) - 1) * _SIZE <= (1 + _WASTE) * sum(filled):
        return False
    emptiest = int(np.argmin(filled[:-1]))  # the last is the one that is being filled
    _, rowids, validity = kept[emptiest]
    for row in np.frombuffer(rowids, np.int64)[_taken(validity)].tolist():
        vector = connection.execute("SELECT vector FROM card_vector WHERE rowid=?", (row,)).get
        connection.execute("DELETE FROM card_vector WHERE rowid=?", (row,))
        connection.execute("INSERT INTO card_vector (rowid, scope, vector) VALUES (?, ?, ?)", (row, scope, vector))
    return True


def _taken(validity: object) -> NDArray[np.bool_]:
    """Return which places of a piece hold a vector."""
    packed: NDArray[np.uint8] = np.frombuffer(validity, np.uint8)  # type: ignore[call-overload]
    return np.unpackbits(packed, bitorder="little").astype(np.bool_)
