"""Until a nursery has its facts, queries are answered from the snapshot: as afterwards, and never with what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from atmp.api.nursery import Nursery
from atmp.api.pool import Pool
from atmp.api.relay import Relay
from atmp.kg import snapshot
from atmp.kg.errors import QueryLimitError
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.sparql.bounds import Bounds
from atmp.kg.sparql.dataset import WHOLE
from atmp.kg.sparql.endpoint import ViewEndpoint
from atmp.kg.sparql.guard import guard
from atmp.kg.sparql.order import NOWHERE
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, Viewer

QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "ASK { ?s <urn:q> ?o }",
)
NEVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
Ask = Callable[..., str]


def write(store: Store, source: str, tier: Tier, count: int) -> None:
    graph = f"<{Names().graph('lund', tier)}>"
    quads = tuple((f"<urn:{source}{number}>", "<urn:p>", f'"{number}"', graph) for number in range(count))
    store.write(source, "2024-01-01", [Entry("row", quads)], agent="test")


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store whose public facts have a snapshot, with others beside them."""
    monkeypatch.setattr(snapshot, "LEAST", 1)
    write(store, "open", Tier.PUBLIC, 200)
    write(store, "hidden", Tier.INTERNAL, 20)
    assert store.engines.keep(PUBLIC)
    return store


@pytest.fixture
def unfilled(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Hold back that a nursery has its facts until the event is set."""
    true, begin = Nursery.filled, asyncio.Event()

    async def filled(self: Nursery) -> None:
        await begin.wait()
        await true(self)

    monkeypatch.setattr(Nursery, "filled", filled)
    return begin


@pytest.fixture
def pool(runner: asyncio.Runner) -> Iterator[Pool]:
    made = Pool(Bounds(cpu=1))
    yield made

    async def close() -> None:
        made.close()

    runner.run(close())


@pytest.fixture
def ask(pool: Pool, kept: Store, runner: asyncio.Runner) -> Ask:
    async def asked(query: str, viewer: Viewer = PUBLIC) -> str:
        endpoint = ViewEndpoint(kept.view(viewer), {})
        order = endpoint.order(guard(query), WHOLE, NOWHERE)
        found = await pool.answer(endpoint.holding, endpoint.revision, order, "text/tab-separated-values", "me")
        return (found.whole or b"").decode()

    return lambda *words: runner.run(asked(*words))


def _relay(pool: Pool) -> Relay:
    return next(iter(pool._workers.values()))._nursery


def _early(pool: Pool) -> bool:
    """Return whether the last worker that stands ready reads the snapshot."""
    relay = _relay(pool)
    return any(worker in relay._lent for worker in next(iter(pool._workers.values()))._standing)


def test_before_and_after_the_same_is_answered(
    ask: Ask, pool: Pool, runner: asyncio.Runner, unfilled: asyncio.Event
) -> None:
    """Each answer is the same, byte by byte, whether it is read from the snapshot or from memory."""
    before = [ask(query) for query in QUERIES]
    assert _early(pool)
    unfilled.set()
    relay = _relay(pool)
    assert relay._passing is not None
    runner.run(_ended(relay._passing))
    assert [ask(query) for query in QUERIES] == before
    assert not _early(pool)
    assert relay._early is None
    assert before[0].splitlines()[1] == "200"


async def _ended(task: asyncio.Task[None]) -> None:
    await task


def test_what_is_written_meanwhile_is_seen(ask: Ask, pool: Pool, kept: Store, unfilled: asyncio.Event) -> None:
    """A snapshot cannot follow: the next query waits for the nursery that can."""
    assert ask(QUERIES[0]).splitlines()[1] == "200"
    write(kept, "more", Tier.PUBLIC, 5)
    assert ask(QUERIES[0]).splitlines()[1] == "205"
    assert not _early(pool)


def test_others_do_not_read_it(ask: Ask, kept: Store, unfilled: asyncio.Event) -> None:
    """Who reads more than the snapshot holds is answered from the file, and the snapshot stays."""
    assert ask(QUERIES[0], OWNER).splitlines()[1] == "220"
    assert snapshot.place(kept.path).exists()
    assert ask(QUERIES[0]).splitlines()[1] == "200"


def test_a_doubtful_one_answers_nothing(ask: Ask, pool: Pool, kept: Store, unfilled: asyncio.Event) -> None:
    """Where its bytes are not as they were written, the file answers."""
    path = max((snapshot.place(kept.path) / "graph").iterdir(), key=lambda one: one.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert ask(QUERIES[0]).splitlines()[1] == "200"
    assert not _early(pool)


def test_limits_hold_there_too(ask: Ask, pool: Pool, unfilled: asyncio.Event) -> None:
    """A worker that reads the snapshot is stopped as any other, and the next one answers."""
    with pytest.raises(QueryLimitError):
        ask(NEVER)
    assert ask(QUERIES[0]).splitlines()[1] == "200"
    assert _early(pool)
