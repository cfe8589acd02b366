"""Records to triples and back: nothing is lost, whatever the fields hold."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.records import ATMP, KINDS, Record
from atmp.kg.triples import Column, columns, facts, record

_CHARACTERS = [*"aÅ \"'\\\n\r\t<>{}|^`@;.\x00\x01\x7f\u0085\u2028\ufffe😀", "é", "e\u0301", "^^", '"""']


def _value(column: Column, chance: random.Random) -> Any:
    if column.links:
        return f"{ATMP}{chance.choice('abc')}%20{chance.randrange(9)}-å"
    if column.python is bool:
        return chance.random() < 0.5
    if column.python is int:
        return chance.choice([0, -1, 7, 10**30])
    if column.python is date:
        return date.min + timedelta(days=chance.randrange((date.max - date.min).days))
    return "".join(chance.choices(_CHARACTERS, k=chance.randrange(12)))


def _made(model: type[Record], chance: random.Random) -> Record:
    fields: dict[str, Any] = {"iri": f"https://w3id.org/atmp/id/lund/{model.kind}/{chance.randrange(99)}"}
    for column in columns(model):
        if chance.random() < 0.7:
            several = tuple(_value(column, chance) for _ in range(chance.randrange(4)))
            fields[column.name] = several if column.many else _value(column, chance)
    return model(**fields)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_comes_back_from_its_triples(kind: str) -> None:
    """Over 200 arbitrary records of every kind: text with every mark, dates of every century, IRIs, sets of values."""
    chance = random.Random(kind)  # noqa: S311 - the same records in every run
    for _ in range(200):
        made = _made(KINDS[kind], chance)
        lines = "\n".join(f"{fact.subject} {fact.predicate} {fact.object} ." for fact in facts(made))
        store = ox.Store()
        store.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
        assert record(made.iri, [(quad.predicate.value, quad.object) for quad in store]) == made
