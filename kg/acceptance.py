"""Acceptance: what a proposal becomes once somebody accepts it, and what was stated that it must leave alone.

A value becomes a fact of the record. A method becomes its use in the project, in a role that is not known yet; what
is wanted becomes an open need.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox
from atmp.ontology.vocabulary import iri_of, vocabulary

from .errors import UnknownRecordError, UsageError
from .linking import PROPERTIES, Value
from .records import ATMP, MethodUse, Need, Project, Record, Statement
from .source import Statement as Said
from .subjects import Subjects
from .triples import XSD, Column, columns
from .uses import method_use
from .wants import WANTED

METHOD = PROPERTIES["method"]
_BOOLEAN = ox.NamedNode(f"{XSD}boolean")


@dataclass(frozen=True)
class Stated:
    """What was stated of a record's property: the values, and whether it takes one only."""

    values: frozenset[Value]
    single: bool

    def covers(self, value: Value) -> bool:
        """Return whether a value says nothing new: it, or a term below it, is stated, or the one value there may be."""
        if self.single or isinstance(value, bool):
            return bool(self.values)
        known = vocabulary()
        below = known.diseases.narrower(value) if value in known.diseases else known.narrower(value)
        return bool((below | {value}) & self.values)


class Statements:
    """What is stated, as far as a viewer sees it, and what is accepted beside it."""

    def __init__(self, subjects: Subjects) -> None:
        """Read the methods and needs of all projects once."""
        self._subjects = subjects
        self._beside: dict[tuple[str, str], set[Value]] = defaultdict(set)
        for kind, prop, field in ((MethodUse.kind, METHOD, "method"), (Need.kind, WANTED, "category")):
            for one in map(subjects.record, subjects.iris(kind)):
                owner, value = getattr(one, "project", None), getattr(one, field)
                if owner and value:
                    self._beside[owner, prop].add(value)

    def of(self, record: Record, prop: str) -> Stated | None:
        """Return what is stated of a property, or None where the record cannot have it."""
        if isinstance(record, Project) and prop in {METHOD, WANTED}:
            return Stated(frozenset(self._beside[record.iri, prop]), single=False)
        column = _column(record, prop)
        if column is None:
            return None
        values = getattr(record, column.name)
        held = values if column.many else () if values is None else (values,)
        return Stated(frozenset(held), single=not column.many)

    def accepted(self, one: Statement) -> tuple[tuple[Record, ...], tuple[Said, ...]]:
        """Return the record or the fact that an accepted statement becomes.

        Raises UsageError where something else has been stated since of what takes one value, UnknownRecordError where
        the record is gone.
        """
        about, prop = self._subjects.record(one.about or ""), one.property or ""
        if about is None:
            raise UnknownRecordError(
                f"there is no record {one.about}: it was withdrawn since, so refuse {one.identifier}"
            )
        if isinstance(about, Project) and prop == METHOD:
            return (method_use(self._subjects.store.names, about, one.value or "", "unknown"),), ()
        if isinstance(about, Project) and prop == WANTED:
            return (self._need(about, one),), ()
        value: Value = one.value if one.value is not None else bool(one.answer)
        stated = self.of(about, prop)
        if stated is not None and stated.single and stated.values - {value}:
            said, view = next(iter(stated.values)), self._subjects.store.view(self._subjects.viewer)
            name = view.label(said) if isinstance(said, str) else "yes" if said else "no"
            raise UsageError(
                f"{one.identifier} cannot be accepted: of {view.label(about.iri)} {view.label(prop)} is"
                f" stated already, as {name}; refuse the proposal, or have the statement corrected first"
            )
        term = f"<{value}>" if isinstance(value, str) else str(ox.Literal(str(value).lower(), datatype=_BOOLEAN))
        return (), (Said(f"<{about.iri}>", f"<{prop}>", term),)

    def _need(self, project: Project, one: Statement) -> Need:
        names, category = self._subjects.store.names, one.value or ""
        concept = vocabulary().concept(category)
        identifier = f"{project.identifier}-{category.removeprefix(f'{ATMP}category-')}"
        return Need(
            iri=names.record(names.centre_of(project.iri), Need.kind, identifier), identifier=identifier,
            label=concept.labels["en"] if concept else None, description="; ".join(one.evidence) or None, centre=project.centre,
            synthetic=project.synthetic, project=project.iri, category=category, status=iri_of("need-status", "open"),
        )  # fmt: skip


def _column(record: Record, prop: str) -> Column | None:
    return next((column for column in columns(type(record)) if column.says.property == prop), None)
