"""/api/v1/terms: the words that wait for a term, as far as the asker sees the answers that have them."""

from __future__ import annotations

from typing import Annotated

from atmp.api.asker import ViewOf
from atmp.api.models import TermRequestOut
from atmp.api.problems import RESPONSES
from atmp.kg.requests import requests
from fastapi import APIRouter, Query

router = APIRouter(tags=["terms"], responses=RESPONSES)

Scheme = Annotated[str | None, Query(description="A list's name; `disease` for diseases.", examples=["vector"])]


@router.get("/terms/requests")
def term_requests(view: ViewOf, scheme: Scheme = None) -> list[TermRequestOut]:
    """List words that people wrote where the list has no term for them, the most frequent first."""
    return [TermRequestOut.of(one) for one in requests(view) if one.term is None and scheme in {None, one.scheme}]
