"""Ties: whom a team knows already, and from where; and whom somebody asked to be kept apart from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP
from atmp.kg.triples import iri_of
from atmp.kg.view import View

from .roster import NONE, Roster, roster

_SMALL = 12  # members up to which a part of an organisation is a group
APART = "kept apart: one of them declared it"


@dataclass(frozen=True)
class Tie:
    """Somebody who is not proposed for a project, and why."""

    iri: str
    identifier: str
    label: str
    why: str


def ties(view: View, project_iri: str) -> tuple[Tie, ...]:
    """Return whom a project's team knows already, or is kept apart from, by id; raises UnknownRecordError or UsageError."""
    found = known(view, roster(view), checked(view, project_iri))
    records = view.records_of(found)
    told = [Tie(iri, one.identifier or "", one.label or iri, found[iri]) for iri, one in records.items()]
    return tuple(sorted(told, key=lambda one: (one.identifier, one.iri)))


def checked(view: View, project_iri: str) -> str:
    """Return the IRI under which a project stands; raises UnknownRecordError, and UsageError where it is none."""
    record = view.record(project_iri)
    if record.kind != "project":
        raise UsageError(f"{project_iri} is no project: name one, such as P01")
    return record.iri


def known(view: View, said: Roster, project: str) -> dict[str, str]:
    """Return why each person who is not of the team is not proposed: declared, or a tie of some kind."""
    team = said.teams.get(project, NONE)
    found = dict(_written(view, said, team))
    found |= {one: f"the same group, {view.label(group)}" for group, one in _grouped(said, team)}
    for iri, others in said.teams.items():
        if others & team:
            found |= dict.fromkeys(others, f"the same project, {view.label(iri)}")
    found |= dict.fromkeys(_declared(said, team, project), APART)
    people = set(said.people)
    return {one: why for one, why in found.items() if one in people and one not in team}


def _declared(said: Roster, team: frozenset[str], project: str) -> Iterator[str]:
    """Yield who is not to be proposed, whichever side said so, of a person, of the project or of an organisation."""
    ours = {project, *team, *(one for person in team for one in said.organisations.get(person, NONE))}
    ruled_out = frozenset().union(*(said.apart.get(one, NONE) for one in {project, *team}))
    for person in said.people:
        theirs = {person, *said.organisations.get(person, NONE)}
        if theirs & ruled_out or said.apart.get(person, NONE) & ours:
            yield person


def _grouped(said: Roster, team: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the groups of a team with their members: small organisations within another."""
    many = Counter(one for found in said.organisations.values() for one in found)
    mine = {one for person in team for one in said.organisations.get(person, NONE)}
    groups = sorted(one for one in mine if one in said.within and many[one] <= _SMALL)
    for group in groups:
        yield from ((group, person) for person in said.people if group in said.organisations.get(person, NONE))


def _written(view: View, said: Roster, team: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield who stands beside one of the team in a grant or a paper, by names as recorded that one person has."""
    graph = view.engine.oxigraph
    mine = sorted(name for name, person in said.names.items() if person in team)
    for what, prop in (("grant", "official"), ("paper", "author")):
        named = ox.NamedNode(f"{ATMP}{prop}")
        works = {quad.subject for name in mine for quad in graph.quads_for_pattern(None, named, ox.Literal(name), None)}
        for iri, work in sorted((iri_of(one), one) for one in works):
            label = view.label(iri)
            for quad in graph.quads_for_pattern(work, named, None, None):
                person = said.names.get(str(getattr(quad.object, "value", "")))
                if person is not None:
                    yield person, f"the same {what}, {label}"
