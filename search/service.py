"""Meaning inside SPARQL: what stands in a SERVICE clause of ours, answered by the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from atmp.kg.errors import QueryRefusedError
from atmp.kg.sparql.services import Rows
from atmp.kg.sparql.tokens import Token, expand, tokens
from atmp.kg.triples import XSD
from atmp.kg.view import View

from .filters import Filters
from .finder import Finder
from .hits import Hit, Results

SEARCH = "https://w3id.org/atmp/search#"
_MOST = 1000
_DECIMAL, _INTEGER = (ox.NamedNode(XSD + name) for name in ("decimal", "integer"))

_GIVEN: dict[str, Callable[[Hit], str]] = {
    "score": lambda hit: str(ox.Literal(f"{hit.score:.4f}", datatype=_DECIMAL)),
    "rank": lambda hit: str(ox.Literal(str(hit.rank), datatype=_INTEGER)),
    "kind": lambda hit: str(ox.Literal(hit.kind)),
    "label": lambda hit: str(ox.Literal(hit.label)),
    "sentence": lambda hit: str(ox.Literal(hit.sentence)),
    "why": lambda hit: str(ox.Literal(hit.why)),
}
"""What a variable can stand for, and how a hit says it."""

_ASKED = ("text", "like", "limit", "minScore", "kind", "class", "stage", "indication", "vector", "cell", "centre")
_FILTERS = {
    "kind": "kinds", "class": "classes", "stage": "stages", "indication": "indications", "vector": "vectors",
    "cell": "cells", "centre": "centres",
}  # fmt: skip


@dataclass
class Request:
    """A SERVICE clause taken apart: the variable for hits, what is asked, and which variables take what."""

    subject: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """Return the only value asked for under a name; raises QueryRefusedError for several."""
        values = self.asked.get(name, [])
        if len(values) > 1:
            raise QueryRefusedError(f"search:{name} is given more than once")
        return values[0] if values else None


class SearchService:
    """Answers `SERVICE <https://w3id.org/atmp/search> { ?x search:text "..." ; search:score ?score }`."""

    def __init__(self, finder: Finder) -> None:
        """Answer with `finder`."""
        self._finder = finder

    def __call__(self, view: View, body: str, prefixes: Mapping[str, str]) -> tuple[tuple[str, ...], Rows]:
        """Return the variables and rows; raises QueryRefusedError for a clause that cannot be answered."""
        if view.at is not None:
            raise QueryRefusedError("search answers for the newest revision only")
        request = parse(body, dict(prefixes))
        hits = self._results(view, request).hits
        variables = (request.subject, *request.given)
        return variables, [(f"<{hit.iri}>", *(_GIVEN[name](hit) for name in request.given.values())) for hit in hits]

    def _results(self, view: View, request: Request) -> Results:
        filters = Filters(**{field: tuple(request.asked.get(name, ())) for name, field in _FILTERS.items()})
        limit = _number(request, "limit", 20, 1, _MOST)
        least = _number(request, "minScore", 0.0, 0.0, 1.0)
        text, like = request.one("text"), request.asked.get("like", [])
        if (text is None) == (not like):
            raise QueryRefusedError("give search:text a text, or search:like a record or a text: one of the two")
        if text is not None:
            return self._finder.search(view.viewer, text, filters, int(limit), least)
        records = [one[1:-1] for one in like if one.startswith("<")]
        texts = [one for one in like if not one.startswith("<")]
        if len(texts) > 1:
            raise QueryRefusedError("search:like takes several records, but one text only")
        return self._finder.similar(
            view.viewer, to=records, text=texts[0] if texts else None, filters=filters, limit=int(limit),
            min_score=least,
        )  # fmt: skip


def _number(request: Request, name: str, default: float, least: float, most: float) -> float:
    said = request.one(name)
    try:
        number = float(said) if said is not None else default
    except ValueError:
        number = least - 1
    whole = isinstance(default, int)
    if not least <= number <= most or (whole and number % 1):
        sort = "whole number" if whole else "number"
        raise QueryRefusedError(f"search:{name} takes a {sort} from {least:g} to {most:g}, not '{said}'")
    return number


def parse(body: str, prefixes: dict[str, str]) -> Request:
    """Return the request that a clause makes; raises QueryRefusedError in words."""
    request, found = Request(), list(tokens(body))
    position = 0
    while position < len(found):
        subject = found[position].text
        if subject[0] not in "?$" or (request.subject and subject[1:] != request.subject):
            raise QueryRefusedError("a search clause is about one variable, such as ?record")
        request.subject = subject[1:]
        position = _properties(request, found, position + 1, prefixes)
    if not request.subject:
        raise QueryRefusedError('a search clause needs at least ?record search:text "..."')
    return request


def _properties(request: Request, found: Sequence[Token], position: int, prefixes: dict[str, str]) -> int:
    """Read `property object` pairs up to the closing point; returns where the next subject stands."""
    while position < len(found) and found[position].text != ".":
        if found[position].text == ";":
            position += 1
            continue
        if position + 1 >= len(found):
            raise QueryRefusedError("a property in the search clause has no value")
        prop = expand(found[position].text, prefixes)
        if not prop.startswith(SEARCH):
            raise QueryRefusedError(
                f"{found[position].text} has no place in a search clause: move it out of the SERVICE, or declare"
                f" PREFIX search: <{SEARCH}>"
            )
        position = _objects(request, prop.removeprefix(SEARCH), found, position + 1, prefixes)
    return position + 1


def _objects(request: Request, name: str, found: Sequence[Token], position: int, prefixes: dict[str, str]) -> int:
    while True:
        token = found[position] if position < len(found) else Token("mark", "", 0)
        if token.text[:1] in {"?", "$"} and len(token.text) > 1:
            _take(request, name, token.text[1:])
            position += 1
        else:
            value, position = _value(found, position, prefixes)
            if name not in _ASKED:
                raise QueryRefusedError(f"search:{name} cannot be asked for: use {_listed(_ASKED)}")
            request.asked.setdefault(name, []).append(value)
        if position >= len(found) or found[position].text != ",":
            return position
        position += 1


def _take(request: Request, name: str, variable: str) -> None:
    if name not in _GIVEN:
        bound = f"search:{name} needs a value here, not the variable ?{variable}" if name in _ASKED else ""
        raise QueryRefusedError(bound or f"search:{name} is nothing that a hit has: use {_listed(_GIVEN)}")
    if variable == request.subject or variable in request.given:
        raise QueryRefusedError(f"?{variable} stands for two things in the search clause")
    request.given[variable] = name


def _value(found: Sequence[Token], position: int, prefixes: dict[str, str]) -> tuple[str, int]:
    """Return a constant, IRIs in angle brackets and literals plain, and the position after it."""
    token = found[position] if position < len(found) else Token("mark", "", 0)
    position += 1
    if token.sort == "string":
        while position + 1 < len(found) and found[position].text in {"@", "^"}:  # language and datatype change nothing
            position += 2 if found[position + 1].text != "^" else 3
        return _plain(token.text), position
    if token.sort == "iri":
        return token.text, position
    if token.sort == "name":
        iri = expand(token.text, prefixes)
        return (token.text if iri == token.text else f"<{iri}>"), position
    raise QueryRefusedError(f"'{token.text}' cannot stand as a value in a search clause")


def _plain(literal: str) -> str:
    """Return what a quoted literal says, its escapes undone."""
    try:
        triple = next(iter(ox.parse(f"<a:a> <a:a> {literal} .".encode(), format=ox.RdfFormat.TURTLE)))
    except SyntaxError as error:
        raise QueryRefusedError(f"{literal[:60]} is no literal: {error.msg}") from None
    return str(getattr(triple.object, "value", ""))


def _listed(names: Sequence[str] | Mapping[str, object]) -> str:
    return ", ".join(f"search:{name}" for name in names)
