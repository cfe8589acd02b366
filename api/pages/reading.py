"""The document of one record: as a page what it says, where that was read, and what stands around it; as data the facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atmp.api.asker import AtlasOf, EndpointOf, ViewerOf
from atmp.api.atlas import Atlas
from atmp.api.document import PAGE, Document, path_of, serialised, sought
from atmp.api.matching import known_people, matches, refused
from atmp.api.planning import likely
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.figures import stages
from atmp.kg.identity import SAME
from atmp.kg.records import ATMP, DCT, PROV, RDFS, Record
from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.triples import columns
from atmp.kg.view import View
from atmp.kg.viewer import Viewer
from atmp.search.readiness import Likely
from atmp.search.text import KINDS as CARDED
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from .site import KINDS, address, link, page, property_name

router = APIRouter()
LIMIT = 6
_ELSEWHERE = frozenset(
    {
        "identifier",
        "label",
        "description",
        "synthetic",
        "develops",
        "project",
        "detail",
        "officials",
        "authors",
        "centre",
    }
)
_LISTS = {
    "organisation": (
        ("Offers", "providedBy", "capability"),
        ("Members", "memberOf", "person"),
    ),
    "person": (
        ("Leads", "leadInvestigator", "project"),
        ("Takes part in", "investigator", "project"),
    ),
    "project": (("Needs", "neededBy", "need"),),
    "capability": (("Used by", "usesCapability", "project"),),
}
"""Lists of records that point at one: their heading, the property, and the kind that points."""


@router.get("/{kind}/{key:path}", response_class=Response)
def reading(request: Request, atlas: AtlasOf, viewer: ViewerOf, endpoint: EndpointOf) -> Response:
    """Show a record of a reference collection or of a centre, `/product/...`, `/lund/project/P01`; or give what is said of it."""
    return told(request, atlas, viewer, endpoint)


def told(request: Request, atlas: Atlas, viewer: Viewer, endpoint: Endpoint) -> Response:
    """Return the document at the address of a request, in the form that it asks for."""
    view = atlas.view(viewer)
    document = sought(view, path_of(request))
    form = document.form(request)
    if form == PAGE:
        return document.respond_page(request, _page(request, atlas, viewer, document))
    root = f"{request.url.scheme}://{request.url.netloc}"
    return document.respond(request, endpoint.state(), lambda: serialised(document.triples(view, root), form))


def _page(request: Request, atlas: Atlas, viewer: Viewer, document: Document) -> HTMLResponse:
    view = atlas.view(viewer)
    record = view.records_of([document.iri]).get(document.iri)
    if record is None:
        return _plain(request, view, document)
    product = _product(view, record)
    said: dict[str, Any] = {
        "kind": KINDS.get(record.kind, (record.kind.replace("-", " ").capitalize(),))[0],
        "record": record,
        "document": document,
        "fields": [*_stage(view, record), *_fields(view, record), *(_fields(view, product) if product else [])],
        "methods": _methods(view, record.iri) if record.kind == "project" else [],
        "lists": list(_lists(view, record)),
        "project": link(view, record.project) if getattr(record, "project", None) else None,  # type: ignore[attr-defined]
        "sources": _sources(view, record.iri),
        "similar": _similar(atlas, viewer, record),
        "matches": _matches(atlas, viewer, record),
        "likely": _likely(view, record),
        "refused": refused(atlas, viewer, record.iri, limit=LIMIT) if record.kind == "need" else (),
        "known": known_people(atlas, viewer, record.iri) if record.kind == "project" else (),
        "address": lambda iri: address(view.store.names, iri),
    }
    return page(
        request,
        "record.html",
        title=record.label or record.identifier or view.label(record.iri),
        synthetic=bool(record.synthetic),
        **said,
    )


def _plain(request: Request, view: View, document: Document) -> HTMLResponse:
    """Show what is said of a thing that is no record, such as a row of a source."""
    said: dict[str, list[dict[str, Any]]] = {}
    for prop, term, is_iri in view.select(
        f"SELECT ?p ?o (isIRI(?o) AS ?named) {{ <{document.iri}> ?p ?o }} ORDER BY ?p ?o"
    ).rows:
        shown = link(view, str(term)) if is_iri else {"label": term, "href": None, "iri": None}
        said.setdefault(property_name(view, str(prop)), []).append(shown)
    label = view.label(document.iri)
    return page(request, "plain.html", title=label, document=document, fields=said.items())


def _product(view: View, record: Record) -> Record | None:
    develops = getattr(record, "develops", ())
    return next(iter(view.records_of(develops).values()), None) if develops else None


def _fields(view: View, record: Record) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Yield a record's fields as names and values; private ones are not in what the public sees."""
    for column in columns(type(record)):
        value = getattr(record, column.name)
        values = value if isinstance(value, tuple) else (value,)
        if column.name in _ELSEWHERE or column.says.private or value is None or value == ():
            continue
        shown = [link(view, str(one)) if column.links else {"label": one, "href": None, "iri": None} for one in values]
        yield property_name(view, column.says.property), shown


