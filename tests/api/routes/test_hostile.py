"""Queries that mean harm: each is refused or stopped in words, costs nobody else anything, and fetches nothing."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from atmp.api.admission import Crowd
from atmp.kg.sparql.bounds import Bounds

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

Serving = Callable[..., AbstractContextManager[str]]

ASKED = {"content-type": "application/sparql-query", "accept": "*/*"}
CORPUS = json.loads((Path(__file__).parent / "hostile.json").read_text("utf-8"))
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
BUSY = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
LOOK_UP = "SELECT ?p ?o { <https://w3id.org/atmp/id/lund/project/P01> ?p ?o }"
LONG = "SELECT * { ?s ?p ?o . ?a ?b 1 } LIMIT 19999"
DESCRIBED = "DESCRIBE <https://w3id.org/atmp/id/lund/project/P01>"
PATIENCE = 60


def ask(address: str, query: str, **headers: str) -> httpx.Response:
    with httpx.Client(timeout=PATIENCE) as client:
        return client.post(f"{address}/sparql", content=query.encode(), headers=ASKED | headers)


@pytest.fixture(scope="module")
def address(serving: Serving, served: Atlas) -> Iterator[str]:
    """Return where an atlas with small limits is served."""
    bounds = Bounds(seconds=1.5, cpu=1, memory=96, rows=20_000, bytes=7_000_000)
    with serving(served, bounds, Crowd(running=24, client=24, ready=2)) as found:
        yield found


def test_every_hostile_query_is_refused_or_stopped_and_nothing_is_fetched(address: str) -> None:
    """Over the whole corpus: an answer, or a problem in words; the server lives; nobody was connected to."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as sink, ThreadPoolExecutor(6) as threads:
        port = sink.getsockname()[1]

        def one(case: dict[str, Any], often: int) -> str:
            query = case["before"] + case["opens"] * often + case["middle"] + case["closes"] * often + case["after"]
            name = f"{case['name']} x {often}"
            try:
                answer = ask(address, query.replace("SINK", str(port)))
            except httpx.RemoteProtocolError:
                return ""  # broken off in its midst, as a result that cannot be whole must be
            if answer.status_code == 200:
                return "" if len(answer.content) <= 7_000_000 else f"{name}: {len(answer.content)} bytes"
            said = answer.json()
            clear = answer.headers["content-type"] == "application/problem+json" and len(said["detail"]) > 15
            return (
                "" if clear and answer.status_code in {400, 403, 413, 503} else f"{name}: {answer.status_code} {said}"
            )

        cases = [(case, often) for case in CORPUS for often in case["times"]]
        wrong = [said for said in threads.map(lambda pair: one(*pair), cases) if said]
        assert wrong == []
        sink.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has knocked
            sink.accept()
    assert httpx.get(f"{address}/api/v1/health").json()["status"] == "ok"
    assert len(ask(address, LOOK_UP).json()["results"]["bindings"]) > 3


def test_a_neighbour_is_answered_while_hostile_queries_run(address: str) -> None:
    """Twenty queries that never end are running, and each of a neighbour's look-ups has its full answer."""
    expected, over = ask(address, LOOK_UP).json(), threading.Event()

    def harm() -> list[httpx.Response]:
        answers = [ask(address, BUSY)]
        while not over.is_set():
            answers.append(ask(address, BUSY))
        return answers

    with ThreadPoolExecutor(20) as threads:
        hostile = [threads.submit(harm) for _ in range(20)]
        time.sleep(0.3)
        answers = [ask(address, LOOK_UP) for _ in range(20)]
        over.set()
        stopped = [answer for one in hostile for answer in one.result()]
    assert [answer.json() for answer in answers] == [expected] * 20
    assert {answer.status_code for answer in stopped} == {503}
    assert {answer.json()["limit"] for answer in stopped} <= {"seconds", "cpu", "memory"}


