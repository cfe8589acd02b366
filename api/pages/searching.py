"""Search inside SPARQL to read: its properties, examples to run, and the vocabulary in the form asked for."""

from __future__ import annotations

import pyoxigraph as ox
from atmp.api.media import negotiated, typed
from atmp.kg.examples import guided
from atmp.kg.export import PREFIXES
from atmp.ontology.lexicon import SEARCH, search_entries, search_triples
from fastapi import APIRouter, Request
from fastapi.responses import Response

from .ontology import FORMS
from .site import page

router = APIRouter()


@router.get("/query/search")
def guide(request: Request) -> Response:
    """Show what a search in a query can say, or give the vocabulary."""
    media = negotiated(request.headers.get("accept"), ("text/html", *FORMS))
    if media in FORMS:
        found = ox.serialize(search_triples(), format=FORMS[media][1], prefixes={**PREFIXES, "search": SEARCH})
        return Response(found, headers={"content-type": typed(media), "vary": "Accept"})
    terms = search_entries().values()
    return page(request, "searching.html", title="Search inside SPARQL", terms=terms, examples=guided())
