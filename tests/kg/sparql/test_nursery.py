"""What a nursery holds: all that its workers can look at, so that a hidden graph costs their answers nothing, as an absent one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from atmp.kg import engine as engines
from atmp.kg import snapshot
from atmp.kg.engine import Engine
from atmp.kg.errors import StoreError
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.preserved import Preserved
from atmp.kg.sparql.holding import ViewHolding
from atmp.kg.sparql.nursery import held
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from hypothesis import given, settings
from hypothesis import strategies as st

Quads = list[tuple[str, str, str, str]]
NAMES = Names()
OPEN = [NAMES.graph("lund", Tier.PUBLIC), NAMES.graph("umea", Tier.PUBLIC), f"{NAMES.base}/graph/reference/trials"]
HIDDEN = [NAMES.graph(centre, tier) for centre in ("lund", "umea") for tier in list(Tier)[1:]]
NODES = st.sampled_from([f"<urn:{name}>" for name in "abcd"])
SAME = "<https://w3id.org/atmp/ontology/sameAs>"
TERMS = NODES | st.sampled_from(['"x"', '"y"@sv', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'])


def quads(graphs: list[str]) -> st.SearchStrategy[Quads]:
    where = st.sampled_from([f"<{one}>" for one in graphs])
    return st.lists(st.tuples(NODES, NODES, TERMS, where) | st.tuples(NODES, st.just(SAME), NODES, where), max_size=10)


def write(store: Store, facts: Quads, source: str = "survey") -> None:
    store.write(source, "2024-01-01", [Entry("row", tuple(dict.fromkeys(facts)))], agent="test")


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Return two stores; what is written takes the place of what was written before."""
    folder = tmp_path_factory.mktemp("twins")
    with Store.create(folder / "with.atlas") as present, Store.create(folder / "without.atlas") as absent:
        yield present, absent


def _holds(held: Any) -> list[Any]:
    """Return all that an engine can look at."""
    graph = held.oxigraph
    return [held.led, sorted(map(str, graph.named_graphs())), sorted(map(str, graph))]


@given(quads(OPEN), quads(HIDDEN), quads(OPEN), quads(HIDDEN))
@settings(max_examples=12, deadline=None)
def test_it_holds_the_same_with_a_hidden_graph_and_without(
    twins: tuple[Store, Store], first: Quads, secret: Quads, then: Quads, more: Quads
) -> None:
    """The same quads, as filled and as brought forward: there is nothing more for any step of a query to look at."""
    seen = []
    for store, hides in zip(twins, (True, False), strict=True):
        write(store, [*first, *(secret if hides else [])])
        with held(ViewHolding(store.path, PUBLIC).hello()) as facts:
            filled = _holds(facts)
            write(store, [*then, *(more if hides else [])])
            facts.follow({}, None)
            seen.append((filled, _holds(facts)))
    assert seen[0] == seen[1]


@given(quads(OPEN), quads(HIDDEN))
@settings(max_examples=12, deadline=None)
def test_nothing_hidden_ever_comes_into_it(twins: tuple[Store, Store], visible: Quads, hidden: Quads) -> None:
    """No line of a hidden graph is put in and taken out again: what is left of such a line would take time to pass over."""
    put, true = list[str](), engines.fill

    def fill(graph: Any, lines: Iterator[str]) -> None:
        kept = list(lines)
        put.extend(kept)
        true(graph, iter(kept))

    write(twins[0], [*visible, *hidden])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "fill", fill)
        Engine(twins[0], PUBLIC)
    assert not [line for line in put for name in HIDDEN if name in line]


def test_a_snapshot_is_held_while_it_is_of_the_newest_revision(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers what memory answers, and says so when it can no longer."""
    monkeypatch.setattr(snapshot, "LEAST", 1)
    write(store, [("<urn:a>", "<urn:b>", '"c"', f"<{OPEN[0]}>")])
    assert ViewHolding(store.path, PUBLIC).early() is None
    assert store.engines.keep(PUBLIC)
    said = ViewHolding(store.path, PUBLIC).early()
    assert said is not None
    with held(said) as facts:
        assert isinstance(facts, Preserved)
        facts.follow({}, None)
        assert [str(row["o"]) for row in facts.opened().query("SELECT ?o { ?s ?p ?o }")] == ['"c"']
        write(store, [("<urn:a>", "<urn:b>", '"d"', f"<{OPEN[0]}>")])
        with pytest.raises(StoreError, match="moved on"):
            facts.follow({}, None)


def test_a_snapshot_of_others_is_not_held(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads other graphs is given none, and it stays for those whose it is."""
    monkeypatch.setattr(snapshot, "LEAST", 1)
    write(store, [("<urn:a>", "<urn:b>", '"c"', f"<{one}>") for one in (OPEN[0], HIDDEN[0])])
    assert store.engines.keep(PUBLIC)
    said = ViewHolding(store.path, OWNER).early()
    assert said is not None
    with pytest.raises(StoreError, match="no snapshot"), held(said):
        pass
    assert snapshot.place(Path(store.path)).exists()