@pytest.mark.parametrize("limit", ["rows", "bytes"])
def test_a_result_that_gets_too_long_is_broken_off(serving: Serving, served: Atlas, limit: str) -> None:
    """After the first byte every client sees an error, never a part that looks like the whole."""
    bounds = Bounds(rows=20_000) if limit == "rows" else Bounds(bytes=1_000_000)
    with serving(served, bounds, Crowd(ready=1)) as address:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            ask(address, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
        assert ask(address, LOOK_UP).status_code == 200


def test_a_client_of_http_1_0_has_all_of_a_result_or_none(serving: Serving, served: Atlas) -> None:
    """It takes the end of the connection for the end of the answer: so a long result comes with its length, or as a problem."""
    with serving(served, Bounds(rows=20_000), Crowd(ready=1)) as address:
        for query, status in (("?s ?p ?o } LIMIT 9000", 200), ("?a ?b ?c . ?d ?e ?f }", 400)):
            head, _, body = _aged(address, f"SELECT * {{ {query}").partition(b"\r\n\r\n")
            assert head.startswith(f"HTTP/1.1 {status} ".encode())
            assert f"content-length: {len(body)}".encode() in head
            assert len(json.loads(body)["results"]["bindings"]) == 9000 if status == 200 else b"20000 rows" in body


def _aged(address: str, query: str) -> bytes:
    """Return what a client of HTTP/1.0 is sent until the connection ends."""
    host, port = address.removeprefix("http://").split(":")
    head = f"POST /sparql HTTP/1.0\r\ncontent-type: application/sparql-query\r\ncontent-length: {len(query)}\r\n\r\n"
    with socket.create_connection((host, int(port))) as gone:
        gone.sendall(head.encode() + query.encode())
        return b"".join(iter(lambda: gone.recv(65_536), b""))


def test_the_form_runs_its_query_in_a_worker_too(serving: Serving, served: Atlas) -> None:
    """A query that never ends is stopped, one too long for a page is told so, and a short one becomes a table."""
    patient = Bounds(seconds=PATIENCE / 2, cpu=1, rows=20_000)  # a long query computes while nobody else would
    with (
        serving(served, patient, Crowd(ready=2)) as address,
        httpx.Client(base_url=address, timeout=PATIENCE) as reader,
    ):
        shown = {query: reader.get("/query", params={"query": query}) for query in (BUSY, LONG, LOOK_UP, DESCRIBED)}
    assert [page.status_code for page in shown.values()] == [503, 400, 200, 200]
    for query, words in zip(
        shown, ("bind more of its variables", "too long for a page", "Projects", "predicate"), strict=True
    ):
        assert words in shown[query].text, query


def test_a_limit_passed_before_the_first_byte_is_a_problem(serving: Serving, served: Atlas) -> None:
    """A short result that is over its limit is a status, says which limit, and how to ask."""
    with serving(served, Bounds(rows=20), Crowd(ready=1)) as address:
        answer = ask(address, "SELECT ?s { ?s ?p ?o } LIMIT 21")
        assert (answer.status_code, answer.json()["limit"]) == (400, "rows")
        assert "more than 20 rows" in answer.json()["detail"]
        assert len(ask(address, "SELECT ?s { ?s ?p ?o } LIMIT 20").json()["results"]["bindings"]) == 20


def test_a_client_that_hangs_up_stops_its_query(serving: Serving, served: Atlas) -> None:
    """Its place is free at once, before the first byte and after it, though the query might have run for a minute."""
    with serving(served, Bounds(seconds=PATIENCE, cpu=PATIENCE), Crowd(running=1, waiting=0, ready=1)) as address:
        host, port = address.removeprefix("http://").split(":")
        for query in (BUSY, "SELECT * { ?a ?b ?c . ?d ?e ?f }"):
            with socket.create_connection((host, int(port))) as gone:
                body = query.encode()
                head = f"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\ncontent-length: {len(body)}\r\n\r\n"
                gone.sendall(head.encode() + body)
                if query != BUSY:
                    assert gone.recv(15) == b"HTTP/1.1 200 OK"
                time.sleep(0.5)
                assert ask(address, LOOK_UP).status_code == 503
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            until = time.monotonic() + PATIENCE / 2
            while (answer := ask(address, LOOK_UP)).status_code == 503 and time.monotonic() < until:
                time.sleep(0.1)
            assert answer.status_code == 200


def test_too_many_are_told_to_come_back(serving: Serving, served: Atlas) -> None:
    """One over its own share is 429, one over everybody's is 503; both say when to try again."""
    bounds = Bounds(seconds=2)
    for crowd, status in ((Crowd(running=1, waiting=9, client=1), 429), (Crowd(running=1, waiting=0), 503)):
        with serving(served, bounds, crowd) as address, ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: ask(address, BUSY), range(4)))
            refused = [answer for answer in answers if answer.status_code == status]
            busy = [answer for answer in refused if "try again in" in answer.json()["detail"]]
            assert len(busy) >= 2
            assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
