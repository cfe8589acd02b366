"""What a request of the SPARQL protocol asks: its operation, text, graphs, and the form wanted for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from atmp.kg.errors import QueryRefusedError
from atmp.kg.sparql.dataset import WHOLE, Dataset
from fastapi import Request
from starlette.exceptions import HTTPException

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
Pairs = list[tuple[str, str]]
_FIELDS = 1_000


@dataclass(frozen=True)
class Asked:
    """A request taken apart; `form` is what `format=` or `output=` names."""

    operation: Literal["query", "update", "description"]
    text: str = ""
    dataset: Dataset = WHOLE
    form: str | None = None


async def asked(request: Request) -> Asked:
    """Return what a request asks in any of the protocol's ways: by GET, as a form, or with the text as its body."""
    pairs = pairs_of(request.scope["query_string"])
    if request.method == "POST":
        pairs += await _posted(request)
    elif any(name == "update" for name, _ in pairs):
        raise HTTPException(405, "GET reads: post an update", {"allow": "POST"})
    elif not pairs:
        return Asked("description")
    texts = [(name, value) for name, value in pairs if name in {"query", "update"}]
    if len(texts) != 1:
        raise QueryRefusedError("give one query, as the parameter `query` or as the body (an update as `update`)")
    operation: Literal["query", "update"] = "query" if texts[0][0] == "query" else "update"
    forms = [value for name, value in pairs if name in {"format", "output"} and value]
    return Asked(operation, texts[0][1], _dataset(request, pairs, operation), forms[0] if forms else None)


def pairs_of(encoded: bytes) -> Pairs:
    """Return the names and values of a form; raises QueryRefusedError where they are not UTF-8, or too many."""
    try:
        return parse_qsl(
            encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS, encoding="utf-8"
        )
    except UnicodeDecodeError:
        raise QueryRefusedError("the query is not UTF-8") from None
    except ValueError:
        raise QueryRefusedError(f"the request has more than {_FIELDS} parameters") from None


async def _posted(request: Request) -> Pairs:
    """Return what the body says; raises HTTPException for a media type or a character set that is none of the protocol's."""
    media, _, about = (request.headers.get("content-type") or "").lower().partition(";")
    charset = about.partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise HTTPException(415, f"the text is taken as UTF-8, not as {charset}")
    if media.strip() == FORM:
        return pairs_of(await request.body())
    if media.strip() not in {QUERY, UPDATE}:
        raise HTTPException(415, f"post a query as {QUERY}, an update as {UPDATE}, or either as a form ({FORM})")
    try:
        text = (await request.body()).decode("utf-8")
    except UnicodeDecodeError:
        raise QueryRefusedError("the query is not UTF-8") from None
    return [("query" if media.strip() == QUERY else "update", text)]


def _dataset(request: Request, pairs: Pairs, operation: str) -> Dataset:
    """Return the graphs that the parameters name; raises QueryRefusedError for those of the other operation."""
    ours, others = ("default-graph-uri", "named-graph-uri"), ("using-graph-uri", "using-named-graph-uri")
    if operation == "update":
        ours, others = others, ours
    for name, _ in pairs:
        if name in others:
            raise QueryRefusedError(f"{name} is of no use with {operation}: name graphs by {' and '.join(ours)}")
    default, named = ([value for name, value in pairs if name == ours[place]] for place in (0, 1))
    return Dataset.chosen(default, named, base=str(request.url).partition("?")[0])
