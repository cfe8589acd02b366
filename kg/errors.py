"""Every error that the product raises on purpose, as one tree.

    AtlasError
    |- StoreError
    |  |- StoreMissingError     no file at that path
    |  |- NotAStoreError        the file is something else
    |  |- NewerStoreError       written by a newer version
    |  |- StoreBusyError        another process holds the write lock
    |  `- ReadOnlyError         a write through a read-only view
    |- SourceError              a source that cannot be read: file, sheet, row, column
    |- FindingsError            violations; carries the findings
    |- UnknownRecordError       no such record (for this viewer)
    |- UnknownTermError         a word that no scheme knows; carries the nearest
    |- UsageError               a request that makes no sense: an empty text, a limit below one
    |- QueryError               a SPARQL query that is refused
    |  |- QuerySyntaxError      with line, column and the text that stands there
    |  |- QueryRefusedError     outside the guard's limits
    |  |  `- QueryForbiddenError  what no request may do here: write, or reach outside
    |  |- QueryLimitError       stopped while it ran: time, memory, rows, bytes
    |  `- QueryBusyError        not begun: too many run and wait already
    `- EmbedderError            a model that cannot be loaded, or does not fit the index

Messages are for a survey manager: what is wrong, where, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class AtlasError(Exception):
    """The root: catch it to catch whatever the product raises on purpose."""


class StoreError(AtlasError):
    """The store cannot do what was asked."""


class StoreMissingError(StoreError):
    """There is no file at the path."""


class NotAStoreError(StoreError):
    """The file is not an atlas store; it was left untouched."""


class NewerStoreError(StoreError):
    """The store was written by a newer version; it was left untouched."""


class StoreBusyError(StoreError):
    """Another process is writing and did not finish in time."""


class ReadOnlyError(StoreError):
    """A write was tried through a view that only reads."""


@dataclass(frozen=True)
class Place:
    """Where in a source something stands: any part may be unknown."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the place in words, `survey.xlsx, sheet Needs, row 4, column Category`."""
        parts = [
            self.file or "",
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)


class SourceError(AtlasError):
    """A source that cannot be read, with the place where reading ended."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        """Keep the place, and put it before the message."""
        self.place = place or Place()
        where = str(self.place)
        super().__init__(f"{where}: {message}" if where else message)


class FindingsError(AtlasError):
    """An import that was refused because of violations; nothing was loaded."""

    def __init__(self, message: str, findings: Any) -> None:
        """Keep the findings, an `atmp.kg.findings.Findings`: there may be more than memory holds."""
        self.findings = findings
        super().__init__(message)


class UnknownRecordError(AtlasError):
    """No record has this id or IRI, or the viewer may not know of it: the two look the same."""


class UnknownTermError(AtlasError):
    """A word that no concept of a scheme answers to."""

    def __init__(self, word: str, scheme: str, nearest: Sequence[str] = ()) -> None:
        """Keep word, scheme and the nearest labels, and say all three."""
        self.word, self.scheme, self.nearest = word, scheme, tuple(nearest)
        hint = f"; the nearest are {'; '.join(nearest)}" if nearest else ""
        super().__init__(f"'{word}' is not a term of the scheme '{scheme}'{hint}")


class UsageError(AtlasError):
    """A request that cannot be meant: an empty text, a limit below one, an unknown format."""


class QueryError(AtlasError):
    """A SPARQL query that is not answered."""


class QuerySyntaxError(QueryError):
    """A query that is no SPARQL; `line` and `column` start at 1 where the engine told them, `near` is what stands there."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, near: str = "") -> None:
        """Keep line, column and text, and put the place before the message, which stands alone in `said`."""
        self.said, self.line, self.column, self.near = message, line, column, near
        super().__init__(message if line is None else f"line {line}, column {column}: {message}")


class QueryRefusedError(QueryError):
    """A query that the guard keeps from the engine: too large, too deep, or reaching outside."""


class QueryForbiddenError(QueryRefusedError):
    """A request for what nobody may do here: a write where facts are only read, or a call that leaves the machine."""


class QueryLimitError(QueryError):
    """A query that was stopped; `limit` names what it passed, a field of `atmp.kg.sparql.bounds.Bounds`."""

    def __init__(self, message: str, limit: str) -> None:
        """Keep the limit's name."""
        self.limit = limit
        super().__init__(message)


class QueryBusyError(QueryError):
    """A query that was not begun; worth another try after so many `seconds`, `own` where the asker's others fill the place."""

    def __init__(self, message: str, seconds: int, *, own: bool = False) -> None:
        """Keep when to try again, and whose queries are in the way."""
        self.seconds, self.own = seconds, own
        super().__init__(message)


class EmbedderError(AtlasError):
    """A model that cannot be loaded, or is not the one the index was made with."""
