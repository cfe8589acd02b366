"""Services inside a query: each SERVICE clause of ours is answered beforehand and stands in the query as VALUES."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ..errors import AtlasError, QueryForbiddenError
from ..view import View
from .guard import Guarded

Rows = list[tuple[str | None, ...]]
"""Rows of terms in N-Triples syntax; None where a variable is unbound."""

ServiceCall = Callable[[View, str, Mapping[str, str]], tuple[tuple[str, ...], Rows]]
"""Answers the text between the braces of a SERVICE, for a viewer, with the query's prefixes."""

Services = Mapping[str, ServiceCall]


def answered(view: View, query: Guarded, services: Services, allowed: frozenset[str] = frozenset()) -> str:
    """Return the query with each SERVICE replaced by what it answers, those `allowed` elsewhere left as they are.

    Raises QueryForbiddenError for any other service.
    """
    forbid_others(query, {*services, *allowed})
    parts, position = [], 0
    for service in query.services:
        if service.target in allowed:
            continue
        parts.append(query.text[position : service.start])
        position = service.end
        try:
            parts.append(_values(*services[service.target](view, service.body, query.prefixes)))
        except AtlasError:
            if not service.silent:
                raise
            parts.append("{}")  # SPARQL 1.1 Federated Query, 2.4: a silent failure is one empty solution
    return "".join([*parts, query.text[position:]])


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
