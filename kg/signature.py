"""Signatures: what the shapes look at in a record, so that records alike in that are checked once.

Most shapes count values and look at their kind, datatype and scheme. Two records that agree in all of these break the
same rules; a real validation of one of them holds for the other. A shape that looks at anything else has no
signature, and each of its records is validated by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

import rdflib
from atmp.ontology.vocabulary import Vocabulary
from rdflib.namespace import RDF, SH

from .triples import TYPE

_COUNTED = frozenset(
    {SH.path, SH.property, SH.minCount, SH.maxCount, SH.nodeKind, SH.datatype, SH.node, SH.message, SH.severity,
     SH.targetClass, SH["or"], SH["and"], SH.name, SH.description, SH.order, SH.group, RDF.type, RDF.first, RDF.rest}
)  # fmt: skip
_VALUED = frozenset(
    {SH.pattern, SH.flags, SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive, SH.minLength,
     SH.maxLength, SH["in"], SH.languageIn}
)  # fmt: skip
_COMPARED = frozenset({SH.lessThan, SH.lessThanOrEquals})
_IN_SCHEME = rdflib.URIRef("http://www.w3.org/2004/02/skos/core#inScheme")
_STRING = "string"

Signature = tuple[frozenset[str], frozenset[tuple[str, str, int]], frozenset[tuple[str, str, str]]]
"""Classes; for each property and kind of value, how often (as far as shapes can count); how compared values stand."""


class Signatures:
    """Works out signatures for one graph of shapes."""

    def __init__(self, shapes: rdflib.Graph, known: Vocabulary) -> None:
        """Read which classes have a shape that looks no further than a signature does."""
        self._known = known
        self._valued = {str(shapes.value(rule, SH.path)) for part in _VALUED for rule in shapes.subjects(part)}
        limits = (str(one) for limit in (SH.minCount, SH.maxCount) for one in shapes.objects(None, limit))
        self._most = 1 + max(map(int, limits), default=1)
        self._compared = sorted(
            (f"<{shapes.value(rule, SH.path)}>", f"<{other}>")
            for part in _COMPARED
            for rule, other in shapes.subject_objects(part)
        )
        self._further = {
            str(target) for shape, target in shapes.subject_objects(SH.targetClass) if _looks_further(shapes, shape)
        }
        self._targets = {str(target) for target in shapes.objects(None, SH.targetClass)}

    def of(self, triples: Iterable[tuple[str, str, str]]) -> Signature | None:
        """Return the signature of a record, given in N-Triples syntax; None where it must be validated by itself."""
        said: dict[str, list[str]] = defaultdict(list)
        for _, prop, term in triples:
            said[prop].append(term)
        classes = {term[1:-1] for term in said.pop(f"<{TYPE}>", ())}
        if classes & self._further:
            return None
        counts = Counter((prop, self._sort(prop, term)) for prop, terms in said.items() for term in terms)
        capped = frozenset((prop, sort, min(count, self._most)) for (prop, sort), count in counts.items())
        standing = frozenset(
            (one, other, _order(first, second))
            for one, other in self._compared
            for first in said.get(one, ())
            for second in said.get(other, ())
        )
        return frozenset(classes & self._targets), capped, standing

    def _sort(self, prop: str, term: str) -> str:
        if prop[1:-1] in self._valued:
            return term
        if term.startswith("<"):
            concept = self._known.concept(term[1:-1])
            return f"in {concept.scheme}" if concept else "iri"
        if term.startswith('"'):
            return _STRING if term.endswith('"') else _literal(term)
        return "blank"


@lru_cache(maxsize=2_000)
def _literal(term: str) -> str:
    """Return language or datatype of a literal, and whether its text does not fit the datatype."""
    read = rdflib.util.from_n3(term)
    if not isinstance(read, rdflib.Literal):
        return term
    return f"@{read.language}" if read.language else f"{read.datatype} {bool(read.ill_typed)}"


def _order(one: str, other: str) -> str:
    """Return how the values of two literals stand to each other."""
    first, second = rdflib.util.from_n3(one), rdflib.util.from_n3(other)
    try:
        below, equal = first < second, first == second  # type: ignore[operator]
    except TypeError:
        return "incomparable"
    return "equal" if equal else "below" if below else "above"


def _looks_further(shapes: rdflib.Graph, shape: rdflib.term.Node) -> bool:
    """Return whether a shape, or one it leads to, has a part that counts and kinds do not decide."""
    waiting, seen = [shape], set[rdflib.term.Node]()
    while waiting:
        node = waiting.pop()
        if node in seen or _is_scheme(shapes, node):
            continue
        seen.add(node)
        for prop, term in shapes.predicate_objects(node):
            if prop not in _COUNTED | _VALUED | _COMPARED:
                return True
            if isinstance(term, rdflib.BNode) or prop == SH.node:
                waiting.append(term)
    return False


def _is_scheme(shapes: rdflib.Graph, node: rdflib.term.Node) -> bool:
    """Return whether a shape only asks for the scheme of a concept: that is part of a signature."""
    rules = list(shapes.objects(node, SH.property))
    parts = {prop for prop, _ in shapes.predicate_objects(node)}
    return parts == {RDF.type, SH.property} and all(
        shapes.value(rule, SH.path) == _IN_SCHEME
        and {prop for prop, _ in shapes.predicate_objects(rule)} == {SH.path, SH.hasValue}
        for rule in rules
    )
