"""Unions: whoever reads an older open answer and a later closed one sees the later; each one's readers see theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.answered import Answered
from atmp.kg.export import write_file
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.load import load
from atmp.kg.records import ATMP, Product
from atmp.kg.store import Store
from atmp.kg.subjects import Subjects
from atmp.kg.tiers import Tier
from atmp.kg.validate import check
from atmp.kg.viewer import OWNER, PUBLIC, Viewer, viewer
from atmp.ontology.vocabulary import iri_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Survey = Callable[..., Path]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Vectors": "AAV9"}
LATER = {"Round": "2027", "Date": "2026-06-01", "Tier": "internal"}


def _product(store: Store, viewer: Viewer) -> Product:
    (found,) = store.view(viewer).records("product")
    assert isinstance(found, Product)
    return found


def _facts(store: Store, viewer: Viewer) -> set[str]:
    return {str(quad) for quad in store.view(viewer).engine.oxigraph}


def _fresh(store: Store, viewer: Viewer) -> set[str]:
    with Store.open(store.path) as again:
        return _facts(again, viewer)


@pytest.fixture
def asked_twice(store: Store, survey: Survey) -> Store:
    """Return a store with a public answer and a later, internal one, read before and in between."""
    load(store, survey(Projects=[PROJECT]), agent="test")
    assert _product(store, OWNER).atmp_class == iri_of("class", "GTMP")
    changed = PROJECT | {"ATMP class": "TEP", "Vectors": "AAV2"}
    load(store, survey(LATER, Projects=[changed]), agent="test")
    return store


def test_whoever_reads_both_sees_the_later(asked_twice: Store) -> None:
    """Of a value and of a list; the public still sees what was said to it, and nothing is at fault."""
    owner, public = _product(asked_twice, OWNER), _product(asked_twice, PUBLIC)
    assert (owner.atmp_class, owner.vectors) == (iri_of("class", "TEP"), (iri_of("vector", "aav2"),))
    assert (public.atmp_class, public.vectors) == (iri_of("class", "GTMP"), (iri_of("vector", "aav9"),))
    assert [one for one in check(asked_twice.view(OWNER)) if "more than one" in one.message] == []


def test_an_engine_that_was_brought_forward_is_as_a_new_one(asked_twice: Store, survey: Survey) -> None:
    """Also where the later answer goes again: the earlier one is back."""
    assert _facts(asked_twice, OWNER) == _fresh(asked_twice, OWNER)
    load(
        asked_twice,
        survey(LATER, Projects=[PROJECT | {"ATMP class": "", "Vectors": ""}]),
        agent="test",
        keep_going=True,
    )
    load(asked_twice, survey(LATER, Projects=[PROJECT | {"Project id": "P02"}]), agent="test")
    assert _facts(asked_twice, OWNER) == _fresh(asked_twice, OWNER)
    view = asked_twice.view(OWNER)
    (first,) = (one for one in view.records("product") if one.identifier == "P01")
    assert isinstance(first, Product)
    assert (first.atmp_class, first.vectors) == (iri_of("class", "GTMP"), (iri_of("vector", "aav9"),))


def test_a_past_revision_is_as_it_was(asked_twice: Store) -> None:
    """Before the later answer came, the owner saw the earlier one."""
    before = asked_twice.view(OWNER, at=1)
    (found,) = before.records("product")
    assert isinstance(found, Product)
    assert found.atmp_class == iri_of("class", "GTMP")


def _needs(*numbers: int) -> list[dict[str, str]]:
    return [{"Need id": f"N{number}", "Project id": "P01", "Category": "gmp-slot"} for number in numbers]


def _lists(store: Store, viewer: Viewer) -> tuple[list[str], list[str]]:
    """Return the needs, and the methods planned, as the exported table has them."""
    sheets = Answered(store.view(viewer), "lund").sheets()
    return [row["Need id"] for row in sheets["Needs"]], sheets["Projects"][0]["Methods planned"].split("; ")


@pytest.fixture
def listed_twice(store: Store, survey: Survey) -> Store:
    """Return a store with public lists and later, internal ones, read before and in between."""
    load(store, survey(Projects=[PROJECT | {"Methods planned": "imaging;elisa"}], Needs=_needs(1, 2)), agent="test")
    assert _lists(store, OWNER) == (["N1", "N2"], ["immunoassay", "microscopy and imaging"])
    changed = PROJECT | {"Methods planned": "elisa;conditioning"}
    load(store, survey(LATER, Projects=[changed], Needs=_needs(2, 3)), agent="test")
    return store


def test_whoever_reads_both_lists_sees_the_later(listed_twice: Store) -> None:
    """Of methods and needs too, in tables and in the graph; the public's stay, and past revisions are as they were."""
    assert _lists(listed_twice, OWNER) == (["N2", "N3"], ["conditioning", "immunoassay"])
    assert _lists(listed_twice, PUBLIC) == (["N1", "N2"], ["immunoassay", "microscopy and imaging"])
    assert _facts(listed_twice, OWNER) == _fresh(listed_twice, OWNER)
    assert not [fact for fact in _facts(listed_twice, OWNER) if "need/N1>" in fact and "/source/" not in fact]
    assert [one.identifier for one in listed_twice.view(OWNER, at=1).records("need")] == ["N1", "N2"]


