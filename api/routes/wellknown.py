"""/.well-known: what the dataset holds, as VoID, and queries to begin with, as the reader may see and ask them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import pyoxigraph as ox
from atmp.api.asker import ViewOf
from atmp.api.description import DESCRIPTIONS
from atmp.api.media import agreed, typed
from atmp.kg.examples import SCHEMA, SH, examples, search_examples
from atmp.kg.export import PREFIXES
from atmp.kg.void import VOID, void
from fastapi import APIRouter, Request
from fastapi.responses import Response

router = APIRouter(prefix="/.well-known")
_PREFIXES = PREFIXES | {"void": VOID, "sh": SH, "schema": SCHEMA}


@router.get("/void")
def dataset(request: Request, view: ViewOf) -> Response:
    """Describe the dataset: its size, and its partitions by class and by property."""
    address = str(request.url.replace(query="", fragment=""))
    return _graph(request, void(view, f"{address}#dataset", _endpoint(request)))


@router.get("/sparql-examples")
def catalogue(request: Request, view: ViewOf) -> Response:
    """Give the questions of the catalogue and the examples of search as examples to run."""
    questions = examples(view, _address(request, "/questions"), _endpoint(request))
    searches = search_examples(_address(request, "/query/search#example-"), _endpoint(request))
    return _graph(request, chain(questions, searches))


def _endpoint(request: Request) -> str:
    return _address(request, "/sparql")


def _address(request: Request, path: str) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{path}"


def _graph(request: Request, triples: Iterable[ox.Triple]) -> Response:
    media = agreed(request.headers.get("accept"), request.query_params.get("format"), tuple(DESCRIPTIONS))
    found = ox.serialize(triples, format=DESCRIPTIONS[media], prefixes=_PREFIXES)
    return Response(found, headers={"content-type": typed(media), "vary": "Accept"})
