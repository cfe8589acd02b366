"""Whom should I work with: investigators for a project, by shared methods, indication, modality and text.

Those who already work together are left out: on the same project, now or on any other. Shared methods weigh by
rarity: a method that everybody uses says little.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.records import MethodUse, Person, Product, Project
from atmp.kg.view import View
from atmp.ontology.vocabulary import vocabulary

from .concepts import empty
from .match import Match

if TYPE_CHECKING:
    from .finder import Finder

WEIGHTS = {"methods": 0.35, "indication": 0.2, "modality": 0.15, "text": 0.3}
_NAMED = 3  # reasons name so many methods, the rarest


@dataclass
class _Profile:
    """What a project or a person stands for: methods, diseases, platforms; people by project."""

    methods: set[str] = field(default_factory=set)
    diseases: set[str] = field(default_factory=set)
    platforms: set[str] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)

    def add(self, other: _Profile) -> None:
        """Take in another profile."""
        self.methods |= other.methods
        self.diseases |= other.diseases
        self.platforms |= other.platforms
        self.projects |= other.projects


def people_for(view: View, finder: Finder, project_iri: str, *, limit: int = 10) -> tuple[Match, ...]:
    """Return investigators for a project, best first, each with reasons; raises UnknownRecordError or UsageError."""
    if limit < 1:
        raise UsageError("ask for at least one person")
    mine = view.record(project_iri)
    if not isinstance(mine, Project):
        raise UsageError(f"{project_iri} is no project: name one, such as P01")
    profiles = _profiles(view)
    teams = {one.iri: {*one.lead, *one.investigators} for one in view.records("project") if isinstance(one, Project)}
    similar = _text(view, finder, project_iri)
    known = set().union(*(team for team in teams.values() if team & teams[mine.iri])) | teams[mine.iri]
    people = {one.iri: one for one in view.records("person") if isinstance(one, Person) and one.iri not in known}
    rarity = _rarity(profile.methods for profile in profiles.values())
    found = []
    for iri, person in people.items():
        theirs = _Profile(methods=set(person.expertise))
        for project, team in teams.items():
            if iri in team:
                theirs.add(profiles[project])
        match = _match(view, person, profiles[mine.iri], theirs, rarity, similar)
        if match is not None:
            found.append(match)
    return tuple(sorted(found, key=lambda one: (-one.score, one.identifier))[:limit])


def _profiles(view: View) -> dict[str, _Profile]:
    known = vocabulary()
    products = {one.iri: one for one in view.records("product") if isinstance(one, Product)}
    methods: dict[str, set[str]] = defaultdict(set)
    for use in view.records("method-use"):
        if isinstance(use, MethodUse) and use.project and use.method and not empty(use.method):
            methods[use.project].add(use.method)
    found = {}
    for project in view.records("project"):
        if not isinstance(project, Project):
            continue
        profile = _Profile(methods=methods[project.iri], projects={project.iri})
        for product in (products[iri] for iri in project.develops if iri in products):
            profile.diseases |= set(product.indications)
            profile.platforms |= set(product.platforms)
            for term in (*product.vectors, *product.cell_sources):
                for one in (term, *known.ancestors(term)):
                    concept = known.concept(one)
                    profile.platforms |= set(concept.platforms if concept else ())
        profile.platforms = {iri for iri in profile.platforms if not empty(iri)}
        found[project.iri] = profile
    return found


def _rarity(methods: Iterable[set[str]]) -> dict[str, float]:
    """Return each method's weight, 0 to 1: log of rarity among the projects."""
    seen = list(methods)
    counts = Counter(method for one in seen for method in one)
    top = math.log(1 + len(seen)) or 1.0
    return {method: math.log(1 + len(seen) / count) / top for method, count in counts.items()}


def _text(view: View, finder: Finder, project_iri: str) -> dict[str, float]:
    from .filters import Filters

    hits = finder.similar(view.viewer, to=[project_iri], filters=Filters(kinds=("project",)), limit=200).hits
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    return {hit.iri: hit.score / top for hit in hits}


def _near(diseases: set[str], others: set[str]) -> tuple[float, str | None]:
    """Return how near two sets of diseases are (same 1, parent or child 0.6), and the disease to name."""
    tree = vocabulary().diseases
    same = sorted(diseases & others)
    if same:
        return 1.0, same[0]
    for one in sorted(diseases):
        for other in sorted(others):
            if other in tree.parents(one) or one in tree.parents(other):
                return 0.6, other
    return 0.0, None


def _match(
    view: View,
    person: Person,
    mine: _Profile,
    theirs: _Profile,
    rarity: Mapping[str, float],
    similar: Mapping[str, float],
) -> Match | None:
    shared = sorted(mine.methods & theirs.methods, key=lambda method: (-rarity.get(method, 0.0), method))
    weight = sum(rarity.get(method, 0.0) for method in shared)
    whole = sum(rarity.get(method, 0.0) for method in mine.methods) or 1.0
    near, disease = _near(mine.diseases, theirs.diseases)
    platforms = sorted(mine.platforms & theirs.platforms)
    closest = max(theirs.projects, key=lambda iri: (similar.get(iri, 0.0), iri), default=None)
    text = similar.get(closest, 0.0) if closest else 0.0
    fits = {
        "methods": min(weight / whole, 1.0),
        "indication": near,
        "modality": len(platforms) / len(mine.platforms) if mine.platforms else 0.0,
        "text": text,
    }
    parts = {name: round(WEIGHTS[name] * fit, 4) for name, fit in fits.items()}
    score = round(sum(parts.values()), 4)
    reasons = []
    if shared:
        many = f"{len(shared)} methods, the rarest " if len(shared) > 1 else ""
        reasons.append(f"shares {many}{_words(view, shared[:_NAMED])}")
    if disease:
        reasons.append(f"works on {'the same disease' if near == 1.0 else 'a close disease'}, {view.label(disease)}")
    if platforms:
        reasons.append(f"the same modality, {_words(view, platforms[:_NAMED])}")
    if closest and text >= 0.5:  # below half of the best text the likeness would not convince a reader
        reasons.append(f"described most alike: {view.label(closest)}")
    if not reasons:
        return None
    return Match(
        person.iri, person.kind, person.identifier or "", person.label or person.iri, score, parts, tuple(reasons)
    )


def _words(view: View, iris: Iterable[str]) -> str:
    return ", ".join(view.label(iri) for iri in iris)
