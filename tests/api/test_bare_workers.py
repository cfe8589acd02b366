"""A bare store's queries run in workers too: at its newest revision, within limits, and without fetching anything."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from atmp.api.admission import Crowd
from atmp.kg.bare import Bare
from atmp.kg.sparql.bounds import Bounds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Serving = Callable[..., AbstractContextManager[str]]
FACTS = " ".join(f"<urn:{number}> <urn:p> {number} ." for number in range(300))
BUSY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
JSONLD, XML = {"content-type": "application/ld+json"}, {"content-type": "application/rdf+xml"}


@pytest.fixture
def client(serving: Serving) -> Iterator[httpx.Client]:
    """Return a client of a bare store with small limits, which holds 300 triples."""
    with (
        serving(Bare(), Bounds(seconds=20, cpu=1), Crowd(ready=2)) as address,
        httpx.Client(base_url=address, timeout=60) as made,
    ):
        assert made.post("/sparql", data={"update": f"INSERT DATA {{ {FACTS} }}"}).status_code == 204
        yield made


def _asked(client: httpx.Client, query: str) -> list[list[str]]:
    answer = client.get("/sparql", params={"query": query, "format": "tsv"})
    assert answer.status_code == 200, answer.text
    return [line.split("\t") for line in answer.text.splitlines()[1:]]


def test_a_query_that_never_ends_is_stopped_and_the_facts_stay(client: httpx.Client) -> None:
    """The limit is named, and the store still takes updates and answers."""
    stopped = client.post("/sparql", data={"query": BUSY})
    assert (stopped.status_code, stopped.json()["limit"]) == (503, "cpu")
    assert client.post("/sparql", data={"update": "INSERT DATA { <urn:new> <urn:p> 1 }"}).status_code == 204
    assert _asked(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [["301"]]


def test_what_was_written_is_in_the_next_answer(client: httpx.Client) -> None:
    """Updates, graphs that are put, made empty or dropped: each is seen by whoever asks next."""
    graphs = "SELECT ?g { GRAPH ?g { } } ORDER BY ?g"
    client.post("/sparql", data={"update": "CREATE GRAPH <urn:empty>"})
    client.put(
        "/store", params={"graph": "urn:g"}, content="<urn:a> <urn:b> 1 .", headers={"content-type": "text/turtle"}
    )
    assert _asked(client, graphs) == [["<urn:empty>"], ["<urn:g>"]]
    client.delete("/store", params={"graph": "urn:g"})
    assert _asked(client, graphs) == [["<urn:empty>"]]
    client.post(
        "/sparql",
        data={
            "update": "DELETE WHERE { ?s ?p ?o } ; INSERT { ?s <urn:id> ?i } WHERE { BIND(UUID() AS ?s) BIND(1 AS ?i) }"
        },
    )
    found = _asked(client, "SELECT ?s { ?s <urn:id> ?i }")
    assert found == _asked(client, "SELECT ?s { ?s <urn:id> ?i }")
    assert (
        found[0][0].strip("<>") in client.get("/store", params={"default": ""}).text
    )  # of one UUID there is no second


def test_nothing_is_fetched(client: httpx.Client, tmp_path: Path) -> None:
    """By update, body, parameter or query: a sink on this machine counts no connection, and no file is read."""
    secret = tmp_path / "secret.ttl"
    secret.write_text("<urn:secret> <urn:p> 1 .", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as sink:
        at = f"http://127.0.0.1:{sink.getsockname()[1]}/a.ttl"
        entity = f'<!DOCTYPE r [<!ENTITY e SYSTEM "{at}">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&e;</rdf:RDF>'
        context = f'{{"@context": "{at}", "@id": "urn:a", "b": "c"}}'
        imported = f'{{"@context": {{"@version": 1.1, "@import": "{at}"}}, "@id": "urn:a", "b": "c"}}'
        answers = [
            *(client.post("/sparql", data={"update": f"LOAD {word} <{one}>"}) for one in (at, secret.as_uri()) for word in ("", "SILENT")),
            client.post("/sparql", data={"update": f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{at}> {{ ?s ?p ?o }} }}"}),
            client.post("/sparql", data={"update": "CLEAR GRAPH <urn:x>", "using-graph-uri": at}),
            *(client.get("/sparql", params={"query": f"ASK {{ SERVICE {word} <{at}> {{ ?s ?p ?o }} }}"}) for word in ("", "SILENT")),
            *(client.get("/sparql", params={"query": f"SELECT * FROM <{one}> {{ ?s ?p ?o }}"}) for one in (at, secret.as_uri())),
            client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": at, "named-graph-uri": at}),
            *(client.put("/store", params={"graph": at}, content=one, headers=JSONLD) for one in (context, imported)),
            client.put("/store", params={"graph": at}, content=entity, headers=XML),
            client.get("/store", params={"graph": at}),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} <= {200, 204, 400, 403, 404}
        sink.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has knocked
            sink.accept()
    assert _asked(client, "SELECT * { <urn:secret> ?p ?o }") == []


TERMS = st.sampled_from(["<urn:a>", "<urn:b>", '"x"@sv', "1.50", '"\\n\\t\\""', '"é𝄞"'])
NAMES = st.sampled_from(["<urn:a>", "<urn:b>"])


@given(st.lists(st.tuples(NAMES, NAMES, TERMS, st.sampled_from(["", "<urn:g>", "<urn:h>"])), max_size=9), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_copy_holds_what_its_store_holds(quads: list[tuple[str, str, str, str]], empty: bool) -> None:
    """News carry every fact and every graph, and there are none for who has them."""
    bare, copy = Bare(), Bare()
    text = " ".join(f"GRAPH {g} {{ {s} {p} {o} }}" if g else f"{s} {p} {o} ." for s, p, o, g in quads)
    bare._graph.update(f"INSERT DATA {{ {text} }}" + ("; CREATE SILENT GRAPH <urn:e>" if empty else ""))
    bare.revision += 1
    news = bare.news(copy.revision)
    assert news is not None
    with news.facts as facts:
        copy.follow(news.members, facts)
    assert set(copy._graph) == set(bare._graph)
    assert set(copy._graph.named_graphs()) == set(bare._graph.named_graphs())
    assert bare.news(copy.revision) is None


ENDLESS = "INSERT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_an_update_that_never_ends_is_stopped_and_nothing_is_changed(client: httpx.Client) -> None:
    """A limit is named, the facts are as before, and the next update is done."""
    stopped = client.post("/sparql", data={"update": ENDLESS})
    assert stopped.status_code == 503
    assert stopped.json()["limit"] in {"cpu", "seconds", "memory"}
    assert _asked(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [["300"]]
    assert client.post("/sparql", data={"update": "INSERT DATA { <urn:new> <urn:p> 1 }"}).status_code == 204
    assert _asked(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [["301"]]
