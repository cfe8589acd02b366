"""Pages: the templates, what every page has, and the addresses of records."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import jinja2
from atmp.api.asked import FORM, pairs_of
from atmp.api.signin import NOBODY, Asker, keys_of
from atmp.kg.iris import Names
from atmp.kg.records import ATMP
from atmp.kg.view import View
from atmp.ontology.vocabulary import vocabulary
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

FOLDER = Path(__file__).parent
KINDS = {
    "project": ("Project", "Projects"),
    "product": ("Product", "Medicines of the reference collections"),
    "trial": ("Trial", "Trials of the reference collections"),
    "grant": ("Grant", "Grants of the reference collections"),
    "publication": ("Publication", "Publications of the reference collections"),
    "person": ("Investigator", "Investigators"),
    "organisation": ("Organisation", "Organisations"),
    "need": ("Need", "Needs"),
    "capability": ("Capability", "Capabilities"),
}
"""The kinds of record that have a page, as one and many of it are called there."""

REFERENCES = {
    "product": "authorised medicines",
    "trial": "register trials",
    "grant": "grants",
    "publication": "publications",
}
"""What the kinds of the reference collections are called in a sentence."""


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """Return the templates; whatever they show of a record is escaped, except in Markdown, which escapes its own."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = _markdown
    environment.filters["cell"] = _cell
    environment.filters["key"] = Names().key
    return environment


def page(request: Request, name: str, *, status: int = 200, synthetic: bool = False, **said: Any) -> HTMLResponse:
    """Return a page from its template; one that shows anything synthetic says so, and each says whose it is."""
    asker: Asker = getattr(request.state, "asker", NOBODY)
    whose = {"reader": None if asker is NOBODY else asker.viewer.name, "may_sign_in": bool(keys_of(request).viewers)}
    text = templates().get_template(name).render(path=request.url.path, synthetic=synthetic, **whose, **said)
    return HTMLResponse(text, status_code=status)


def own_forms(shown: HTMLResponse) -> HTMLResponse:
    """Return a page whose forms write: without this policy a browser would not say that they are of this site."""
    shown.headers["referrer-policy"] = "same-origin"
    return shown


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; raises HTTPException 415 for another body."""
    if (request.headers.get("content-type") or "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, f"send the fields as a form ({FORM})")
    return dict(pairs_of(await request.body()))


FormOf = Annotated[dict[str, str], Depends(_form)]


def address(names: Names, iri: str) -> str | None:
    """Return the address of a record's page: its IRI's path behind the base; None for what has no page here."""
    if not iri.startswith(f"{names.base}/"):
        return None
    parts = iri[len(names.base) + 1 :].split("/")
    kind = parts[1] if len(parts) == 3 else parts[0] if len(parts) == 2 else ""
    return "/" + "/".join(quote(part, safe="%") for part in parts) if kind in KINDS else None


def link(view: View, iri: str) -> dict[str, str | None]:
    """Return a record or term as a page shows it: name, address here, and its IRI."""
    href = address(view.store.names, iri)
    if href is None and iri.startswith("https://www."):  # a page elsewhere, not the name of a thing
        return {"label": iri, "href": iri, "iri": iri}
    return {"label": view.label(iri), "href": href, "iri": iri}


def choices(scheme: str) -> list[tuple[str, str]]:
    """Return a pick-list for a form: notation and label, without the words for nothing."""
    left_out = {"other", "unknown", "not-applicable", "not-stated", "not-an-atmp"}
    concepts = vocabulary().schemes[scheme].offered
    return [(one.notation, one.labels["en"]) for one in concepts if one.notation not in left_out]


def property_name(view: View, iri: str) -> str:
    """Return a property in words: its label in the ontology, else the end of its IRI, `seeAlso` as `see also`."""
    name = view.label(iri)
    return name if iri.startswith(ATMP) else "".join(f" {mark.lower()}" if mark.isupper() else mark for mark in name)


def _cell(value: Any) -> str:
    """Return a table's cell as it is read: empty for nothing, yes and no for booleans."""
    if value is None:
        return ""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _markdown(value: Any) -> str:
    """Return text for a Markdown cell or paragraph: no mark of its own takes effect, no line breaks."""
    text = " ".join(_cell(value).split())
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]<>|#" else mark for mark in text)
