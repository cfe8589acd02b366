"""The ontology to read: what there is, a page for each term, search in it, and the file in the form asked for."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import pyoxigraph as ox
from atmp.api.asker import ViewOf
from atmp.api.media import negotiated
from atmp.kg.errors import UnknownRecordError
from atmp.kg.export import PREFIXES
from atmp.kg.requests import requests
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.ontology.lexicon import SORTS, Entry, about, entries, look_up, triples
from atmp.ontology.mappings import curie, object_label
from atmp.ontology.vocabulary import ATMP
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from .site import page

router = APIRouter()
FORMS = {
    "text/turtle": ("ttl", ox.RdfFormat.TURTLE),
    "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
    "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML),
}
"""The forms in which the ontology is given away, with the ending of a file of each."""

_PAGE = "text/html"
_ENDINGS = {ending: media for media, (ending, _) in FORMS.items()}


@router.get("/ontology")
def ontology(request: Request, view: ViewOf, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show what the ontology holds, or what a search in it finds; or give its file."""
    media = negotiated(request.headers.get("accept"), (_PAGE, *FORMS))
    if media in FORMS:
        return _file(media, None)
    everything = entries().values()
    listed = {sort: [one for one in everything if one.sort == sort] for sort in dict.fromkeys(SORTS.values())}
    sizes = Counter(iri for one in listed["concept"] for iri in one.links["in the list"])
    return page(
        request, "ontology.html", title="The ATMP ontology", q=q, found=look_up(q) if q.strip() else (), listed=listed,
        about=about(), waiting=[one for one in requests(view) if one.term is None], sizes=sizes, endings=_ENDINGS, href=_href,
    )  # fmt: skip


@router.get("/ontology.{ending}")
def whole(ending: str) -> Response:
    """Give the ontology as a file: ontology.ttl, ontology.jsonld, ontology.rdf."""
    if ending not in _ENDINGS:
        raise UnknownRecordError("there is nothing at this address")
    return _file(_ENDINGS[ending], None)


@router.get("/ontology/{name}")
def term(request: Request, view: ViewOf, name: str) -> Response:
    """Show one term: what it means, where it stands, how often it is used; or give what is said of it."""
    stem, dot, ending = name.rpartition(".")
    plain = stem if dot and ending in _ENDINGS else name
    entry = entries().get(f"{ATMP}{plain}")
    if entry is None:
        raise UnknownRecordError(f"the ontology has no term '{plain}'")
    media = _ENDINGS[ending] if plain == stem else negotiated(request.headers.get("accept"), (_PAGE, *FORMS))
    if media in FORMS:
        return _file(media, entry.iri)
    return page(
        request, "term.html", title=entry.labels.get("en", entry.name), entry=entry, uses=_uses(view, entry),
        endings=_ENDINGS, href=_href, label=_label, curie=curie, theirs=object_label,
    )  # fmt: skip


def _file(media: str, iri: str | None) -> Response:
    prefixes = {**PREFIXES, "owl": "http://www.w3.org/2002/07/owl#"}
    found = ox.serialize(triples(iri), format=FORMS[media][1], prefixes=prefixes)
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    return Response(found, headers={"content-type": f"{media}{charset}", "vary": "accept"})


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
