"""Filters: which cards may be hits at all, settled before anything is ranked."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass

import apsw
from atmp.kg.errors import UnknownTermError, UsageError
from atmp.kg.iris import Names
from atmp.ontology.vocabulary import vocabulary

from .tables import Partition
from .text import KINDS

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
) -> tuple[int, ...] | None:
    """Return the rows of the cards that pass and are `among` these records, or None where nothing is filtered."""
    allowed = filters.resolved(names)
    if not allowed and among is None:
        return None
    _centres_are_there(connection, partition, allowed.get("centre", frozenset()), names)
    one = "SELECT card FROM card_term WHERE scope=? AND name=? AND term IN (SELECT value FROM json_each(?))"
    values = [part for name, terms in allowed.items() for part in (partition.id, name, json.dumps(sorted(terms)))]
    conditions = [one] * len(allowed)
    if among is not None:
        conditions.append("SELECT id FROM card WHERE scope=? AND iri IN (SELECT value FROM json_each(?))")
        values += [partition.id, json.dumps(sorted(among))]
    rows = connection.execute(" INTERSECT ".join(conditions), values)
    return tuple(int(row) for (row,) in rows)


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
