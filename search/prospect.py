"""A project and everybody in a roster: how much each part speaks for each person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from atmp.ontology.vocabulary import vocabulary

from .circle import Values
from .collaboration import walked
from .roster import NONE, Roster

CLOSE = 0.6
"""How near a disease is to the one above or below it."""

_AHEAD = range(1, 4)  # stages: near enough to remember the way


class Prospect:
    """What speaks for each person of a roster as a partner for one project: arrays (people,), 0 to 1."""

    def __init__(self, said: Roster, project: str, similar: Mapping[str, float]) -> None:
        """Hold the project against a roster; `similar` says how alike other projects are described, 0 to 1."""
        self.said, self.project = said, project
        self.methods = said.methods.get(project, NONE)
        self.diseases = said.diseases.get(project, NONE)
        self.platforms = said.platforms.get(project, NONE)
        self._team = said.teams.get(project, NONE)
        self.similar = similar

    def parts(self) -> dict[str, Values]:
        """Return each part for each person."""
        best = self.said.best
        return {
            "methods": self._shared, "indication": best(self._near), "modality": self._modality,
            "text": best(self._texts), "circle": self._circle, "contrast": best(self._contrast),
            "exchange": self._exchange, "ahead": best(self._ahead), "place": self._place,
        }  # fmt: skip

    def parts_of(self, project: str) -> dict[str, bool]:
        """Return which complementary parts another project speaks for."""
        at = self.said.columns[project]
        return {"contrast": bool(self._contrast[at]), "ahead": bool(self._ahead[at])}

    @cached_property
    def _row(self) -> Mapping[str, int]:
        return {iri: at for at, iri in enumerate(self.said.people)}

    def mastered(self, person: int) -> frozenset[str]:
        """Return what methods a person uses or masters."""
        used = (self.said.methods.get(iri, NONE) for iri in self.said.projects_of(person))
        return self.said.expertise.get(self.said.people[person], NONE).union(*used)

    @cached_property
    def _shared(self) -> Values:
        """Return the rarity of the methods that are shared, as a share of all of the project's."""
        said, found = self.said, np.zeros(len(self.said.people))
        for method in sorted(self.methods):
            using = np.zeros(len(said.projects))
            using[[said.columns[iri] for iri in said.users.get(method, NONE) if iri in said.columns]] = 1.0
            has = said.best(using)
            has[[self._row[iri] for iri in said.masters.get(method, NONE) if iri in self._row]] = 1.0
            found += said.rarity[method] * has
        whole = sum(said.rarity[method] for method in self.methods)
        return found / whole if whole else found

    @cached_property
    def _close(self) -> frozenset[str]:
        """Return the diseases one step above the project's; `near` looks below."""
        tree = vocabulary().diseases
        return frozenset(above for one in self.diseases for above in tree.parents(one))

    def near(self, diseases: frozenset[str]) -> tuple[float, str | None]:
        """Return how near diseases are to the project's (same 1, parent or child 0.6), and the one to name."""
        if same := sorted(self.diseases & diseases):
            return 1.0, same[0]
        tree = vocabulary().diseases
        close = sorted(one for one in diseases if one in self._close or self.diseases & set(tree.parents(one)))
        return (CLOSE, close[0]) if close else (0.0, None)

    @cached_property
    def _near(self) -> Values:
        found, seen = np.zeros(len(self.said.projects)), dict[frozenset[str], float]()
        for iri, diseases in self.said.diseases.items() if self.diseases else ():
            if iri in self.said.columns:
                seen[diseases] = seen[diseases] if diseases in seen else self.near(diseases)[0]
                found[self.said.columns[iri]] = seen[diseases]
        return found

    @cached_property
    def _platform_share(self) -> Values:
        found = np.zeros(len(self.said.projects))
        for iri, platforms in self.said.platforms.items() if self.platforms else ():
            if iri in self.said.columns:
                found[self.said.columns[iri]] = len(platforms & self.platforms) / len(self.platforms)
        return found

    @cached_property
    def _modality(self) -> Values:
        """Return the share of the project's platforms that a person's projects have between them."""
        said, found = self.said, np.zeros(len(self.said.people))
        for platform in sorted(self.platforms):
            has = [platform in said.platforms.get(iri, NONE) for iri in said.projects]
            found += said.best(np.array(has, dtype=np.float64)) / len(self.platforms)
        return found

    @cached_property
    def _texts(self) -> Values:
        return np.array([self.similar.get(iri, 0.0) for iri in self.said.projects], dtype=np.float64)

    @cached_property
    def _contrast(self) -> Values:
        """Return 1 for projects with the same disease and another modality, or the same modality and another disease."""
        said = self.said
        has = [bool(said.diseases.get(iri)) and bool(said.platforms.get(iri)) for iri in said.projects]
        known = np.array(has, dtype=np.bool_) & bool(self.diseases) & bool(self.platforms)
        return np.where(known & ((self._near > 0) != (self._platform_share > 0)), 1.0, 0.0)

    @cached_property
    def _ahead(self) -> Values:
        """Return 1 for projects of the same modality that are one to three stages further."""
        said, mine = self.said, self.said.stages.get(self.project)
        ahead = [mine is not None and said.stages.get(iri, -1) - mine in _AHEAD for iri in said.projects]
        return np.where((self._platform_share > 0) & np.array(ahead, dtype=np.bool_), 1.0, 0.0)

    @cached_property
    def _circle(self) -> Values:
        """Return how near people are over people whom both sides worked with."""
        circle, found = self.said.circle, np.zeros(len(self.said.people))
        team = [circle.place[one] for one in sorted(self._team) if one in circle.place]
        if team:
            near = walked(circle, team)
            for at, party in enumerate(circle.parties):
                if party in self._row:
                    found[self._row[party]] = near[at]
        others = [self._row[one] for one in self._team if one in self._row]
        found[others] = 0.0
        return found / (found.max(initial=0.0) or 1.0)

    @cached_property
    def served(self) -> Mapping[str, frozenset[str]]:
        """Return the categories of the project's needs that each organisation's offers serve."""
        return _serving(self.said.wants.get(self.project, NONE), self.said)

    @cached_property
    def _ours(self) -> frozenset[str]:
        """Return the categories that the team's own organisations offer."""
        mine = (self.said.organisations.get(one, NONE) for one in self._team)
        return frozenset(one for found in mine for iri in found for one in self.said.offers.get(iri, NONE))

    def gives(self, person: int) -> frozenset[str]:
        """Return the categories of what the project needs that a person's organisations offer, and the team's do not."""
        theirs = self.said.organisations.get(self.said.people[person], NONE)
        return frozenset(one for iri in theirs for one in self.served.get(iri, NONE)) - _fits(self._wants, self._ours)

    def takes(self, person: int) -> frozenset[str]:
        """Return the categories of what a person's projects need that the team's organisations offer, and hers do not."""
        theirs = self.said.organisations.get(self.said.people[person], NONE)
        own = frozenset(one for iri in theirs for one in self.said.offers.get(iri, NONE))
        wanted = frozenset(one for iri in self.said.projects_of(person) for one in self.said.wants.get(iri, NONE))
        return _fits(wanted, self._ours) - _fits(wanted, own)

    @property
    def _wants(self) -> frozenset[str]:
        return self.said.wants.get(self.project, NONE)

    @cached_property
    def _exchange(self) -> Values:
        """Return a half for each direction in which one side has what the other needs."""
        people = range(len(self.said.people))
        if not self._wants and not self._ours:
            return np.zeros(len(self.said.people))
        return np.array([0.5 * bool(self.gives(at)) + 0.5 * bool(self.takes(at)) for at in people], dtype=np.float64)

    @cached_property
    def _place(self) -> Values:
        """Return 1 for people of an organisation of the team's, a half for those in the same town or centre."""
        said = self.said
        organisations = frozenset(one for person in self._team for one in said.organisations.get(person, NONE))
        towns = frozenset(one for iri in organisations for one in said.places.get(iri, NONE))
        centres = said.centres.get(self.project, NONE)

        def near(person: str) -> float:
            theirs = said.organisations.get(person, NONE)
            if theirs & organisations:
                return 1.0
            here = bool(said.centres.get(person, NONE) & centres)
            return 0.5 if here or any(said.places.get(iri, NONE) & towns for iri in theirs) else 0.0

        return np.array([near(person) for person in said.people], dtype=np.float64)


def _fits(wanted: frozenset[str], offered: frozenset[str]) -> frozenset[str]:
    """Return the wanted categories that something offered serves: the same, or one above or below."""
    known = vocabulary()
    return frozenset(
        one for one in wanted
        if one in offered or offered & set(known.ancestors(one)) or any(one in known.ancestors(of) for of in offered)
    )  # fmt: skip


def _serving(wanted: frozenset[str], said: Roster) -> Mapping[str, frozenset[str]]:
    return {iri: found for iri, offered in said.offers.items() if (found := _fits(wanted, offered))}
