"""Search in 1,500, 100,000 and a million cards: `python tests/benchmarks/scale.py FOLDER [CARDS...]` prints tables.

The stores are made as `corpus.py` says, and stay in FOLDER with the embedded sample, so that each is made once. Queries
come with their vectors: the embedding of a question is not timed. All runs on one thread; peers take turns with our own
search, so that a busy machine hits all alike. Times are of the processor, in ms.
"""

from __future__ import annotations

import os
import sys

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.embedder import Vector
from atmp.search.filters import Filters, candidates
from atmp.search.finder import Finder
from atmp.search.lookup import Lookup
from atmp.search.order import Orders, rows_of
from atmp.search.query import question
from atmp.search.rank import DEPTH, Mode, by_concepts, fused, weights
from atmp.search.tables import Tables
from atmp.search.telling import told
from atmp.search.vectors import Vectors
from atmp.search.words import Words
from corpus import Corpus, Known, build
from rich.console import Console
from rich.table import Table

FEW = Filters(kinds=("product",))  # one card in a hundred
_ASKED = {1_500: (10, 200), 100_000: (30, 100), 1_000_000: (100, 60)}
_NEAR = 20
_GRAPH = 20_000  # cards up to which a graph of neighbours is made: of 100,000 it takes minutes


def main(folder: Path, sizes: Sequence[int]) -> None:
    """Measure all for each size."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(folder)
    model = Known(corpus.questions, corpus.embedded(corpus.questions))
    for size in sizes:
        path = folder / f"{size}.atlas"
        if not path.exists():
            build(path, corpus, size, model)
        for step in (searching, dense):
            table = Table(f"{size:,} cards", "p50", "p95", "asked for, p50")
            for row in step(path, size, corpus, model):
                table.add_row(*row)
            Console(width=120).print(table)


def searching(path: Path, size: int, corpus: Corpus, model: Known) -> list[tuple[str, ...]]:
    """Search by all orders, with a filter and without, and each stage alone."""
    limit, count = _ASKED.get(size, (0, 100))
    with Store.open(path) as store:
        finder = Finder(store, model)
        finder.search(PUBLIC, corpus.questions[-1])
        asked = corpus.questions[:count]
        whole, few = [], []
        for text in asked:
            whole.append(timed(lambda text=text: finder.search(PUBLIC, text)))
            few.append(timed(lambda text=text: finder.search(PUBLIC, text, FEW)))
        full = min(len(finder.search(PUBLIC, text, FEW).hits) for text in asked[:20])
        rows = [
            ("search", *told_of(whole), f"at most {limit}" if limit else ""),
            ("search, 1 % pass the filter", *told_of(few), "less than without"),
            ("fewest hits with the filter", str(full), "", f"{min(20, size // 100)}"),
        ]
        rows += [(f"  {name}", *told_of(times), "") for name, times in stages(store, model, asked).items()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*rows, ("peak memory so far, MB", f"{peak:.0f}", "", "under 2,500 at a million")]


class Clock:
    """Times what is done by name."""

    def __init__(self) -> None:
        """Start with no time."""
        self.times: dict[str, list[float]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        start = time.process_time()
        yield
        self.times.setdefault(name, []).append((time.process_time() - start) * 1000)


def stages(store: Store, model: Known, asked: Sequence[str]) -> dict[str, list[float]]:
    """Return the times of each stage of a search for each question."""
    tables, vectors, words, orders, clock = Tables(store), Vectors(), Words(), Orders(), Clock()
    connection, partition = tables.connect(), tables.partitions()[0]
    for text in asked:
        vector = model.encode([text])[0]
        with clock.stage("question"):
            query = question(text)
        lookup = Lookup(connection, partition, orders.order(connection, partition), None, DEPTH)
        with clock.stage("words"):
            fits = {"words": words.fits(lookup, query.words)}
        with clock.stage("concepts"):
            fits["concepts"], weight = by_concepts(lookup, query)
        with clock.stage("best"):
            best = {name: lookup.best(one) for name, one in fits.items()}
        with clock.stage("meaning"):
            fits["meaning"] = vectors.fits(lookup, vector, rows_of(best.values()))
        with clock.stage("best of meaning"):
            best["meaning"] = lookup.best(fits["meaning"])
        with clock.stage("fuse"):
            counting = weights(query, Mode.HYBRID, identified=False)
            chosen = list(islice(fused(fits, rows_of(best.values()), counting, lookup.order), 20))
        with clock.stage("tell"):
            told(connection, [one.row for one in chosen], query, weight)
    return {name: times[1:] for name, times in clock.times.items()}


def dense(path: Path, size: int, corpus: Corpus, model: Known) -> list[tuple[str, ...]]:
    """Hold nearest vectors against other libraries', with a filter and without, and count what is missed."""
    import faiss
    from usearch.index import Index

    faiss.omp_set_num_threads(1)
    asked = model.encode(corpus.questions[:60])
    made = np.concatenate(list(corpus.made(size)))
    flat = faiss.IndexFlatIP(made.shape[1])
    flat.add(made)
    with Store.open(path) as store:
        tables, vectors = Tables(store), Vectors()
        connection, partition = tables.connect(), tables.partitions()[0]
        order = Orders().order(connection, partition)
        nothing = np.array([], np.int64)
        allowed = candidates(connection, partition, FEW, store.names)
        whole, few = (Lookup(connection, partition, order, rows, DEPTH) for rows in (None, allowed))
        selected = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed - 1))
        vectors.fits(whole, asked[0], nothing)
        peers: dict[str, Callable[[Vector], object]] = {
            "ours": lambda one: whole.best(vectors.fits(whole, one, nothing)),
            "ours, 1 % pass the filter": lambda one: few.best(vectors.fits(few, one, nothing)),
            "numpy, exact": lambda one: np.argpartition(made @ one, -DEPTH)[-DEPTH:],
            "faiss flat": lambda one: flat.search(one[None], DEPTH),
            "faiss flat, 1 % pass the filter": lambda one: flat.search(one[None], DEPTH, params=selected),
        }
        if size <= _GRAPH:
            graph = Index(ndim=made.shape[1], metric="ip", dtype="f32")
            graph.add(np.arange(size), made, threads=1)
            peers["usearch, HNSW"] = lambda one: graph.search(one, DEPTH, threads=1)
        if size <= 200_000:
            peers["plain vec0"] = lambda one: connection.execute(
                "SELECT rowid FROM card_vector WHERE vector MATCH ? AND k=? AND scope=?",
                (one.tobytes(), DEPTH, partition.id),
            ).fetchall()
        times: dict[str, list[float]] = {name: [] for name in peers}
        for one in asked[:20]:
            for name, call in peers.items():
                times[name].append(timed(lambda call=call, one=one: call(one)))
        missed = recall(asked, lambda one: [row - 1 for row, _ in whole.best(vectors.fits(whole, one, nothing))], flat)
        bandwidth = size * 48 / 1e6 / (np.median(times["ours"]) or 1)
    copied = timed(made[:100_000].copy)
    return [
        *((f"nearest vectors, {name}", *told_of(seen), "") for name, seen in times.items()),
        (f"  recall at {_NEAR} against exact", f"{missed:.4f}", "", "at least .98"),
        ("  bits read by ours, GB/s", f"{bandwidth:.1f}", "", ""),
        ("  memory read and written by a copy, GB/s", f"{2 * made[:100_000].nbytes / 1e6 / copied:.1f}", "", ""),
    ]


def recall(asked: Vector, ours: Callable[[Vector], list[int]], exact: object) -> float:
    """Return the share of the nearest by exact search that are among our nearest."""
    _, wanted = exact.search(asked, _NEAR)  # type: ignore[attr-defined]
    found = [len(set(ours(one)[:_NEAR]) & set(near.tolist())) for one, near in zip(asked, wanted, strict=True)]
    return sum(found) / (_NEAR * len(found))


def timed(call: Callable[[], object]) -> float:
    """Return the milliseconds of the processor that a call takes."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def told_of(times: Sequence[float]) -> tuple[str, str]:
    """Return the median and the time that one in twenty passes."""
    return f"{np.median(times):.1f}", f"{np.percentile(times, 95):.1f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(one) for one in sys.argv[2:]] or list(_ASKED))
