"""The page of a survey's round: how far it is, who still has to answer, and where a sign-off is noted; and signing in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from atmp.api.asker import AskerOf, AtlasOf, ViewOf, WriterOf
from atmp.api.signin import NOBODY, keys_of, refused
from atmp.kg.canvass import Canvass
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.turnout import people, turnouts
from atmp.kg.viewer import OWNER
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from .site import FormOf, address, own_forms, page

router = APIRouter()
ADDRESS = "/survey"


@router.get(ADDRESS)
def survey(
    request: Request, view: ViewOf, asker: AskerOf, centre: str = "", round_: Annotated[str, Query(alias="round")] = ""
) -> Response:
    """Show how far the round of each centre is: counts first, then people."""
    found = turnouts(view, centre or None, round_ or None)
    names = view.store.names
    return own_forms(page(
        request, "survey.html", title="Survey", turnouts=found, writes=asker.is_owner,
        asked=urlencode({name: word for name, word in (("centre", centre), ("round", round_)) if word}),
        address=lambda one, key: address(names, names.record(one.centre, "person", key)),
        synthetic=any(one.synthetic for one in found),
    ))  # fmt: skip


@router.post(f"{ADDRESS}/sign")
def sign(atlas: AtlasOf, writer: WriterOf, form: FormOf) -> Response:
    """Note that a person signed off, as `atmp survey sign` does, and lead back to the page."""
    missing = [name for name in ("centre", "round", "person") if not form.get(name, "").strip()]
    if missing:
        raise UsageError(f"the form does not say {' and '.join(missing)}: sign off from the page {ADDRESS}")
    canvass = Canvass.of(atlas.store, form["centre"], form["round"], writer.name)
    canvass.signed(
        people(atlas.store.view(OWNER, as_stated=True), canvass.centre, [form["person"]]), datetime.now(UTC).date()
    )
    return RedirectResponse(f"{ADDRESS}?{urlencode({'centre': canvass.centre, 'round': form['round']})}", 303)


@router.get("/signin")
def sign_in(request: Request, asker: AskerOf) -> Response:
    """Let a browser ask for name and token, and lead to the survey's page."""
    if not keys_of(request).viewers:
        raise UnknownRecordError("nobody may sign in on this server: start it with ATMP_TOKENS")
    if asker is NOBODY:
        raise refused("nothing was sent")
    return RedirectResponse(ADDRESS, 303)
