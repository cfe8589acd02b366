"""Benchmark of a start: `python tests/benchmarks/start.py STORE` prints how soon `atmp serve` answers; asserts nothing.

STORE is a store that was loaded and indexed, with a million statements or so. It is served once without its snapshot, which
the first server writes, and then three times with it. An answer is a query's, over HTTP; seconds are wall time from the
start of the process, with the CPU time it had taken by then beside them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from atmp.kg import snapshot
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from rich.console import Console
from rich.table import Table

PORT = "8790"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a ?type }"
LOOK_UP = "SELECT ?s ?title { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?title } LIMIT 1"
_SERVE = [sys.executable, "-c", "from atmp.api.cli import main; main()", "serve", "--port", PORT, "--db"]
_PATIENCE_S = 300
Seen = tuple[float, float, float, float]
"""Seconds to the first answer, CPU seconds by then, seconds that a count over all takes then, and the peak in MB."""


def main(path: Path) -> None:
    """Serve the store again and again."""
    with Store.open(path) as store:
        quads = sum(1 for _ in store.lines(store.readable(PUBLIC)))
        folder = snapshot.place(store)
        snapshot.discard(store)
    table = Table(
        "start", "answers after s", "CPU s by then", "count then, s", "peak MB", title=f"{quads:,} public statements"
    )
    table.add_row("from the file", *_shown(_start(path, folder.exists)))
    seen = [_start(path, lambda: True) for _ in range(3)]
    table.add_row("from the snapshot", *_shown(tuple(map(statistics.median, zip(*seen, strict=True)))))
    Console(width=110).print(table)


def _shown(seen: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"{one:.2f}" for one in seen)


def _start(path: Path, done: Callable[[], bool]) -> Seen:
    """Serve until the first answer has come, and `done` says that nothing more is waited for."""
    start = time.perf_counter()
    server = subprocess.Popen([*_SERVE, str(path)], env=os.environ, stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: _asked(LOOK_UP))
        answered, used = time.perf_counter() - start, _cpu(server.pid)
        before = time.perf_counter()
        _asked(COUNT)
        counted = time.perf_counter() - before
        _wait(done)
        _wait(lambda: _idle(server.pid))  # memory is filled by then
        return answered, used, counted, _peak(server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait(done: Callable[[], bool]) -> None:
    for _ in range(_PATIENCE_S * 50):
        if done():
            return
        time.sleep(0.02)
    sys.exit("the server does not answer")


def _asked(query: str) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{PORT}/sparql", params={"query": query}, timeout=60)
    except httpx.TransportError:
        return False
    return answer.raise_for_status().is_success


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _idle(pid: int) -> bool:
    before = _cpu(pid)
    time.sleep(2)
    return _cpu(pid) - before < 0.05


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
