"""Text cards of what one viewer may read: projects with all their parts, and records of reference collections."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import pyoxigraph as ox
from atmp.kg.engine import Engine
from atmp.kg.records import ATMP, MethodUse, Need, Product, Project, Record, StageObservation
from atmp.kg.records import KINDS as MODELS
from atmp.kg.subjects import Subjects
from atmp.kg.tiers import Tier
from atmp.kg.triples import TYPE, iri_of, record
from atmp.kg.view import View

from .card import Card, Draft, label_of
from .references import REFERENCES

RECIPE = "card-6"
"""Changes when cards are written otherwise, so that an older index is made anew."""

KINDS = ("project", "product", *REFERENCES)
"""The kinds of record that have a card."""
_TYPES, _COLLECTED = (frozenset(ox.NamedNode(MODELS[kind].type) for kind in kinds) for kinds in (KINDS, REFERENCES))

DEVELOPS = f"{ATMP}develops"
PARTS = (f"{ATMP}observedProject", f"{ATMP}usedIn", f"{ATMP}neededBy")
"""Properties by which a part of a project's card points at the project."""


class Writer:
    """Writes the cards of one view at the newest revision.

    A record of a reference collection is all its card tells of, so it is read from the file, however many there are. The
    engine, which holds the whole graph, is asked where a card is made of several records, or of what readers of one
    graph are told and readers of another are not.
    """

    def __init__(self, view: View) -> None:
        """Read through `view`."""
        self._view = view
        self._subjects = Subjects(view.store, view.viewer)

    @cached_property
    def _engine(self) -> Engine:
        return self._view.engine

    def iris(self) -> list[str]:
        """Return the IRIs of all records that may have a card."""
        return [iri for kind in KINDS for iri in self._subjects.iris(kind)]

    def cards(self, iris: Iterable[str]) -> dict[str, Card | None]:
        """Return the cards at these IRIs; None where the viewer sees no record that has one."""
        found, others = dict[str, Card | None](), list[str]()
        for iri in iris:
            quads = self._subjects.quads(iri)
            found[iri] = self._reference(iri, quads)
            if found[iri] is None and any(quad.predicate.value == TYPE and quad.object in _TYPES for quad in quads):
                others.append(iri)
        shown = self._view.records_of(others) if others else {}
        return found | {iri: self._card(one) for iri, one in shown.items()}

    def _reference(self, iri: str, quads: list[ox.Quad]) -> Card | None:
        """Return the card of a record of a collection, where all who read any of what is said of it are told the same."""
        if not any(quad.predicate.value == TYPE and quad.object in _COLLECTED for quad in quads) or not self._open(
            quads
        ):
            return None
        stated = record(iri, [(quad.predicate.value, quad.object) for quad in quads])
        return REFERENCES[stated.kind](stated) if stated is not None and stated.kind in REFERENCES else None

    def _open(self, quads: Iterable[ox.Quad]) -> bool:
        graphs = {iri_of(quad.graph_name) for quad in quads}
        names = self._view.store.names
        return len(graphs) == 1 or all(names.read_graph(graph).tier is Tier.PUBLIC for graph in graphs)

    def _pointing(self, prop: str, iri: str) -> list[str]:
        quads = self._engine.oxigraph.quads_for_pattern(None, ox.NamedNode(prop), ox.NamedNode(iri), None)
        return sorted({str(getattr(quad.subject, "value", "")) for quad in quads})

    def _card(self, record: Record) -> Card | None:
        if isinstance(record, Project):
            return self._project(record)
        if record.kind in REFERENCES:
            return REFERENCES[record.kind](record)
        if isinstance(record, Product) and not self._pointing(DEVELOPS, record.iri):
            draft = Draft(record, record.label or record.inn or record.identifier or "")
            draft.say("Active substance", record.inn)
            draft.say("Holder", record.holder)
            _product(draft, record)
            return draft.card()
        return None  # a project's product is part of the project's card

    def _project(self, project: Project) -> Card:
        draft = Draft(project, project.label or project.identifier or "")
        draft.prose += [project.description, project.aim]
        linked = [iri for prop in PARTS for iri in self._pointing(prop, project.iri)]
        parts = list(self._view.records_of([*project.develops, *linked]).values())
        draft.parts = [*project.develops, *linked]
        for product in parts:
            if isinstance(product, Product):
                _product(draft, product)
        uses = [one.method for one in parts if isinstance(one, MethodUse) and one.method]
        draft.concept("Methods", sorted(set(uses)))
        needs = [one for one in parts if isinstance(one, Need)]
        draft.say("Needs", *(one.label or (label_of(one.category) if one.category else None) for one in needs))
        observed = [one for one in parts if isinstance(one, StageObservation) and one.stage]
        latest = max(observed, key=lambda one: (str(one.observed or ""), one.iri), default=None)
        if latest is not None and latest.stage:
            draft.say("Stage", label_of(latest.stage))
            draft.terms.append(("stage", latest.stage))
        return draft.card()


def _product(draft: Draft, product: Product) -> None:
    """Add what a product says."""
    diseases = [label_of(iri) for iri in product.indications]
    draft.say("Indication", *diseases, product.indication_text)
    draft.concepts += product.indications
    draft.terms += [("indication", iri) for iri in product.indications]
    draft.concept("Class", [product.atmp_class], "class")
    draft.concept("Cells", product.cell_sources, "cell")
    draft.concept("Vector", product.vectors, "vector")
    draft.concept("Platform", product.platforms)
    for name in ("transgene", "target", "scaffold", "starting_tissue", "population"):
        draft.say(name.replace("_", " ").capitalize(), getattr(product, name))
    draft.prose += [product.description, product.mechanism]
