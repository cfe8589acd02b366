"""Filters: which cards may be hits at all, settled before anything is ranked."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apsw
import numpy as np
from atmp.kg.errors import UnknownTermError, UsageError
from atmp.kg.iris import Names
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary
from numpy.typing import NDArray

from .denial import NOTHING, Denied
from .postings import known, posted
from .tables import Partition
from .text import KINDS
from .words import expression

_SCHEMES = {"classes": "class", "stages": "stage", "vectors": "vector", "cells": "cell"}


@dataclass(frozen=True)
class Filters:
    """What hits must be. Words or IRIs; several of one sort mean any of them; a concept means those below it too."""

    kinds: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    centres: tuple[str, ...] = ()

    def resolved(self, names: Names) -> dict[str, frozenset[str]]:
        """Return the terms that are allowed, by the sort of term; raises UnknownTermError with the nearest words."""
        found = {"kind": frozenset(_kind(word) for word in self.kinds)}
        for field, scheme in _SCHEMES.items():
            words: tuple[str, ...] = getattr(self, field)
            found[scheme] = frozenset[str]().union(*(_concepts(word, scheme) for word in words))
        found["indication"] = frozenset[str]().union(*(_diseases(word) for word in self.indications))
        found["centre"] = frozenset(word if "://" in word else names.centre(word) for word in self.centres)
        return {name: terms for name, terms in found.items() if terms}


def _kind(word: str) -> str:
    if word not in KINDS:
        near = difflib.get_close_matches(word, KINDS) or KINDS
        raise UnknownTermError(word, "kind of record that search finds", near)
    return word


def _concepts(word: str, scheme: str) -> frozenset[str]:
    known = vocabulary()
    concept = known.find(word, scheme)
    if concept is None:
        raise UnknownTermError(word, scheme, known.nearest(word, scheme))
    return known.narrower(concept.iri)


def _diseases(word: str) -> frozenset[str]:
    diseases = vocabulary().diseases
    iri = diseases.find(word)
    if iri is None:
        raise UnknownTermError(word, "disease", diseases.nearest(word))
    return diseases.narrower(iri)


def candidates(
    connection: apsw.Connection,
    partition: Partition,
    filters: Filters,
    names: Names,
    among: frozenset[str] | None = None,
    denied: Denied = NOTHING,
) -> NDArray[np.int64] | None:
    """Return the rows of the cards, rising, that pass, are `among` these records and have nothing denied; None for all cards.

    A card has what its title or fields name, and what stands above that: not what it speaks of in passing.
    """
    allowed = filters.resolved(names)
    if not allowed and among is None and not denied.said:
        return None
    _centres_are_there(connection, partition, allowed.get("centre", frozenset()), names)
    one = "SELECT card FROM card_term WHERE scope=? AND name=? AND term IN (SELECT value FROM json_each(?))"
    values = [part for name, terms in allowed.items() for part in (partition.id, name, json.dumps(sorted(terms)))]
    conditions = [one] * len(allowed)
    if among is not None:
        conditions.append("SELECT id FROM card WHERE scope=? AND iri IN (SELECT value FROM json_each(?))")
        values += [partition.id, json.dumps(sorted(among))]
    every = "SELECT id FROM card WHERE scope=?"
    rows = connection.execute(" INTERSECT ".join(conditions) or every, values or [partition.id])
    unwanted = _having(connection, partition, denied) if denied.said else frozenset()
    return np.sort(np.array([row for (row,) in rows if row not in unwanted], dtype=np.int64))


def _having(connection: apsw.Connection, partition: Partition, denied: Denied) -> frozenset[int]:
    """Return the rows of the cards that have what is denied, or something below it."""
    below = list(_below(connection, partition, denied.concepts))
    speaking = {int(row) for one in posted(connection, partition.id, below).lists for row in one.cards}
    told = connection.execute(
        "SELECT id FROM card WHERE id IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM json_each(concepts) said"
        " WHERE said.value >= 1 AND said.key IN (SELECT value FROM json_each(?)))",
        (json.dumps(sorted(speaking)), json.dumps(below)),
    )
    found = {int(row) for (row,) in told}
    if denied.symbols:
        table = f"card_fts_{partition.id}"
        asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"
        found |= {int(row) for (row,) in connection.execute(asked, (expression(denied.symbols),))}
    return frozenset(found)


def _below(connection: apsw.Connection, partition: Partition, concepts: Sequence[str]) -> Iterator[str]:
    """Yield the concepts of cards that are one of these, or stand below it."""
    if concepts:
        for iri in known(connection, partition.id):
            if iri in concepts or any(one in concepts for one in dictionary().above(iri)):
                yield iri


def _centres_are_there(connection: apsw.Connection, partition: Partition, asked: frozenset[str], names: Names) -> None:
    """Raise UsageError for a centre of which this part of the index has nothing: most likely a slip of the pen."""
    there = "SELECT DISTINCT term FROM card_term WHERE scope=? AND name='centre' ORDER BY term"
    known = [str(iri) for (iri,) in connection.execute(there, (partition.id,))] if asked else []
    for iri in sorted(asked.difference(known)):
        there = ", ".join(map(names.key, known)) or "none"
        raise UsageError(f"there is no centre '{names.key(iri)}' with therapies here: there is {there}")


def checked(limit: int, min_score: float) -> None:
    """Raise UsageError for a limit or a score that cannot be meant."""
    if not 1 <= limit <= 1000:
        raise UsageError("ask for between 1 and 1000 hits")
    if not 0.0 <= min_score <= 1.0:
        raise UsageError("the least score lies between 0 and 1")
