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
from atmp.search.aspect import Aspect
from atmp.search.filters import Filters
from atmp.search.hits import Hit, Results, SharedConcept
from atmp.search.match import Match
from atmp.search.refusal import Refusal
from atmp.search.ties import Tie
from pydantic import BaseModel, ConfigDict, Field, model_validator

_RECORD: dict[str, Any] = {
    "iri": "https://w3id.org/atmp/id/lund/project/P01", "kind": "project", "id": "P01", "label": "A therapy",
    "synthetic": True, "fields": {"lead": ["https://w3id.org/atmp/id/lund/person/I01"]},
    "names": {"https://w3id.org/atmp/id/lund/person/I01": "Synthetic investigator 01"},
}  # fmt: skip
_AAV: dict[str, Any] = {
    "iri": "https://w3id.org/atmp/ontology/vector-aav", "label": "adeno-associated virus vector", "weight": 1.0,
    "path": ["AAV8", "adeno-associated virus vector", "AAV9"], "fields": ["vector"],
}  # fmt: skip
_HIT: dict[str, Any] = {
    "rank": 1, "iri": "https://w3id.org/atmp/id/lund/project/P04", "kind": "project", "id": "P04", "label": "A therapy",
    "score": 0.98, "parts": {"words": 0.36, "meaning": 0.37, "concepts": 0.25}, "concepts": [_AAV],
    "sentence": "An AAV9 vector brings the gene to the retina.", "field": "description", "marks": [[3, 7], [38, 44]],
    "words": [{"word": "retina", "fields": ["description"]}], "missing": ["names AAV9 where AAV8 was asked for"],
    "why": "shares adeno-associated virus vector (vector); has the word retina (description); close in meaning (0.61)",
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
    """A concept or disease that text and hit share, with its share of their likeness.

    `path` leads through the ontology from what was asked for to what the hit names, in `fields`.
    """

    iri: str
    label: str
    weight: float
    path: list[str] = []
    fields: list[str] = []

    @classmethod
    def of(cls, concept: SharedConcept) -> Self:
        """Return a concept as JSON."""
        return cls(
            iri=concept.iri, label=concept.label, weight=concept.weight, path=list(concept.path),
            fields=list(concept.fields),
        )  # fmt: skip


class WordOut(BaseModel):
    """A word of the question that the hit has, and the fields that have it."""

    word: str
    fields: list[str]


class HitOut(BaseModel):
    """One hit with its reasons: `parts` add up to `score`; `missing` would make it better.

    `marks` are places of `sentence`, start and end in characters, that answer; it stands in `field`.
    """

    model_config = ConfigDict(json_schema_extra={"example": _HIT})

    rank: int
    iri: str
    kind: str
    id: str
    label: str
    score: float
    parts: dict[str, float]
    concepts: list[ConceptOut]
    words: list[WordOut]
    sentence: str
    field: str
    marks: list[tuple[int, int]]
    why: str
    missing: list[str]

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return a hit as JSON."""
        return cls(
            rank=hit.rank, iri=hit.iri, kind=hit.kind, id=hit.identifier, label=hit.label, score=hit.score,
            parts=hit.parts, concepts=[ConceptOut.of(one) for one in hit.concepts], sentence=hit.sentence, why=hit.why,
            words=[WordOut(word=one.word, fields=list(one.fields)) for one in hit.words], field=hit.field,
            marks=list(hit.marks), missing=list(hit.missing),
        )  # fmt: skip


class DenialOut(BaseModel):
    """What a question does not want: a concept by its IRI, or a word as it stands, and how it is called."""

    name: str
    label: str


class ResultsOut(BaseModel):
    """Hits, best first, and their ranks by kind; `pending` records wait for their embedding: only their words were read.

    `understood` is what the text names, `without` what it denies: hits have nothing of that. The same `revision`,
    `recipe` of the cards, `model` and question give the same answer anywhere; `notes` say what could not be done.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "revision": 7,
                "recipe": "card-6 0.1.0",
                "model": "minilm:0123456789ab",
                "notes": [],
                "pending": 0,
                "understood": [_AAV],
                "without": [{"name": "CD19", "label": "CD19"}],
                "by_kind": {"project": [1]},
                "hits": [_HIT],
            }
        }
    )

    revision: int
    recipe: str
    model: str
    notes: list[str]
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
            recipe=results.recipe,
            model=results.model,
            notes=list(results.notes),
            pending=results.pending,
            understood=[ConceptOut.of(one) for one in results.understood],
            without=[DenialOut(name=one.name, label=one.label) for one in results.without],
            by_kind={kind: [hit.rank for hit in hits] for kind, hits in results.by_kind().items()},
            hits=[HitOut.of(hit) for hit in results.hits],
        )


