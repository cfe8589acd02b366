"""Documents: what tells of a thing with a name of ours, as a page for readers and in several forms for programs.

A thing's own name is answered by 303, See Other: a project is no text. Its document stands at the path of its name
behind the base, in the form that Accept prefers, and in each form at that path with an ending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

import pyoxigraph as ox
from atmp.kg.errors import UnknownRecordError
from atmp.kg.export import PREFIXES
from atmp.kg.iris import Names
from atmp.kg.records import FOAF
from atmp.kg.records import KINDS as KINDS_OF_RECORD
from atmp.kg.sparql.answer import GRAPHS
from atmp.kg.sparql.description import description
from atmp.kg.triples import TYPE
from atmp.kg.view import View
from atmp.kg.void import VOID
from fastapi import Request
from fastapi.responses import Response

from .exchange import EXPOSED
from .media import ENDINGS, agreed, typed
from .tag import is_known, tag

PAGE = "html"
_PREFIXES = {**PREFIXES, "foaf": FOAF, "owl": "http://www.w3.org/2002/07/owl#", "void": VOID}
_SHARED = {"access-control-allow-origin": "*", "access-control-expose-headers": ", ".join(EXPOSED)}


@dataclass(frozen=True)
class Document:
    """What tells of the thing with an IRI, at a path; `ending` is that of the form that the address asks for, if it does."""

    iri: str
    path: str
    ending: str | None = None

    def form(self, request: Request) -> str:
        """Return the ending of the form to give: the one that was asked for, else what Accept prefers, which may be 406."""
        if self.ending is not None:
            return self.ending
        media = agreed(request.headers.get("accept"), None, tuple(ENDINGS.values()))
        return next(ending for ending, one in ENDINGS.items() if one == media)

    def data(self) -> dict[str, str]:
        """Return the addresses of the forms for programs, with the media type of each."""
        return {f"{self.path}.{ending}": media for ending, media in ENDINGS.items() if ending != PAGE}

    def see(self, request: Request) -> Response:
        """Lead from the thing's name to its document, in the form that the reader prefers."""
        headers = {
            "location": f"{self.path}.{self.form(request)}",
            "link": ", ".join(self._linked("describedby", ending) for ending in ENDINGS),
        }
        return Response(status_code=303, headers={**headers, **self._varying(), **_SHARED})

    def respond(self, request: Request, state: str, make: Callable[[], bytes]) -> Response:
        """Give the document in a form, or 304 to who has it; `state` changes whenever what `make` gives may."""
        form = self.form(request)
        links = [self._linked("alternate", ending) for ending in ENDINGS if ending != form]
        headers = {
            "content-type": typed(ENDINGS[form]),
            "link": ", ".join([*links, f'<{self.iri}>; rel="describes"']),
            "etag": tag(state, self.path, form),
            "cache-control": "no-cache",
            **self._varying(),
            **_SHARED,
        }
        if self.ending is None:
            headers["content-location"] = f"{self.path}.{form}"
        if is_known(request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(make(), headers=headers)

    def respond_page(self, request: Request, page: Response) -> Response:
        """Give the document as a page, which shows more than the facts, so that its tag is of the page itself."""
        return self.respond(request, bytes(page.body).decode(), lambda: bytes(page.body))

    def triples(self, view: View, root: str) -> Iterator[ox.Triple]:
        """Yield what is said of the thing, and what the document at this root is."""
        thing, here = ox.NamedNode(self.iri), ox.NamedNode(f"{root}{self.path}")
        yield from description(view.engine, [thing]).triples()
        yield ox.Triple(here, ox.NamedNode(TYPE), ox.NamedNode(f"{FOAF}Document"))
        yield ox.Triple(here, ox.NamedNode(f"{FOAF}primaryTopic"), thing)
        yield ox.Triple(here, ox.NamedNode(f"{VOID}inDataset"), ox.NamedNode(f"{root}/.well-known/void#dataset"))

    def _linked(self, relation: str, ending: str) -> str:
        return f'<{self.path}.{ending}>; rel="{relation}"; type="{ENDINGS[ending]}"'

    def _varying(self) -> dict[str, str]:
        return {"vary": "Accept"} if self.ending is None else {}


def sought(view: View, path: str) -> Document:
    """Return the document at a path behind the base, its parts encoded in whatever way.

    A name that ends like a form of another is that name. Raises UnknownRecordError where the viewer sees nothing of it.
    """
    names = view.store.names
    stem, _, ending = path.rpartition(".")
    for said, form in ((path, None), *(((stem, ending),) if ending in ENDINGS else ())):
        for iri in _iris(names, said):
            if view.knows(iri):
                return Document(iri, iri.removeprefix(names.base), form)
    raise UnknownRecordError("there is nothing at this address")


def _iris(names: Names, path: str) -> Iterator[str]:
    """Yield the IRIs that a path may mean: as it is, and, for some decode on the way, with the slashes within an id encoded."""
    parts = [quote(unquote(part), safe="") for part in path.removeprefix("/").split("/")]
    yield "/".join((names.base, *parts))
    kind = next((place for place, part in enumerate(parts[:2]) if part in KINDS_OF_RECORD), None)
    if kind is not None:
        yield "/".join((names.base, *parts[: kind + 1], "%2F".join(parts[kind + 1 :])))


def serialised(triples: Iterable[ox.Triple], form: str) -> bytes:
    """Return statements in a form for programs."""
    return bytes(ox.serialize(triples, format=GRAPHS[ENDINGS[form]], prefixes=_PREFIXES) or b"")


def path_of(request: Request) -> str:
    """Return the path of a request as it was sent, still encoded."""
    sent: bytes = request.scope["raw_path"]
    return sent.decode("ascii", "replace").partition("?")[0]
