"""Benchmarks on real trials: `python tests/benchmarks [TRIALS.jsonl.gz]` prints a table, asserts nothing.

Every figure that a bar is set for is a ratio against a peer in the same run, or CPU time of a whole process.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

TRIALS = Path(__file__).parents[3] / "shared" / "data" / "trials-msc-1536.jsonl.gz"
QUERIES = (
    "mesenchymal stromal cells for graft versus host disease",
    "cartilage repair of the knee with autologous cells",
    "umbilical cord cells in COVID-19 pneumonia",
    "intracoronary cell therapy after myocardial infarction",
    "spinal cord injury",
    "Crohn disease fistula",
    "type 1 diabetes",
    "CD34+ blood stem cells",
)
_ATMP = [sys.executable, "-c", "from atmp.api.cli import main; main()"]
Row = tuple[str, str, str]


def main(trials: Path) -> None:
    """Run all, in order, on one store."""
    if not trials.exists():
        sys.exit(f"{trials} is not there: name a file of StudyFields records")
    table = Table("what", "seen", "asked for")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.atlas"
        for step in (loading, searching, cold, serving):
            for row in step(path, trials):
                table.add_row(*row)
    Console(width=110).print(table)


def loading(path: Path, trials: Path) -> list[Row]:
    """Load and index the trials; embedding is held against the library's bare encode of the same texts."""
    from atmp.api.atlas import Atlas
    from atmp.kg.load import load
    from atmp.search.embedder import embedder
    from atmp.search.index import read_text
    from sentence_transformers import SentenceTransformer

    atlas = Atlas.create(path)
    start = time.perf_counter()
    receipt = load(atlas.store, trials, agent="benchmark")
    graph = time.perf_counter() - start
    atlas.finder.index()  # makes the exported form and the vectors once
    rows = atlas.store.connect().execute("SELECT title, body, facts FROM card GROUP BY digest").fetchall()
    texts = [read_text(*row) for row in rows]
    atlas.close()

    from atmp.search.minilm import model_folder

    bare = SentenceTransformer(str(model_folder()), device="cpu")
    ours = embedder("minilm", path.with_name(f"{path.name}-model"))
    ours.encode(texts[:32])
    bare.encode(texts[:32], normalize_embeddings=True, show_progress_bar=False)
    seconds = _alternating(
        lambda: ours.encode(texts), lambda: bare.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    )
    ratio = seconds[0] / seconds[1]
    return [
        ("records/s, graph (read, validate, write)", f"{receipt.rows / graph:.0f}", "reported"),
        ("records/s, embedding", f"{len(texts) / seconds[0]:.1f}", "reported"),
        ("embedding against bare encode", f"{ratio:.2f} x", "at most 1.15 x"),
    ]


def _alternating(*calls: Callable[[], object]) -> list[float]:
    """Return each call's median of three, the calls taking turns so that a busy machine hits all alike."""
    seen: list[list[float]] = [[] for _ in calls]
    for _ in range(3):
        for call, times in zip(calls, seen, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in seen]


def searching(path: Path, _: Path) -> list[Row]:
    """Search in process, held against the embedding of the query alone."""
    from atmp.api.atlas import Atlas
    from atmp.kg.store import Store
    from atmp.kg.viewer import PUBLIC
    from atmp.search.embedder import embedder

    atlas = Atlas(Store.open(path))
    model = embedder(None, path.with_name(f"{path.name}-model"))
    whole, alone = [], []
    for turn in range(20):
        for query in QUERIES:
            start = time.perf_counter()
            atlas.finder.search(PUBLIC, query, limit=20)
            middle = time.perf_counter()
            model.encode([query], query=True)
            if turn:
                whole.append(middle - start)
                alone.append(time.perf_counter() - middle)
    atlas.close()
    ratio = statistics.median(whole) / statistics.median(alone)
    return [
        ("search in process, p50 ms", f"{statistics.median(whole) * 1000:.1f}", "reported"),
        ("search against the query's embedding alone", f"{ratio:.2f} x", "at most 1.5 x"),
    ]


def cold(path: Path, _: Path) -> list[Row]:
    """Run the commands that a reader waits for, each in a process of its own, by CPU time."""
    seen = {}
    for name, words in {"atmp --help": ["--help"], "atmp search": ["search", QUERIES[0], "--db", str(path)]}.items():
        times = []
        for _turn in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([*_ATMP, *words], check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        seen[name] = statistics.median(times)
    return [
        ("atmp --help, CPU s", f"{seen['atmp --help']:.2f}", "under 0.5"),
        ("atmp search, cold, CPU s", f"{seen['atmp search']:.2f}", "under 3"),
    ]


def serving(path: Path, _: Path) -> list[Row]:
    """Serve the trials, then the demonstration, and look at latency and memory."""
    server, address = _serve(path)
    try:
        times = []
        for turn in range(15):
            for query in QUERIES:
                start = time.perf_counter()
                httpx.get(f"{address}api/v1/search", params={"q": query}).raise_for_status().json()
                if turn:
                    times.append(time.perf_counter() - start)
    finally:
        server.terminate()
        server.wait()
    p95 = sorted(times)[int(len(times) * 0.95)] * 1000
    demo = path.with_name("demo.atlas")
    subprocess.run([*_ATMP, "demo", "--no-serve", "--db", str(demo)], check=True, capture_output=True)
    exported, away = path.with_name("demo.atlas-model"), path.with_name("away")
    memory = {}
    for loaded in ("without torch", "with torch"):
        if loaded == "with torch":
            exported.rename(away)  # without the exported form, queries run the model itself
        server, address = _serve(demo)
        try:
            httpx.get(f"{address}api/v1/search", params={"q": "retina"}).raise_for_status()
            memory[loaded] = _peak(server.pid)
        finally:
            server.terminate()
            server.wait()
    return [
        ("search over HTTP, warm, p95 ms", f"{p95:.0f}", "under 100"),
        ("peak memory of serving the demo, torch loaded, MB", f"{memory['with torch']:.0f}", "under 700"),
        ("peak memory of serving the demo, torch not loaded, MB", f"{memory['without torch']:.0f}", "under 350"),
    ]


def _serve(path: Path) -> tuple[subprocess.Popen[str], str]:
    environment = {**os.environ, "ATMP_DB": str(path), "ATMP_PORT": "8765"}
    server = subprocess.Popen([*_ATMP, "serve"], env=environment, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    for line in server.stderr:
        if "http://" in line:
            address = next(word for word in line.split() if word.startswith("http://"))
            break
    else:
        sys.exit("the server did not start")
    for _ in range(100):
        try:
            httpx.get(f"{address}api/v1/health").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return server, address
    sys.exit("the server does not answer")


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
