"""Introductions over a store of two centres: what is closed is offered without a name, and opened by both sides."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import Place, UnknownRecordError, UsageError
from atmp.kg.introduction import Move, State
from atmp.kg.introductions import Introductions, Told
from atmp.kg.links import writing
from atmp.kg.load import load
from atmp.kg.records import Capability, Need, Organisation, Project
from atmp.kg.source import Row, Source
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, Viewer, viewer
from atmp.ontology.vocabulary import iri_of
from atmp.search.finder import Finder
from atmp.search.offers import brokered, introduce, offers
from hypothesis import given, settings
from hypothesis import strategies as st

LUND, UMEA, BROKER = viewer("lund:internal"), viewer("umea:internal"), viewer("umea:confidential")
NEED = "https://w3id.org/atmp/id/lund/need/N1"
OFFER = "https://w3id.org/atmp/id/umea/capability/C1"
OURS, THEIRS = ("N1", "Tulip", "Gerbera"), ("C1", "Hawthorn", "Foxglove")


@pytest.fixture
def market(tmp_path: Path, survey: Callable[..., Path]) -> Iterator[Store]:
    """Return a store in which Lund needs what Umea offers, and neither shows that to the other."""
    project = {"Project id": "P01", "Title": "Tulip therapy", "ATMP class": "GTMP", "Stage": "4"}
    need = {"Need id": "N1", "Project id": "P01", "Title": "Gerbera assay", "Category": "potency-assay", "Grade": "gmp"}
    facility = {"Organisation id": "O1", "Name": "Hawthorn facility", "Type": "facility"}
    offer = {
        "Capability id": "C1",
        "Provider id": "O1",
        "Title": "Foxglove assays",
        "Category": "potency-assay",
        "Grade": "gmp",
    }
    secret = offer | {"Capability id": "C2", "Title": "Nightshade assays", "Tier": "confidential"}
    inner = {"Tier": "internal"}
    store = Store.create(tmp_path / "market.atlas")
    load(store, survey(inner, Projects=[project], Needs=[need]), agent="test")
    fields = inner | {"Centre": "umea"}
    load(store, survey(fields, Projects=[], Organisations=[facility], Capabilities=[offer, secret]), agent="test")
    yield store
    store.close()


@pytest.fixture
def finder(market: Store) -> Finder:
    """Return a search over it that needs no model."""
    return Finder(market, "hashing")


def _offered(store: Store, finder: Finder, who: Viewer, iri: str = NEED) -> list[str]:
    return [one.id for one in offers(store.view(who), finder, iri)]


def _asked(store: Store, finder: Finder) -> Told:
    (offer,) = _offered(store, finder, LUND)
    return introduce(store.view(LUND), finder, NEED, offer, agent="lund", words="We begin in spring.")


def test_what_is_closed_is_offered_without_a_name(market: Store, finder: Finder) -> None:
    """Who speaks for a record is told that there is a match; not whose, how good, or of what is confidential."""
    found = offers(market.view(LUND), finder, NEED)
    assert [(len(one.id), one.state) for one in found] == [(12, None)]
    assert not any(word in repr(found) for word in (*THEIRS, "umea"))
    assert _offered(market, finder, UMEA, OFFER) != []
    assert _offered(market, finder, OWNER) == []
    assert [one.id for one in found] == _offered(market, finder, LUND)


def test_who_does_not_see_or_speak_for_a_record_is_offered_nothing(market: Store, finder: Finder) -> None:
    """A stranger does not even learn that the record is there, and cannot ask for it."""
    for who in (PUBLIC, UMEA):
        assert _offered(market, finder, who) == []
        with pytest.raises(UnknownRecordError):
            brokered(market.view(who), "N1")
        with pytest.raises(UnknownRecordError):
            introduce(market.view(who), finder, NEED, "0" * 12, agent="test")
        with pytest.raises(UsageError, match="may not ask"):
            Introductions(market).ask(who, NEED, OFFER, agent="test")


def test_from_asking_to_a_need_that_is_met(market: Store, finder: Finder) -> None:
    """Asked, passed on, accepted, done: each sees more with each step, and the need counts as met from then on."""
    book, asked = Introductions(market), _asked(market, finder)
    assert (asked.state, asked.other, asked.asker and asked.asker.identifier) == (State.PROPOSED, None, "N1")
    assert book.listed(UMEA) == []
    (seen,) = book.listed(BROKER)
    assert seen.asker is not None
    assert seen.other is not None
    assert (seen.asker.label, seen.other.label, seen.words) == (
        "Gerbera assay",
        "Foxglove assays",
        "We begin in spring.",
    )
    book.move(BROKER, asked.id, Move.FORWARD, agent="broker")
    (told,) = book.listed(UMEA)
    assert (told.asker, told.words) == (None, "")
    assert told.sketch == "is needed: potency assay, GMP grade"
    accepted = book.move(UMEA, asked.id, Move.ACCEPT, agent="umea")
    assert accepted.asker is not None
    assert accepted.asker.people == ("Tulip therapy",)
    (ours,) = book.listed(LUND)
    assert ours.other is not None
    assert ours.other.people[0] == "Hawthorn facility"
    before = market.revision()
    assert book.move(LUND, asked.id, Move.DONE, agent="lund", met=True).state is State.DONE
    assert market.view(LUND).record(NEED).status == iri_of("need-status", "met")  # type: ignore[attr-defined]
    assert market.revision() == before + 1
    assert book.counts(LUND)[State.DONE] == 1
    assert book.counts(PUBLIC)[State.DONE] == 0


def test_a_need_that_was_not_met_stays_open(market: Store, finder: Finder) -> None:
    """Done without success changes no fact."""
    book, asked = Introductions(market), _asked(market, finder)
    book.move(BROKER, asked.id, Move.FORWARD, agent="broker")
    book.move(UMEA, asked.id, Move.ACCEPT, agent="umea")
    before = market.view(OWNER).digest()
    book.move(UMEA, asked.id, Move.DONE, agent="umea", met=False)
    assert market.view(OWNER).digest() == before


def test_it_is_asked_once(market: Store, finder: Finder) -> None:
    """What was asked, and what was declined, is not asked again; the offer says how far it is."""
    asked = _asked(market, finder)
    with pytest.raises(UsageError, match=f"{asked.id} is proposed"):
        _asked(market, finder)
    Introductions(market).move(BROKER, asked.id, Move.DECLINE, agent="broker")
    assert [one.state for one in offers(market.view(LUND), finder, NEED)] == [State.DECLINED]
    with pytest.raises(UsageError, match=f"{asked.id} is declined"):
        _asked(market, finder)


def test_who_is_told_of_nothing_can_move_nothing(market: Store, finder: Finder) -> None:
    """An introduction that one is not told of looks like one that is not there."""
    book, asked = Introductions(market), _asked(market, finder)
    for who in (PUBLIC, UMEA):
        for identifier in (asked.id, "nonesuch"):
            with pytest.raises(UnknownRecordError, match=f"no introduction {identifier}"):
                book.move(who, identifier, Move.DECLINE, agent="test")
    assert [one.state for one in book.listed(LUND)] == [State.PROPOSED]


def test_bad_input_changes_nothing(market: Store, finder: Finder) -> None:
    """A message too long, a step without its outcome, and an outcome without its step are refused."""
    book, asked = Introductions(market), _asked(market, finder)
    with pytest.raises(UsageError, match="2,000"):
        book.move(BROKER, asked.id, Move.FORWARD, agent="broker", words="x" * 2_001)
    for move, met in ((Move.DONE, None), (Move.FORWARD, True)):
        with pytest.raises(UsageError, match="only with it"):
            book.move(BROKER, asked.id, move, agent="broker", met=met)
    with pytest.raises(UsageError, match="is a project"):
        brokered(market.view(LUND), "https://w3id.org/atmp/id/lund/project/P01")
    assert [one.state for one in book.listed(BROKER)] == [State.PROPOSED]


WHO: dict[str, Any] = {"lund": LUND, "umea": UMEA, "broker": BROKER, "public": PUBLIC}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(WHO)), st.sampled_from(list(Move))), max_size=8))
def test_no_order_of_steps_names_a_side_too_soon(steps: list[tuple[str, Move]]) -> None:
    """Whoever tries whatever in whatever order: without an agreement, neither side's words reach the other."""
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "a.atlas") as store:
        _write_pair(store)
        book = Introductions(store)
        made = book.ask(LUND, NEED, OFFER, agent="lund", words="Tulip asks")
        for name, move in steps:
            try:
                book.move(WHO[name], made.id, move, agent=name, met=False if move is Move.DONE else None)
            except (UsageError, UnknownRecordError) as error:
                assert name == "broker" or not any(word in str(error) for word in (*OURS[1:], *THEIRS[1:]))
        (state,) = {one.state for one in book.listed(BROKER)}
        agreed = state in {State.ACCEPTED, State.DONE}
        for who, hidden in ((LUND, THEIRS), (UMEA, OURS), (PUBLIC, OURS + THEIRS)):
            told = repr([asdict(one) for one in book.listed(who)])
            assert agreed or not any(word in told for word in hidden), (state, steps)
        assert book.listed(PUBLIC) == []


def _write_pair(store: Store) -> None:
    base, kind = store.names.base, iri_of("category", "potency-assay")
    project = Project(iri=f"{base}/lund/project/P01", identifier="P01", label="Tulip therapy")
    need = Need(iri=NEED, identifier="N1", label="Gerbera assay", project=project.iri, category=kind)
    facility = Organisation(iri=f"{base}/umea/organisation/O1", identifier="O1", label="Hawthorn facility")
    offer = Capability(iri=OFFER, identifier="C1", label="Foxglove assays", provider=facility.iri, category=kind)
    for centre, records in (("lund", (project, need)), ("umea", (facility, offer))):
        graph = store.names.read_graph(store.names.graph(centre, Tier.INTERNAL))
        source = Source(centre, centre, "test", date(2026, 1, 1))
        store.write_together([writing(store, source, graph, [Row("r", Place(), records)])], agent="test", action="load")
