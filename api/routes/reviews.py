"""/api/v1/reviews: what waits for a decision, for those who may decide."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import AtlasOf, OwnerOf, ViewOf, WriterOf
from atmp.api.models import TermRequestOut
from atmp.api.problems import RESPONSES, said
from atmp.api.reviews import DECIDES, STANDS, DecisionIn, ReviewOut, ReviewsOut, Status
from atmp.kg.requests import requests
from atmp.kg.reviews import decide, listed
from atmp.kg.same import says_same
from fastapi import APIRouter, Query

_REFUSED = {
    **said(401, "Nobody has signed in", "this is for those who may write: sign in with your name and a token"),
    **said(403, "The asker may only read", "you may read here, and write nothing"),
}
router = APIRouter(tags=["reviews"], responses=RESPONSES | _REFUSED)


@router.get("/reviews")
def reviews(
    owner: OwnerOf, view: ViewOf, status: Annotated[Status, Query(description="How far they are.")] = Status.WAITING
) -> ReviewsOut:
    """List what may be the same, the surest first, and the words that wait for a term, the most frequent first."""
    return ReviewsOut(
        same=[ReviewOut.of(view, one) for one in listed(view, STANDS[status])],
        terms=[TermRequestOut.of(one) for one in requests(view) if one.term is None],
    )


@router.post("/reviews")
def decided(writer: WriterOf, atlas: AtlasOf, view: ViewOf, said: DecisionIn) -> list[ReviewOut]:
    """Decide that things are the same, that they are different, or take that back, in one transaction.

    Gives those that are left: one that was stated by hand is gone once it is taken back.
    """
    decide(atlas.store, said.ids, agent=writer.name, accepted=DECIDES[said.decision])
    return [ReviewOut.of(view, one) for one in says_same(view) if one.identifier in said.ids]
