"""The change log's unit: one quad that came or went with a revision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One quad that began (`added`) or ceased to stand at `revision`; `line` is the N-Quad without its newline."""

    revision: int
    added: bool
    graph: str
    subject: str
    line: str

    @property
    def triple(self) -> str:
        """Return the triple, without its graph and final stop."""
        return self.line.removesuffix(f" <{self.graph}> .")
