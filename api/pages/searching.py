"""Search inside SPARQL to read: its properties, examples to run, and the vocabulary in the form asked for."""

from __future__ import annotations

from atmp.api.asker import EndpointOf
from atmp.api.document import PAGE, Document, serialised
from atmp.api.media import ENDINGS
from atmp.kg.errors import UnknownRecordError
from atmp.kg.examples import guided
from atmp.kg.sparql.endpoint import Endpoint
from atmp.ontology.lexicon import SEARCH, search_entries, search_triples
from fastapi import APIRouter, Request
from fastapi.responses import Response

from .site import page

router = APIRouter()
ADDRESS = "/query/search"


@router.get(ADDRESS, response_class=Response)
def guide(request: Request, endpoint: EndpointOf) -> Response:
    """Show what a search in a query can say, or give the vocabulary."""
    return _told(request, endpoint, None)


@router.get(f"{ADDRESS}.{{ending}}", response_class=Response)
def form(request: Request, endpoint: EndpointOf, ending: str) -> Response:
    """Give the vocabulary in the form of an ending."""
    if ending not in ENDINGS:
        raise UnknownRecordError("there is nothing at this address")
    return _told(request, endpoint, ending)


def _told(request: Request, endpoint: Endpoint, ending: str | None) -> Response:
    document = Document(SEARCH.removesuffix("#"), ADDRESS, ending)
    if (asked := document.form(request)) != PAGE:
        return document.respond(request, endpoint.state(), lambda: serialised(search_triples(), asked))
    shown = page(
        request, "searching.html", title="Search inside SPARQL", terms=search_entries().values(), examples=guided(),
        document=document,
    )  # fmt: skip
    return document.respond_page(request, shown)
