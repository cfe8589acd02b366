"""Workers at work: `python tests/benchmarks/workers.py [CENTRES]` prints what they cost and what they keep apart.

The store holds the demonstration's survey once for each of so many centres; every bar is a ratio, or a difference in
one run. Asserts nothing. Needs Linux, for it reads the memory of processes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from atmp.api.atlas import Atlas
from atmp.api.demonstration import prepare_demo
from atmp.kg.ledger import Entry
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from rich.console import Console
from rich.table import Table

CENTRE = "lund"
LOOK_UP = "SELECT ?p ?o { <https://w3id.org/atmp/id/lund/project/P01> ?p ?o }"
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?s (<urn:a>|!<urn:a>)* ?o }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "SELECT (GROUP_CONCAT(?c) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
)
HEADERS = {
    "content-type": "application/sparql-query",
    "accept": "text/tab-separated-values",
    "accept-encoding": "identity",
}
TURNS = 400
NEIGHBOUR = "--neighbour"
Row = tuple[str, str, str]


def main(centres: int) -> None:
    """Fill a store, serve it, and print the table."""
    table = Table("what", "seen", "asked for")
    with tempfile.TemporaryDirectory() as folder:
        path = filled(Path(folder) / "bench.atlas", centres)
        alone = in_process(path)
        with served(path) as (server, address, started):
            table.add_row("quads of the public", f"{quads(address)}", "reported")
            table.add_row("seconds until the first answer", f"{started:.1f}", "under 3 with 1 M")
            for row in [*looking_up(address, alone), *streaming(server, address), *memory(server), *crowded(address)]:
                table.add_row(*row)
    Console(width=110).print(table)


def filled(path: Path, centres: int) -> Path:
    """Return a store of the demonstration, its survey once more for each further centre."""
    atlas = Atlas.create(path, model="hashing")
    prepare_demo(atlas, agent="benchmark", progress=lambda *_: None)
    lines = [line.decode() for line in atlas.view(PUBLIC).nquads()]
    own = "".join(line for line in lines if f"/{CENTRE}/" in line or f"/{CENTRE}>" in line)
    atlas.close()
    with Store.open(path) as store:
        for number in range(1, centres):
            other = own.replace(f"/{CENTRE}/", f"/c{number}/").replace(f"/{CENTRE}>", f"/c{number}>")
            store.write(f"copy-{number}", "2024-01-01", entries(other), agent="benchmark")
    return path


def entries(lines: str) -> Iterator[Entry]:
    """Yield an entry for each line."""
    for number, line in enumerate(lines.splitlines()):
        subject, prop, rest = line.removesuffix(" .").split(" ", 2)
        term, _, graph = rest.rpartition(" ")
        yield Entry(f"row-{number}", ((subject, prop, term, graph),))


def in_process(path: Path) -> float:
    """Return the median seconds of a look-up by the engine in this process."""
    with Store.open(path) as store:
        engine = store.view(PUBLIC).engine
        return statistics.median(timed(lambda: list(engine.query(LOOK_UP))))


def timed(call: Callable[[], object], turns: int = TURNS) -> list[float]:
    """Return the seconds of each of so many calls."""
    seen = []
    for _ in range(turns):
        start = time.perf_counter()
        call()
        seen.append(time.perf_counter() - start)
    return seen


@contextmanager
def served(path: Path) -> Iterator[tuple[int, str, float]]:
    """Serve a store in a process of its own; give its process id, address, and seconds until the first answer."""
    environment = {
        **os.environ,
        "ATMP_DB": str(path),
        "ATMP_PORT": "8180",
        "ATMP_MODEL": "hashing",
        "ATMP_QUERY_SECONDS": "60",
    }
    command = [sys.executable, "-c", "from atmp.api.cli import main; main()", "serve"]
    start = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    address = next(word for line in server.stderr for word in line.split() if word.startswith("http://"))
    try:
        while True:
            try:
                ask(httpx.Client(timeout=60), address, LOOK_UP)
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                break
        yield server.pid, address, time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()


def ask(client: httpx.Client, address: str, query: str) -> httpx.Response:
    """Return the answer to a query."""
    return client.post(f"{address}sparql", content=query, headers=HEADERS)


def quads(address: str) -> int:
    """Return how many quads there are."""
    with httpx.Client(timeout=60) as client:
        found = ask(client, address, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    return int(found.text.split()[1])


def looking_up(address: str, alone: float) -> list[Row]:
    """Look one record up, again and again, beside an address that does nothing but the same HTTP."""
    with httpx.Client(timeout=60) as client:
        whole = statistics.median(timed(lambda: ask(client, address, LOOK_UP)))
        health = statistics.median(
            timed(lambda: client.get(f"{address}static/atlas.css", headers={"range": "bytes=0-1"}))
        )
    return [
        ("look-up in process, median ms", f"{alone * 1000:.2f}", "reported"),
        ("look-up over HTTP, guard and worker, median ms", f"{whole * 1000:.2f}", "reported"),
        ("a small file over HTTP, median ms", f"{health * 1000:.2f}", "reported"),
        ("added by HTTP, guard and worker, ms", f"{(whole - alone) * 1000:.2f}", "under 3"),
        ("of that by guard and worker, ms", f"{(whole - health) * 1000:.2f}", "reported"),
    ]


def streaming(server: int, address: str) -> list[Row]:
    """Read a million rows, and watch the memory of server and workers meanwhile."""
    query = "SELECT ?s ?p ?o { ?s ?p ?o . VALUES ?n { 1 2 3 4 5 6 7 8 9 10 } } LIMIT 1000000"
    before, peaks, first, size = private(server), list[float](), 0.0, 0
    with httpx.Client(timeout=60) as client:
        start = time.perf_counter()
        with client.stream("POST", f"{address}sparql", content=query, headers=HEADERS) as answer:
            for number, piece in enumerate(answer.iter_raw()):
                first = first or time.perf_counter() - start
                size += piece.count(b"\n")
                if number % 100 == 0:
                    peaks.append(private(server))
        seconds = time.perf_counter() - start
    return [
        ("rows read", f"{size - 1} in {seconds:.1f} s", "1000000"),
        ("first byte, ms", f"{first * 1000:.0f}", "under 200"),
        ("private MB before, at a tenth of it, at most", f"{before:.0f}, {peaks[len(peaks) // 10]:.0f}, {max(peaks):.0f}", "flat"),
    ]  # fmt: skip


def family(pid: int) -> list[int]:
    """Return a process and all that it began."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in family(int(child)))]