def _stage(view: View, record: Record) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Yield the latest stage that was observed of a project."""
    if record.kind == "project":
        yield "stage", [{"label": stages(view).get(record.iri, "not stated"), "href": None, "iri": None}]


def _lists(view: View, record: Record) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Yield what stands around a record, under headings: its other names first."""
    if names := _also(view, record.iri):
        yield "Also recorded as", names
    for heading, prop, kind in _LISTS.get(record.kind, ()):
        if found := _pointing(view, record.iri, prop, kind):
            yield heading, found


def _also(view: View, iri: str) -> list[dict[str, Any]]:
    """Return the names of the records that this one stands for."""
    rows = view.select(
        f"SELECT ?one (SAMPLE(?l) AS ?label) (SAMPLE(?i) AS ?id) {{ ?one <{SAME}>+ <{iri}>"
        f" OPTIONAL {{ ?one <{RDFS}label> ?l }} OPTIONAL {{ ?one <{DCT}identifier> ?i }} }} GROUP BY ?one ORDER BY ?one"
    ).rows
    return [
        {"label": label or name, "href": address(view.store.names, str(one)), "id": name} for one, label, name in rows
    ]


def _pointing(view: View, iri: str, prop: str, kind: str) -> list[dict[str, Any]]:
    record = view.store.names
    rows = view.select(f"SELECT ?other {{ ?other <{ATMP}{prop}> <{iri}> }} ORDER BY ?other").rows
    found = view.records_of(str(row[0]) for row in rows).values()
    return [
        {"label": one.label or one.identifier, "href": address(record, one.iri), "id": one.identifier}
        for one in found
        if one.kind == kind
    ]


def _methods(view: View, iri: str) -> list[tuple[str, list[str]]]:
    rows = view.select(
        f"SELECT ?role ?method {{ ?use <{ATMP}usedIn> <{iri}> ; <{ATMP}usesMethod> ?method ; <{ATMP}methodRole> ?role }}"
    ).rows
    found: dict[str, list[str]] = {}
    for role, method in rows:
        found.setdefault(view.label(str(role)), []).append(view.label(str(method)))
    return [(role, sorted(names)) for role, names in sorted(found.items())]


def _sources(view: View, iri: str) -> list[dict[str, Any]]:
    """Return the source rows that say something of a record."""
    return view.select(
        f"SELECT ?source ?file ?sheet ?row ?stated {{ <{iri}> <{PROV}wasDerivedFrom> ?entity . ?entity <{DCT}isPartOf> ?from ."
        f" ?from <{RDFS}label> ?source ; <{DCT}date> ?stated OPTIONAL {{ ?from <{ATMP}file> ?file }}"
        f" OPTIONAL {{ ?entity <{ATMP}sheet> ?sheet }} OPTIONAL {{ ?entity <{ATMP}row> ?row }} }} ORDER BY ?source ?row"
    ).dicts()


def _similar(atlas: Atlas, viewer: Viewer, record: Record) -> list[Any]:
    if record.kind not in CARDED:
        return []
    try:
        return list(atlas.finder.similar(viewer, to=[record.iri], limit=LIMIT).hits)
    except UnknownRecordError:  # a project's product has no card of its own
        return []


def _matches(atlas: Atlas, viewer: Viewer, record: Record) -> list[tuple[str, list[Any]]]:
    headings = {"need": "Who could serve it", "capability": "Who needs it", "project": "People to talk to"}
    if record.kind not in headings:
        return []
    sort = "people" if record.kind == "project" else record.kind
    return [(headings[record.kind], list(matches(atlas, viewer, sort, record.iri, limit=LIMIT)))]


def _likely(view: View, record: Record) -> tuple[Likely, ...]:
    """Return what a project is likely to need next; nothing where its stage is not stated."""
    try:
        return likely(view, record.iri) if record.kind == "project" else ()
    except UsageError:  # no stage on record
        return ()
