"""Prose: the fields of a record whose texts its card has in one, apart again, as far as the viewer may read them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping

import apsw
from atmp.kg.records import Product, Project, Trial
from atmp.kg.store import Store
from atmp.kg.subjects import Subjects
from atmp.kg.triples import columns
from atmp.kg.viewer import Viewer

_NAMES = {
    "description": "description",
    "aim": "aim",
    "mechanism": "mechanism",
    "detail": "details",
    "title": "long title",
}
_PROPERTIES = {
    column.says.property: _NAMES[column.name]
    for kind in (Project, Product, Trial)
    for column in columns(kind)
    if column.name in _NAMES
}


def prose(
    connection: apsw.Connection, store: Store, viewer: Viewer, cards: Mapping[int, str]
) -> dict[int, dict[str, str]]:
    """Return what each field of prose says, by the card's row and the field's name; `cards` are IRIs by row."""
    parts = connection.execute(
        "SELECT card, part FROM card_part WHERE card IN (SELECT value FROM json_each(?))", (json.dumps(list(cards)),)
    )
    rows = {iri: row for row, iri in cards.items()} | {str(part): int(row) for row, part in parts}
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for iri, prop, text in Subjects(store, viewer).texts(rows, _PROPERTIES):
        said, name = found[rows[iri]], _PROPERTIES[prop]
        said[name] = " ".join(
            (*said.get(name, "").split(), *text.replace("\x00", " ").split())
        )  # as sentences are kept
    return found
