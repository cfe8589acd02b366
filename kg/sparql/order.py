"""An order: a guarded query with its services filled in, ready for an engine in this process or in a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..errors import QueryForbiddenError, QuerySyntaxError
from .dataset import WHOLE, Dataset
from .guard import Guarded
from .tokens import tokens

NOWHERE: frozenset[str] = frozenset()
"""No services elsewhere."""


@dataclass(frozen=True)
class Order:
    """What an engine is to evaluate over a dataset.

    `plain` is the query with its services emptied, all else in its place, where a syntax error is looked for; it is
    None where no service was filled in. `reaches` says that a SERVICE was left for the engine to call. Where
    `forbidden` or `refused` has words, the query is only read, and refused with them once that has gone well. `describes` asks for
    descriptions of ours of what a DESCRIBE names, instead of the engine's own. Where it `updates`, the text is an update,
    done on what the worker alone holds, and its result is all that holds then.
    """

    text: str
    dataset: Dataset = WHOLE
    plain: str | None = None
    reaches: bool = False
    forbidden: str | None = None
    refused: str | None = None
    describes: bool = False
    updates: bool = False

    def told(self) -> dict[str, Any]:
        """Return the order as JSON takes it."""
        return {**vars(self), "dataset": vars(self.dataset)}

    @classmethod
    def heard(cls, said: Mapping[str, Any]) -> Self:
        """Return the order that `told` gave."""
        return cls(**{**said, "dataset": Dataset(**said["dataset"])})


def ordered(
    query: Guarded,
    filled: Callable[[], str],
    dataset: Dataset = WHOLE,
    allowed: frozenset[str] = NOWHERE,
    *,
    describes: bool = False,
) -> Order:
    """Return the order for a guarded query whose services are `filled` in; raises what a service raises.

    `allowed` holds the IRIs of services elsewhere that the engine itself may call; `describes`, that DESCRIBE gives ours.
    """
    over = dataset.without_union() if query.chooses else dataset
    try:
        text = filled()
    except QueryForbiddenError as error:  # what cannot be read is said to be that first
        return Order(_as_graphs(query), over, forbidden=str(error))
    except QuerySyntaxError as error:  # of what stands beside a service, which is no longer in its place
        return Order(_emptied(query), over, refused=error.said)
    reaches = any(service.target in allowed for service in query.services)
    return Order(
        text,
        over,
        _emptied(query) if query.services else None,
        reaches,
        describes=describes and query.form == "DESCRIBE",
    )


def _emptied(query: Guarded) -> str:
    """Return a query whose services are empty groups of the same length, so that all else keeps its place."""
    text = list(query.text)
    for service in query.services:
        span = range(service.start, service.end)
        text[service.start : service.end] = [text[at] if text[at] in "\r\n" else " " for at in span]
        text[service.start], text[service.end - 1] = "{", "}"
    return "".join(text)


def _as_graphs(query: Guarded) -> str:
    """Return a query whose services, nested ones too, are graphs: these are read alike, reach nowhere, and keep their place."""
    text, before = list(query.text), ""
    for token in tokens(query.text):
        if token.word == "SERVICE" or (token.word == "SILENT" and before == "SERVICE"):
            said = "GRAPH" if token.word == "SERVICE" else ""
            text[token.start : token.start + len(token.text)] = said.ljust(len(token.text))
        before = token.word
    return "".join(text)
