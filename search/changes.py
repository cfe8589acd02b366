"""Which cards of a part of the index came, changed or went with each version, so that what is in memory can follow."""

from __future__ import annotations

import json
from collections.abc import Iterable

import apsw

REMEMBERED = 20_000
"""Cards of the newest versions of a part that are remembered; who has fallen further behind reads the part anew."""


def version(connection: apsw.Connection, scope: int) -> int:
    """Return the version of a part as this transaction sees it."""
    return int(connection.execute("SELECT version FROM search_scope WHERE id=?", (scope,)).get or 0)


def note(connection: apsw.Connection, scope: int, cards: Iterable[int]) -> None:
    """Raise the part's version, and remember these cards with it. The caller holds the transaction."""
    told = json.dumps(list(cards))
    connection.execute("UPDATE search_scope SET version=version+1 WHERE id=?", (scope,))
    connection.execute(
        "INSERT INTO card_change (scope, version, card)"
        " SELECT s.id, s.version, j.value FROM search_scope s, json_each(?) j WHERE s.id=?",
        (told, scope),
    )


def forget(connection: apsw.Connection, scope: int) -> None:
    """Forget the oldest versions beyond what is remembered. The caller holds the transaction."""
    connection.execute(
        "DELETE FROM card_change WHERE scope=?1 AND version <="
        " (SELECT version FROM card_change WHERE scope=?1 ORDER BY version DESC LIMIT 1 OFFSET ?2)",
        (scope, REMEMBERED),
    )


def since(connection: apsw.Connection, scope: int, seen: int, now: int) -> list[int] | None:
    """Return the cards that changed after the version `seen`, up to `now`, rising; None where that is forgotten."""
    if seen == now:
        return []
    known = connection.execute("SELECT 1 FROM card_change WHERE scope=? AND version=?", (scope, seen + 1)).get
    if seen > now or known is None:
        return None
    rows = connection.execute(
        "SELECT DISTINCT card FROM card_change WHERE scope=? AND version>? AND version<=? ORDER BY card",
        (scope, seen, now),
    )
    return [int(row) for (row,) in rows]