def sizes(pid: int) -> dict[str, float]:
    """Return the megabytes of a process by sort."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}


def private(server: int) -> float:
    """Return the megabytes that server, nursery and workers have each for itself."""
    return sum(found.get("Private_Dirty", 0) for found in map(sizes, family(server)))


def memory(server: int) -> list[Row]:
    """Say what server, nursery and each worker take, alone and shared."""
    time.sleep(1)
    seen = {pid: sizes(pid) for pid in family(server)}
    total = sum(found.get("Pss", 0) for found in seen.values())
    rows = [("memory of all, MB", f"{total:.0f}", "under 1200 with 1 M and 4 workers")]
    for number, found in enumerate(seen.values()):
        name = ("server", "nursery")[number] if number < 2 else f"worker {number - 1}"
        alone = found.get("Private_Dirty", 0) + found.get("Private_Clean", 0)
        rows.append((f"{name}: MB of its own, shared", f"{alone:.0f}, {found.get('Rss', 0) - alone:.0f}", "reported"))
    return rows


def crowded(address: str) -> list[Row]:
    """Look up while nobody else asks, and while twenty hostile queries run all the time."""
    alone = subprocess.run(
        [sys.executable, __file__, NEIGHBOUR, address], stdout=subprocess.PIPE, text=True, check=True
    )
    idle = [float(one) for one in alone.stdout.split()]
    stop, statuses = threading.Event(), list[int]()

    def harm(number: int) -> None:
        with httpx.Client(timeout=60) as client:
            while not stop.is_set():
                try:
                    statuses.append(ask(client, address, HOSTILE[number % len(HOSTILE)]).status_code)
                except httpx.TransportError:
                    return  # the server was ended: the measuring is over

    threads = [threading.Thread(target=harm, args=(number,), daemon=True) for number in range(20)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    done = subprocess.run([sys.executable, __file__, NEIGHBOUR, address], stdout=subprocess.PIPE, text=True, check=True)
    stop.set()
    busy = [float(one) for one in done.stdout.split()]
    return [
        (f"look-up alone, {name} ms", f"{at(idle, share) * 1000:.1f}", "reported") for name, share in SHARES
    ] + [
        (f"look-up beside 20 hostile queries, {name} ms", f"{at(busy, share) * 1000:.1f}", "reported") for name, share in SHARES
    ] + [
        ("p99 beside 20 hostile queries, against alone", f"{at(busy, 0.99) / at(idle, 0.99):.1f} x", "under 3 x"),
        ("hostile queries ended meanwhile, by status", f"{ {one: statuses.count(one) for one in sorted(set(statuses))} }", "none 200"),
    ]  # fmt: skip


SHARES = (("p50", 0.5), ("p99", 0.99))


def at(seen: list[float], share: float) -> float:
    """Return the value that such a share of all does not exceed."""
    return sorted(seen)[int(len(seen) * share)]


def neighbour(address: str) -> None:
    """Print the seconds of each look-up; runs in a process of its own."""
    with httpx.Client(timeout=60) as client:
        print(*timed(lambda: ask(client, address, LOOK_UP), 1000))


if __name__ == "__main__" and sys.argv[1:2] == [NEIGHBOUR]:
    neighbour(sys.argv[2])
elif __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 174)
