"""A centre's answers as files: the survey's sheets as CSV, or as the workbook, as far as a viewer may see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from .answered import Answered, Rows
from .centres import centre_of
from .importers.columns import SHEETS, SURVEY
from .importers.formulas import harmless
from .outbox import new_file
from .view import View
from .workbook import write


def workbook_file(view: View, path: Path, centre: str | None) -> None:
    """Write the survey's workbook with a centre's answers; what begins like a formula is text in it, and stays so."""
    write(
        new_file(path, ".xlsx", f"the survey's sheets are written as .xlsx, not as '{path.name}'"),
        _sheets(view, centre),
    )


def csv_files(view: View, centre: str | None) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of a CSV file for each sheet; what begins like a formula is made harmless."""
    for name, rows in _sheets(view, centre).items():
        headers = ["Field", "Value"] if name == SURVEY else [column.header for column in SHEETS[name]]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, headers, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({header: harmless(cell) for header, cell in row.items()} for row in rows)
        yield f"{name.lower()}.csv", text.getvalue().encode()


def _sheets(view: View, centre: str | None) -> dict[str, Rows]:
    return Answered(view, centre_of(view, centre), contacts=True).sheets()