def test_lists_that_are_taken_back_give_way_to_the_earlier(listed_twice: Store, survey: Survey) -> None:
    """Where the later round says nothing of them any more, an engine that was read before has the earlier ones again."""
    assert _lists(listed_twice, OWNER)[0] == ["N2", "N3"]
    load(listed_twice, survey(LATER, Projects=[PROJECT]), agent="test")
    assert (
        _lists(listed_twice, OWNER)
        == _lists(listed_twice, PUBLIC)
        == (["N1", "N2"], ["immunoassay", "microscopy and imaging"])
    )
    assert _facts(listed_twice, OWNER) == _fresh(listed_twice, OWNER)


def test_what_is_not_shown_is_exported(listed_twice: Store, tmp_path: Path) -> None:
    """The facts of both answers go out, and an empty store that takes them in has the same digest."""
    view = listed_twice.view(OWNER)
    write_file(view, "n-quads", tmp_path / "all.nq")
    with Store.create(tmp_path / "other.atlas") as other:
        load(other, tmp_path / "all.nq", agent="test")
        assert other.view(OWNER).facts_digest() == view.facts_digest()


ANSWERS = st.tuples(
    st.sampled_from(["2021", "2022", "2023"]),
    st.sampled_from(["public", "internal"]),
    st.sampled_from(["", "imaging", "imaging;elisa", "elisa"]),
    st.sampled_from([None, (1,), (1, 2), (2,)]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(ANSWERS, min_size=2, max_size=4))
def test_an_engine_read_all_along_is_as_a_new_one(answers: list[Any], survey: Survey, tmp_path: Path) -> None:
    """Whatever rounds come in whatever order, open or closed, are said again, or say nothing any more."""
    for file in tmp_path.glob("again.atlas*"):
        file.unlink()
    with Store.create(tmp_path / "again.atlas") as store:
        for year, tier, methods, numbers in answers:
            sheets = {} if numbers is None else {"Needs": _needs(*numbers)}
            said = PROJECT | {"Methods planned": methods, "ATMP class": "TEP" if numbers else "GTMP"}
            fields = {"Round": year, "Date": f"{year}-06-01", "Tier": tier}
            load(store, survey(fields, Projects=[said], **sheets), agent="test")
            assert [_facts(store, one) == _fresh(store, one) for one in (OWNER, PUBLIC)] == [True, True]


NOTED = "https://w3id.org/atmp/id/organisation/O1"
PLACES = [
    Names().graph("lund", Tier.INTERNAL), Names().graph("kth", Tier.INTERNAL), Names().graph("lund", Tier.PUBLIC),
    Names().graph("lund", Tier.CONFIDENTIAL, project="P01"),
]  # fmt: skip
READERS = [OWNER, PUBLIC, viewer("lund:internal"), viewer("kth:internal"), Viewer("guest", {}, frozenset({"lund/P01"}))]
WRITES = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(PLACES), st.frozensets(st.sampled_from("ab"))),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest.mark.parametrize("prop", [f"{ATMP}note", "urn:x:said"], ids=["a cell", "no cell"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES)
def test_what_one_centre_says_stands_in_nobodys_way(prop: str, writes: list[Any], tmp_path: Path) -> None:
    """Whoever reads any graph that says a thing sees it, and whoever reads several sees it once, whatever came and went."""
    for path in tmp_path.glob("*.atlas*"):
        path.unlink()
    said: dict[tuple[str, str], frozenset[str]] = {}
    with Store.create(tmp_path / "own.atlas") as store:
        for source, place, notes in writes:
            said[source, place] = notes
            quads = tuple((f"<{NOTED}>", f"<{prop}>", f'"{note}"', f"<{at}>")
                          for (one, at), some in said.items() if one == source for note in some)  # fmt: skip
            store.write(source, "2024-01-01", [Entry("row", quads)], agent="test")
            for reader in READERS:
                rows = store.view(reader).select(f"SELECT ?n {{ <{NOTED}> <{prop}> ?n }}").rows
                seen = store.readable(reader)
                assert sorted(str(note) for (note,) in rows) == sorted(
                    {note for (_, at), some in said.items() if at in seen for note in some}
                )
                assert len(Subjects(store, reader).quads(NOTED)) == len(rows)
        for reader in READERS:
            assert _facts(store, reader) == _fresh(store, reader)
