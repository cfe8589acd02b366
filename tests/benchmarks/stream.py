"""Benchmark of long files: `python tests/benchmarks/stream.py [TRIALS.jsonl.gz]` prints a table, asserts nothing.

The first 25,000 and 50,000 records and all of them are loaded, linked and reconciled, then indexed without embedding, and
the snapshot is written: each step in a process of its own. Records a second are of CPU time, so of one core, for the first
three steps together; the peak is of resident memory.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

TRIALS = Path(__file__).parents[3] / "shared" / "data" / "trials-101k-title-summary.jsonl.gz"
_ATMP = """
import resource, sys
from pathlib import Path
from atmp.kg.load import load
from atmp.kg.progress import quiet
from atmp.kg.proposals import propose
from atmp.kg.reviews import reconcile
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.index import Index
from atmp.search.tables import Tables

step, path, trials = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
with Store.open(path) if path.exists() else Store.create(path) as store:
    if step == "load":
        load(store, trials, agent="benchmark")
    elif step == "link":
        propose(store, agent="benchmark")
    elif step == "reconcile":
        reconcile(store, agent="benchmark")
    elif step == "index":
        Index(store, Tables(store)).catch_up_all(quiet)
    else:
        store.engines.keep(PUBLIC)
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, int(peak.split()[1]) // 1024)
"""


def main(trials: Path) -> None:
    """Run all sizes."""
    if not trials.exists():
        sys.exit(f"{trials} is not there: name a file of trials as JSON lines")
    steps = ("load", "link", "reconcile", "index", "snapshot")
    table = Table("records", *(f"{step}, s" for step in steps), "records/s", *(f"{step}, MB" for step in steps))
    with tempfile.TemporaryDirectory() as folder:
        for number in (25_000, 50_000, None):
            part = Path(folder) / f"trials-{number}.jsonl.gz"
            count = _cut(trials, part, number)
            store = part.with_suffix(".atlas")
            used = [_run(step, store, part) for step in steps]
            rate = count / sum(seconds for seconds, _ in used[:3])
            times, peaks = ([f"{one[which]:.0f}" for one in used] for which in (0, 1))
            table.add_row(f"{count:,}", *times, f"{rate:,.0f}", *peaks)
            store.unlink()
    Console(width=150).print(table)


def _cut(trials: Path, part: Path, number: int | None) -> int:
    """Write the first records of a file as one of its own; returns how many."""
    with gzip.open(trials, "rb") as whole, gzip.open(part, "wb", compresslevel=1) as head:
        count = 0
        for line in islice(whole, number):
            head.write(line)
            count += 1
    return count


def _run(step: str, store: Path, trials: Path) -> tuple[float, ...]:
    command = [sys.executable, "-c", _ATMP, step, str(store), str(trials)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ}).stdout
    return tuple(map(float, said.split()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
