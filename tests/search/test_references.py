"""Cards of reference collections: grants and publications are found by their texts in either language."""

from __future__ import annotations

from datetime import date

from atmp.kg.records import Grant, Publication
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.filters import Filters
from atmp.search.finder import Finder
from atmp.search.references import REFERENCES

from .conftest import PARKINSON, write

GRANT = Grant(
    iri="https://w3id.org/atmp/id/grant/x-1", identifier="1", label="Cells for movement disorders",
    title="Celler mot rörelsesjukdomar", description="Neurons are grown.", detail="Nervceller odlas i laboratoriet.",
    keywords=("dopamine",), programme="Project grant", stage="https://w3id.org/atmp/ontology/stage-3", indications=(PARKINSON,),
)  # fmt: skip
WORK = Publication(
    iri="https://w3id.org/atmp/id/publication/W1", identifier="W1", label="Corneal epithelium from stem cells",
    description="Sheets were grafted.", published=date(2020, 1, 1),
)  # fmt: skip


def test_a_grants_card_holds_both_languages() -> None:
    """Title and text in the other language are part of the prose; keywords and programme are facts."""
    card = REFERENCES["grant"](GRANT)
    assert (card.title, card.kind) == ("Cells for movement disorders", "grant")
    assert {"Celler mot rörelsesjukdomar", "Nervceller odlas i laboratoriet."} <= set(card.body)
    assert card.facts == ("Keywords: dopamine.", "Programme: Project grant.")
    assert ("indication", PARKINSON) in card.terms


def test_references_are_found_and_filtered_by_kind(store: Store, finder: Finder) -> None:
    """A Swedish word finds the grant; a filter by kind, disease and stage keeps to it."""
    write(store, {"g": (GRANT,), "w": (WORK,)}, key="references", collection="funder")
    assert finder.search(PUBLIC, "nervceller").hits[0].identifier == "1"
    assert [hit.kind for hit in finder.search(PUBLIC, "cells", Filters(kinds=("publication",))).hits] == ["publication"]
    chosen = Filters(kinds=("grant",), stages=("3",), indications=("Parkinson disease",))
    assert [hit.identifier for hit in finder.search(PUBLIC, "cells", chosen).hits] == ["1"]
    assert finder.similar(PUBLIC, to=[WORK.iri]).hits
