"""What the JSON interface gives: the shapes of its answers, with examples for OpenAPI."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Self

from atmp.kg.catalogue import Question
from atmp.kg.findings import Finding, Findings
from atmp.kg.records import Record
from atmp.kg.requests import Request
from atmp.kg.table import Table
from atmp.kg.triples import columns
from atmp.kg.view import View
from atmp.search.filters import Filters
from atmp.search.hits import Hit, Results, SharedConcept
from atmp.search.match import Match
from atmp.search.ties import Tie
from pydantic import BaseModel, ConfigDict, Field

_RECORD: dict[str, Any] = {
    "iri": "https://w3id.org/atmp/id/lund/project/P01", "kind": "project", "id": "P01", "label": "A therapy",
    "synthetic": True, "fields": {"lead": ["https://w3id.org/atmp/id/lund/person/I01"]},
    "names": {"https://w3id.org/atmp/id/lund/person/I01": "Synthetic investigator 01"},
}  # fmt: skip
_AAV: dict[str, Any] = {"iri": "https://w3id.org/atmp/ontology/vector-aav", "label": "AAV vector", "weight": 1.0}
_HIT: dict[str, Any] = {
    "rank": 1, "iri": "https://w3id.org/atmp/id/lund/project/P04", "kind": "project", "id": "P04", "label": "A therapy",
    "score": 0.98, "parts": {"words": 0.36, "meaning": 0.37, "concepts": 0.25}, "concepts": [_AAV],
    "sentence": "An AAV vector brings the gene to the retina.", "why": "shares AAV vector; close in meaning (0.61)",
}  # fmt: skip


class RecordOut(BaseModel):
    """A record: its fields as they are recorded, and the names of the things they point at."""

    model_config = ConfigDict(json_schema_extra={"example": _RECORD})

    iri: str
    kind: str
    id: str | None
    label: str | None
    synthetic: bool
    fields: dict[str, Any]
    names: dict[str, str]

    @classmethod
    def of(cls, view: View, record: Record) -> Self:
        """Return a record as JSON, with names in English."""
        said = record.model_dump(mode="json", exclude_none=True)
        fields = {
            name: value for name, value in said.items() if value != [] and name not in {"iri", "identifier", "label"}
        }
        names = {}
        for column in columns(type(record)):
            if column.links and column.name in fields:
                value = getattr(record, column.name)
                for iri in value if isinstance(value, tuple) else (value,):
                    names[iri] = view.label(iri)
        return cls(
            iri=record.iri, kind=record.kind, id=record.identifier, label=record.label,
            synthetic=bool(record.synthetic), fields=fields, names=names,
        )  # fmt: skip


REQUEST: dict[str, Any] = {
    "scheme": "vector", "words": "AVV9", "headings": ["Vectors"],
    "records": ["https://w3id.org/atmp/id/lund/project/P01"], "nearest": ["AAV9"],
}  # fmt: skip


class TermRequestOut(BaseModel):
    """Words that wait for a term: the list they were meant for, the records that have them, the nearest terms."""

    model_config = ConfigDict(json_schema_extra={"example": REQUEST})

    scheme: str
    words: str
    headings: list[str]
    records: list[str]
    nearest: list[str]

    @classmethod
    def of(cls, one: Request) -> Self:
        """Return a request as JSON."""
        return cls(
            scheme=one.scheme, words=one.words, headings=list(one.headings), records=list(one.records),
            nearest=list(one.nearest),
        )  # fmt: skip


class FindingOut(BaseModel):
    """One thing to know or to mend: how grave it is, where, what, and how to mend it."""

    severity: str
    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    record: str | None
    property: str | None
    value: str | None
    message: str
    mend: str | None

    @classmethod
    def of(cls, one: Finding) -> Self:
        """Return a finding as JSON."""
        return cls(
            severity=one.severity.value, file=one.place.file, sheet=one.place.sheet, row=one.place.row, column=one.place.column,
            record=one.record, property=one.property, value=one.value, message=one.message, mend=one.mend,
        )  # fmt: skip


class CheckOut(BaseModel):
    """What was found in a source: how many of each severity, and each; with violations it would not be loaded."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "counts": {"violation": 1},
        "findings": [{
            "severity": "violation", "file": "survey.xlsx", "sheet": "Projects", "row": 2, "column": "Title",
            "record": None, "property": None, "value": None, "message": "the Title is empty", "mend": "What the project is called.",
        }],
    }})  # fmt: skip

    counts: dict[str, int]
    findings: list[FindingOut]

    @classmethod
    def of(cls, found: Findings) -> Self:
        """Return findings as JSON."""
        counts = {severity.value: count for severity, count in sorted(found.counts.items())}
        return cls(counts=counts, findings=[FindingOut.of(one) for one in found])


class RecordsOut(BaseModel):
    """Part of a list of records."""

    model_config = ConfigDict(json_schema_extra={"example": {"total": 1, "records": [_RECORD]}})

    total: int
    records: list[RecordOut]


class ConceptOut(BaseModel):
    """A concept or disease that text and hit share, with its share of their likeness."""

    iri: str
    label: str
    weight: float

    @classmethod
    def of(cls, concept: SharedConcept) -> Self:
        """Return a concept as JSON."""
        return cls(iri=concept.iri, label=concept.label, weight=concept.weight)


