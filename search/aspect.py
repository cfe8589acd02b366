"""Aspects: which cards treat the same as some examples or something else, and by the same modality or another one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import apsw
import numpy as np
from atmp.kg.errors import UsageError
from atmp.ontology.dictionary import GROUPING
from atmp.ontology.vocabulary import vocabulary
from numpy.typing import NDArray

from .concepts import empty, platforms
from .tables import Partition


class Aspect(StrEnum):
    """What two therapies may have in common: what they treat, or by what."""

    INDICATION = "indication"
    MODALITY = "modality"


@dataclass(frozen=True)
class Compared:
    """What must be as in the examples, and what must be otherwise; `rows` are their cards, `named` a text's concepts."""

    same: frozenset[Aspect] = frozenset()
    other: frozenset[Aspect] = frozenset()
    rows: Sequence[int] = ()
    named: Sequence[str] = ()


def compared(same: Iterable[str], other: Iterable[str], rows: Sequence[int], named: Sequence[str]) -> Compared:
    """Return a comparison by the names of aspects; raises UsageError for an unknown one, or one that is in both."""
    chosen = [_aspects(words) for words in (same, other)]
    both = chosen[0] & chosen[1]
    if both:
        raise UsageError(f"the {min(both)} cannot be the same and another: ask for one of the two")
    return Compared(chosen[0], chosen[1], rows, named)


def _aspects(words: Iterable[str]) -> frozenset[Aspect]:
    found = set()
    for word in words:
        if word not in list(Aspect):
            raise UsageError(f"'{word}' cannot be compared: say {' or '.join(Aspect)}")
        found.add(Aspect(word))
    return frozenset(found)


def fitting(
    connection: apsw.Connection, partition: Partition, asked: Compared, allowed: NDArray[np.int64] | None
) -> NDArray[np.int64] | None:
    """Return the rows, rising, of those allowed, that compare with the examples as asked; None for all.

    A disease is the same as one below it; another one is neither that nor one above it. A card that says nothing of an
    aspect is neither the same nor another. Raises UsageError where the examples say nothing of it.
    """
    left = None if allowed is None else set(allowed.tolist())
    for aspect in Aspect:  # indications first: few cards are left for the modalities
        if aspect in asked.same | asked.other:
            find = _by_indication if aspect is Aspect.INDICATION else _by_modality
            found = find(connection, partition, asked, left)
            left = found if left is None else left & found
    return None if left is None else np.array(sorted(left), dtype=np.int64)


def _by_indication(
    connection: apsw.Connection, partition: Partition, asked: Compared, _: Collection[int] | None
) -> set[int]:
    known = vocabulary().diseases
    mine = {iri for iri in asked.named if iri in known}
    mine |= {term for _, term in _terms(connection, partition, ("indication",), asked.rows)}
    _said(mine, Aspect.INDICATION)
    below = {one for iri in mine for one in known.narrower(iri)}
    if Aspect.INDICATION in asked.same:
        return {card for card, term in _terms(connection, partition, ("indication",)) if term in below}
    above = {one for iri in mine for one in known.ancestors(iri) if len(known.narrower(one)) <= GROUPING}
    theirs = _gathered(_terms(connection, partition, ("indication",)))
    return {card for card, terms in theirs.items() if not terms & (below | above)}


def _by_modality(
    connection: apsw.Connection, partition: Partition, asked: Compared, left: Collection[int] | None
) -> set[int]:
    examples = modalities(connection, partition, asked.rows)
    mine = set(platforms(asked.named)).union(*examples.values())
    _said(mine, Aspect.MODALITY)
    theirs = modalities(connection, partition, left)
    same = Aspect.MODALITY in asked.same
    return {card for card, found in theirs.items() if bool(found & mine) is same}


def _said(found: Collection[str], aspect: Aspect) -> None:
    if not found:
        raise UsageError(f"the examples say nothing of their {aspect}, so that nothing can be compared with it")


def modalities(
    connection: apsw.Connection, partition: Partition, rows: Collection[int] | None = None
) -> dict[int, set[str]]:
    """Return the platforms of cards, of all or of these: what their vectors and cells stand for, and those that they name."""
    terms = [
        (card, one)
        for card, term in _terms(connection, partition, ("vector", "cell"), rows)
        for one in platforms([term])
    ]
    known = json.dumps([one.iri for one in vocabulary().schemes["platform"].concepts if not empty(one.iri)])
    only, values = _only("card.id", rows)
    named = connection.execute(
        "SELECT card.id, said.key FROM card, json_each(card.concepts) said WHERE card.scope=? AND said.value >= 1"
        f" AND said.key IN (SELECT value FROM json_each(?)){only}",
        (partition.id, known, *values),
    )
    return _gathered([*terms, *((int(card), str(iri)) for card, iri in named)])


def _terms(
    connection: apsw.Connection, partition: Partition, names: Sequence[str], rows: Collection[int] | None = None
) -> list[tuple[int, str]]:
    only, values = _only("card", rows)
    found = connection.execute(
        f"SELECT card, term FROM card_term WHERE scope=? AND name IN (SELECT value FROM json_each(?)){only}",
        (partition.id, json.dumps(names), *values),
    )
    return [(int(card), str(term)) for card, term in found]


def _only(column: str, rows: Collection[int] | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition that rows are among these, with its parameter; nothing for all."""
    if rows is None:
        return "", ()
    return f" AND {column} IN (SELECT value FROM json_each(?))", (json.dumps(sorted(rows)),)


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for card, term in pairs:
        found[card].add(term)
    return found
