"""The grounds of a match: its reasons, each with the statements it rests on, and what is missing for a better one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from atmp.kg.records import ATMP, DCT, RDFS, SKOS, Capability, Need, Person
from atmp.kg.triples import XSD
from atmp.kg.view import View
from atmp.ontology.skill import skills
from atmp.ontology.terms import spelling
from atmp.ontology.vocabulary import vocabulary

from .fit import distance, related, shared, unsaid
from .query import words
from .reason import Reason, literal, named, said
from .refusal import grade_words
from .sides import Offer, Want

_NAMED = 3  # reasons name so many of what is shared


@dataclass(frozen=True)
class Pair:
    """A need and an offer, as the view states them, and as what their fit depends on."""

    view: View
    want: Want
    offer: Offer

    def reasons(self) -> tuple[Reason, ...]:
        """Return why the two fit, the weightiest first; each holds in the graph that the view shows."""
        told = (self._category, self._skill, self._platform, self._grade, self._time, self._place, self._capacity,
                self._experience, self._text, self._stage)  # fmt: skip
        return tuple(reason for tell in told for reason in tell())

    def missing(self) -> tuple[str, ...]:
        """Return what would make a better match of it, in words."""
        return tuple(self._missing())

    def _label(self, iri: str) -> str:
        return self.view.label(iri)

    def _category(self) -> Iterator[Reason]:
        wanted = self.want.category
        if wanted is None or self.offer.kind == "person":
            return
        given = max(self.offer.categories, key=lambda one: (related(wanted, one), one))
        facts = (said(self.want.iri, f"{ATMP}category", wanted), said(self.offer.iri, f"{ATMP}category", given))
        if wanted == given:
            yield Reason(f"both are about {self._label(wanted)}", facts)
        elif given in vocabulary().ancestors(wanted):
            yield Reason(f"{self._label(given)} includes {self._label(wanted)}", (*facts, _above(wanted, given)))
        else:
            yield Reason(f"{self._label(given)} is a kind of {self._label(wanted)}", (*facts, _above(given, wanted)))

    def _skill(self) -> Iterator[Reason]:
        person = self.view.record(self.offer.iri)
        if self.want.category is None or not isinstance(person, Person):
            return
        near = (category for category in self.offer.categories if related(self.want.category, category))
        helpful = {method for category in near for method in skills().get(category, ())}
        category = said(self.want.iri, f"{ATMP}category", self.want.category)
        for method in sorted(helpful & self.offer.methods, key=self._telling)[:_NAMED]:
            if method in person.expertise:
                yield Reason(
                    f"masters {self._label(method)}", (category, said(person.iri, f"{ATMP}hasExpertise", method))
                )
            else:
                led = f"?project {named(ATMP + 'leadInvestigator')} {named(person.iri)}"
                use = f"?use {named(ATMP + 'usedIn')} ?project", f"?use {named(ATMP + 'usesMethod')} {named(method)}"
                where = (
                    f"FILTER NOT EXISTS {{ ?use {named(ATMP + 'methodRole')} {named(ATMP + 'method-role-planned')} }}"
                )
                yield Reason(f"leads a project that uses {self._label(method)}", (category, led, *use), where)

    def _telling(self, method: str) -> tuple[int, str]:
        """Return a method's place: first those that the need speaks of."""
        label = self._label(method)
        return -len(self.want.words & {spelling(word) for word in words(label)}), label

    def _platform(self) -> Iterator[Reason]:
        both = sorted(shared(self.want, self.offer), key=self._label)
        if both:
            facts = [said(side.iri, f"{ATMP}platform", one) for one in both for side in (self.want, self.offer)]
            yield Reason(f"works with {', '.join(map(self._label, both))}", tuple(facts))

    def _grade(self) -> Iterator[Reason]:
        need, given = self.view.record(self.want.iri), self.view.record(self.offer.iri)
        if not isinstance(need, Need) or not isinstance(given, Capability) or not need.grade or not given.grade:
            return
        if self.want.grade is not None and self.offer.grade is not None:
            facts = (said(given.iri, f"{ATMP}grade", given.grade), said(need.iri, f"{ATMP}grade", need.grade))
            yield Reason(f"{self._label(given.grade)} is offered, {self._label(need.grade)} is wanted", facts)

    def _time(self) -> Iterator[Reason]:
        available, start = self.offer.available, self.want.start
        if available is not None and start is not None and available <= start:
            facts = (_dated(self.offer.iri, f"{ATMP}availableFrom", available), *self._due())
            where = f"FILTER({_day(available)} <= {_day(start)})"
            yield Reason(f"available from {available}, needed from {start}", facts, where)

    def _due(self) -> tuple[str, ...]:
        """Return the statements from which it follows when the need falls due."""
        need = self.view.record(self.want.iri)
        if not isinstance(need, Need):
            return ()
        if need.needed_from is not None:
            return (_dated(need.iri, f"{ATMP}neededFrom", need.needed_from),)
        return (
            said(need.iri, f"{ATMP}horizon", need.horizon or ""),
            said(need.iri, f"{ATMP}neededBy", need.project or ""),
            f"{named(need.project or '')} {named(ATMP + 'round')} ?round",
            f"?round {named(DCT + 'date')} ?held",
        )

    def _place(self) -> Iterator[Reason]:
        """Yield who offers it or needs it is told by the caller; here how far apart the two stand."""
        words_, project = distance(self.want, self.offer)[1], self.want.project
        if not project or words_ in {"", "elsewhere in the network"}:
            return
        needed = said(self.want.iri, f"{ATMP}neededBy", project)
        whose = named(f"{ATMP}{'memberOf' if self.offer.kind == 'person' else 'providedBy'}")
        part, at = f"{named(ATMP + 'partOf')}*", named(f"{ATMP}organisation")
        ours, theirs = f"{named(project)} {at}/{part} ", f"{named(self.offer.iri)} {whose}/{part} "
        if words_ == "at the same centre":
            centre = self.want.centre or ""
            facts = (said(project, f"{ATMP}centre", centre), said(self.offer.iri, f"{ATMP}centre", centre))
            yield Reason(words_, (needed, *facts))
        elif words_ == "in the same organisation":
            one = named(min(self.want.organisations & self.offer.organisations))
            yield Reason(words_, (needed, ours + one, theirs + one))
        else:
            country = f"?one {named(ATMP + 'country')} ?country", f"?other {named(ATMP + 'country')} ?same"
            yield Reason(
                words_, (needed, f"{ours}?one", f"{theirs}?other", *country), "FILTER(LCASE(?country) = LCASE(?same))"
            )

    def _capacity(self) -> Iterator[Reason]:
        given = self.view.record(self.offer.iri)
        if not isinstance(given, Capability):
            return
        if given.projects_at_once is not None:
            places, free = given.projects_at_once, given.projects_at_once - len(self.offer.taken - {self.want.project})
            number = f"{named(given.iri)} {named(ATMP + 'projectsAtOnce')} {literal(places, XSD + 'integer')}"
            yield Reason(f"has room for {free} of {places} projects", (number,), self._room(places - free))
        elif given.capacity:
            fact = f"{named(given.iri)} {named(ATMP + 'capacity')} {literal(given.capacity)}"
            yield Reason(f"its capacity: {given.capacity}", (fact,))

    def _room(self, taken: int) -> str:
        """Return the pattern that so many other projects are served already."""
        closed = ", ".join(named(f"{ATMP}need-status-{word}") for word in ("met", "withdrawn"))
        own = f"FILTER(?other != {named(self.want.project)})" if self.want.project else ""
        return (
            f"{{ SELECT (COUNT(DISTINCT ?other) AS ?taken) {{ ?served {named(ATMP + 'servedBy')} {named(self.offer.iri)} ;"
            f" {named(ATMP + 'neededBy')} ?other {own} FILTER NOT EXISTS {{ ?served {named(ATMP + 'needStatus')} ?status"
            f" FILTER(?status IN ({closed})) }} }} }} FILTER(?taken = {taken})"
        )

    def _experience(self) -> Iterator[Reason]:
        project, offer = self.want.project, self.offer
        if not project:
            return
        uses = named(f"{ATMP}usesCapability")
        if offer.iri in self.want.uses:
            yield Reason("the project uses it already", (said(project, f"{ATMP}usesCapability", offer.iri),))
            return
        both = sorted(self.want.methods & offer.methods, key=self._label)[:_NAMED]
        if not both or offer.kind == "person":
            return
        facts: list[str] = []
        used, by = named(f"{ATMP}usesMethod"), named(f"{ATMP}usedIn")
        for place, method in enumerate(map(named, both)):
            facts += [
                f"?mine{place} {by} {named(project)}", f"?mine{place} {used} {method}",
                f"?user{place} {uses} {named(offer.iri)}", f"?theirs{place} {by} ?user{place}",
                f"?theirs{place} {used} {method}",
            ]  # fmt: skip
        yield Reason(f"projects that use it share methods: {', '.join(map(self._label, both))}", tuple(facts))

    def _text(self) -> Iterator[Reason]:
        both = sorted(self.want.words & self.offer.words, key=lambda word: (-len(word), word))[:_NAMED]
        if not both or self.offer.kind == "person":
            return
        facts, tests = list[str](), list[str]()
        for name, side in (("given", self.offer), ("wanted", self.want)):
            tokens = {spelling(word): word for word in words(self._told(side.iri))}
            for place, word in enumerate(both):
                facts.append(f"{named(side.iri)} {named(RDFS + 'label')}|{named(DCT + 'description')} ?{name}{place}")
                tests.append(f"CONTAINS(LCASE(?{name}{place}), {literal(tokens[word])})")
        shown = ", ".join(tokens[word] for word in both)
        yield Reason(f"described in the same words: {shown}", tuple(facts), f"FILTER({' && '.join(tests)})")

    def _told(self, iri: str) -> str:
        record = self.view.record(iri)
        return " ".join(filter(None, (record.label, record.description)))

    def _stage(self) -> Iterator[Reason]:
        stage, now, project = self.want.from_stage, self.want.standing, self.want.project
        if stage is None or now is None or project is None or now < stage:
            return
        need = self.view.record(self.want.iri)
        facts = (
            said(need.iri, f"{ATMP}neededFromStage", getattr(need, "needed_from_stage", None) or ""),
            f"?seen {named(ATMP + 'observedProject')} {named(project)}", f"?seen {named(ATMP + 'stage')} ?stage",
        )  # fmt: skip
        reached = [one.iri for one in vocabulary().schemes["stage"].concepts if one.order == now]
        where = f"FILTER(?stage IN ({', '.join(map(named, reached))}))"
        yield Reason(f"the project is at stage {now}, and needs it from stage {stage}", facts, where)

    def _missing(self) -> Iterator[str]:
        want, offer = self.want, self.offer
        if offer.kind == "person":
            yield "this is experience, and not offered as a service: ask"
        elif want.category and any(one in vocabulary().ancestors(want.category) for one in offer.categories):
            yield f"ask whether {self._label(want.category)} is among what is offered"
        if unsaid(want, offer):
            yield "neither side rules the other's platform out: state the platforms"
        if want.grade is not None and offer.grade is None:
            yield f"the need asks for {grade_words(want.grade)}, and the capability does not state its grade"
        if offer.available is not None and want.start is not None and offer.available > want.start:
            yield f"available only from {offer.available}, while it may be needed from {want.start}"
        if want.start is None and want.from_stage is None:
            yield "when it is needed is not stated: give a date, a horizon or a stage"
        if not offer.sized:
            yield "how much it can take is not stated: give its capacity"
        for limits, places, whose in (
            (want.only_within, offer.places, "who offers it"), (offer.only_within, want.places, "whose project it is"),
        ):  # fmt: skip
            if limits and not places:
                yield f"only partners within {', '.join(sorted(map(self._label, limits)))} count: state {whose}"


def _above(narrow: str, wide: str) -> str:
    return f"{named(narrow)} {named(SKOS + 'broader')}+ {named(wide)}"


def _dated(subject: str, prop: str, day: date) -> str:
    return f"{named(subject)} {named(prop)} {_day(day)}"


def _day(day: date) -> str:
    return literal(day.isoformat(), f"{XSD}date")
