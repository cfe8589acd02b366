"""Another model's vectors for the whole index, made beside the old ones, which serve until all new ones are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import apsw
from atmp.kg.progress import Progress

from .embedder import Embedder, sound
from .tables import Tables

_BATCH = 64  # texts in one resumable step
Texts = Callable[[Sequence[str]], dict[str, str]]

_NEXT = (
    "CREATE TABLE IF NOT EXISTS search_next"
    " (digest TEXT NOT NULL, stamp TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (digest, stamp)) WITHOUT ROWID"
)
_MISSING = (
    "SELECT DISTINCT digest FROM card WHERE NOT EXISTS"
    " (SELECT 1 FROM search_next n WHERE n.digest=card.digest AND n.stamp=?) ORDER BY length(body) DESC, digest"
)


def renew(tables: Tables, model: Embedder, texts: Texts, progress: Progress) -> None:
    """Give every card this model's vector, all in one transaction at the end; stopped before, it goes on where it was.

    `texts` gives the texts of digests. Raises EmbedderError where the model's vectors cannot be used.
    """
    run, stamp = tables.connect().execute, model.stamp.line()
    run(_NEXT)
    run("DELETE FROM search_next WHERE stamp<>?", (stamp,))
    while not _put_in_place(tables, model):
        missing = [str(digest) for (digest,) in run(_MISSING, (stamp,))]
        for start in range(0, len(missing), _BATCH):
            progress("embedding", start, len(missing))
            _make(tables, model, texts(missing[start : start + _BATCH]))
        progress("embedding", len(missing), len(missing))


def _make(tables: Tables, model: Embedder, texts: dict[str, str]) -> None:
    if not texts:  # changed meanwhile
        return
    vectors = sound(model, model.encode(list(texts.values())), len(texts))
    stamp = model.stamp.line()
    rows = ((digest, stamp, vector.tobytes()) for digest, vector in zip(texts, vectors, strict=True))
    with tables.store.transaction() as connection:
        connection.executemany("INSERT OR IGNORE INTO search_next VALUES (?, ?, ?)", rows)


def _put_in_place(tables: Tables, model: Embedder) -> bool:
    """Put the new vectors where the old ones were; False, and nothing done, where a card came or changed meanwhile."""
    with tables.store.transaction() as connection:
        if connection.execute(_MISSING, (model.stamp.line(),)).fetchone() is not None:
            return False
        connection.execute("DROP TABLE IF EXISTS card_vector")
        tables.make_vectors(model.dimension)
        tables.set_meta("model", model.stamp.line())
        _copy(connection, model.stamp.line())
        connection.execute("DROP TABLE search_next")
        # a version of which nothing is noted: whoever holds vectors in memory reads them anew
        connection.execute("UPDATE search_scope SET version=version+1")
    return True


def _copy(connection: apsw.Connection, stamp: str) -> None:
    connection.execute(
        "INSERT INTO card_vector (rowid, scope, vector) SELECT card.id, card.scope, n.vector"
        " FROM card JOIN search_next n ON n.digest=card.digest AND n.stamp=?",
        (stamp,),
    )
    connection.execute("UPDATE card SET embedded=1")
