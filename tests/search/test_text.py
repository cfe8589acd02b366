"""Text cards: what a record says in words."""

from __future__ import annotations

from pathlib import Path

from atmp.kg.ledger import Entry
from atmp.kg.records import Trial
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.triples import facts
from atmp.kg.viewer import OWNER, PUBLIC, Viewer
from atmp.search.card import sentences
from atmp.search.text import Writer

from .conftest import NAMES, PARKINSON, iri, project, trials, write


def test_a_project_s_card_holds_its_product_methods_needs_and_latest_stage(store: Store) -> None:
    """One card says all of a project: what hangs on it is found through it."""
    card = Writer(store.view(PUBLIC)).cards([iri("project", "P01")])[iri("project", "P01")]
    assert card is not None
    assert "Needs: A potency test for dopamine release." in card.facts
    assert any(fact.startswith("Methods: electroporation") for fact in card.facts)
    assert PARKINSON in card.diseases
    assert [term for name, term in card.terms if name == "stage"] == ["https://w3id.org/atmp/ontology/stage-8"]
    assert iri("product", "P01") in card.parts


def test_a_product_of_a_project_has_no_card_of_its_own_and_a_medicine_has(store: Store) -> None:
    """Only reference products stand alone, or every project would be found twice."""
    writer = Writer(store.view(PUBLIC))
    found = writer.cards([iri("product", "P01"), iri("product", "M1", None)])
    assert found[iri("product", "P01")] is None
    medicine = found[iri("product", "M1", None)]
    assert medicine is not None
    assert medicine.title == "Oculovir"


def test_a_card_holds_only_what_its_viewer_may_read(store: Store) -> None:
    """A confidential sentence is in the owner's card and in nobody else's."""
    secret = project("P02", "AAV2 gene therapy for inherited blindness", "x", mechanism="The capsid is called Zeta.")[
        1:
    ]
    write(store, {"secret": secret}, key="secret", tier=Tier.INTERNAL)
    where = iri("project", "P02")
    texts = {
        who.name: Writer(store.view(who)).cards([where])[where]
        for who in (OWNER, PUBLIC, Viewer("p", {"*": Tier.PARTNER}))
    }
    assert "Zeta" in repr(texts["owner"])
    assert "Zeta" not in repr(texts["public"])
    assert "Zeta" not in repr(texts["p"])


def test_something_that_is_no_record_has_no_card(store: Store) -> None:
    """An IRI of nothing, and something that is no IRI, have none, and nothing is raised."""
    assert Writer(store.view(PUBLIC)).cards(["https://example.org/none", "no iri at all"]) == {
        "https://example.org/none": None, "no iri at all": None,
    }  # fmt: skip


def test_sentences_are_split_at_ends_and_lines_and_never_twice() -> None:
    """Numbers and abbreviations in the middle of a sentence may split it, but nothing is lost."""
    assert sentences("One. Two!\nThree\x00", "One.", None) == ("One.", "Two!", "Three")


def test_line_breaks_within_a_field_stay_within_its_sentence(store: Store) -> None:
    """A card read back from the index is the card that was written."""
    write(
        store, {"P03": project("P03", "Title\nin two lines", "One.", transgene="first\nsecond\u2028third")}, key="odd"
    )
    card = Writer(store.view(PUBLIC)).cards([iri("project", "P03")])[iri("project", "P03")]
    assert card is not None
    assert "Transgene: first second third." in card.facts
    assert "\n" not in card.title


def test_cards_of_a_collection_need_no_engine(tmp_path: Path) -> None:
    """However long it is, the graph is not held in memory for them."""
    with Store.create(tmp_path / "long.atlas") as store:
        write(store, {name: said for name, said in trials().items() if name != "M1"}, key="trials", collection="trials")
        writer = Writer(store.view(OWNER))
        cards = writer.cards(writer.iris())
        assert sorted(card.identifier for card in cards.values() if card) == ["NCT1", "NCT2"]
        assert "engines" not in vars(store)


def test_the_card_of_a_trial_tells_each_reader_what_holds_for_her(store: Store) -> None:
    """What a centre says of it within holds for the centre, until the register says something later."""
    where = iri("trial", "NCT2", None)

    def say(source: str, title: str, stated: str, graph: str) -> None:
        said = Trial(iri=where, identifier="NCT2", label=title)
        quads = tuple((fact.subject, fact.predicate, fact.object, f"<{graph}>") for fact in facts(said))
        store.write(source, stated, [Entry("row", quads)], agent="test")

    def title(who: Viewer) -> str:
        card = Writer(store.view(who)).cards([where])[where]
        assert card is not None
        return card.title

    inner, outer = NAMES.graph("lund", Tier.INTERNAL), NAMES.graph(None, Tier.PUBLIC, source="trials")
    say("within", "Knees of ours", "2026-02-01", inner)
    assert (title(PUBLIC), title(OWNER)) == ("Chondrocytes on a scaffold for the knee", "Knees of ours")
    say("register", "Knees of everybody", "2026-03-01", outer)
    assert (title(PUBLIC), title(OWNER)) == ("Knees of everybody", "Knees of everybody")
