"""Text cards: what a project, a reference product or a trial says in words, as far as one viewer may read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox
from atmp.kg.records import ATMP, MethodUse, Need, Product, Project, Record, StageObservation, Trial
from atmp.kg.triples import TYPE
from atmp.kg.view import View
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary

from .concepts import empty

RECIPE = "card-2"
"""Changes when cards are written otherwise, so that an older index is made anew."""

KINDS = ("project", "product", "trial")
DEVELOPS = f"{ATMP}develops"
PARTS = (f"{ATMP}observedProject", f"{ATMP}usedIn", f"{ATMP}neededBy")
"""Properties by which a part of a project's card points at the project."""

_READ = 1800  # characters of a card that are embedded: the packaged model reads 256 word pieces
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\w(\"“])|\s*\n\s*")


@dataclass(frozen=True)
class Card:
    """One record in words. `body` is its own prose, `facts` what its fields say, `terms` what filters look at."""

    iri: str
    kind: str
    identifier: str
    title: str
    body: tuple[str, ...]
    facts: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    diseases: tuple[str, ...] = ()
    centre: str | None = None
    terms: tuple[tuple[str, str], ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return what is embedded: title, facts, then prose, cut at what a model reads."""
        return " ".join((f"{self.title}.", *self.facts, *self.body))[:_READ]


def sentences(*texts: str | None) -> tuple[str, ...]:
    """Return the sentences of these texts, in order, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for part in _SENTENCE.split((text or "").replace("\x00", " ")):
            plain = " ".join(part.split())
            if plain:
                found.setdefault(plain)
    return tuple(found)


@dataclass
class _Draft:
    """A card in the making."""

    record: Record
    title: str
    prose: list[str | None] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    concepts: list[str] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def say(self, name: str, *words: str | None) -> None:
        """Add a fact sentence, `Vector: AAV9.`, where there is something to say."""
        said = dict.fromkeys(plain for word in words if (plain := " ".join((word or "").replace("\x00", " ").split())))
        if said:
            self.facts.append(f"{name}: {', '.join(said)}.")

    def concept(self, name: str, iris: Iterable[str | None], term: str | None = None) -> None:
        """Add concepts as a fact sentence, and as what a filter finds."""
        known = [iri for iri in iris if iri and not empty(iri)]
        self.say(name, *(_label(iri) for iri in known))
        self.concepts += known
        if term:
            self.terms += [(term, iri) for iri in known]

    def card(self) -> Card:
        """Return the finished card; what its words name counts beside what its fields say."""
        record = self.record
        plain = Card(
            record.iri,
            record.kind,
            record.identifier or "",
            " ".join(self.title.split()),
            sentences(*self.prose),
            tuple(self.facts),
        )
        words = dictionary().find(plain.text)
        diseases = vocabulary().diseases
        concepts = tuple(dict.fromkeys((*self.concepts, *words)))
        terms = [*self.terms, *self._implied(words), ("kind", record.kind)]
        terms += [("centre", record.centre)] if record.centre else []
        return Card(
            plain.iri, plain.kind, plain.identifier, plain.title, plain.body, plain.facts,
            tuple(one for one in concepts if one not in diseases), tuple(one for one in concepts if one in diseases),
            record.centre, tuple(sorted(set(terms))), tuple(sorted(self.parts)),
        )  # fmt: skip

    def _implied(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield vectors, cells and indications that the words name where the record's fields state none of the sort."""
        stated = {name for name, _ in self.terms}
        for iri in words:
            concept = vocabulary().concept(iri)
            name = concept.scheme if concept else "indication"
            if name in {"vector", "cell", "indication"} - stated:
                yield name, iri


def _label(iri: str) -> str | None:
    return dictionary().label(iri)


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
        kinds = {f"{ATMP}Project", f"{ATMP}Product", f"{ATMP}Trial"}
        found = self._engine.oxigraph.quads_for_pattern(node, ox.NamedNode(TYPE), None, None)
        return any(str(getattr(quad.object, "value", "")) in kinds for quad in found)

    def _pointing(self, prop: str, iri: str) -> list[str]:
        quads = self._engine.oxigraph.quads_for_pattern(None, ox.NamedNode(prop), ox.NamedNode(iri), None)
        return sorted({str(getattr(quad.subject, "value", "")) for quad in quads})

    def _card(self, record: Record) -> Card | None:
        if isinstance(record, Project):
            return self._project(record)
        if isinstance(record, Trial):
            return _trial(record)
        if isinstance(record, Product) and not self._pointing(DEVELOPS, record.iri):
            draft = _Draft(record, record.label or record.inn or record.identifier or "")
            draft.say("Active substance", record.inn)
            draft.say("Holder", record.holder)
            _product(draft, record)
            return draft.card()
        return None  # a project's product is part of the project's card

    def _project(self, project: Project) -> Card:
        draft = _Draft(project, project.label or project.identifier or "")
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
        draft.say("Needs", *(one.label or (_label(one.category) if one.category else None) for one in needs))
        observed = [one for one in parts if isinstance(one, StageObservation) and one.stage]
        latest = max(observed, key=lambda one: (str(one.observed or ""), one.iri), default=None)
        if latest is not None and latest.stage:
            draft.say("Stage", _label(latest.stage))
            draft.terms.append(("stage", latest.stage))
        return draft.card()


def _product(draft: _Draft, product: Product) -> None:
    """Add what a product says."""
    diseases = [_label(iri) for iri in product.indications]
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


def _trial(trial: Trial) -> Card:
    draft = _Draft(trial, trial.label or trial.title or trial.identifier or "")
    draft.say("Indication", *trial.conditions)
    draft.concepts += trial.indications
    draft.terms += [("indication", iri) for iri in trial.indications]
    draft.say("Intervention", *trial.interventions)
    draft.say("Keywords", *trial.keywords, *trial.mesh_terms)
    draft.terms += [("stage", trial.stage)] if trial.stage else []
    title = trial.title if trial.title != draft.title else None
    draft.prose += [trial.description, title, trial.detail]
    return draft.card()
