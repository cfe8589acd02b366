"""Which cards have a concept, and how much each leans on it: kept by concept, so that a question reads few rows.

In a part of many cards, those that changed lately stand in a list of their own, and rarities stay as they were when all
were last weighed: a change costs what the list costs, and moves a weight by little.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import apsw
import numpy as np
from numpy.typing import NDArray

from .concepts import rarity, weighed

EXACT = 20_000
"""Cards of a part up to which every change weighs all of them anew."""

_RECENT = 2_000  # cards in the list of those that changed lately, before all are weighed anew


@dataclass(frozen=True)
class Posting:
    """The cards that lean on one concept, rising, and how much each does."""

    concept: str
    cards: NDArray[np.int64]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """What is kept of some concepts: how rare each is, and its cards, of lately changed ones as they are now."""

    rarities: Mapping[str, float]
    lists: tuple[Posting, ...]


def posted(connection: apsw.Connection, scope: int, concepts: Iterable[str]) -> Postings:
    """Return what a part keeps of these concepts; a card stands once at most in the lists of a concept."""
    asked = json.dumps(list(concepts))
    rows = connection.execute(
        "SELECT concept, rarity, cards, weights FROM card_concept"
        " WHERE scope=? AND concept IN (SELECT value FROM json_each(?))",
        (scope, asked),
    ).fetchall()
    lists = [(str(concept), _cards(cards), _weights(said)) for concept, _, cards, said in rows]
    changed = connection.execute("SELECT card FROM card_recent WHERE scope=? ORDER BY card", (scope,)).fetchall()
    if changed:
        recent = np.array([row for (row,) in changed], np.int64)
        left = [~np.isin(cards, recent) for _, cards, _ in lists]
        lists = [(one, cards[stay], said[stay]) for (one, cards, said), stay in zip(lists, left, strict=True)]
        lists += [
            (str(concept), _cards(cards), _weights(said))
            for concept, cards, said in connection.execute(
                "SELECT concept, cards, weights FROM card_concept_recent"
                " WHERE scope=? AND concept IN (SELECT value FROM json_each(?))",
                (scope, asked),
            )
        ]
    rarities = {str(concept): float(rare) for concept, rare, _, _ in rows}  # type: ignore[arg-type]
    return Postings(rarities, tuple(Posting(*one) for one in lists))


def known(connection: apsw.Connection, scope: int) -> set[str]:
    """Return the concepts that cards of a part lean on."""
    rows = connection.execute(
        "SELECT concept FROM card_concept WHERE scope=?1 UNION SELECT concept FROM card_concept_recent WHERE scope=?1",
        (scope,),
    )
    return {str(concept) for (concept,) in rows}


def weigh(connection: apsw.Connection, scope: int) -> None:
    """Work out how much the cards that changed lean on each concept; in a small part, or after many changes, all cards.

    The caller holds the transaction.
    """
    total = int(connection.execute("SELECT count(*) FROM card WHERE scope=?", (scope,)).get)
    recent = int(connection.execute("SELECT count(*) FROM card_recent WHERE scope=?", (scope,)).get)
    if total <= EXACT or recent > _RECENT:
        _weigh_all(connection, scope)
    else:
        _weigh_recent(connection, scope, total)


def _weigh_all(connection: apsw.Connection, scope: int) -> None:
    counts, cards = Counter[str](), 0
    for _, weights in _leanings(connection, scope):
        counts.update(weights.keys())
        cards += 1
    rarities = {iri: rarity(count, cards) for iri, count in counts.items()}
    lists = _lists(_leanings(connection, scope), rarities, 0.0)
    for name in ("card_concept", "card_concept_recent", "card_recent"):
        connection.execute(f"DELETE FROM {name} WHERE scope=?", (scope,))
    connection.executemany(
        "INSERT INTO card_concept VALUES (?, ?, ?, ?, ?)",
        ((scope, iri, rarities[iri], rows.tobytes(), said.tobytes()) for iri, (rows, said) in lists.items()),
    )


def _weigh_recent(connection: apsw.Connection, scope: int, total: int) -> None:
    found = connection.execute("SELECT concept, rarity FROM card_concept WHERE scope=?", (scope,))
    rarities = {str(concept): float(rare) for concept, rare in found}
    lists = _lists(_leanings(connection, scope, recent=True), rarities, rarity(1, total))
    connection.execute("DELETE FROM card_concept_recent WHERE scope=?", (scope,))
    connection.executemany(
        "INSERT INTO card_concept_recent VALUES (?, ?, ?, ?)",
        ((scope, iri, rows.tobytes(), said.tobytes()) for iri, (rows, said) in lists.items()),
    )


def _lists(
    leanings: Iterable[tuple[int, dict[str, float]]], rarities: Mapping[str, float], unseen: float
) -> dict[str, tuple[array[int], array[float]]]:
    """Return the cards and weights of each concept, as plain numbers: there are millions of them."""
    found: dict[str, tuple[array[int], array[float]]] = {}
    for row, weights in leanings:
        for iri, weight in weighed(weights, rarities, unseen).items():
            rows, said = found.get(iri) or found.setdefault(iri, (array("q"), array("f")))
            rows.append(row)
            said.append(weight)
    return found


def _leanings(
    connection: apsw.Connection, scope: int, *, recent: bool = False
) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield each card of a part, or each that changed lately, with how much each concept weighs in it."""
    lately = " AND id IN (SELECT card FROM card_recent WHERE scope=?1)" if recent else ""
    for row, said in connection.execute(f"SELECT id, concepts FROM card WHERE scope=?1{lately} ORDER BY id", (scope,)):
        yield row, json.loads(said)


def _cards(kept: object) -> NDArray[np.int64]:
    return np.frombuffer(kept, dtype=np.int64)  # type: ignore[call-overload, no-any-return]


def _weights(kept: object) -> NDArray[np.float32]:
    return np.frombuffer(kept, dtype=np.float32)  # type: ignore[call-overload, no-any-return]
