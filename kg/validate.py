"""Validation: records against the ontology's SHACL shapes, with findings in words.

pyshacl checks about 590 small records a second. So records that are alike in all that shapes look at are checked
once, and the others go through in batches, each with just the scheme memberships of the concepts it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from atmp.ontology.vocabulary import vocabulary

from .engine import iri_of
from .errors import Place
from .findings import Finding, Severity
from .identifiers import slips
from .records import ATMP, DCT, PROV, RDFS, SKOS
from .rulebook import breaches
from .triples import TYPE
from .view import View

if TYPE_CHECKING:
    import rdflib

    from .signature import Signature, Signatures

Triple = tuple[str, str, str]
"""Subject, predicate, object in N-Triples syntax."""

_BATCH = 400
_SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}


@lru_cache(maxsize=1)
def _shapes() -> rdflib.Graph:
    from importlib.resources import files

    import rdflib

    return rdflib.Graph().parse(data=files("atmp.ontology").joinpath("shapes.ttl").read_bytes(), format="turtle")


@lru_cache(maxsize=1)
def _signatures() -> Signatures:
    from .signature import Signatures

    return Signatures(_shapes(), vocabulary())


def validate(triples: Mapping[str, Sequence[Triple]], places: Mapping[str, Place] | None = None) -> Iterator[Finding]:
    """Yield a finding for every constraint that a subject breaks.

    `triples` maps each subject's IRI to its triples; `places` tells where a subject was read.
    """
    where = places or {}
    for finding in chain(_Validation().findings(triples), slips(triples)):
        yield replace(finding, place=where.get(finding.record or "", Place()))


@dataclass
class _Validation:
    """One run: what was found for each signature that has been checked, and records that wait for theirs."""

    known: dict[Signature, tuple[Finding, ...]] = field(default_factory=dict)
    alike: dict[Signature, list[str]] = field(default_factory=dict)

    def findings(self, triples: Mapping[str, Sequence[Triple]]) -> Iterator[Finding]:
        """Yield the findings of all records."""
        batch: dict[str, tuple[Signature | None, Sequence[Triple]]] = {}
        for subject, said in triples.items():
            signature = _signatures().of(said)
            if signature in self.known:
                yield from _of(subject, self.known[signature])
            elif signature in self.alike:
                self.alike[signature].append(subject)
            else:
                batch[subject] = signature, said
                if signature is not None:
                    self.alike[signature] = []
            if len(batch) >= _BATCH:
                yield from self._checked(batch, triples)
                batch = {}
        yield from self._checked(batch, triples)

    def _checked(
        self, batch: Mapping[str, tuple[Signature | None, Sequence[Triple]]], triples: Mapping[str, Sequence[Triple]]
    ) -> Iterator[Finding]:
        """Check a batch, and what waits for it."""
        found: dict[str, list[Finding]] = {subject: [] for subject in batch}
        for finding in _check([line for _, lines in batch.values() for line in lines]):
            found.setdefault(finding.record or "", []).append(finding)
        again: list[str] = []
        for subject, findings in found.items():
            yield from findings
            signature = batch[subject][0] if subject in batch else None
            if signature is None:
                continue
            waiting = self.alike.pop(signature)
            if any(
                finding.value is not None for finding in findings
            ):  # what is wrong with one value is said of it alone
                again += waiting
                continue
            self.known[signature] = tuple(findings)
            for other in waiting:
                yield from _of(other, findings)
        for subjects in _batched(again, _BATCH):
            yield from _check([line for subject in subjects for line in triples[subject]])


def _of(subject: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of one record as those of another that is like it."""
    for finding in findings:
        yield replace(finding, record=subject)


def _batched(subjects: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(subjects)
    while batch := list(islice(left, size)):
        yield batch


def _memberships(lines: list[Triple]) -> Iterator[Triple]:
    known = vocabulary()
    for term in {triple[2] for triple in lines if triple[2].startswith("<")}:
        concept = known.concept(term[1:-1])
        if concept is not None:
            yield term, f"<{SKOS}inScheme>", f"<{known.schemes[concept.scheme].iri}>"


def _check(lines: list[Triple]) -> Iterator[Finding]:
    if not lines:
        return
    import pyshacl
    import rdflib
    from rdflib.namespace import SH

    lines = [*lines, *_memberships(lines)]
    data = rdflib.Graph().parse(data="\n".join(f"{s} {p} {o} ." for s, p, o in lines), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=_shapes(), inplace=True, advanced=False)
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
