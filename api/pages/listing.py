"""Lists: all records of a kind that the reader may see, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from atmp.api.asker import AtlasOf, EndpointOf, ViewerOf
from atmp.kg.figures import stages
from atmp.kg.records import KINDS as KINDS_OF_RECORD
from atmp.kg.records import Product, Project, Record
from atmp.kg.triples import columns
from atmp.kg.view import View
from atmp.ontology.vocabulary import vocabulary
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from .reading import told
from .site import KINDS, address, page, property_name

router = APIRouter()
ROWS = 100
_COLUMNS = {
    "project": ("lead",),
    "product": ("atmp_class", "indications", "holder", "authorisation"),
    "trial": ("phases", "status", "sponsor"),
    "grant": ("funder", "programme", "started"),
    "publication": ("venue", "published"),
    "person": ("organisations",),
    "organisation": ("organisation_type", "part_of"),
    "need": ("project", "horizon", "grade"),
    "capability": ("category", "grade", "provider", "available_from"),
}
"""The fields that a list shows beside id and name."""
_THERAPY = ("class", "stage", "indication")
"""What a list of projects shows of their therapies."""


@router.get("/{kind}", response_class=Response)
def listing(
    request: Request,
    atlas: AtlasOf,
    viewer: ViewerOf,
    endpoint: EndpointOf,
    kind: str,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Show the records of a kind; products and trials are those of the reference collections. What is no kind is a centre."""
    if kind not in KINDS:
        return told(request, atlas, viewer, endpoint)
    view = atlas.view(viewer)
    names = view.store.names
    iris = [iri for iri in view.iris(kind) if kind != "product" or names.centre_of(iri) is None]
    shown = view.records_of(iris[offset : offset + ROWS]).values()
    therapies = _therapies(view, shown)
    return page(
        request,
        "list.html",
        title=KINDS[kind][1],
        total=len(iris),
        columns=[
            *(property_name(view, column.says.property) for column in _columns(kind)),
            *(_THERAPY if therapies else ()),
        ],
        rows=[_row(view, record, therapies.get(record.iri, [])) for record in shown],
        before=max(0, offset - ROWS) if offset else None,
        after=offset + ROWS if offset + ROWS < len(iris) else None,
        synthetic=any(record.synthetic for record in shown),
    )


def _therapies(view: View, shown: Iterable[Record]) -> dict[str, list[str]]:
    """Return class, stage and indication of those records that are projects, by IRI."""
    projects = [one for one in shown if isinstance(one, Project)]
    products = view.records_of(iri for one in projects for iri in one.develops)
    standing = stages(view) if projects else {}
    found = {}
    for one in projects:
        made = [product for iri in one.develops if isinstance(product := products.get(iri), Product)]
        classes = [_short(view, product.atmp_class) for product in made if product.atmp_class]
        named = [view.label(iri) for product in made for iri in product.indications]
        told = named or [product.indication_text for product in made if product.indication_text]
        found[one.iri] = [", ".join(classes), standing.get(one.iri, "not stated"), ", ".join(told)]
    return found


def _row(view: View, record: Record, therapy: list[str]) -> dict[str, Any]:
    return {
        "id": record.identifier or "",
        "label": record.label or _about(view, record),
        "href": address(view.store.names, record.iri),
        "cells": [*(_words(view, record, column) for column in _columns(record.kind)), *therapy],
    }


def _columns(kind: str) -> list[Any]:
    found = {column.name: column for column in columns(KINDS_OF_RECORD[kind])}
    return [found[name] for name in _COLUMNS[kind]]


def _about(view: View, record: Record) -> str:
    """Return what a record without a name of its own is about: a need is called by its category."""
    category = getattr(record, "category", None)
    return view.label(category) if category else record.identifier or record.iri


def _words(view: View, record: Record, column: Any) -> str:
    value = getattr(record, column.name)
    values = value if isinstance(value, tuple) else (value,)
    name = _short if column.name == "atmp_class" else View.label
    return ", ".join(name(view, one) if column.links else str(one) for one in values if one is not None)


def _short(view: View, iri: str) -> str:
    """Return a class in short, such as GTMP."""
    concept = vocabulary().concept(iri)
    return concept.notation if concept else view.label(iri)
