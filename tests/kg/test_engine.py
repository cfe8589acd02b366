"""Engines: filled from the file, brought forward at one stroke."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from atmp.kg.engine import Engine
from atmp.kg.errors import UnknownRecordError
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.records import RDFS
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

GRAPH = Names().graph("lund", Tier.PUBLIC)


def _entries(word: str, count: int = 200) -> Iterator[Entry]:
    for number in range(count):
        subject = f"<https://w3id.org/atmp/id/lund/project/P{number}>"
        yield Entry(f"row-{number}", ((subject, f"<{RDFS}label>", f'"{word}"', f"<{GRAPH}>"),))


def _write(store: Store, word: str, count: int = 200) -> None:
    store.write("survey", "2024-01-01", _entries(word, count), agent="test")


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """Return the same file, opened as another process would."""
    opened = Store.open(store.path)
    yield opened
    opened.close()


def test_an_engine_brought_forward_equals_a_new_one(store: Store, other: Store) -> None:
    """What another process adds, changes and withdraws is there at the next read, and nothing else.

    However much it is: more than the engine holds, or a little.
    """
    _write(store, "one")
    engine = store.view(OWNER).engine
    for word, count in (("two", 200), ("three", 50), (r"odd \"word\" \\ \n å 😀", 80), ("three", 90), ("three", 80)):
        _write(other, word, count)
        assert store.view(OWNER).engine is engine
        assert set(engine.oxigraph) == set(Engine(other, OWNER).oxigraph)
    assert engine.revision == other.revision() == 6


def test_a_graph_that_holds_nothing_any_more_has_no_name(store: Store) -> None:
    """Else it could be told from one that never held anything, and who wrote what in between."""
    _write(store, "one", 3)
    engine = Engine(store, PUBLIC)
    _write(store, "one", 0)
    engine.bring_forward()
    assert list(engine.query("SELECT ?g { GRAPH ?g { } }")) == []
    _write(store, "two", 3)
    engine.bring_forward()
    assert [str(row["g"]) for row in engine.query("SELECT ?g { GRAPH ?g { } }")] == [f"<{GRAPH}>"]


def test_a_reader_never_sees_half_of_a_write(store: Store, other: Store) -> None:
    """While writes arrive, each query's answer is of one edition."""
    _write(store, "edition 0")
    view, seen, stop = store.view(PUBLIC), [], threading.Event()
    query = f"SELECT ?l (COUNT(?p) AS ?n) {{ ?p <{RDFS}label> ?l }} GROUP BY ?l"

    def read() -> None:
        while not stop.is_set():
            seen.append(view.select(query).rows)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for edition in range(1, 8):
        _write(other, f"edition {edition}")
    stop.set()
    for reader in readers:
        reader.join()
    assert seen
    assert {(len(rows), rows[0][1]) for rows in seen} == {(1, 200)}


def test_lines_are_of_one_revision_whoever_writes_meanwhile(store: Store, other: Store) -> None:
    """Reading graph after graph, a reader gets all graphs as they stood when reading began."""
    graphs = [Names().graph("lund", tier) for tier in (Tier.INTERNAL, Tier.PUBLIC)]

    def entry(word: str) -> Entry:
        subject = "<https://w3id.org/atmp/id/lund/project/P1>"
        said = [(subject, f"<{RDFS}comment>", f'"{word} {at}"', f"<{graph}>") for at, graph in enumerate(graphs)]
        return Entry("row", tuple(said))

    store.write("survey", "2024-01-01", [entry("old")], agent="test")
    lines = store.lines(graphs)
    read = [next(lines)]
    other.write("survey", "2024-01-01", [entry("new")], agent="test")
    read += lines
    assert [line.split('"')[1] for line in read] == ["old 0", "old 1"]


def test_an_error_may_leave_its_thread(demo: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a search for what is not there holds nothing that must end on the thread that made it."""
    view, unraised = demo.view(PUBLIC), list[object]()
    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(view.find, "project", "P99").exception()
    assert isinstance(error, UnknownRecordError)
    monkeypatch.setattr(sys, "unraisablehook", unraised.append)
    del error
    gc.collect()
    assert unraised == []
