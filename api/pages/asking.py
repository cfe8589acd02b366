"""Questions of the catalogue, and the SPARQL form."""

from __future__ import annotations

from atmp.api.asker import AtlasOf, ViewOf
from atmp.kg.catalogue import Question, question, questions
from atmp.kg.errors import AtlasError, UnknownRecordError, UnknownTermError, UsageError
from atmp.kg.sparql.answer import answer
from atmp.kg.view import View
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from .site import address, page

router = APIRouter()
ROWS = 500
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
        wrong=wrong, words=words, rows=ROWS, address=lambda iri: address(view.store.names, iri), synthetic=_synthetic(view),
    )  # fmt: skip


@router.get("/query")
def form(request: Request, atlas: AtlasOf, view: ViewOf, query: str = "", example: int | None = None) -> HTMLResponse:
    """Show the SPARQL form, and the answer to its query."""
    table, wrong = None, None
    if example is not None and example in {one.number for one in questions()}:
        query = _example(view, question(example))
    elif query.strip():
        try:
            table = answer(view, query, atlas.services).table()
        except AtlasError as error:
            wrong = str(error)
    return page(
        request, "query.html", status=400 if wrong else 200, title="SPARQL", query=query or _FIRST, table=table, wrong=wrong,
        questions=questions(), rows=ROWS, address=lambda iri: address(view.store.names, iri), synthetic=_synthetic(view),
    )  # fmt: skip


def _example(view: View, one: Question) -> str:
    """Return a question's query with its defaults, or as it is written where the atlas has no such record."""
    try:
        return one.filled(view, {})
    except (UsageError, UnknownRecordError):
        return one.query


def _synthetic(view: View) -> bool:
    """Return whether the atlas holds anything made up: then no table of it goes without saying so."""
    found = view.select("SELECT ?r { ?r <https://w3id.org/atmp/ontology/synthetic> true } LIMIT 1")
    return len(found) > 0
