"""Findings: what validation and importers have to say about a source, however much that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .errors import Place
from .spool import Spool

NOWHERE = Place()


class Severity(StrEnum):
    """How grave a finding is: only a violation keeps an import out."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One thing to know or to mend, in words, with its place; `constraint` is the SHACL component that found it."""

    severity: Severity
    message: str
    place: Place = NOWHERE
    record: str | None = None
    property: str | None = None
    value: str | None = None
    mend: str | None = None
    constraint: str | None = None


def violations(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those findings that keep an import out."""
    return tuple(finding for finding in findings if finding.severity is Severity.VIOLATION)


class Findings(Spool[Finding]):
    """All findings about a source, in the order in which they were found; they lie on disk, and are counted."""

    def __init__(self, members: Iterable[Finding] = ()) -> None:
        """Hold these findings."""
        self.counts: Counter[Severity] = Counter()
        self.of_the_whole = False
        """Whether a violation is about the source as a whole, and not about a row or record of it."""
        super().__init__(members)

    def append(self, member: Finding) -> None:
        """Add a finding."""
        super().append(member)
        self.counts[member.severity] += 1
        if member.severity is Severity.VIOLATION and not (member.place.row or member.record):
            self.of_the_whole = True

    def gravest(self, most: int) -> list[Finding]:
        """Return the first findings, violations before warnings before remarks."""
        found: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        for finding in self:
            if len(found[finding.severity]) < most:
                found[finding.severity].append(finding)
        return [finding for some in found.values() for finding in some][:most]
