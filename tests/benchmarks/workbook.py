"""Benchmark of large workbooks: `python tests/benchmarks/workbook.py [PROJECTS]` prints a table, asserts nothing.

A survey of 5,000 projects is checked as `atmp check` does it, in a process of its own, once filled in rightly and twice
with slips: the same few slips again and again, and slips of which no two are the same. The demonstration's projects are
taken again under other ids. Seconds are of CPU time, the peak is of resident memory.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from atmp.kg.importers.columns import SHEETS, SURVEY
from atmp.kg.importers.sheets import read_sheets
from atmp.kg.workbook import write
from rich.console import Console
from rich.table import Table

DEMO = Path(__file__).parents[2] / "data" / "demo" / "lund-survey"
_CHECK = """
import resource, sys
from pathlib import Path
from atmp.kg.load import prepare

found = prepare(None, Path(sys.argv[1])).findings
used = resource.getrusage(resource.RUSAGE_SELF)
print(len(found), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
"""
Cells = Mapping[str, Any]


def main(projects: int) -> None:
    """Write the three workbooks, and check each."""
    table = Table("workbook", "findings", "CPU s", "peak MB", title=f"{projects:,} projects")
    with tempfile.TemporaryDirectory() as folder:
        for name, slip in {"right": _right, "the same slips": _same, "slips of its own": _own}.items():
            path = Path(folder) / "survey.xlsx"
            _write(path, projects, slip)
            said = subprocess.run([sys.executable, "-c", _CHECK, str(path)], check=True, capture_output=True, text=True)
            found, seconds, peak = said.stdout.split()
            table.add_row(name, found, f"{float(seconds):.1f}", peak)
    Console(width=110).print(table)


def _write(path: Path, projects: int, slip: Callable[[int], Cells]) -> None:
    sheets = read_sheets(DEMO, [SURVEY, *SHEETS])
    rows: dict[str, list[Cells]] = {name: [row.cells for row in sheet.rows] for name, sheet in sheets.items()}
    first = rows["Projects"]
    more = (
        {**first[number % len(first)], "Project id": f"X{number}", "Title": f"Project {number}", **slip(number)}
        for number in range(projects)
    )
    write(path, rows | {"Projects": [*first, *more][:projects]})


def _right(_: int) -> Cells:
    return {}


def _same(number: int) -> Cells:
    disease = f"Parkinsons disese {number % 9}"
    return {
        "Title": "To be decided",
        "Vectors": "adeno vektor",
        "Stage date": "in spring",
        "Indication MONDO ids": disease,
    }


def _own(number: int) -> Cells:
    disease = f"Parkinsons disese {number}"
    return {"Vectors": f"adeno vektor {number}", "Stage date": f"spring {number}", "Indication MONDO ids": disease}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
