"""/api/v1/introductions: matches that are not open, led together by a broker."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import AskerOf, AtlasOf, ViewOf
from atmp.api.introducing import AskIn, IntroductionOut, OfferOut, StepIn
from atmp.api.problems import RESPONSES, said
from atmp.api.writing import may_write
from atmp.kg.introductions import Introductions
from atmp.search.offers import brokered, introduce, offers
from fastapi import APIRouter, Path, Query, Request

_REFUSED = said(401, "Nobody has signed in", "here one reads without a name, and writes with one")
Identifier = Annotated[str, Path(description="The introduction's id.", examples=["5d1c7a4b9e02"])]
router = APIRouter(tags=["introductions"], responses=RESPONSES)


@router.get("/introductions")
def introductions(atlas: AtlasOf, asker: AskerOf) -> list[IntroductionOut]:
    """List the introductions that who asks is told of, the latest step first."""
    return [IntroductionOut.of(one) for one in Introductions(atlas.store).listed(asker.viewer)]


@router.get("/introductions/offers")
def offered(
    atlas: AtlasOf,
    view: ViewOf,
    record: Annotated[str, Query(description="The id or IRI of one's own need or capability.", examples=["N050"])],
) -> list[OfferOut]:
    """List the matches of one's own need or capability that are not open: how many, and nothing of whose they are."""
    return [OfferOut.of(one) for one in offers(view, atlas.finder, brokered(view, record))]


@router.post("/introductions", responses=_REFUSED)
def asked(request: Request, atlas: AtlasOf, asker: AskerOf, view: ViewOf, wanted: AskIn) -> IntroductionOut:
    """Ask the broker for an introduction that is offered."""
    may_write(request, asker)
    own = brokered(view, wanted.record)
    return IntroductionOut.of(introduce(view, atlas.finder, own, wanted.offer, agent=asker.name, words=wanted.words))


@router.post("/introductions/{identifier}", responses=_REFUSED)
def moved(request: Request, identifier: Identifier, atlas: AtlasOf, asker: AskerOf, step: StepIn) -> IntroductionOut:
    """Take the next step: forward, accept, decline, or done."""
    may_write(request, asker)
    book = Introductions(atlas.store)
    return IntroductionOut.of(
        book.move(asker.viewer, identifier, step.move, agent=asker.name, words=step.words, met=step.met)
    )