class HitOut(BaseModel):
    """One hit with its reasons: `parts` add up to `score`."""

    model_config = ConfigDict(json_schema_extra={"example": _HIT})

    rank: int
    iri: str
    kind: str
    id: str
    label: str
    score: float
    parts: dict[str, float]
    concepts: list[ConceptOut]
    sentence: str
    why: str

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return a hit as JSON."""
        return cls(
            rank=hit.rank, iri=hit.iri, kind=hit.kind, id=hit.identifier, label=hit.label, score=round(hit.score, 4),
            parts={name: round(value, 4) for name, value in hit.parts.items()},
            concepts=[ConceptOut.of(one) for one in hit.concepts], sentence=hit.sentence, why=hit.why,
        )  # fmt: skip


class DenialOut(BaseModel):
    """What a question does not want: a concept by its IRI, or a word as it stands, and how it is called."""

    name: str
    label: str


class ResultsOut(BaseModel):
    """Hits, best first, and their ranks by kind; `pending` records wait for their embedding: only their words were read.

    `understood` is what the text names, `without` what it denies: hits have nothing of that.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "revision": 7,
                "pending": 0,
                "understood": [_AAV],
                "without": [{"name": "CD19", "label": "CD19"}],
                "by_kind": {"project": [1]},
                "hits": [_HIT],
            }
        }
    )

    revision: int
    pending: int
    understood: list[ConceptOut]
    without: list[DenialOut]
    by_kind: dict[str, list[int]]
    hits: list[HitOut]

    @classmethod
    def of(cls, results: Results) -> Self:
        """Return results as JSON."""
        return cls(
            revision=results.revision,
            pending=results.pending,
            understood=[ConceptOut.of(one) for one in results.understood],
            without=[DenialOut(name=one.name, label=one.label) for one in results.without],
            by_kind={kind: [hit.rank for hit in hits] for kind, hits in results.by_kind().items()},
            hits=[HitOut.of(hit) for hit in results.hits],
        )


class MatchOut(BaseModel):
    """A proposed partner: `parts` add up to `score`; `missing` would make it better."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "iri": "https://w3id.org/atmp/id/lund/capability/C01", "kind": "capability", "id": "C01", "label": "Process development",
        "score": 0.93, "parts": {"category": 0.5, "platform": 0.2, "grade": 0.15, "time": 0.08},
        "reasons": ["both are about process development"], "missing": []}})  # fmt: skip

    iri: str
    kind: str
    id: str
    label: str
    score: float
    parts: dict[str, float]
    reasons: list[str]
    missing: list[str]

    @classmethod
    def of(cls, match: Match) -> Self:
        """Return a match as JSON."""
        return cls(
            iri=match.iri, kind=match.kind, id=match.identifier, label=match.label, score=match.score,
            parts=match.parts, reasons=list(match.reasons), missing=list(match.missing),
        )  # fmt: skip


class TieOut(BaseModel):
    """Somebody who is not proposed for a project, and why."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "iri": "https://w3id.org/atmp/id/lund/person/I03", "id": "I03", "label": "Synthetic investigator 03",
        "why": "the same project, Cells for the cornea"}})  # fmt: skip

    iri: str
    id: str
    label: str
    why: str

    @classmethod
    def of(cls, tie: Tie) -> Self:
        """Return a tie as JSON."""
        return cls(iri=tie.iri, id=tie.identifier, label=tie.label, why=tie.why)


class ParameterOut(BaseModel):
    """A parameter of a question; `sort` is the scheme or kind its value is of."""

    name: str
    sort: str
    default: str
    required: bool
    words: str


class QuestionOut(BaseModel):
    """A question of the catalogue, with its query."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "number": 1, "text": "How many projects do we have, by ATMP class?", "asked_by": "centre manager", "note": "",
        "parameters": [
            {"name": "centre", "sort": "centre", "default": "", "required": False, "words": "one centre only"}
        ],
        "query": "SELECT ?class (COUNT(?project) AS ?projects) WHERE { ... }"}})  # fmt: skip

    number: int
    text: str
    asked_by: str
    note: str
    parameters: list[ParameterOut]
    query: str

    @classmethod
    def of(cls, question: Question) -> Self:
        """Return a question as JSON."""
        parameters = [
            ParameterOut(name=one.name, sort=one.sort, default=one.default, required=one.required, words=one.words)
            for one in question.parameters
        ]
        return cls(
            number=question.number, text=question.text, asked_by=question.asked_by, note=question.note,
            parameters=parameters, query=question.query,
        )  # fmt: skip


class TableOut(BaseModel):
    """An answer as a table, with the question's words and what must be shown with it."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "question": "How many projects do we have, by ATMP class?", "note": "", "revision": 7,
        "columns": ["class", "projects"], "rows": [["GTMP", 13], ["TEP", 7], ["sCTMP", 3]]}})  # fmt: skip

    question: str
    note: str
    revision: int
    columns: list[str]
    rows: list[list[Any]]

    @classmethod
    def of(cls, question: Question, table: Table, revision: int) -> Self:
        """Return an answer as JSON."""
        return cls(
            question=question.text, note=table.note, revision=revision, columns=list(table.columns),
            rows=[list(row) for row in table.rows],
        )  # fmt: skip


class HealthOut(BaseModel):
    """How the server stands."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"status": "ok", "version": "0.1.0", "revision": 7, "cards": 51, "pending": 0}}
    )

    status: str
    version: str
    revision: int
    cards: int
    pending: int


class SimilarIn(BaseModel):
    """A text to find similar therapies for, such as an abstract."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"text": "AAV gene therapy for inherited blindness", "limit": 5}}
    )

    text: str = Field(description="The text, as long as you like.")
    limit: int = Field(20, ge=1, le=200)
    min_score: float = Field(0.0, ge=0.0, le=1.0)
    kinds: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    centres: tuple[str, ...] = ()

    def filters(self) -> Filters:
        """Return the filters that the request names."""
        return Filters(**{field.name: getattr(self, field.name) for field in fields(Filters)})
