"""Readiness: what a project is normally required to have before its next stage, and has nothing on record of.

Each is inferred by a rule, never a fact: a likely need, with the rule's source and how many peers at the stage have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP, Capability, MethodUse, Need, Product, Project, Record, StageObservation
from atmp.kg.view import View
from atmp.ontology.requirement import Requirement, requirements
from atmp.ontology.vocabulary import vocabulary

from .census import records_of, standing
from .concepts import empty

_PLATFORM = f"{ATMP}platform-"


@dataclass(frozen=True)
class Likely:
    """A likely need of a project: by which requirement, and of how many peers at its stage how many have it on record."""

    requirement: Requirement
    label: str
    peers: int
    having: int

    @property
    def words(self) -> str:
        """Return the likely need in a sentence that says that it is inferred."""
        rule = self.requirement
        said = (
            f"{self.having} of {self.peers} peers at this stage have it on record"
            if self.peers
            else "no peer is at this stage"
        )
        return f"inferred: {rule.words} is normally in place before stage {rule.before} ({rule.source}); {said}"


def likely_needs(view: View, project_iri: str) -> tuple[Likely, ...]:
    """Return what a project lacks before its next stage, the earliest requirement first.

    Raises UnknownRecordError, and UsageError for another kind of record or a project whose stage nobody stated.
    """
    project = view.record(project_iri)
    if not isinstance(project, Project):
        raise UsageError(f"{project_iri} is no project: name one, such as P01")
    panel = _Panel(view)
    stage = panel.stages.get(project.iri)
    if stage is None:
        raise UsageError(
            f"no stage of {project.identifier or project.iri} is on record: state one to see what comes next"
        )
    peers = [one for one in panel.projects.values() if one.iri != project.iri and panel.stages.get(one.iri) == stage]
    return tuple(
        _likely(panel, rule, peers)
        for rule in requirements()
        if rule.before <= stage + 1 and panel.applies(rule, project) and not panel.has(rule, project)
    )


def _likely(panel: _Panel, rule: Requirement, peers: Iterable[Project]) -> Likely:
    alike = [one for one in peers if panel.applies(rule, one)]
    concept = vocabulary().concept(rule.category)
    label = concept.labels["en"] if concept else rule.category
    return Likely(rule, label, len(alike), sum(panel.has(rule, one) for one in alike))


class _Panel:
    """All projects that a viewer sees, with what is on record of each."""

    def __init__(self, view: View) -> None:
        self.projects = records_of(view, Project)
        self.stages = standing(records_of(view, StageObservation).values())
        self._products = records_of(view, Product)
        capabilities = records_of(view, Capability)
        self._on_record: dict[str, set[str]] = defaultdict(set)
        for need in records_of(view, Need).values():
            self._on_record[need.project or ""].add(need.category or "")
        for use in records_of(view, MethodUse).values():
            self._on_record[use.project or ""].add(use.method or "")
        for project in self.projects.values():
            for used in project.uses_capabilities:
                if used in capabilities:
                    self._on_record[project.iri].add(capabilities[used].category or "")

    def applies(self, rule: Requirement, project: Project) -> bool:
        """Return whether a requirement is about the project's product."""
        return rule.facts <= frozenset().union(*(_facts(one) for one in self._made_by(project)))

    def has(self, rule: Requirement, project: Project) -> bool:
        """Return whether a project has what is required on record: as a need, a method, a capability or a field."""
        known = self._on_record.get(project.iri, set())
        records: tuple[Record, ...] = (project, *self._made_by(project))
        said = any(getattr(one, name, None) for one in records for name in rule.fields)
        return said or rule.category in known or not rule.methods.isdisjoint(known)

    def _made_by(self, project: Project) -> list[Product]:
        return [self._products[iri] for iri in project.develops if iri in self._products]


def _facts(product: Product) -> frozenset[str]:
    """Return what is stated of a product, in the words of the requirements."""
    known = vocabulary()
    cells = [one for one in product.cell_sources if not empty(one)]
    vectors = [one for one in product.vectors if not empty(one)]
    platforms = {one for one in product.platforms if not empty(one)}
    for term in (*cells, *vectors):
        for iri in (term, *known.ancestors(term)):
            concept = known.concept(iri)
            platforms |= set(concept.platforms if concept else ())
    found = {one.removeprefix(_PLATFORM) for one in platforms}
    found |= {"cells"} if cells else set()
    found |= {"vector"} if vectors else set()
    found |= {"allogeneic"} if product.donor_type == f"{ATMP}donor-allogeneic" else set()
    return frozenset(found | ({"in-vivo"} if product.delivery == f"{ATMP}delivery-in-vivo" else set()))
