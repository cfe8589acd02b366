"""The census: reads the records of a view once, and makes of them the two sides of every match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from atmp.kg.records import (
    ATMP,
    Capability,
    MethodUse,
    Need,
    Organisation,
    Person,
    Project,
    Record,
    Round,
    StageObservation,
)
from atmp.kg.view import View
from atmp.ontology.skill import skills
from atmp.ontology.terms import spelling
from atmp.ontology.vocabulary import vocabulary

from .concepts import empty
from .fit import later
from .query import words
from .sides import NONE, Offer, Want

CLOSED = frozenset({f"{ATMP}need-status-met", f"{ATMP}need-status-withdrawn"})
ANY = f"{ATMP}platform-any"
RESEARCH = 1
"""The grade at which a person helps who masters a method: a laboratory's."""

_WINDOWS = {"1-2": (1, 3), "3-4": (3, 5), "5-10": (5, 11), "beyond": (11, None)}
# years from a round: a date is counted into the same horizons when a survey is read
_GENERAL = frozenset({"model", "study", "assay", "test", "analysis"})
"""Words of a method's name without which it is still meant."""

_PLANNED = f"{ATMP}method-role-planned"
R = TypeVar("R", bound=Record)


class Census:
    """The records of a view, and the sides that they make."""

    def __init__(self, view: View) -> None:
        """Read the records of `view`."""
        self._projects = records_of(view, Project)
        self._organisations = records_of(view, Organisation)
        self._people = records_of(view, Person)
        self._rounds = records_of(view, Round)
        self._needs, self._capabilities = records_of(view, Need), records_of(view, Capability)
        self._stages = standing(records_of(view, StageObservation).values())
        self._methods: dict[str, set[str]] = defaultdict(set)
        self._mastered: dict[str, set[str]] = defaultdict(set)
        for use in records_of(view, MethodUse).values():
            if use.project and use.method and not empty(use.method):
                self._methods[use.project].add(use.method)
                if use.role != _PLANNED:
                    self._mastered[use.project].add(use.method)
        self._users: dict[str, set[str]] = defaultdict(set)
        for project in self._projects.values():
            for used in project.uses_capabilities:
                self._users[used].add(project.iri)
        self._taken: dict[str, set[str]] = defaultdict(set)
        for need in self._needs.values():
            for server in need.served_by:
                if need.project and need.status not in CLOSED:
                    self._taken[server].add(need.project)

    @property
    def held(self) -> date | None:
        """Return the day of the latest survey round."""
        return max((one.held for one in self._rounds.values() if one.held), default=None)

    def wants(self) -> Iterator[Want]:
        """Yield all needs, the closed ones too."""
        return map(self._want, self._needs.values())

    def offers(self) -> Iterator[Offer]:
        """Yield all capabilities, and the people who master a method that helps with a category of support."""
        yield from map(self._offer, self._capabilities.values())
        yield from self._masters()

    def _want(self, need: Need) -> Want:
        project = self._projects.get(need.project or "")
        above = frozenset(self._above(project.organisations if project else ()))
        team = {*project.lead, *project.investigators} if project else set()
        start, end = self._window(need, project)
        return Want(
            iri=need.iri, identifier=need.identifier or "", label=_label(need, need.category),
            category=None if not need.category or empty(need.category) else need.category,
            open=need.status not in CLOSED, project=need.project, start=start, end=end,
            from_stage=_order(need.needed_from_stage), standing=self._stages.get(need.project or ""),
            uses=frozenset(project.uses_capabilities) if project else NONE, named=_named(need),
            platforms=_stated(need.platforms), any_platform=ANY in need.platforms, grade=_order(need.grade),
            centre=(project.centre if project else None) or need.centre, organisations=above,
            countries=self._countries(above), methods=frozenset(self._methods.get(need.project or "", ())),
            parties=frozenset({need.iri, *above, *team} | ({need.project} if need.project else set())),
            only_within=frozenset(need.only_within),
            not_with=frozenset({*need.not_with, *(project.not_with if project else ())}), words=tokens(need),
        )  # fmt: skip

    def _offer(self, given: Capability) -> Offer:
        above = frozenset(self._above([given.provider] if given.provider else ()))
        users = self._users.get(given.iri, set())
        return Offer(
            iri=given.iri, identifier=given.identifier or "", label=_label(given, given.category),
            categories=NONE if not given.category or empty(given.category) else frozenset({given.category}),
            available=given.available_from, at_once=given.projects_at_once,
            sized=given.projects_at_once is not None or bool(given.capacity),
            taken=frozenset(self._taken.get(given.iri, ())),
            platforms=_stated(given.platforms), any_platform=ANY in given.platforms, grade=_order(given.grade),
            centre=given.centre, organisations=above, countries=self._countries(above),
            methods=frozenset().union(*(self._methods.get(user, ()) for user in users)),
            parties=frozenset({given.iri, *above}), only_within=frozenset(given.only_within),
            not_with=frozenset(given.not_with), words=tokens(given),
        )  # fmt: skip

    def _masters(self) -> Iterator[Offer]:
        """Yield the people who master a method that helps with a category of support."""
        led: dict[str, set[str]] = defaultdict(set)
        for project in self._projects.values():
            for person in project.lead:
                led[person] |= self._mastered.get(project.iri, set())
        for master in self._people.values():
            methods = frozenset({*master.expertise, *led.get(master.iri, ())})
            helpful = {category: methods & some for category, some in skills().items() if methods & some}
            if not helpful:
                continue
            above = frozenset(self._above(master.organisations))
            yield Offer(
                iri=master.iri, kind="person", identifier=master.identifier or "", label=master.label or master.iri,
                categories=frozenset(helpful), any_platform=True, grade=RESEARCH, sized=True, centre=master.centre,
                organisations=above, countries=self._countries(above), parties=frozenset({master.iri, *above}),
                methods=methods, words=_words(map(_called, frozenset().union(*helpful.values()))),
            )  # fmt: skip

    def _above(self, organisations: Iterable[str]) -> set[str]:
        """Return organisations and all that they are part of; one that is a part of itself ends there."""
        found: set[str] = set()
        waiting = list(organisations)
        while waiting:
            iri = waiting.pop()
            if iri not in found:
                found.add(iri)
                one = self._organisations.get(iri)
                waiting += [one.part_of] if one and one.part_of else []
        return found

    def _countries(self, organisations: Iterable[str]) -> frozenset[str]:
        some = (self._organisations.get(iri) for iri in organisations)
        return frozenset(one.country.casefold() for one in some if one and one.country)

    def _window(self, need: Need, project: Project | None) -> tuple[date | None, date | None]:
        """Return the days between which a need falls due: the stated one, or its horizon after the project's round."""
        if need.needed_from is not None:
            return need.needed_from, need.needed_from
        rounds = (self._rounds.get(iri) for iri in project.rounds) if project else ()
        held = max((one.held for one in rounds if one and one.held), default=None)
        horizon = vocabulary().concept(need.horizon) if need.horizon else None
        if held is None or horizon is None or horizon.notation not in _WINDOWS:
            return None, None
        first, last = _WINDOWS[horizon.notation]
        return later(held, first), later(held, last) if last else None


