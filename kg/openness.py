"""Open answers: how often people answered other, unknown or not applicable, by what they were asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pyoxigraph as ox
from atmp.ontology.vocabulary import vocabulary

from .importers.words import OPEN, open_concept
from .records import KINDS
from .requests import AS_WRITTEN, OPEN_ANSWER, holders, written
from .table import Table, Value
from .triples import columns, functional_properties, iri_of
from .view import View

ANSWERS = tuple(dict.fromkeys(OPEN.values()))


def open_answers(view: View) -> Table:
    """Return the counts that a viewer sees, a row for each question; terms that only stand for kept words do not count."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for heading, answer in (*_kept(view), *_stated(view)):
        counted[heading[:1].upper() + heading[1:]][answer] += 1
    rows: list[tuple[Value, ...]] = [
        (heading, *(counts[answer] for answer in ANSWERS)) for heading, counts in sorted(counted.items())
    ]
    return Table(("question", *(answer.replace(" ", "_") for answer in ANSWERS)), tuple(rows))


def _kept(view: View) -> Iterator[tuple[str, str]]:
    """Yield the answers that no list has a term for, with the column that they were given in."""
    for quad in view.engine.oxigraph.quads_for_pattern(None, OPEN_ANSWER, None, None):
        heading, _, answer = str(getattr(quad.object, "value", "")).partition(": ")
        yield heading, answer


def _stated(view: View) -> Iterator[tuple[str, str]]:
    """Yield the answers that are terms of their list, with the property's name."""
    kept = [one for prop in (AS_WRITTEN, OPEN_ANSWER) for one in written(view, prop)]
    words = {(holder.iri, one.field.scheme) for one in kept for holder in holders(view, one)}
    for prop, scheme in sorted(_lists()):
        for concept, answer in _terms(scheme).items():
            found = view.engine.oxigraph.quads_for_pattern(None, ox.NamedNode(prop), ox.NamedNode(concept), None)
            for subject in [iri_of(quad.subject) for quad in found]:
                if prop not in functional_properties() or (subject, scheme) not in words:
                    yield view.label(prop), answer


def _terms(scheme: str) -> dict[str, str]:
    """Return the terms of a list that are open answers; one that stands for several counts as the first."""
    found: dict[str, str] = {}
    for answer in ANSWERS:
        concept = open_concept(vocabulary(), scheme, answer)
        if concept is not None:
            found.setdefault(concept.iri, answer)
    return found


def _lists() -> set[tuple[str, str]]:
    """Return the properties whose values are terms of a list, with the list's name."""
    found = (column for model in KINDS.values() for column in columns(model))
    return {(column.says.property, column.says.scheme) for column in found if column.says.scheme}