_CATEGORY = "<https://w3id.org/atmp/ontology/category> <https://w3id.org/atmp/ontology/category-process-development>"
_ABOUT = [f"<https://w3id.org/atmp/id/lund/{one}> {_CATEGORY}" for one in ("need/N050", "capability/C01")]
_GROUND: dict[str, Any] = {
    "words": "both are about process development", "triples": _ABOUT, "ask": f"ASK {{ {_ABOUT[0]} . {_ABOUT[1]} . }}",
}  # fmt: skip


class GroundOut(BaseModel):
    """A reason: in words, as the statements that it rests on, and as the query that is true where they stand."""

    model_config = ConfigDict(json_schema_extra={"example": _GROUND})

    words: str
    triples: list[str]
    ask: str


class MatchOut(BaseModel):
    """A proposed partner: `parts` add up to `score`; `grounds` are its reasons to check; `missing` would make it better."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "iri": "https://w3id.org/atmp/id/lund/capability/C01", "kind": "capability", "id": "C01", "label": "Process development",
        "score": 0.93, "parts": {"category": 0.4, "platform": 0.15, "grade": 0.1, "time": 0.1, "place": 0.1, "experience": 0.07,
        "text": 0.0, "stage": 0.01}, "reasons": ["both are about process development"], "missing": [], "horizon": "1-2 years",
        "grounds": [_GROUND]}})  # fmt: skip

    iri: str
    kind: str
    id: str
    label: str
    score: float
    parts: dict[str, float]
    reasons: list[str]
    missing: list[str]
    horizon: str
    grounds: list[GroundOut]

    @classmethod
    def of(cls, match: Match) -> Self:
        """Return a match as JSON."""
        grounds = [GroundOut(words=one.words, triples=list(one.triples), ask=one.ask) for one in match.grounds]
        return cls(
            iri=match.iri, kind=match.kind, id=match.identifier, label=match.label, score=match.score,
            parts=match.parts, reasons=list(match.reasons), missing=list(match.missing), horizon=match.horizon,
            grounds=grounds,
        )  # fmt: skip


class RefusalOut(BaseModel):
    """An offer that cannot serve a need: the constraint that it breaks, and in words what stands against it."""

    model_config = ConfigDict(json_schema_extra={"example": {
        "iri": "https://w3id.org/atmp/id/lund/capability/C03", "kind": "capability", "id": "C03", "label": "Banking of lines",
        "barrier": "grade", "words": "GMP grade is wanted, pre-GMP grade is offered"}})  # fmt: skip

    iri: str
    kind: str
    id: str
    label: str
    barrier: str
    words: str

    @classmethod
    def of(cls, refusal: Refusal) -> Self:
        """Return a refusal as JSON."""
        return cls(
            iri=refusal.iri, kind=refusal.kind, id=refusal.identifier, label=refusal.label, barrier=refusal.barrier,
            words=refusal.words,
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
    """What to find similar therapies for: a text such as an abstract, projects, or both; and what they shall not be like."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "text": "AAV gene therapy for inherited blindness",
                "like": ["P04"],
                "unlike": ["P11"],
                "limit": 5,
            }
        }
    )

    text: str | None = Field(None, description="The text; its first 20,000 characters are read.")
    like: tuple[str, ...] = Field((), description="Projects, by id or IRI.")
    unlike: tuple[str, ...] = Field((), description="Projects that hits shall not be like.")
    same: tuple[Aspect, ...] = Field((), description="What hits have in common with the examples.")
    other: tuple[Aspect, ...] = Field((), description="In what hits differ from the examples.")
    limit: int = Field(20, ge=1, le=200)
    min_score: float = Field(0.0, ge=0.0, le=1.0)
    kinds: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    centres: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_an_example(self) -> Self:
        if self.text is None and not self.like:
            raise ValueError("give a text, or projects in like")
        return self

    def filters(self) -> Filters:
        """Return the filters that the request names."""
        return Filters(**{field.name: getattr(self, field.name) for field in fields(Filters)})
