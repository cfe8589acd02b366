"""Benchmark of many sources of one thing: `python tests/benchmarks/sources.py [FOLDER]` prints two tables, asserts nothing.

All files of trials are loaded whole in two orders, and the facts that stand are compared by their digest; each file that names
no day of its own is given one. Then every file of grants and medicines follows, and all names are reconciled. Seconds are of
CPU time, the peak is of resident memory so far.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from atmp.kg.load import load
from atmp.kg.records import ATMP
from atmp.kg.reviews import reconcile
from atmp.kg.store import Store
from atmp.kg.triples import TYPE
from rich.console import Console
from rich.table import Table

SHARED = Path(__file__).parents[3] / "shared" / "data"
TRIALS = {
    "trials-101k-title-summary.jsonl.gz": date(2021, 5, 1),
    "trials-atmp-core-1077.jsonl.gz": date(2021, 6, 1),
    "clinicaltrials-csv/export-2022-27-columns.csv": None,
    "trials-msc-1536.jsonl.gz": None,
    "clinicaltrials-csv/export-20-columns.csv": date(2024, 6, 1),
}
OTHERS = (
    "cirm-grants.csv",
    "nih-reporter/SearchResult_Export_10Feb2022_015137.csv",
    "nih-reporter/SearchResult_Export_10Feb2022_015337.csv",
    "swecris-kth-to-2019.csv.gz",
    "ema/medicines_output_medicines_en_2025-08.xlsx",
)
_STANDING = (
    "SELECT ts.value AS s, tp.value AS p, tob.value AS o FROM span JOIN quad q ON q.id = span.quad AND span.went IS NULL"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o"
    " WHERE tp.value NOT LIKE '%generatedAtTime>' ORDER BY s, p, o"
)


def main(folder: Path) -> None:
    """Run both."""
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: name the folder of real records")
    loads = Table("order", "trials", "facts", "digest of the facts", "CPU s", "peak MB")
    names = Table("kind", "records and names", "certain ties", "to decide on", "CPU s", "peak MB")
    with tempfile.TemporaryDirectory() as made:
        for word, order in (("oldest first", tuple(TRIALS)), ("newest first", tuple(reversed(TRIALS)))):
            with Store.create(Path(made) / f"{word}.atlas") as store:
                began = time.process_time()
                _load(store, folder, order)
                spent = time.process_time() - began
                loads.add_row(word, *_facts(store), f"{spent:.0f}", _peak())
        with Store.open(Path(made) / "newest first.atlas") as store:
            _load(store, folder, OTHERS)
            began = time.process_time()
            for one in reconcile(store, agent="benchmark"):
                counts = (len(one.things), len(one.certain), len(one.candidates))
                spent = time.process_time() - began
                names.add_row(one.kind, *(f"{count:,}" for count in counts), f"{spent:.1f}", _peak())
    for table in (loads, names):
        Console(width=110).print(table)


def _load(store: Store, folder: Path, names: Iterable[str]) -> None:
    for name in names:
        load(store, folder / name, agent="benchmark", stated=TRIALS.get(name))


def _facts(store: Store) -> tuple[str, str, str]:
    """Return how many trials and facts stand, and the beginning of the facts' digest."""
    trials, facts, whole = 0, 0, hashlib.sha256()
    for fact in store.connect().execute(_STANDING):
        trials += fact[1:] == (f"<{TYPE}>", f"<{ATMP}Trial>")
        facts += 1
        whole.update(" ".join(map(str, fact)).encode())
    return f"{trials:,}", f"{facts:,}", whole.hexdigest()[:12]


def _peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED)
