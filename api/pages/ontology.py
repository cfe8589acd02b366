"""The ontology to read: what there is, a page for each term, search in it, and the file in the form asked for."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from atmp.api.asker import EndpointOf, ViewOf
from atmp.api.document import PAGE, Document, serialised
from atmp.api.media import ENDINGS
from atmp.kg.errors import UnknownRecordError
from atmp.kg.requests import requests
from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.ontology.lexicon import ONTOLOGY, SORTS, Entry, about, entries, look_up, triples
from atmp.ontology.mappings import curie, object_label
from atmp.ontology.vocabulary import ATMP
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from .site import page

router = APIRouter()


@router.get("/ontology", response_class=Response)
def ontology(
    request: Request, view: ViewOf, endpoint: EndpointOf, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Show what the ontology holds, or what a search in it finds; or give its file."""
    return _whole(request, view, endpoint, Document(ONTOLOGY, "/ontology"), q)


@router.get("/ontology.{ending}", response_class=Response)
def whole(request: Request, view: ViewOf, endpoint: EndpointOf, ending: str) -> Response:
    """Give the ontology in the form of an ending: ontology.ttl, ontology.jsonld, ontology.rdf."""
    if ending not in ENDINGS:
        raise UnknownRecordError("there is nothing at this address")
    return _whole(request, view, endpoint, Document(ONTOLOGY, "/ontology", ending), "")


@router.get("/ontology/{name}", response_class=Response)
def term(request: Request, view: ViewOf, endpoint: EndpointOf, name: str) -> Response:
    """Lead to the document of a term; with an ending, show what it means and how often it is used, or give what is said of it."""
    stem, _, ending = name.rpartition(".")
    plain, form = (stem, ending) if ending in ENDINGS else (name, None)
    entry = entries().get(f"{ATMP}{plain}")
    if entry is None:
        raise UnknownRecordError(f"the ontology has no term '{plain}'")
    document = Document(entry.iri, f"/ontology/{plain}", form)
    if form is None:
        return document.see(request)
    if form != PAGE:
        return document.respond(request, endpoint.state(), lambda: serialised(triples(entry.iri), form))
    shown = page(
        request, "term.html", title=entry.labels.get("en", entry.name), entry=entry, uses=_uses(view, entry),
        document=document, href=_href, label=_label, curie=curie, theirs=object_label,
    )  # fmt: skip
    return document.respond_page(request, shown)


def _whole(request: Request, view: View, endpoint: Endpoint, document: Document, q: str) -> Response:
    form = document.form(request)
    if form != PAGE:
        return document.respond(request, endpoint.state(), lambda: serialised(triples(), form))
    everything = entries().values()
    listed = {sort: [one for one in everything if one.sort == sort] for sort in dict.fromkeys(SORTS.values())}
    sizes = Counter(iri for one in listed["concept"] for iri in one.links["in the list"])
    shown = page(
        request, "ontology.html", title="The ATMP ontology", q=q, found=look_up(q) if q.strip() else (), listed=listed,
        about=about(), waiting=[one for one in requests(view) if one.term is None], sizes=sizes, document=document, href=_href,
    )  # fmt: skip
    return document.respond_page(request, shown)


def _href(iri: str) -> str | None:
    return f"/ontology/{iri.removeprefix(ATMP)}" if iri in entries() else None


def _label(iri: str) -> str:
    """Return a term's name, or the end of a stranger's IRI with what it belongs to."""
    known: Entry | None = entries().get(iri)
    return known.labels.get("en", known.name) if known else iri.partition("://")[2]


def _uses(view: View, entry: Entry) -> int:
    """Return how often what the reader sees uses a term, the ontology's own statements left out."""
    pattern = {"class": f"?s a <{entry.iri}>", "property": f"?s <{entry.iri}> ?o"}.get(
        entry.sort, f"?s ?p <{entry.iri}>"
    )
    own = ", ".join(f"<{view.store.names.graph(None, Tier.PUBLIC, source=name)}>" for name in ("ontology", "schemes"))
    rows: Any = view.select(
        f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ {pattern} }} FILTER(?g NOT IN ({own})) }}"
    ).rows
    return int(rows[0][0])
