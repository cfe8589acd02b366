"""Workers: held within limits, replaced where they end, at the newest revision, and holding what the viewer may read."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from atmp.api.admission import Crowd
from atmp.api.answering import _QUICK, Answering
from atmp.api.pool import Pool
from atmp.api.workers import Workers
from atmp.kg.errors import AtlasError, QueryLimitError, QueryRefusedError, QuerySyntaxError, StoreError
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.dataset import WHOLE, Dataset
from atmp.kg.sparql.endpoint import ViewEndpoint
from atmp.kg.sparql.guard import guard
from atmp.kg.sparql.holding import ViewHolding
from atmp.kg.sparql.order import NOWHERE, Order
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TSV, LINES = "text/tab-separated-values", "application/n-triples"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
SMALL = Bounds(seconds=240, cpu=1, memory=64, rows=1000, bytes=400_000)
Quads = list[tuple[str, str, str, str]]
Ask = Callable[..., str]


def write(store: Store, quads: Quads) -> None:
    store.write("survey", "2024-01-01", [Entry("row", tuple(dict.fromkeys(quads)))], agent="test")


def some(count: int = 200) -> Quads:
    graph = f"<{Names().graph('lund', Tier.PUBLIC)}>"
    return [(f"<urn:s{number}>", "<urn:p>", f'"{number} {"x" * 500}"', graph) for number in range(count)]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def pool(store: Store, runner: asyncio.Runner) -> Iterator[Pool]:
    write(store, some())
    made = Pool(SMALL)
    yield made
    runner.run(closed(made))


async def closed(pool: Pool) -> None:
    pool.close()


async def begun(
    pool: Pool, store: Store, query: str, media: str = TSV, viewer: Any = PUBLIC, dataset: Dataset = WHOLE
) -> Answering:
    """Return a result from its first byte."""
    endpoint = ViewEndpoint(store.view(viewer), {})
    order = endpoint.order(guard(query), dataset, NOWHERE)
    return await pool.answer(endpoint.holding, endpoint.revision, order, media, "me")


async def answered(pool: Pool, store: Store, query: str, *words: Any, **more: Any) -> str:
    """Return a result in full."""
    found = await begun(pool, store, query, *words, **more)
    return (found.whole if found.whole is not None else b"".join([piece async for piece in found.pieces()])).decode()


@pytest.fixture
def ask(pool: Pool, store: Store, runner: asyncio.Runner) -> Ask:
    return lambda *words, **more: runner.run(answered(pool, store, *words, **more))


@pytest.mark.parametrize(
    ("limit", "query", "media"),
    [
        ("cpu", f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", TSV),
        ("memory", f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f", TSV),
        ("memory", f"SELECT (GROUP_CONCAT(?c) AS ?all) {{ {CROSS} }}", TSV),
        ("rows", "SELECT ?s ?t { ?s ?p ?o . ?t ?q ?r }", TSV),
        ("rows", "CONSTRUCT { ?s <urn:q> ?t } { ?s ?p ?o . ?t ?q ?r }", LINES),
        ("bytes", "SELECT ?o ?r { ?s ?p ?o . ?t ?q ?r } LIMIT 900", TSV),
    ],
)
def test_a_query_that_passes_a_limit_is_stopped_and_the_next_is_answered(
    ask: Ask, limit: str, query: str, media: str
) -> None:
    """The error says which limit; the worker is another one, or the same, and answers."""
    with pytest.raises(QueryLimitError) as error:
        ask(query, media)
    assert error.value.limit == limit
    assert ask(COUNT).splitlines()[1] == "200"


def test_a_query_that_runs_too_long_is_stopped(store: Store, runner: asyncio.Runner) -> None:
    """Where it computes little enough, it is the time that ends it."""
    write(store, some(50))
    pool = Pool(Bounds(seconds=0.3))
    with pytest.raises(QueryLimitError, match=r"after 0.3 seconds, the most .* bind more"):
        runner.run(answered(pool, store, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"))
    runner.run(closed(pool))


def test_what_is_at_the_limit_passes(ask: Ask) -> None:
    """As many rows as there may be are no error."""
    assert len(ask("SELECT ?s { ?s ?p ?o . ?t ?q ?r } LIMIT 1000").splitlines()) == 1001


def test_an_error_of_the_query_is_told_as_in_process(ask: Ask) -> None:
    """A syntax error has its place, though a worker found it."""
    with pytest.raises(QuerySyntaxError) as error:
        ask("SELECT * {\n ?s ?p }")
    assert (error.value.line, error.value.column) == (2, 9)


def test_a_long_result_comes_in_pieces_and_a_short_one_whole(pool: Pool, store: Store, runner: asyncio.Runner) -> None:
    """The first piece of a long result is there before its last; short and empty ones are complete at once."""

    async def run() -> None:
        long = await begun(pool, store, "SELECT * { ?s ?p ?o }")
        assert long.whole is None
        assert sum([len(piece) async for piece in long.pieces()]) > 100_000
        nothing = "CONSTRUCT { ?s ?p ?o } { ?s <urn:none> ?o }"
        assert (await begun(pool, store, nothing, LINES)).whole == b""

    runner.run(run())


def test_a_worker_follows_the_store(ask: Ask, store: Store) -> None:
    """What is written is in the very next answer."""
    for count in (10, 30, 20):
        write(store, some(count))
        assert ask(COUNT).splitlines()[1] == str(count)


def workers(pool: Pool, store: Store) -> Workers:
    """Return the public's workers."""
    return pool.workers(ViewHolding(store.path, PUBLIC))


