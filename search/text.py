"""Text cards of what one viewer may read: projects with all their parts, and records of reference collections."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from atmp.kg.records import ATMP, MethodUse, Need, Product, Project, Record, StageObservation
from atmp.kg.records import KINDS as MODELS
from atmp.kg.triples import TYPE
from atmp.kg.view import View

from .card import Card, Draft, label_of
from .references import REFERENCES

RECIPE = "card-5"
"""Changes when cards are written otherwise, so that an older index is made anew."""

KINDS = ("project", "product", *REFERENCES)
"""The kinds of record that have a card."""

DEVELOPS = f"{ATMP}develops"
PARTS = (f"{ATMP}observedProject", f"{ATMP}usedIn", f"{ATMP}neededBy")
"""Properties by which a part of a project's card points at the project."""


class Writer:
    """Writes the cards of one view, from its engine at the newest revision."""

    def __init__(self, view: View) -> None:
        """Read through `view`."""
        self._view = view
        self._engine = view.engine

    def iris(self) -> list[str]:
        """Return the IRIs of all records that may have a card."""
        return [iri for kind in KINDS for iri in self._view.iris(kind)]

    def cards(self, iris: Iterable[str]) -> dict[str, Card | None]:
        """Return the cards at these IRIs; None where the viewer sees no record that has one."""
        wanted = list(iris)
        typed = [iri for iri in wanted if self._carded(iri)]
        records = self._view.records_of(typed)
        return {iri: self._card(records[iri]) if iri in records else None for iri in wanted}

    def _carded(self, iri: str) -> bool:
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        kinds = {MODELS[kind].type for kind in KINDS}
        found = self._engine.oxigraph.quads_for_pattern(node, ox.NamedNode(TYPE), None, None)
        return any(str(getattr(quad.object, "value", "")) in kinds for quad in found)

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
