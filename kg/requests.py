"""Term requests: words that people wrote where a list has no term for them, with how often and what is nearest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
from atmp.ontology.vocabulary import key, vocabulary

from .importers.cells import DISEASE
from .importers.columns import SHEETS, Sort, kind_of
from .importers.maker import heading_of
from .records import ATMP, KINDS, TYPES, Project, Record, Wording
from .triples import TYPE, columns, iri_of
from .view import View

_BESIDE = {"stage-observation": "project", "response": "respondent"}
"""The field by which a record that stands beside a row's first one points at it."""


AS_WRITTEN, OPEN_ANSWER = (ox.NamedNode(f"{ATMP}{name}") for name in ("asWritten", "openAnswer"))


@dataclass(frozen=True)
class Field:
    """What words were an answer to: the list they were meant for, and the field of a record that would hold the term."""

    heading: str
    scheme: str
    kind: str
    name: str
    role: str | None = None


@dataclass(frozen=True)
class Written:
    """Words as they stand on a record, in a graph; `text` is how they are kept, with their column before them."""

    record: str
    graph: str
    text: str
    words: str
    field: Field


@dataclass(frozen=True)
class Request:
    """Words of one spelling that wait for a term of a list, or have been given one: where, how often, what is nearest."""

    scheme: str
    words: str
    headings: tuple[str, ...]
    records: tuple[str, ...]
    nearest: tuple[str, ...]
    term: str | None = None


def requests(view: View) -> list[Request]:
    """Return the words outside the lists that a viewer sees, the most frequent first."""
    decided = {(one.term_list, alike(one.label or "")): one.term for one in wordings(view)}
    made = [_request(same, decided.get(group)) for group, same in grouped(view).items()]
    return sorted(made, key=lambda one: (-len(one.records), one.scheme, one.words))


def grouped(view: View) -> dict[tuple[str, str], list[Written]]:
    """Return where words outside the lists stand, by list and spelling."""
    groups: dict[tuple[str, str], list[Written]] = defaultdict(list)
    for one in written(view):
        groups[one.field.scheme, alike(one.words)].append(one)
    return groups


def wordings(view: View) -> list[Wording]:
    """Return what words were decided to mean, as far as a viewer sees it."""
    return [one for one in view.records("wording") if isinstance(one, Wording)]


def written(view: View, prop: ox.NamedNode = AS_WRITTEN) -> list[Written]:
    """Return all words outside the lists that a viewer sees on records, with what they were an answer to.

    With another property, the answers that it keeps with their columns.
    """
    found = []
    for quad in view.engine.oxigraph.quads_for_pattern(None, prop, None, None):
        record, text = iri_of(quad.subject), str(getattr(quad.object, "value", ""))
        heading, _, words = text.partition(": ")
        field = answered(_kind(view, record), heading)
        if field is not None:
            found.append(Written(record, iri_of(quad.graph_name), text, words, field))
    return sorted(found, key=lambda one: (one.record, one.text, one.graph))


def holders(view: View, one: Written) -> list[Record]:
    """Return the records whose field the words were meant for: the one that has them, or what stands beside it."""
    record, kind = view.record(one.record), one.field.kind
    if kind == record.kind:
        return [record]
    if kind == "product" and isinstance(record, Project):
        return list(view.records_of(record.develops).values())
    beside = [other for other in view.records(kind) if getattr(other, _BESIDE[kind], None) == record.iri]
    return beside[-1:] if kind in _BESIDE else []  # identifiers end with the day or begin with the round


@lru_cache
def answered(kind: str, heading: str) -> Field | None:
    """Return the field that a column or heading says of a record's kind, where a list or the diseases belong to it."""
    for column in (one for sheet in SHEETS if kind_of(sheet) == kind for one in SHEETS[sheet] if one.field):
        scheme = DISEASE if column.sort is Sort.DISEASES else column.scheme
        if column.header == heading and scheme is not None:
            return Field(heading, scheme, column.kind, column.name, column.role)
    for one in columns(KINDS[kind]) if kind in KINDS else ():
        scheme = DISEASE if one.says.to == "disease" else one.says.scheme
        if heading_of(one.name) == heading and scheme is not None:
            return Field(heading, scheme, kind, one.name)
    return None


def alike(words: str) -> str:
    """Return what spellings of one wording share: case, spaces and marks do not count, unless there is nothing else."""
    return key(words) or words.strip().casefold()


def _kind(view: View, record: str) -> str:
    types = view.engine.oxigraph.quads_for_pattern(ox.NamedNode(record), ox.NamedNode(TYPE), None, None)
    return next((TYPES[iri].kind for iri in sorted(iri_of(quad.object) for quad in types) if iri in TYPES), "")


def _request(same: Iterable[Written], term: str | None) -> Request:
    same = list(same)
    words, scheme = Counter(one.words for one in same).most_common(1)[0][0], same[0].field.scheme
    headings = tuple(sorted({one.field.heading for one in same}))
    return Request(scheme, words, headings, tuple(sorted({one.record for one in same})), nearest(words, scheme), term)


def nearest(words: str, scheme: str) -> tuple[str, ...]:
    """Return the labels of terms that words look most like: in spelling, or by a synonym."""
    known = vocabulary()
    return tuple(known.diseases.nearest(words) if scheme == DISEASE else known.nearest(words, scheme))
