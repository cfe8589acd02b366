"""The page of reviews: what may be the same, decided with a button, and words that wait for a term."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import AtlasOf, OwnerOf, ViewOf, WriterOf
from atmp.api.reviews import DECIDES, STANDS, Decision, Status
from atmp.kg.errors import UsageError
from atmp.kg.requests import requests
from atmp.kg.reviews import decide, listed
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from .site import FormOf, link, own_forms, page

router = APIRouter()
ADDRESS = "/reviews"
ROWS = 200


@router.get(ADDRESS)
def reviews(
    request: Request, owner: OwnerOf, view: ViewOf, status: Annotated[Status, Query()] = Status.WAITING
) -> Response:
    """Show what waits for a decision, or what was decided and can be taken back."""
    found = listed(view, STANDS[status])
    words = [one for one in requests(view) if one.term is None]
    shown = view.records_of(iri for one in found[:ROWS] for iri in (one.about, one.value) if iri)
    return own_forms(page(
        request, "reviews.html", title="To decide on", chosen=status, statuses=list(Status), total=len(found), words=words,
        pairs=[(one, link(view, one.about or ""), link(view, one.value or "")) for one in found[:ROWS]],
        synthetic=any(one.synthetic for one in shown.values()),
    ))  # fmt: skip


@router.post(ADDRESS)
def decided(atlas: AtlasOf, writer: WriterOf, form: FormOf) -> Response:
    """Decide on one pair, as `atmp decide` does, and lead back to the list."""
    if form.get("decision") not in list(Decision) or not form.get("id"):
        raise UsageError(f"say id, and decision as one of {', '.join(Decision)}: decide from the page {ADDRESS}")
    decide(atlas.store, [form["id"]], agent=writer.name, accepted=DECIDES[Decision(form["decision"])])
    back = form.get("status") if form.get("status") in list(Status) else Status.WAITING
    return RedirectResponse(f"{ADDRESS}?status={back}", 303)
