"""Validation: records against the ontology's SHACL shapes, with findings in words.

pyshacl checks about 590 small records a second. So records that are alike in all that shapes look at are checked
once, and the others go through in batches, each with just the scheme memberships of the concepts it names. A window of
records is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from atmp.ontology.vocabulary import vocabulary

from .errors import Place
from .findings import Finding, Severity
from .identifiers import slips
from .records import ATMP, DCT, PROV, RDFS, SKOS
from .rulebook import breaches
from .triples import TYPE, iri_of
from .view import View

if TYPE_CHECKING:
    import rdflib

    from .signature import Signature, Signatures

Triple = tuple[str, str, str]
"""Subject, predicate, object in N-Triples syntax."""

_BATCH = 400  # records in one run of pyshacl
_WINDOW = 1_000  # records that are looked at together
_KNOWN = 5_000  # signatures whose findings are remembered
_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


@lru_cache(maxsize=1)
def _shapes() -> rdflib.Graph:
    from importlib.resources import files

    import rdflib

    return rdflib.Graph().parse(data=files("atmp.ontology").joinpath("shapes.ttl").read_bytes(), format="turtle")


@lru_cache(maxsize=1)
def _unordered() -> rdflib.Graph:
    """Return the shapes without those that ask for an order of two values."""
    import rdflib
    from rdflib.namespace import SH

    shapes = rdflib.Graph() + _shapes()
    for constraint in (SH.lessThan, SH.lessThanOrEquals):
        shapes.remove((None, constraint, None))
    return shapes


@lru_cache(maxsize=1)
def _signatures() -> Signatures:
    from .signature import Signatures

    return Signatures(_shapes(), vocabulary())


def validate(triples: Mapping[str, Sequence[Triple]], places: Mapping[str, Place] | None = None) -> Iterator[Finding]:
    """Yield a finding for every constraint that a subject breaks.

    `triples` maps each subject's IRI to its triples; `places` tells where a subject was read.
    """
    where = places or {}
    for finding in validated(triples.items()):
        yield replace(finding, place=where.get(finding.record or "", Place()))


def validated(records: Iterable[tuple[str, Sequence[Triple]]]) -> Iterator[Finding]:
    """Yield the findings about records, each a subject with all its triples, in their order; however many there are."""
    known: dict[Signature, tuple[Finding, ...]] = {}
    left = iter(records)
    while window := list(islice(left, _WINDOW)):
        if len(known) > _KNOWN:
            known.clear()
        found = _found(window, known)
        for subject, said in window:
            yield from found.pop(subject, ())
            yield from slips(subject, said)
        for others in found.values():  # of what a record speaks of
            yield from others


def _found(
    window: Sequence[tuple[str, Sequence[Triple]]], known: dict[Signature, tuple[Finding, ...]]
) -> dict[str, list[Finding]]:
    """Return what is found about each record; of those that are alike one is checked, and `known` keeps what it breaks."""
    signed = {subject: _signatures().of(said) for subject, said in window}
    triples = dict(window)
    first: dict[Signature, str] = {}
    for subject, signature in signed.items():
        if signature is not None and signature not in known:
            first.setdefault(signature, subject)
    found = _checked({subject: triples[subject] for subject in (*first.values(), *_unsigned(signed))})
    apart = set()  # what is wrong with one value is said of it alone
    for signature, subject in first.items():
        if any(finding.value is not None for finding in found.get(subject, ())):
            apart.add(signature)
        else:
            known[signature] = tuple(found.get(subject, ()))
    again = [subject for subject, signature in signed.items() if signature in apart and first[signature] != subject]
    found.update(_checked({subject: triples[subject] for subject in again}))
    for subject, signature in signed.items():
        if signature in known and subject not in found:
            found[subject] = [replace(finding, record=subject) for finding in known[signature]]
    return found


def _unsigned(signed: Mapping[str, Signature | None]) -> Iterator[str]:
    return (subject for subject, signature in signed.items() if signature is None)


def _checked(triples: Mapping[str, Sequence[Triple]]) -> dict[str, list[Finding]]:
    """Return the findings of records by their subjects, those of a record in the order of their words."""
    found: dict[str, list[Finding]] = {}
    subjects = iter(triples)
    while batch := list(islice(subjects, _BATCH)):
        for finding in _check_all(batch, triples):
            found.setdefault(finding.record or "", []).append(finding)
    return {subject: sorted(some, key=_words) for subject, some in found.items()}


def _words(finding: Finding) -> tuple[str, str, str]:
    return finding.property or "", finding.message, finding.value or ""


def _memberships(lines: list[Triple]) -> Iterator[Triple]:
    known = vocabulary()
    for term in {triple[2] for triple in lines if triple[2].startswith("<")}:
        concept = known.concept(term[1:-1])
        if concept is not None:
            yield term, f"<{SKOS}inScheme>", f"<{known.schemes[concept.scheme].iri}>"


def _check_all(subjects: Sequence[str], triples: Mapping[str, Sequence[Triple]]) -> Iterator[Finding]:
    """Yield the findings of records; one with dates that have no order, for they are none, is not asked for their order."""
    lines = [line for subject in subjects for line in triples[subject]]
    try:
        yield from list(_check(lines, _shapes()))
    except TypeError:  # what pyshacl lets through where it compares such values
        if len(subjects) == 1:
            yield from _check(lines, _unordered())
            return
        for subject in subjects:
            yield from _check_all([subject], triples)


def _check(lines: list[Triple], shapes: rdflib.Graph) -> Iterator[Finding]:
    if not lines:
        return
    import pyshacl
    import rdflib
    from rdflib.namespace import SH

    lines = [*lines, *_memberships(lines)]
    data = rdflib.Graph().parse(data="\n".join(f"{s} {p} {o} ." for s, p, o in lines), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, advanced=False)
    whole = report.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)
    for result in report.objects(whole, SH.result):  # not the details within a result
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
        path, bad = report.value(result, SH.resultPath), report.value(result, SH.value)
        kind = report.value(result, SH.sourceConstraintComponent)
        shape = report.value(result, SH.sourceShape)
        mend = report.value(shape, SH.description) or _shapes().value(kind, SH.description)
        yield Finding(
            _SEVERITIES.get(severity, Severity.VIOLATION),
            str(report.value(result, SH.resultMessage) or "the record does not fit its shape"),
            record=str(report.value(result, SH.focusNode)),
            property=None if path is None else str(path),
            value=None if bad is None else str(bad),
            mend=None if mend is None else str(mend),
            constraint=str(kind),
        )


def check(view: View) -> list[Finding]:
    """Validate every record that the viewer sees, by itself and across records; places are the rows they were read from."""
    graph = view.engine.oxigraph
    subjects: dict[str, list[Triple]] = {}
    for quad in graph.quads_for_pattern(None, None, None, None):
        subjects.setdefault(iri_of(quad.subject), []).append((str(quad.subject), str(quad.predicate), str(quad.object)))
    typed = {iri: said for iri, said in subjects.items() if any(triple[1] == f"<{TYPE}>" for triple in said)}
    places = _places(view)
    found = [
        *validate(typed, places),
        *(replace(one, place=places.get(one.record or "", Place())) for one in breaches(graph)),
    ]
    return sorted(found, key=lambda finding: (finding.record or "", finding.message))


def _places(view: View) -> dict[str, Place]:
    rows = view.select(
        f"SELECT ?record ?file ?title ?sheet ?row {{ ?record <{PROV}wasDerivedFrom> ?entity . ?entity <{DCT}isPartOf> ?source ."
        f" ?source <{RDFS}label> ?title OPTIONAL {{ ?source <{ATMP}file> ?file }}"
        f" OPTIONAL {{ ?entity <{ATMP}sheet> ?sheet }} OPTIONAL {{ ?entity <{ATMP}row> ?row }} }}"
    )
    return {
        str(row["record"]): Place(
            _text(row["file"]) or _text(row["title"]),
            _text(row["sheet"]),
            row["row"] if isinstance(row["row"], int) else None,
        )
        for row in rows.dicts()
    }


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)
