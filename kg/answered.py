"""What a centre has answered, as the sheets of a survey: the inverse of loading one.

Each cell is written as the survey's importer reads it, so that loading these sheets again brings nothing new.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any

from atmp.ontology.vocabulary import Concept, Vocabulary, iri_of, vocabulary

from .guide import YES_NO
from .importers.cells import DISEASE
from .importers.columns import FIELDS, SHEETS, SURVEY, Column, Sort, kind_of
from .importers.words import fallback
from .records import ATMP, KINDS, MethodUse, Need, Person, Project, Record, Response, Round, StageObservation
from .requests import alike, wordings
from .rounds import answered
from .tiers import Tier
from .triples import columns
from .view import View

Rows = list[dict[str, str]]
"""The rows of a sheet: cells in words, by header."""

_MONDO = re.compile(r"http://purl\.obolibrary\.org/obo/MONDO_(\d{7})")


class Answered:
    """What a viewer knows of one centre's answers, in the words of a language.

    `contacts` gives contact details too, as far as the viewer may see them.
    """

    def __init__(self, view: View, centre: str, language: str = "en", *, contacts: bool = False) -> None:
        """Read the centre's records as they stand; `centre` is its key."""
        self._view, self._centre, self._language, self._contacts = view, centre, language, contacts
        self._iri = view.store.names.centre(centre)
        self._of: str | None = None

    def only(self, person: str) -> Answered:
        """Return what one person, by IRI, answers for: projects led, with their needs, and the own row whole."""
        made = copy(self)
        made._of = person
        return made

    def sheets(self) -> dict[str, Rows]:
        """Return the rows of every sheet, by the sheet's name."""
        survey = [{"Field": column.header, "Value": self._field(column)} for column in FIELDS]
        return {SURVEY: survey} | {sheet: [self._row(sheet, one) for one in self._asked(sheet)] for sheet in SHEETS}

    @cached_property
    def round(self) -> Round | None:
        """Return the centre's latest round that has answers."""
        rounds = [one for one in self._all("round") if isinstance(one, Round) and answered(self._view, one)]
        return max(rounds, key=lambda one: (one.held or date.min, one.identifier or ""), default=None)

    @cached_property
    def leads(self) -> list[Person]:
        """Return who leads a project of the centre, by id."""
        leads = {iri for one in self._all("project") if isinstance(one, Project) for iri in one.lead}
        return [one for one in self._all("person") if isinstance(one, Person) and one.iri in leads]

    @cached_property
    def leaderless(self) -> list[str]:
        """Return the ids of projects that nobody of the centre leads: they stand in no one person's sheets."""
        leads = {one.iri for one in self.leads}
        found = [one for one in self._all("project") if isinstance(one, Project) and not leads & set(one.lead)]
        return [one.identifier or one.iri for one in found]

    def _all(self, kind: str) -> list[Record]:
        """Return the centre's records of a kind that a survey can name by an id."""
        return [one for one in self._records(kind) if self._key(one.iri, kind)]

    def _records(self, kind: str) -> list[Record]:
        if kind not in self._read:
            self._read[kind] = [one for one in self._view.records(kind) if one.centre == self._iri]
        return self._read[kind]

    @cached_property
    def _read(self) -> dict[str, list[Record]]:
        return {}

    def _key(self, iri: str, kind: str) -> str | None:
        """Return the id by which this centre's survey names a record, if it can."""
        names = self._view.store.names
        key = names.key(iri)
        return key if key.strip() and names.record(self._centre, kind, key) == iri else None

    def _asked(self, sheet: str) -> list[Record]:
        """Return the records that a sheet has a row for."""
        found = self._all(kind_of(sheet))
        return found if self._of is None else [one for one in found if self._answers_for(one)]

    def _answers_for(self, one: Record) -> bool:
        """Return whether the person whose sheets these are answers for a record."""
        if isinstance(one, Need):
            return any(project.iri == one.project for project in self._asked("Projects"))
        return one.iri == self._of or (isinstance(one, Project) and self._of in one.lead)

    def _field(self, column: Column) -> str:
        if column.header == "Tier":
            return self._term(iri_of("tier", self._open.value)) if self.round else ""
        if not column.field:
            return ""
        known = {"centre": self._view.records_of([self._iri]).get(self._iri), "round": self.round}
        one = known[column.kind]
        return self._cell(column, [one]) if one else self._centre if column.field == "centre.identifier" else ""

    def _row(self, sheet: str, one: Record) -> dict[str, str]:
        """Return the cells of one row: its record, and what stands beside it."""
        beside = self._beside
        said = {one.kind: [one], **{kind: beside[kind].get(one.iri, []) for kind in beside}}
        row = {column.header: self._cell(column, said[column.kind], one) for column in SHEETS[sheet] if column.field}
        if isinstance(one, Need) and one.needed_from:
            row["Horizon"] = "; ".join(_written("Horizon", one))  # the term is counted from the date
        chosen = self._chosen(one)
        if chosen.rank > self._open.rank:
            row["Tier"] = self._term(iri_of("tier", chosen.value))
        return row

    def _chosen(self, one: Record) -> Tier:
        """Return the tier that was chosen for a row: not the one at which it waits for a sign-off, nor its project's."""
        stands, said = self._view.tier(one.iri), getattr(one, "chosen_tier", None)
        if said and stands.rank > self._open.rank:
            concept = vocabulary().concept(said)
            return Tier(concept.notation) if concept else stands
        follows = isinstance(one, Need) and one.project and self._view.tier(one.project).rank >= stands.rank
        return self._open if follows else stands

    @cached_property
    def _open(self) -> Tier:
        """Return the tier of the whole survey."""
        return self._view.tier(self.round.iri) if self.round else Tier.INTERNAL

    @cached_property
    def _beside(self) -> dict[str, dict[str, list[Record]]]:
        """Return the further records of the rows, by kind and by the record that a row's id names."""
        found: dict[str, dict[str, list[Record]]] = {kind: defaultdict(list) for kind in _BESIDE}
        for one in self._records("product"):
            key = self._key(one.iri, "product")
            if key:
                found["product"][self._view.store.names.record(self._centre, "project", key)].append(one)
        for one in sorted(self._records("stage-observation"), key=_observed):
            if isinstance(one, StageObservation) and one.project:
                found["stage-observation"][one.project] = [one]  # the latest is the current one
        for one in self._records("method-use"):
            if isinstance(one, MethodUse) and one.project:
                found["method-use"][one.project].append(one)
        for one in self._records("response"):
            if isinstance(one, Response) and one.respondent and self.round and one.round == self.round.iri:
                found["response"][one.respondent].append(one)
        return found

    def _cell(self, column: Column, said: Iterable[Record], first: Record | None = None) -> str:
        """Return a cell in words."""
        field = next(one for one in columns(KINDS[column.kind]) if one.name == column.name)
        if field.says.private and not self._contacts and (first is None or first.iri != self._of):
            return ""
        values: list[Any] = []
        for one in said:
            if column.role is None or getattr(one, "role", None) == f"{ATMP}method-role-{column.role}":
                value = getattr(one, column.name)
                values += value if isinstance(value, tuple) else [] if value is None else [value]
        written = [words for words in _written(column.header, first) if not self._decided_of(column, words)]
        other = fallback(vocabulary(), column.scheme) if column.scheme else None
        if written and other in values and not field.many:
            values.remove(other)
        elif values and not field.many and column.role is None:
            written = []  # a value has been found since
        return "; ".join(filter(None, [*(self._word(column, value) for value in values), *written]))

    def _decided_of(self, column: Column, words: str) -> bool:
        """Return whether words were decided to mean a term, which is then among the values."""
        return (column.scheme or DISEASE, alike(words)) in self._decided

    @cached_property
    def _decided(self) -> set[tuple[str | None, str]]:
        return {(one.term_list, alike(one.label or "")) for one in wordings(self._view)}

    def _word(self, column: Column, value: Any) -> str | None:
        if isinstance(value, bool):
            return YES_NO[self._language][0 if value else 1]
        if isinstance(value, date):
            return value.isoformat()
        if column.sheet:
            return self._key(value, kind_of(column.sheet))
        if column.scheme:
            return self._term(value)
        disease = _MONDO.fullmatch(value) if column.sort is Sort.DISEASES else None
        return f"MONDO:{disease[1]}" if disease else str(value)

    def _term(self, iri: str) -> str:
        known = vocabulary()
        stated = known.concept(iri)
        if stated is None:
            return iri
        return spelled(known, known.current(stated), self._language)


def spelled(known: Vocabulary, concept: Concept, language: str) -> str:
    """Return how a cell names a concept: by its label, or its notation where the label could be read as something else."""
    label = concept.labels[language]
    return label if ";" not in label and known.find(label, concept.scheme) == concept else concept.notation


_BESIDE = ("product", "stage-observation", "method-use", "response")


def _observed(one: Record) -> tuple[date, str]:
    return (getattr(one, "observed", None) or date.min, one.iri)


def _written(header: str, one: Record | None) -> list[str]:
    """Return what a cell holds beside values: words that no term was found for, and answers that name no value."""
    stem, kept = f"{header}: ", (*one.as_written, *one.open_answers) if one else ()
    return [word.removeprefix(stem) for word in kept if word.startswith(stem)]
