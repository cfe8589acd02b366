"""Loading: a source becomes facts in one transaction, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from atmp.ontology.vocabulary import vocabulary

from .errors import FindingsError, UsageError
from .findings import Finding, Severity, violations
from .importers.interface import Context, chosen_importer
from .provenance import LINKS, Placement, row_facts, row_subjects
from .records import TYPES
from .rulebook import breaches
from .source import Reading, Row, Source
from .store import Store, now
from .surroundings import judged, surrounded
from .tiers import Tier
from .triples import TYPE
from .validate import Triple, validate
from .wordings import renew, worded

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how far it is, and out of how many where that is known."""


Triples = dict[str, list[Triple]]
"""What is said of each subject, by its IRI."""


@dataclass(frozen=True)
class Receipt:
    """What a load did. `revision` is None where nothing was new, or in a dry run."""

    source: Source
    revision: int | None
    records: dict[str, int]
    rows: int
    unchanged: int
    added: int
    removed: int
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()


@dataclass
class Draft:
    """A source that has been read and validated, and waits to be written."""

    reading: Reading
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)

    @property
    def good(self) -> list[Row]:
        """Return the rows that no violation keeps out."""
        return [row for row in self.rows if row.key not in self.bad]


def load(
    store: Store,
    path: Path,
    *,
    agent: str,
    as_format: str | None = None,
    mapping: Path | None = None,
    tier: Tier | None = None,
    centre: str | None = None,
    stated: date | None = None,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Read, validate and write one source; `agent` is who loads it, for the change log.

    `mapping` is a mapping file for a table that is not ours; `stated` is the day on which the source's facts hold,
    where it does not say so itself.

    Warnings do not block. Violations raise FindingsError and nothing changes, unless `keep_going` leaves out the
    rows they stand in; a finding about the source as a whole always blocks. Raises SourceError for a source that
    cannot be read.
    """
    draft = prepare(
        store, path, as_format=as_format, mapping=mapping, tier=tier, centre=centre, stated=stated, progress=progress
    )
    grave = violations(draft.findings)
    if grave and not dry_run and not (keep_going and all(finding.place.row or finding.record for finding in grave)):
        count = f"{len(grave)} violation" + ("s" if len(grave) > 1 else "")
        raise FindingsError(f"{path.name} was not loaded: it has {count}. Nothing was changed", draft.findings)
    outcome_of = None
    if not dry_run:
        reading = draft.reading
        entries = Placement(reading, store.names, now(), store_home(store)).entries(draft.good)
        outcome_of = store.write(
            reading.source.key, reading.source.stated.isoformat(), entries, agent=agent, keep=frozenset(draft.bad)
        )
        if outcome_of.revision is not None:
            renew(store, agent=agent)
    return Receipt(
        draft.reading.source,
        outcome_of.revision if outcome_of else None,
        dict(_kinds(draft.good)),
        len(draft.good),
        outcome_of.rows_unchanged if outcome_of else 0,
        outcome_of.added if outcome_of else 0,
        outcome_of.removed if outcome_of else 0,
        tuple(draft.findings),
        tuple(sorted(draft.bad)),
    )


def prepare(
    store: Store | None,
    path: Path,
    *,
    as_format: str | None = None,
    mapping: Path | None = None,
    tier: Tier | None = None,
    centre: str | None = None,
    stated: date | None = None,
    progress: Progress | None = None,
) -> Draft:
    """Read and validate a source without writing; `store` is what its references may point into.

    Raises SourceError for a source that cannot be read, UsageError for a tier that it cannot have.
    """
    from .iris import Names

    tell = progress or (lambda *_: None)
    known = store_knows(store)
    context = Context(store.names if store else Names(), vocabulary(), datetime.now(UTC).date(), centre, tier, known)
    if store is not None:
        context = replace(context, worded=worded(store))
    reading = chosen_importer(path, as_format, mapping).read(path, context)
    if reading.source.collection is not None and tier not in {None, Tier.PUBLIC}:
        raise UsageError(
            f"{path.name} would be a collection without a centre, which everybody may read: it cannot be {tier}."
            " Say whose it is with --centre where the format has one, or leave --tier out"
        )
    if stated is not None:
        reading = replace(reading, source=replace(reading.source, stated=stated))
    rows: list[Row] = []
    for row in reading.rows:
        rows.append(row)
        if len(rows) % 100 == 0:
            tell("reading", len(rows), None)
    draft = Draft(reading, rows, [*reading.findings, *(finding for row in rows for finding in row.findings)])
    draft.findings += _dangling(rows, known, context.names.base)
    tell("validating", 0, len(rows))
    readable = [row for row in rows if not violations(row.findings)]  # what could not be read is said already
    triples = _triples(readable)
    draft.findings += _located(readable, validate(triples))
    draft.findings += _rules(store, draft, readable, triples if len(readable) == len(rows) else _triples(rows))
    tell("validating", len(rows), len(rows))
    draft.bad = _bad(rows, draft.findings)
    draft.findings += _orphans(draft, known)
    return draft


def store_knows(store: Store | None) -> Callable[[str], bool]:
    """Return whether an IRI is the subject of a standing fact: for references out of a source being loaded."""
    if store is None:
        return lambda _: False
    query = (
        "SELECT 1 FROM term t JOIN quad q ON q.s = t.id JOIN span ON span.quad = q.id AND span.went IS NULL"
        " WHERE t.value = ? LIMIT 1"
    )
    return lambda iri: store.connect().execute(query, (f"<{iri}>",)).fetchone() is not None


def store_home(store: Store) -> Callable[[str], str | None]:
    """Return where in the store a record stands: the most open graph that says what it is, or None."""
    query = (
        "SELECT tg.value FROM term t JOIN quad q ON q.s = t.id JOIN term tp ON tp.id = q.p AND tp.value = ?"
        " JOIN span ON span.quad = q.id AND span.went IS NULL JOIN term tg ON tg.id = q.g WHERE t.value = ?"
    )

    def home(iri: str) -> str | None:
        found = [str(row[0])[1:-1] for row in store.connect().execute(query, (f"<{TYPE}>", f"<{iri}>"))]
        return min(found, key=lambda graph: (store.names.read_graph(graph).tier.rank, graph), default=None)

    return home


def _dangling(rows: Iterable[Row], known: Callable[[str], bool], base: str) -> list[Finding]:
    """Find links to records that stand neither in the source nor in the store."""
    rows = list(rows)
    subjects = {subject for row in rows for subject in row_subjects(row)}
    found = []
    for row in rows:
        told = {finding.value for finding in row.findings}
        for fact in row_facts(row):
            target = fact.object[1:-1]
            ours = fact.predicate[1:-1] in LINKS and target.startswith(f"{base}/")
            if ours and fact.object not in subjects and target.rpartition("/")[2] not in told and not known(target):
                found.append(
                    Finding(
                        Severity.VIOLATION,
                        f"it refers to {target}, which is neither in this source nor in the store",
                        row.place,
                        fact.subject[1:-1],
                        fact.predicate[1:-1],
                        target,
                        "correct the id, or load the source that has the record first",
                    )
                )
    return found


def _triples(rows: Iterable[Row]) -> Triples:
    found: Triples = {}
    for row in rows:
        for fact in row_facts(row):
            found.setdefault(fact.subject[1:-1], []).append((fact.subject, fact.predicate, fact.object))
    return found


def _located(rows: Iterable[Row], findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings about records of these rows, each at the row, and the cell where that is known."""
    by_record: dict[str, Row] = {}
    for row in rows:
        for subject in row_subjects(row):
            by_record.setdefault(subject[1:-1], row)
    located = []
    for finding in findings:
        row_of = by_record.get(finding.record or "")
        if row_of is not None:
            place = replace(row_of.place, column=row_of.headers.get(finding.property or "") or row_of.place.column)
            located.append(replace(finding, place=place))
    return located


def _rules(store: Store | None, draft: Draft, readable: list[Row], triples: Triples) -> list[Finding]:
    """Find what breaks a rule across records, seen with what other sources in the store say; `triples` are all the source's."""
    if not judged(triples):
        return []
    source = draft.reading.source.key
    told = {(finding.record, finding.property, finding.value) for finding in draft.findings if finding.record}
    found = _located(readable, breaches(surrounded(store, source, triples)))
    return [finding for finding in found if (finding.record, finding.property, finding.value) not in told]


def _bad(rows: Iterable[Row], findings: Iterable[Finding]) -> set[str]:
    grave = violations(findings)
    records = {finding.record for finding in grave}
    places = {(finding.place.sheet, finding.place.row) for finding in grave if finding.place.row}
    return {
        row.key
        for row in rows
        if (row.place.sheet, row.place.row) in places or any(subject[1:-1] in records for subject in row_subjects(row))
    }


def _orphans(draft: Draft, known: Callable[[str], bool]) -> list[Finding]:
    """Leave out, with a finding, the rows that point at a record which is itself left out."""
    found: list[Finding] = []
    while True:
        kept = {subject for row in draft.good for subject in row_subjects(row)}
        lost = {subject for row in draft.rows for subject in row_subjects(row)} - kept
        lost = {subject for subject in lost if not known(subject[1:-1])}
        orphans = [
            row
            for row in draft.good
            if any(fact.object in lost and fact.predicate[1:-1] in LINKS for fact in row_facts(row))
        ]
        if not orphans:
            return found
        draft.bad |= {row.key for row in orphans}
        found += [
            Finding(Severity.VIOLATION, "it refers to a row that has violations of its own", row.place)
            for row in orphans
        ]


def _kinds(rows: Iterable[Row]) -> Counter[str]:
    said = (fact for row in rows for fact in row_facts(row) if fact.predicate == f"<{TYPE}>")
    return Counter(TYPES[fact.object[1:-1]].kind for fact in said if fact.object[1:-1] in TYPES)
