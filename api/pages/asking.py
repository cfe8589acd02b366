"""Questions of the catalogue, and the SPARQL form."""

from __future__ import annotations

from atmp.api.asker import AtlasOf, ClientOf, EndpointOf, PoolOf, ViewOf
from atmp.api.beside import Beside
from atmp.api.problems import status_of
from atmp.api.streamed import while_asked
from atmp.kg.catalogue import Question, question, questions
from atmp.kg.errors import AtlasError, QueryBusyError, UnknownRecordError, UnknownTermError, UsageError
from atmp.kg.sparql.answer import WIRED, tabled
from atmp.kg.sparql.dataset import WHOLE
from atmp.kg.sparql.guard import guard
from atmp.kg.table import Table
from atmp.kg.view import View
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from .site import address, page

router = APIRouter()
ROWS = 500
_MOST = 5_000_000
"""Bytes of an answer that become a page."""
_FIRST = """PREFIX atmp: <https://w3id.org/atmp/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?project ?title WHERE {
  ?project a atmp:Project ; rdfs:label ?title
} ORDER BY ?project LIMIT 10"""


@router.get("/questions")
def catalogue(request: Request) -> HTMLResponse:
    """List the questions."""
    return page(request, "questions.html", title="Questions", questions=questions())


@router.get("/questions/{number}")
def one_question(request: Request, atlas: AtlasOf, view: ViewOf, number: int) -> HTMLResponse:
    """Show a question with its parameters, its answer and its query."""
    if number not in {one.number for one in questions()}:
        raise UnknownRecordError(f"there is no question {number}")
    one, table, wrong = question(number), None, None
    words = {name: word for name, word in request.query_params.items() if word.strip()}
    try:
        table = one.ask(view, atlas.services, words)
    except (UsageError, UnknownTermError, UnknownRecordError) as error:
        wrong = (
            str(error) if words else f"To begin, give {' and '.join(p.words for p in one.parameters if p.required)}."
        )
    return page(
        request, "question.html", status=400 if wrong and words else 200, title=f"Question {number}", question=one, table=table,
        wrong=wrong, words=words, rows=ROWS, address=lambda iri: address(view.store.names, iri), synthetic=synthetic(view),
    )  # fmt: skip


@router.get("/query")
async def form(
    request: Request, view: ViewOf, endpoint: EndpointOf, pool: PoolOf, client: ClientOf, query: str = "",
    example: int | None = None,
) -> Response:  # fmt: skip
    """Show the SPARQL form, and the answer to its query, which a worker finds."""
    table, wrong, status = None, None, 200
    if example is not None and example in {one.number for one in questions()}:
        query = await run_in_threadpool(_example, view, question(example))
    elif query.strip():
        try:
            table = await _answered(request, endpoint, pool, client, query)
        except QueryBusyError:
            raise  # its page says when to come back
        except AtlasError as error:
            wrong, status = str(error), status_of(error)
    return await run_in_threadpool(
        lambda: page(
            request, "query.html", status=status, title="SPARQL", query=query or _FIRST, table=table, wrong=wrong,
            questions=questions(), rows=ROWS, address=lambda iri: address(view.store.names, iri), synthetic=synthetic(view),
        )
    )  # fmt: skip


async def _answered(request: Request, endpoint: EndpointOf, pool: PoolOf, client: ClientOf, text: str) -> Table | None:
    """Return the answer to a query, None where its asker has hung up; raises UsageError for one too long for a page."""
    query = guard(text)
    order = await run_in_threadpool(endpoint.order, query, WHOLE, pool.services, Beside(pool, endpoint, client))
    media = WIRED[query.form]
    running = pool.answer(endpoint.holding, endpoint.revision, order, media, client)
    answering = await while_asked(request, running)
    if answering is None:
        return None
    data = await answering.gathered(_MOST)
    if data is None:
        raise UsageError("the answer is too long for a page: add a LIMIT, or ask at /sparql, which gives all of it")
    return await run_in_threadpool(tabled, data, media)


def _example(view: View, one: Question) -> str:
    """Return a question's query with its defaults, or as it is written where the atlas has no such record."""
    try:
        return one.filled(view, {})
    except (UsageError, UnknownRecordError):
        return one.query


def synthetic(view: View) -> bool:
    """Return whether the atlas holds anything made up: then no table of it goes without saying so."""
    found = view.select("SELECT ?r { ?r <https://w3id.org/atmp/ontology/synthetic> true } LIMIT 1")
    return len(found) > 0