def tokens(record: Record) -> frozenset[str]:
    """Return the words of a record's label and description that carry meaning, in their bare form."""
    return _words(filter(None, (record.label, record.description)))


def _words(said: Iterable[str]) -> frozenset[str]:
    return frozenset(bare for word in words(" ".join(said)) if len(word) > 3 and (bare := spelling(word)))


def _named(need: Need) -> frozenset[str]:
    """Return the methods that help with a need's category and that its words speak of."""
    text = f" {spelling(' '.join(filter(None, (need.label, need.description))))} "
    bare = {
        method: " ".join(word for word in spelling(_called(method)).split() if word not in _GENERAL)
        for method in skills().get(need.category or "", ())
    }
    return frozenset(method for method, name in bare.items() if name and f" {name} " in text)


def _called(iri: str) -> str:
    concept = vocabulary().concept(iri)
    return concept.labels["en"] if concept else ""


def records_of(view: View, model: type[R]) -> dict[str, R]:
    """Return all records of a type that a view shows, by IRI."""
    return {one.iri: one for one in view.records(model.kind) if isinstance(one, model)}


def standing(observed: Iterable[StageObservation]) -> dict[str, int]:
    """Return the number of each project's latest stage; of two of one day, the higher."""
    latest: dict[str, tuple[date, int]] = {}
    for one in observed:
        order = _order(one.stage)
        if one.project and one.observed and order is not None:
            latest[one.project] = max(latest.get(one.project, (date.min, -1)), (one.observed, order))
    return {project: order for project, (_, order) in latest.items()}


def _order(iri: str | None) -> int | None:
    concept = vocabulary().concept(iri) if iri else None
    return concept.order if concept else None


def _stated(platforms: Iterable[str]) -> frozenset[str]:
    return frozenset(iri for iri in platforms if iri != ANY and not empty(iri))


def _label(record: Record, category: str | None) -> str:
    return record.label or _called(category or "") or record.iri