def test_no_more_processes_are_made_than_stand_ready_while_queries_are_short(
    pool: Pool, store: Store, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds all at work is given the next that is free, instead of one that must be made."""
    monkeypatch.setattr("atmp.api.workers._MOMENT", 60)
    monkeypatch.setattr("atmp.api.answering._QUICK", 60)

    async def run() -> set[int]:
        found = await asyncio.gather(*(begun(pool, store, COUNT) for _ in range(40)))
        assert all(one.whole == b"?n\n200\n" for one in found)
        return {one._worker.pid for one in found}

    assert len(runner.run(run())) <= Crowd.ready


def test_one_worker_too_many_serves_who_waits(
    pool: Pool, store: Store, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended only where nobody waits: to end it and make another for the next would take longer."""
    monkeypatch.setattr("atmp.api.workers._MOMENT", 0)
    held = pool.workers(ViewEndpoint(store.view(PUBLIC), {}).holding)

    async def run() -> None:
        taken = [await held.take(1) for _ in range(Crowd.ready + 1)]
        monkeypatch.setattr("atmp.api.workers._MOMENT", 60)
        waiting = asyncio.create_task(held.take(1))
        await _until(lambda: bool(held._turns))
        held.give_back(taken[0])
        assert await waiting is taken[0]
        held.give_back(taken[0])
        assert not held._standing
        for worker in taken[1:]:
            held.dismiss(worker)

    runner.run(run())


def test_a_query_that_waits_for_others_is_not_taken_for_a_long_one(
    ask: Ask, pool: Pool, store: Store, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine its worker is kept, which computed next to nothing."""
    monkeypatch.setattr("atmp.api.answering._WAITING", 600)
    ask(COUNT)
    worker = workers(pool, store)._standing[-1]

    async def run() -> None:
        os.kill(worker.pid, signal.SIGSTOP)
        asking = asyncio.create_task(begun(pool, store, COUNT))
        await asyncio.sleep(3 * _QUICK)
        os.kill(worker.pid, signal.SIGCONT)
        assert (await asking).whole == b"?n\n200\n"

    runner.run(run())
    assert worker in workers(pool, store)._standing


def test_a_query_that_computes_for_long_stands_behind_others(
    ask: Ask, pool: Pool, store: Store, runner: asyncio.Runner
) -> None:
    """Its worker computes only while nobody else would, and another is made ready in its place."""
    ask(COUNT)
    worker = workers(pool, store)._standing[-1]

    async def run() -> None:
        asking = asyncio.create_task(begun(pool, store, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"))
        await _until(lambda: os.sched_getscheduler(worker.pid) == os.SCHED_IDLE)
        assert worker not in workers(pool, store)._quick
        with pytest.raises(QueryLimitError):
            await asking

    runner.run(run())


def test_a_worker_that_was_free_at_the_moment_its_asker_left_is_kept(
    pool: Pool, store: Store, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who give up their turn cost nobody a worker: all that stand ready are there again."""
    monkeypatch.setattr("atmp.api.workers._MOMENT", 60)
    monkeypatch.setattr("atmp.api.answering._QUICK", 60)

    async def run() -> None:
        asking = [asyncio.create_task(begun(pool, store, COUNT)) for _ in range(24)]
        await asyncio.wait({asking[0]})
        for one in asking[1::2]:
            one.cancel()
        await asyncio.wait(asking)
        await _until(lambda: not workers(pool, store)._quick)

    runner.run(run())
    assert pool._admission._running.total() == 0
    assert 0 < len(workers(pool, store)._standing) <= Crowd.ready


def test_workers_that_ended_by_themselves_are_passed_over(
    ask: Ask, pool: Pool, store: Store, runner: asyncio.Runner
) -> None:
    """A worker that the system ended while it stood ready costs nobody an answer."""
    ask(COUNT)
    for worker in workers(pool, store)._standing:
        os.kill(worker.pid, signal.SIGKILL)
    runner.run(asyncio.sleep(0.1))
    assert ask(COUNT).splitlines()[1] == "200"


def test_a_nursery_that_ended_is_made_again(ask: Ask, pool: Pool, store: Store) -> None:
    """The asker waits for the new one, and hears nothing of it."""
    ask(COUNT)
    nursery = workers(pool, store)._nursery.process
    nursery.kill()
    nursery.wait()
    write(store, some(7))
    assert ask(COUNT).splitlines()[1] == "7"


def test_where_no_worker_can_be_made_it_is_said(pool: Pool, store: Store, runner: asyncio.Runner) -> None:
    """A file that is no store any more ends the query in words."""
    gone = ViewHolding(store.path.with_name("none.atlas"), PUBLIC)
    with pytest.raises(StoreError, match="has ended"):
        runner.run(pool.answer(gone, 1, Order(COUNT), TSV, "me"))


def test_a_query_whose_asker_is_gone_is_stopped(pool: Pool, store: Store, runner: asyncio.Runner) -> None:
    """Before the first byte and after it, the worker ends, and its place is free."""

    async def run() -> None:
        waiting = asyncio.create_task(begun(pool, store, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.wait({waiting})
        reading = await begun(pool, store, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
        reading.close()
        await _until(lambda: not _running(workers(pool, store)))

    runner.run(run())
    assert pool._admission._running.total() == 0


def _running(workers: Workers) -> bool:
    """Return whether a worker that does not stand ready is alive."""
    nursery = workers._nursery.process.pid
    children = Path(f"/proc/{nursery}/task/{nursery}/children").read_text().split()
    states = {pid: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in children}
    standing = {str(worker.pid) for worker in workers._standing}
    return any(state != "Z" and pid not in standing for pid, state in states.items())


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.05)


def test_a_worker_can_open_nothing(pool: Pool, store: Store, runner: asyncio.Runner) -> None:
    """An order that calls another host, had the guard let it pass, fails for want of a socket."""
    with socket.create_server(("127.0.0.1", 0)) as sink:
        holding = ViewHolding(store.path, PUBLIC)
        text = f"SELECT * {{ SERVICE <http://127.0.0.1:{sink.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        with pytest.raises(QueryRefusedError, match="Too many open files"):
            runner.run(pool.answer(holding, 1, Order(text), TSV, "me"))
        sink.setblocking(False)
        with pytest.raises(BlockingIOError):
            sink.accept()
    with pytest.raises(QueryRefusedError, match="Connection refused"):  # one that may reach out finds it closed by now
        runner.run(pool.answer(holding, 1, Order(text, reaches=True), TSV, "me"))


HIDDEN = [
    Names().graph("lund", Tier.INTERNAL),
    Names().graph("uppsala", Tier.PARTNER),
    f"{Names().base}/graph/lund/confidential/P9",
]
OPEN = [Names().graph("lund", Tier.PUBLIC), f"{Names().base}/graph/reference/trials"]
NODES = st.sampled_from(["<urn:a>", "<urn:b>", "<urn:c>"])
OBJECTS = NODES | st.sampled_from(['"x"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'])


def quads(graphs: list[str]) -> st.SearchStrategy[Quads]:
    return st.lists(st.tuples(NODES, NODES, OBJECTS, st.sampled_from([f"<{one}>" for one in graphs])), max_size=8)


ASKED = [
    (TSV, "SELECT * { ?s ?p ?o }"),
    (TSV, "SELECT * { GRAPH ?g { ?s ?p ?o } }"),
    (TSV, "SELECT DISTINCT ?g { GRAPH ?g { } }"),
    (TSV, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"),
    (TSV, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
    (TSV, "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) (MAX(?o) AS ?x) { ?s ?p ?o }"),
    (TSV, "SELECT * { ?s (<urn:a>|!<urn:a>)* ?o }"),
    (TSV, "SELECT * { ?s <urn:b>+/^<urn:c>? ?o }"),
    (TSV, "SELECT * { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?o ?q ?r } } }"),
    (TSV, "SELECT * { ?s ?p ?o OPTIONAL { ?o ?q ?r } MINUS { ?s <urn:c> ?o } }"),
    (LINES, "DESCRIBE <urn:a>"),
    (LINES, "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o } }"),
    ("application/json", "ASK { GRAPH ?g { ?s <urn:a> ?o } }"),
    (TSV, "SELECT * { ?s ?p }"),
    *((TSV, f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}") for graph in (*HIDDEN, OPEN[0])),
    *((TSV, f"SELECT * FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") for graph in (*HIDDEN, OPEN[0])),
    *((TSV, f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}") for graph in HIDDEN),
    *((TSV, f"SELECT * {{ GRAPH <{graph}> {{ ?s ?p }} }}") for graph in HIDDEN),
    (TSV, "SELECT * { ?s ?p ?o FILTER EXISTS { GRAPH ?g { ?s ?p ?o } FILTER (?g != <urn:a>) } }"),
    (TSV, "SELECT * { ?s ?p ?o { SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?a ?b ?c } } } }"),
]
CHOSEN = [
    *(Dataset.chosen([graph], []) for graph in (*HIDDEN, OPEN[0])),
    *(Dataset.chosen([], [graph]) for graph in (*HIDDEN, OPEN[0])),
    Dataset.chosen(HIDDEN, [*OPEN, *HIDDEN]),
]
"""What the parameters of a request name."""
EVERYTHING = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Quads, Quads], list[list[str]]]]:
    """Return what asks all of `ASKED`, as the public, of one store with hidden facts and of one without them."""
    folder = tmp_path_factory.mktemp("twins")
    with (
        Store.create(folder / "with.atlas") as present, Store.create(folder / "without.atlas") as absent,
        asyncio.Runner() as runner,
    ):  # fmt: skip
        pools = [Pool(), Pool()]

        async def told(pool: Pool, store: Store, query: str, media: str = TSV, dataset: Dataset = WHOLE) -> str:
            try:
                lines = (await answered(pool, store, query, media, dataset=dataset)).splitlines()
            except AtlasError as error:
                return f"{type(error).__name__} {error}"
            return "\n".join(sorted(lines))

        async def both(visible: Quads, hidden: Quads) -> list[list[str]]:
            write(present, visible + hidden)
            write(absent, visible)
            return [
                [await told(pool, store, query, media) for media, query in ASKED]
                + [await told(pool, store, EVERYTHING, dataset=dataset) for dataset in CHOSEN]
                for pool, store in zip(pools, (present, absent), strict=True)
            ]

        yield lambda visible, hidden: runner.run(both(visible, hidden))
        for pool in pools:
            runner.run(closed(pool))


@given(quads(OPEN), quads(HIDDEN))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hidden_graph_equals_an_absent_one(
    twins: Callable[[Quads, Quads], list[list[str]]], visible: Quads, hidden: Quads
) -> None:
    """Whatever is asked, facts that the viewer may not read change neither answer nor error."""
    present, absent = twins(visible, hidden)
    assert present == absent


def test_the_owner_sees_what_is_hidden_from_the_public(store: Store, runner: asyncio.Runner) -> None:
    """Each sort of viewer has workers of its own: the two do not mix."""
    write(store, [("<urn:a>", "<urn:b>", f'"{at}"', f"<{graph}>") for at, graph in enumerate((OPEN[0], HIDDEN[0]))])
    pool = Pool()
    counts = [runner.run(answered(pool, store, COUNT, viewer=viewer)).split()[1] for viewer in (PUBLIC, OWNER, PUBLIC)]
    assert counts == ["1", "2", "1"]
    runner.run(closed(pool))
