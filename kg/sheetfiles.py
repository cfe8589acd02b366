"""A centre's answers as files: the survey's sheets as CSV, or as the workbook, as far as a viewer may see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from .answered import Answered, Rows
from .errors import UsageError
from .importers.columns import SHEETS, SURVEY
from .importers.formulas import harmless
from .view import View
from .workbook import write


def centre_of(view: View, centre: str | None) -> str:
    """Return the key of the centre that is meant; raises UsageError where there is none, or several and none is named."""
    there = sorted(view.store.names.key(iri) for iri in view.iris("centre"))
    if centre is None and len(there) == 1:
        return there[0]
    if centre is None or centre not in there:
        known = ", ".join(there) or "none"
        wanted = (
            "name the centre whose answers are meant with --centre"
            if centre is None
            else f"there is no centre {centre}"
        )
        raise UsageError(f"{wanted}: there is {known}")
    return centre


def workbook_file(view: View, path: Path, centre: str | None) -> None:
    """Write the survey's workbook with a centre's answers; what begins like a formula is text in it, and stays so."""
    if path.exists():
        raise UsageError(f"{path} is there already: name another file, so that no answers in it are lost")
    if not path.parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist: make it first")
    write(path, _sheets(view, centre))


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
