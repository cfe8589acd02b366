"""Judgement: what is wrong with a draft, and which of its rows cannot be loaded for it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator

from .draft import Draft
from .findings import Finding, Severity
from .progress import Progress, counted
from .rulebook import breaches
from .source import Row
from .store import Store
from .surroundings import surrounded
from .validate import Triple, validated
from .viewer import Viewer


def judge(
    draft: Draft,
    store: Store | None,
    viewer: Viewer,
    known: Callable[[str], bool],
    base: str,
    tell: Progress,
    gone: Container[Triple] = frozenset(),
) -> None:
    """Find what is wrong with all rows, and leave out those with violations.

    What the viewer may read of `store` is what rules across records see beside the draft; `known` tells of records
    that references may lead to, `gone` are statements of the store that cease with the draft.
    """
    draft.find(_dangling(draft, known, base))
    total = len(draft.rows)
    readable = counted(draft.records(readable=True), "validating", tell)
    draft.find(_located(draft, validated(readable)))
    if draft.ruled:
        draft.find(_rules(draft, store, viewer, gone))
    draft.leave_out_faulty()
    while orphans := list(draft.leave_out_orphans(known)):
        draft.find(map(_orphan, orphans))
    tell("validating", total, total)


def _dangling(draft: Draft, known: Callable[[str], bool], base: str) -> Iterator[Finding]:
    """Yield links to records that stand neither in the source nor in the store."""
    for row, subject, prop, target in draft.dangling(base):
        if not known(target):
            yield Finding(
                Severity.VIOLATION,
                f"it refers to {target}, which is neither in this source nor in the store",
                row.place,
                subject,
                prop,
                target,
                "correct the id, or load the source that has the record first",
            )


def _located(draft: Draft, findings: Iterable[Finding]) -> Iterator[Finding]:
    return (found for finding in findings if (found := draft.located(finding)) is not None)


def _rules(draft: Draft, store: Store | None, viewer: Viewer, gone: Container[Triple]) -> list[Finding]:
    """Return what breaks a rule across records, seen with what other sources in the store say, and was not told yet."""
    graph = surrounded(store, viewer, draft.reading.source.key, draft.records(), gone)
    found = list(_located(draft, breaches(graph)))
    broken = {(finding.record, finding.property, finding.value) for finding in found}
    told = {(one.record, one.property, one.value) for one in draft.findings if one.record} & broken
    return [finding for finding in found if (finding.record, finding.property, finding.value) not in told]


def _orphan(row: Row) -> Finding:
    return Finding(Severity.VIOLATION, "it refers to a row that has violations of its own", row.place)
