"""Benchmark of long files: `python tests/benchmarks/stream.py [TRIALS.jsonl.gz]` prints a table, asserts nothing.

The first 25,000 and 50,000 records and all of them go through `atmp load` and `atmp link`, each a process of its own
with the embedder that needs no model. Records a second are of CPU time, so of one core; the peak is of resident memory.
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
from atmp.kg.proposals import propose
from atmp.kg.store import Store

path = Path(sys.argv[2])
with Store.open(path) if path.exists() else Store.create(path) as store:
    done = propose(store, agent="benchmark").records if sys.argv[1] == "link" else load(
        store, Path(sys.argv[1]), agent="benchmark").rows
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(done, used.ru_utime + used.ru_stime, int(peak.split()[1]) // 1024)
"""


def main(trials: Path) -> None:
    """Run all sizes."""
    if not trials.exists():
        sys.exit(f"{trials} is not there: name a file of trials as JSON lines")
    table = Table("records", "load, records/s", "link, records/s", "both, records/s", "load, peak MB", "link, peak MB")
    with tempfile.TemporaryDirectory() as folder:
        for number in (25_000, 50_000, None):
            part = Path(folder) / f"trials-{number}.jsonl.gz"
            with gzip.open(trials, "rb") as whole, gzip.open(part, "wb", compresslevel=1) as head:
                head.writelines(islice(whole, number))
            store = part.with_suffix(".atlas")
            (count, loading, first), (_, linking, second) = (_run(what, store) for what in (str(part), "link"))
            rates = (count / loading, count / linking, count / (loading + linking))
            table.add_row(f"{count:,.0f}", *(f"{rate:,.0f}" for rate in rates), f"{first:.0f}", f"{second:.0f}")
            store.unlink()
    Console(width=110).print(table)


def _run(what: str, store: Path) -> tuple[float, ...]:
    command = [sys.executable, "-c", _ATMP, what, str(store)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ}).stdout
    return tuple(map(float, said.split()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
