"""Services inside a query: each SERVICE clause of ours is answered beforehand and stands in the query as VALUES."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from ..errors import AtlasError, QueryForbiddenError, QueryRefusedError
from ..view import View
from .dataset import WHOLE, Dataset
from .frame import frame
from .guard import Guarded, Service
from .siblings import Filled, Siblings, written

if TYPE_CHECKING:
    from .answer import Graphs

Rows = list[tuple[str | None, ...]]
"""Rows of terms in N-Triples syntax; None where a variable is unbound."""

ServiceCall = Callable[[View, str, Mapping[str, str], Siblings], tuple[tuple[str, ...], Rows]]
"""Answers the text between the braces of a SERVICE, for a viewer, with the query's prefixes and what stands beside it."""

Services = Mapping[str, ServiceCall]

_MOST = 10
"""So many calls a query may make: each is answered before the query's own limits count."""


def answered(
    view: View,
    query: Guarded,
    services: Services,
    dataset: Dataset = WHOLE,
    graphs: Graphs | None = None,
    *,
    allowed: frozenset[str] = frozenset(),
) -> str:
    """Return the query with each SERVICE replaced by what it answers, those `allowed` elsewhere left as they are.

    They are answered in the order in which they stand, so that what one found can restrict those after it. What stands
    beside them is asked over `dataset`, of `graphs` or of the viewer's own engine. Raises QueryForbiddenError for any
    other service, QueryRefusedError for too many calls, and what a service raises.
    """
    forbid_others(query, {*services, *allowed})
    ours = [service for service in query.services if service.target not in allowed]
    if not ours:
        return query.text
    if len(ours) > _MOST:
        raise QueryRefusedError(f"a query calls services {_MOST} times at most, not {len(ours)}: ask it in parts")
    pattern, filled = frame(query), dict[int, Filled]()
    over = dataset.without_union() if query.chooses else dataset
    asked = graphs or view.engine
    for service in ours:
        beside = Siblings(query, pattern, service.start, filled, lambda text: asked.query(text, dataset=over))
        filled[service.start] = _filled(view, query, service, services, beside)
    return written(query, filled, 0, len(query.text))


def _filled(view: View, query: Guarded, service: Service, services: Services, beside: Siblings) -> Filled:
    try:
        variables, rows = services[service.target](view, service.body, query.prefixes, beside)
    except AtlasError:
        if not service.silent:
            raise
        return Filled("{}", frozenset())  # SPARQL 1.1 Federated Query, 2.4: a silent failure is one empty solution
    bound = (name for place, name in enumerate(variables) if all(row[place] is not None for row in rows))
    return Filled(_values(variables, rows), frozenset(bound))


def forbid_others(query: Guarded, services: Collection[str]) -> None:
    """Raise QueryForbiddenError where a query calls any other service than these."""
    for service in query.services:
        if service.target not in services:
            known = ", ".join(f"<{iri}>" for iri in sorted(services)) or "none"
            raise QueryForbiddenError(
                f"SERVICE <{service.target}> is not answered here: nothing leaves this machine. Known are {known}"
            )


def _values(variables: tuple[str, ...], rows: Rows) -> str:
    if not variables:
        return "{}" if rows else "FILTER(false)"
    lines = (" ".join("UNDEF" if cell is None else cell for cell in row) for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in variables)}) {{ {' '.join(f'({line})' for line in lines)} }}"
