"""Search, and similar therapies for a pasted text."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import urlencode

from atmp.api.asker import AtlasOf, ViewerOf, ViewOf
from atmp.api.routes.search import FiltersOf, IgnoreOf
from atmp.kg.errors import UnknownTermError, UsageError
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary
from atmp.search.hits import Results
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from .site import REFERENCES, address, choices, page

router = APIRouter()
LIMIT = 15
_LONG = 300  # characters from which a text is an abstract rather than a question


@router.get("/search")
def search(
    request: Request,
    atlas: AtlasOf,
    viewer: ViewerOf,
    view: ViewOf,
    chosen: FiltersOf,
    q: str = "",
    similar: bool = False,
    ignore: IgnoreOf = [],  # noqa: B006 - FastAPI copies defaults
) -> HTMLResponse:
    """Show the search form, and what it found, by kind."""
    results, wrong = None, None
    alike = similar or len(q) > _LONG
    if q.strip():
        try:
            finder = atlas.finder
            if alike:
                results = finder.similar(viewer, text=q, filters=chosen, limit=LIMIT)
            else:
                results = finder.search(viewer, q, filters=chosen, limit=LIMIT, ignore=ignore)
        except (UnknownTermError, UsageError) as error:
            wrong = str(error)
    picked = {field.name: (getattr(chosen, field.name) or ("",))[0] for field in fields(chosen)}
    return page(
        request, "search.html", status=400 if wrong else 200, title="Search", q=q, results=results, wrong=wrong, picked=picked,
        groups=_groups(results), address=lambda iri: address(view.store.names, iri), similar=similar,
        classes=choices("class"), stages=choices("stage"), vectors=choices("vector"), cells=choices("cell"),
        centres=[(view.store.names.key(one.iri), one.label or one.iri) for one in view.records("centre")],
        kinds={"project": "projects", **REFERENCES}, synthetic=_synthetic(view, results),
        ignored=[(dictionary().label(one) or one, _address(request, but=one)) for one in ignore], alike=alike,
        more=lambda one: _address(request, one), sort=_sort,
    )  # fmt: skip


def _groups(results: Results | None) -> list[tuple[str, list[object]]]:
    return [(kind, list(hits)) for kind, hits in results.by_kind().items()] if results else []


def _synthetic(view: ViewOf, results: Results | None) -> bool:
    found = view.records_of([hit.iri for hit in results.hits]) if results else {}
    return any(record.synthetic for record in found.values())


def _sort(iri: str) -> str:
    """Return what a concept is to a therapy: its indication, vector, cell source and so on."""
    concept = vocabulary().concept(iri)
    return vocabulary().schemes[concept.scheme].labels["en"] if concept else "indication"


def _address(request: Request, more: str = "", *, but: str = "") -> str:
    """Return this page's address with one more thing ignored, or one less."""
    asked = [one for one in request.query_params.multi_items() if one != ("ignore", but)]
    return f"/search?{urlencode([*asked, *([('ignore', more)] if more else [])])}"
