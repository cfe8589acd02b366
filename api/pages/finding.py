"""Search, and similar therapies for projects, a pasted text or a paper."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from atmp.api.asker import AtlasOf, ViewOf
from atmp.api.atlas import Atlas
from atmp.api.routes.search import FiltersOf, IgnoreOf, PaperOf, projects
from atmp.kg.errors import SourceError, UnknownRecordError, UnknownTermError, UsageError
from atmp.kg.paper import Paper
from atmp.kg.view import View
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary
from atmp.search.aspect import Aspect
from atmp.search.filters import Filters
from atmp.search.hits import Results
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from .site import REFERENCES, address, choices, page

router = APIRouter()
LIMIT = 15
PAPER = "/search"
COMPARISONS = {
    f"{Aspect.INDICATION}-{Aspect.MODALITY}": "same disease, other modality",
    f"{Aspect.MODALITY}-{Aspect.INDICATION}": "same modality, other disease",
}
"""What similar therapies may be compared by: the aspect that is the same, and the other one."""
_LONG = 300  # characters from which a text is an abstract rather than a question


class Asked(NamedTuple):
    """What the form asks: a text, projects to be like and unlike, what is compared, and what is not meant."""

    q: str
    like: str
    unlike: str
    compare: str
    similar: bool
    ignore: list[str]

    @property
    def alike(self) -> bool:
        """Return whether similar therapies are wanted, rather than answers to a question."""
        return self.similar or len(self.q) > _LONG or bool(self.like.split())


async def _asked(
    q: str = "",
    like: str = "",
    unlike: str = "",
    compare: str = "",
    similar: bool = False,
    ignore: IgnoreOf = [],  # noqa: B006 - FastAPI copies defaults
) -> Asked:
    return Asked(q, like, unlike, compare, similar, ignore)


AskedOf = Annotated[Asked, Depends(_asked)]


@router.get("/search")
def search(request: Request, atlas: AtlasOf, view: ViewOf, chosen: FiltersOf, asked: AskedOf) -> HTMLResponse:
    """Show the search form, and what it found, by kind."""
    if not asked.q.strip() and not asked.like.split():
        return _shown(request, view, chosen, asked)
    try:
        if asked.alike:
            found = _similar(atlas, view, chosen, asked, asked.q if asked.q.strip() else None)
        else:
            found = atlas.finder.search(view.viewer, asked.q, filters=chosen, limit=LIMIT, ignore=asked.ignore)
    except (UnknownTermError, UsageError, UnknownRecordError) as error:
        return _shown(request, view, chosen, asked, wrong=str(error))
    return _shown(request, view, chosen, asked, found)


@router.post(PAPER)
def paper(
    request: Request, atlas: AtlasOf, view: ViewOf, chosen: FiltersOf, asked: AskedOf, sent: PaperOf
) -> HTMLResponse:
    """Show what is similar to a paper; nothing of it is kept."""
    try:
        text = Paper.heard(sent.content, sent.file or "the paper").text
        found = _similar(atlas, view, chosen, asked, text)
    except (SourceError, UsageError) as error:
        return _shown(request, view, chosen, asked, wrong=str(error))
    return _shown(request, view, chosen, asked._replace(q=text, similar=True), found)


def _similar(atlas: Atlas, view: View, chosen: Filters, asked: Asked, text: str | None) -> Results:
    same, _, other = asked.compare.partition("-")
    return atlas.finder.similar(
        view.viewer, to=projects(view, asked.like.split()), text=text, unlike=projects(view, asked.unlike.split()),
        same=[same] if same else [], other=[other] if other else [], filters=chosen, limit=LIMIT,
    )  # fmt: skip


def _shown(
    request: Request,
    view: View,
    chosen: Filters,
    asked: Asked,
    results: Results | None = None,
    wrong: str | None = None,
) -> HTMLResponse:
    picked = {field.name: (getattr(chosen, field.name) or ("",))[0] for field in fields(chosen)}
    return page(
        request, "search.html", status=400 if wrong else 200, title="Search", asked=asked, results=results, wrong=wrong,
        picked=picked, groups=_groups(results), address=lambda iri: address(view.store.names, iri), paper=PAPER,
        classes=choices("class"), stages=choices("stage"), vectors=choices("vector"), cells=choices("cell"),
        centres=[(view.store.names.key(one.iri), one.label or one.iri) for one in view.records("centre")],
        kinds={"project": "projects", **REFERENCES}, synthetic=_synthetic(view, results), comparisons=COMPARISONS.items(),
        ignored=[(dictionary().label(one) or one, _address(request, but=one)) for one in asked.ignore],
        more=lambda one: _address(request, one), sort=_sort,
    )  # fmt: skip


def _groups(results: Results | None) -> list[tuple[str, list[object]]]:
    return [(kind, list(hits)) for kind, hits in results.by_kind().items()] if results else []


def _synthetic(view: View, results: Results | None) -> bool:
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
