"""Findings as SHACL's own report, a graph that any RDF tool reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .findings import Finding, Severity
from .records import ATMP, DCT, RDFS

if TYPE_CHECKING:
    import rdflib

READING = f"{ATMP}ReadingConstraintComponent"
"""What an importer finds while it reads: no shape asks for it, the format does."""
_NAMES = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}


def report(findings: Iterable[Finding]) -> rdflib.Graph:
    """Return a sh:ValidationReport with a sh:result for each finding.

    Beside what SHACL asks for, a result has its place as dcterms:source and how to mend it as rdfs:comment. A finding
    about no record, such as one about a cell, has a blank node as its focus, labelled with the place.
    """
    import rdflib
    from rdflib.namespace import RDF, SH, XSD

    graph = rdflib.Graph()
    for prefix, stem in (("sh", SH), ("atmp", ATMP), ("dcterms", DCT)):
        graph.bind(prefix, stem)
    whole = rdflib.BNode("report")
    graph.add((whole, RDF.type, SH.ValidationReport))
    number = 0
    for number, finding in enumerate(findings, start=1):
        result = rdflib.BNode(f"result{number}")
        graph.add((whole, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.resultSeverity, SH[_NAMES[finding.severity]]))
        graph.add((result, SH.resultMessage, rdflib.Literal(finding.message)))
        graph.add((result, SH.sourceConstraintComponent, rdflib.URIRef(finding.constraint or READING)))
        graph.add((result, SH.focusNode, _focus(graph, finding, number)))
        for prop, term in _rest(finding):
            graph.add((result, rdflib.URIRef(prop), term))
    graph.add((whole, SH.conforms, rdflib.Literal(number == 0, datatype=XSD.boolean)))
    return graph


def _focus(graph: rdflib.Graph, finding: Finding, number: int) -> rdflib.term.Identifier:
    import rdflib

    if finding.record is not None:
        return rdflib.URIRef(finding.record)
    node = rdflib.BNode(f"place{number}")
    graph.add((node, rdflib.URIRef(f"{RDFS}label"), rdflib.Literal(str(finding.place))))
    return node


def _rest(finding: Finding) -> Iterable[tuple[str, rdflib.term.Identifier]]:
    """Yield what not every result has."""
    import rdflib
    from rdflib.namespace import SH

    if finding.property is not None:
        yield str(SH.resultPath), rdflib.URIRef(finding.property)
    if finding.value is not None:
        yield str(SH.value), _term(finding.value)
    if str(finding.place):
        yield f"{DCT}source", rdflib.Literal(str(finding.place))
    if finding.mend is not None:
        yield f"{RDFS}comment", rdflib.Literal(finding.mend)


def _term(value: str) -> rdflib.term.Identifier:
    """Return a value as an IRI where it can be read as one, else as words."""
    import rdflib

    scheme, mark, rest = value.partition(":")
    named = mark and scheme.isalpha() and rest and not any(sign in value for sign in ' \n\t<>"{}|\\^`')
    return rdflib.URIRef(value) if named and (rest.startswith("//") or scheme == "urn") else rdflib.Literal(value)
