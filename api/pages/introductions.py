"""The page of introductions: matches that are not open, asked for, passed on and answered with buttons."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import AskerOf, AtlasOf, ViewOf
from atmp.api.writing import may_write
from atmp.kg.errors import UsageError
from atmp.kg.introduction import Move
from atmp.kg.introductions import Introductions
from atmp.search.offers import brokered, introduce, offers
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from .site import FormOf, link, own_forms, page

router = APIRouter()
ADDRESS = "/introductions"
_MET = {"met": True, "not met": False}


@router.get(ADDRESS)
def introductions(
    request: Request, atlas: AtlasOf, asker: AskerOf, view: ViewOf,
    record: Annotated[str | None, Query(description="One's own need or capability.")] = None,
) -> Response:  # fmt: skip
    """Show the introductions that who asks is told of, and what is offered for one record."""
    own = brokered(view, record) if record else None
    book = Introductions(atlas.store)
    return own_forms(page(
        request, "introductions.html", title="Introductions", told=book.listed(asker.viewer), met=_MET,
        own=link(view, own) if own else None, offers=offers(view, atlas.finder, own) if own else (),
    ))  # fmt: skip


@router.post(ADDRESS)
def moved(request: Request, atlas: AtlasOf, asker: AskerOf, view: ViewOf, form: FormOf) -> Response:
    """Ask for an introduction, or take the next step of one, and lead back to the list."""
    may_write(request, asker)
    words, who = form.get("words", ""), asker.name
    if form.get("offer") and form.get("record"):
        introduce(view, atlas.finder, brokered(view, form["record"]), form["offer"], agent=who, words=words)
        return RedirectResponse(ADDRESS, 303)
    move, met = form.get("move", ""), _MET.get(form.get("move", ""))
    if not form.get("id") or (move not in list(Move) and met is None):
        raise UsageError(f"say id, and move as one of {', '.join((*Move, *_MET))}: do it from the page {ADDRESS}")
    step = Move.DONE if met is not None else Move(move)
    Introductions(atlas.store).move(asker.viewer, form["id"], step, agent=who, words=words, met=met)
    return RedirectResponse(ADDRESS, 303)
