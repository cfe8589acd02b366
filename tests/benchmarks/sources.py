"""Benchmark of many sources of one thing: `python tests/benchmarks/sources.py [FOLDER]` prints two tables, asserts nothing.

All files of trials are loaded whole in two orders, and the facts that stand are compared; each file that names no day of its
own is given one. Then every file of grants and medicines follows, and all names are reconciled. Seconds are of CPU time.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from atmp.kg.load import load
from atmp.kg.reviews import reconcile
from atmp.kg.store import Store
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
    "SELECT ts.value || ' ' || tp.value || ' ' || tob.value FROM span JOIN quad q ON q.id = span.quad AND span.went IS NULL"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o"
    " WHERE tp.value NOT LIKE '%generatedAtTime>'"
)


def main(folder: Path) -> None:
    """Run both."""
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: name the folder of real records")
    loads = Table("order", "trials", "facts", "the same facts", "again, changes", "CPU s", "peak MB")
    found: set[str] = set()
    with tempfile.TemporaryDirectory() as made:
        for word, order in (("oldest first", tuple(TRIALS)), ("newest first", tuple(reversed(TRIALS)))):
            with Store.create(Path(made) / f"{word}.atlas") as store:
                began = time.process_time()
                _load(store, folder, order)
                spent = time.process_time() - began
                facts = {str(line) for (line,) in store.connect().execute(_STANDING)}
                trials = sum(
                    " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> " in one and "/Trial>" in one for one in facts
                )
                same = "" if not found else "yes" if found == facts else f"{len(found ^ facts)} differ"
                found = found or facts
                again = _load(store, folder, order)
                loads.add_row(word, f"{trials:,}", f"{len(facts):,}", same, str(again), f"{spent:.0f}", _peak())
        names = Table("kind", "records and names", "certain ties", "to decide on", "CPU s", "peak MB")
        with Store.open(Path(made) / "newest first.atlas") as store:
            _load(store, folder, OTHERS)
            began = time.process_time()
            for one in reconcile(store, agent="benchmark"):
                spent = time.process_time() - began
                counts = (len(one.things), len(one.certain), len(one.candidates))
                names.add_row(one.kind, *(f"{count:,}" for count in counts), f"{spent:.1f}", _peak())
    for table in (loads, names):
        Console(width=110).print(table)


def _load(store: Store, folder: Path, names: Iterable[str]) -> int:
    """Load files, and return how many of them changed anything."""
    return sum(
        load(store, folder / name, agent="benchmark", stated=TRIALS.get(name)).revision is not None for name in names
    )


def _peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED)
