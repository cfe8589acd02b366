"""A survey's row as records: what each sheet's columns mean, led by the fields that `columns` names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ..records import ATMP, KINDS, Record
from ..triples import columns
from .cells import Cells
from .columns import SHEETS, Column, kind_of
from .interface import Context

_HORIZONS = ((3, "1-2"), (5, "3-4"), (10, "5-10"))

Said = dict[str, dict[str, Any]]
"""What a row says: values by the kind of record and its field; methods by their role."""


@dataclass(frozen=True)
class Answer:
    """One row with its id, and the IRIs that its columns of ids refer to."""

    id: str
    cells: Cells
    links: dict[str, tuple[str, ...]]

    def said(self, sheet: str) -> Said:
        """Return what the row's columns say."""
        found: Said = defaultdict(dict)
        for column in SHEETS[sheet]:
            if column.field:
                found[column.kind][column.role or column.name] = self._value(column)
        return found

    def _value(self, column: Column) -> Any:
        """Return a cell's value as the column's field takes it: one or several."""
        read = self.links[column.header] if column.sheet else self.cells.read(column)
        many = column.name in _several(column.kind) or bool(column.role)
        if many and not isinstance(read, tuple):
            return () if read is None else (read,)
        if isinstance(read, tuple) and not many:
            return next(iter(read), None)
        return read


@lru_cache
def _several(kind: str) -> frozenset[str]:
    """Return the fields of a kind of record that take several values."""
    return frozenset(column.name for column in columns(KINDS[kind]) if column.many)


@dataclass(frozen=True)
class Answers:
    """Makes records of the rows of one survey."""

    context: Context
    centre: str
    round: str
    held: date
    synthetic: bool | None
    respondent: str | None = None

    def iri(self, kind: str, identifier: str) -> str:
        """Return the IRI of a record of this centre."""
        return self.context.names.record(self.centre, kind, identifier)

    def records(self, sheet: str, answer: Answer) -> list[Record]:
        """Return the records of one row, the one its id names first."""
        said, kind = answer.said(sheet), kind_of(sheet)
        if kind == "project":
            said["project"] |= {"develops": (self.iri("product", answer.id),), "rounds": (self._round,)}
        elif kind == "need":
            said["need"] |= self._due(said["need"])
        return [self._record(kind, answer.id, said[kind]), *self._beside(kind, answer, said)]

    @property
    def _round(self) -> str:
        return self.iri("round", self.round)

    def _record(self, kind: str, identifier: str, said: dict[str, Any]) -> Record:
        """Return a record with what every record of the survey has, and what the row says of it."""
        frame = {
            "iri": self.iri(kind, identifier),
            "identifier": identifier,
            "centre": self.context.names.centre(self.centre),
            "synthetic": self.synthetic,
        }
        return KINDS[kind](**(frame | said))

    def _beside(self, kind: str, answer: Answer, said: Said) -> Iterator[Record]:
        """Yield the further records of a row: a project's product, stage and methods, or a person's response."""
        if kind == "project":
            yield self._record("product", answer.id, {"label": said["project"]["label"]} | said["product"])
            yield from self._stage(answer, said["stage-observation"])
            yield from self._methods(answer, said["method-use"])
        elif kind == "person":
            yield from self._response(answer, said["response"])

    def _response(self, answer: Answer, said: dict[str, Any]) -> Iterator[Record]:
        """Yield what came of asking a person; a file that names its respondent is that person's answer."""
        if said["outcome"] is None and answer.id == self.respondent:
            answered = {"outcome": f"{ATMP}response-outcome-answered", "answered": said["answered"] or self.held}
            said = said | answered
        if said["outcome"] is not None or said["signed"] is not None:
            response = {"respondent": self.iri("person", answer.id), "round": self._round} | said
            yield self._record("response", f"{self.round}-{answer.id}", response)

    def _stage(self, answer: Answer, said: dict[str, Any]) -> Iterator[Record]:
        if said["stage"] is None:
            return  # the empty cell has its finding
        seen = said["observed"] or self.held
        if seen > self.held:
            answer.cells.warning(
                "Stage date", f"the stage was seen on {seen}, after the survey's date {self.held}",
                "give the day on which the project was at this stage, or leave the cell empty", str(seen),
            )  # fmt: skip
        observed = {"project": self.iri("project", answer.id), "stage": said["stage"], "observed": seen}
        yield self._record("stage-observation", f"{answer.id}-{seen}", observed)

    def _methods(self, answer: Answer, said: dict[str, Any]) -> Iterator[Record]:
        for role, methods in said.items():
            for method in dict.fromkeys(methods):
                notation = method.removeprefix(f"{ATMP}method-")
                use = {"method": method, "role": f"{ATMP}method-role-{role}"}
                use["project"] = self.iri("project", answer.id)
                yield self._record("method-use", f"{answer.id}-{notation}-{role}", use)

    def _due(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return when a need falls due, and that it is open unless said otherwise."""
        horizon = self._horizon(said["needed_from"]) or said["horizon"]
        return {"horizon": horizon, "status": said["status"] or f"{ATMP}need-status-open"}

    def _horizon(self, due: date | None) -> str | None:
        """Return the horizon of a date, counted in whole years from the round."""
        if due is None:
            return None
        years = (due - self.held).days / 365.25
        return f"{ATMP}horizon-{next((name for limit, name in _HORIZONS if years < limit), 'beyond')}"
