"""Records to triples and back, led by the annotations in `records`."""

from __future__ import annotations

import types
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Union, get_args, get_origin

import pyoxigraph as ox
from pydantic import ValidationError

from .errors import AtlasError
from .records import KINDS, RDF, TYPES, Record, Says

TYPE = RDF + "type"
XSD = "http://www.w3.org/2001/XMLSchema#"
_IRI_FIELDS = frozenset({"orcid", "ror", "pages", "doi", "property", "value", "term"})
_INTEGER, _BOOLEAN, _DATE = (ox.NamedNode(XSD + name) for name in ("integer", "boolean", "date"))

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph; each in N-Triples syntax, canonical."""


class Fact(NamedTuple):
    """One triple in N-Triples syntax; `private` ones (contact details) are never public."""

    subject: str
    predicate: str
    object: str
    private: bool = False


@dataclass(frozen=True)
class Column:
    """A field of a record: its name, property, Python type, and whether it takes several values."""

    name: str
    says: Says
    python: type
    many: bool

    @cached_property
    def predicate(self) -> str:
        """Return the property in N-Triples syntax."""
        return f"<{self.says.property}>"

    @cached_property
    def links(self) -> bool:
        """Return whether the field's values are IRIs rather than literals."""
        return self.says.scheme is not None or self.says.to is not None or self.name in _IRI_FIELDS


def _scalar(annotation: Any) -> tuple[type, bool]:
    """Return the type of one value, and whether the field takes several."""
    if get_origin(annotation) is tuple:
        return _scalar(get_args(annotation)[0])[0], True
    if get_origin(annotation) in {Union, types.UnionType}:
        return _scalar(next(part for part in get_args(annotation) if part is not type(None)))
    return (annotation, False) if isinstance(annotation, type) else (get_args(annotation)[0], False)


@lru_cache
def columns(model: type[Record]) -> tuple[Column, ...]:
    """Return the fields of a record type that become triples, in their order of declaration."""
    found = []
    for name, info in model.model_fields.items():
        says = next((mark for mark in info.metadata if isinstance(mark, Says)), None)
        if says is not None:
            python, many = _scalar(info.annotation)
            found.append(Column(name, says, python, many))
    return tuple(found)


@lru_cache
def functional_properties() -> frozenset[str]:
    """Return the properties that take one value in every record type that has them."""
    single: set[str] = set()
    several: set[str] = set()
    for model in KINDS.values():
        for column in columns(model):
            (several if column.many else single).add(column.says.property)
    return frozenset(single - several)


def _term(column: Column, value: Any) -> str:
    if column.links:
        return str(ox.NamedNode(value))
    if isinstance(value, bool):
        return str(ox.Literal("true" if value else "false", datatype=_BOOLEAN))
    if isinstance(value, int):
        return str(ox.Literal(str(value), datatype=_INTEGER))
    if isinstance(value, date):
        return str(ox.Literal(value.isoformat(), datatype=_DATE))
    return str(ox.Literal(value))


def facts(record: Record) -> Iterator[Fact]:
    """Yield the triples of a record: its type, then its fields."""
    subject = str(ox.NamedNode(record.iri))
    yield Fact(subject, f"<{TYPE}>", f"<{record.type}>")
    for column in columns(type(record)):
        value = getattr(record, column.name)
        values = value if column.many else () if value is None else (value,)
        for one in values:
            yield Fact(subject, column.predicate, _term(column, one), column.says.private)


def _value(column: Column, term: Any) -> Any:
    text = term.value
    if column.python is bool:
        return text in {"true", "1"}
    if column.python is int:
        return int(text)
    if column.python is date:
        return date.fromisoformat(text)
    return text


def record_type(types_seen: Iterable[str]) -> type[Record] | None:
    """Return the record type that one of these classes stands for, or None."""
    return next((TYPES[iri] for iri in sorted(types_seen) if iri in TYPES), None)


def record(iri: str, said: Iterable[tuple[str, Any]]) -> Record | None:
    """Build the record at `iri` from (property, term) pairs; the last of several single values counts.

    Returns None where no type of ours is among them. Raises AtlasError when the facts do not fit the record.
    """
    values: Mapping[str, list[Any]] = defaultdict(list)
    for predicate, term in said:
        values[predicate].append(term)
    model = record_type(term.value for term in values.get(TYPE, ()))
    if model is None:
        return None
    fields: dict[str, Any] = {"iri": iri}
    try:
        for column in columns(model):
            terms = values.get(column.says.property)
            if terms:
                parts = [_value(column, term) for term in terms]
                fields[column.name] = tuple(parts) if column.many else parts[-1]
        return model(**fields)
    except (ValueError, ValidationError) as error:
        raise AtlasError(f"the facts about {iri} do not make a {model.kind}: {error}") from error


def iri_of(term: object) -> str:
    """Return the IRI of a term of the engine; facts have IRIs where a record is named, or the store had refused them."""
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"{term} is no IRI")
    return term.value
