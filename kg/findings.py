"""Findings: what validation and importers have to say about a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .errors import Place

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
