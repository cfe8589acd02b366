"""The change log's unit: one quad that came or went with a revision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import apsw


@dataclass(frozen=True)
class Change:
    """One quad that began (`added`) or ceased to stand at `revision`; `line` is the N-Quad without its newline."""

    revision: int
    added: bool
    graph: str
    subject: str
    line: str


Hook = Callable[[apsw.Connection, int, Sequence[Change]], None]
"""Runs inside a write's transaction, after the graph changed and before the commit."""
