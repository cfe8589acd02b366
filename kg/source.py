"""Sources: what was read, row by row, before it becomes facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from .errors import Place
from .findings import Finding
from .records import Record
from .tiers import Tier


@dataclass(frozen=True)
class Source:
    """One file or feed. `key` stays the same over repeated imports of the same thing.

    `stated` is the date at which its facts hold: of two sources that disagree about a single-valued property,
    the later one's value stands. `collection` names the reference graph of a source that belongs to no centre.
    """

    key: str
    title: str
    format: str
    stated: date
    file: str | None = None
    sha256: str | None = None
    collection: str | None = None
    publisher: str | None = None
    licence: str | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class Statement:
    """One triple in N-Triples syntax, with the graph it came in, if any."""

    subject: str
    predicate: str
    object: str
    graph: str | None = None


@dataclass(frozen=True)
class Row:
    """What one row of a source says: records, or statements as they came.

    `key` is stable within the source; `tier` may be stricter than the import's; `project` is the id of the
    project whose confidential graph takes the row. `headers` names the column that a property was read from.
    """

    key: str
    place: Place
    records: tuple[Record, ...] = ()
    statements: tuple[Statement, ...] = ()
    tier: Tier | None = None
    project: str | None = None
    findings: tuple[Finding, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """A source as it is read: `rows` may be a generator, so that a long file streams."""

    source: Source
    centre: str | None
    tier: Tier
    rows: Iterable[Row]
    findings: tuple[Finding, ...] = ()
