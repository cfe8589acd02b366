"""What commands print: data on stdout as table, JSON, CSV or workbook; messages and progress on stderr."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from atmp.kg.errors import UsageError
from atmp.kg.table import Table, Value

if TYPE_CHECKING:
    from atmp.kg.findings import Finding, Findings
    from atmp.kg.progress import Progress


SHOWN = 20
"""How many findings a load shows."""


class Format(StrEnum):
    """The forms that an answering command takes."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class Marked(str):
    """Text with places, start and end, that a terminal shows in bold."""

    __slots__ = ("places",)
    places: tuple[tuple[int, int], ...]

    @classmethod
    def at(cls, text: str, places: Iterable[tuple[int, int]]) -> Self:
        """Return a text with its places."""
        made = cls(text)
        made.places = tuple(places)
        return made


def say(message: str) -> None:
    """Print a message on stderr."""
    print(message, file=sys.stderr)


def emit(table: Table, form: Format) -> None:
    """Print a table on stdout in the form asked for, and its note on stderr."""
    {Format.TABLE: _draw, Format.JSON: _json, Format.CSV: _csv, Format.XLSX: _xlsx}[form](table)
    if table.note:
        say(table.note)


def _plain(cell: Value) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return "" if cell is None else str(cell)


def _draw(table: Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    console = Console(file=sys.stdout)
    parted = any("\n" in str(cell) for row in table.rows for cell in row)
    drawn = Drawn(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, leading=int(parted))
    for index, name in enumerate(table.columns):
        number = bool(table.rows) and all(
            isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in table.rows
        )
        drawn.add_column(name.replace("_", " "), justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        shown = [Text(_plain(cell)) for cell in row]
        for text, cell in zip(shown, row, strict=True):
            for start, end in cell.places if isinstance(cell, Marked) else ():
                text.stylize("bold", start, end)
        drawn.add_row(*shown)
    console.print(drawn)
    if not table.rows:
        say("no rows")


def _json(table: Table) -> None:
    emit_json([{name: _finite(cell) for name, cell in row.items()} for row in table.dicts()])


def emit_json(value: object) -> None:
    """Print a value as JSON on stdout."""
    ascii_only = "utf" not in sys.stdout.encoding.lower()
    json.dump(value, sys.stdout, ensure_ascii=ascii_only, indent=2, default=_iso, allow_nan=False)
    print()


def _finite(cell: Value) -> Value:
    """Return a cell as JSON can say it: the doubles that it has no number for as SPARQL writes them."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return "NaN" if math.isnan(cell) else "INF" if cell > 0 else "-INF"
    return cell


def _iso(cell: object) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _csv(table: Table) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in table.rows)


def _xlsx(table: Table) -> None:
    from .spreadsheet import workbook

    if sys.stdout.isatty():
        raise UsageError("a workbook is no text: send it to a file, such as `--format xlsx > answer.xlsx`")
    sys.stdout.buffer.write(workbook(table))


def emit_findings(findings: Sequence[Finding], form: Format) -> None:
    """Print findings: as a table to read, or as rows of severity, place, record, what is wrong, and how to mend it."""
    if form is Format.TABLE and not findings:
        return
    if form is Format.TABLE:
        read = tuple((finding.severity.value, _told(finding)) for finding in findings)
        emit(Table(("severity", "where, what, how to mend it"), read), form)
        return
    emit(finding_rows(findings), form)


def finding_rows(findings: Iterable[Finding]) -> Table:
    """Return findings as a table with a row for each."""
    rows = tuple(
        (finding.severity.value, str(finding.place), finding.record or "", finding.message, finding.mend or "")
        for finding in findings
    )
    return Table(("severity", "place", "record", "finding", "how_to_mend"), rows)


def emit_gravest(findings: Findings) -> None:
    """Print the gravest findings as a table, and how many more there are."""
    emit_findings(findings.gravest(SHOWN), Format.TABLE)
    if len(findings) > SHOWN:
        say(f"... and {len(findings) - SHOWN} more findings: `atmp check PATH --format csv` lists all")


def _told(finding: Finding) -> str:
    where = str(finding.place) or finding.record or ""
    return "\n".join(part for part in (where, finding.message, finding.mend) if part)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show a progress bar on stderr where that is a terminal; yields what is told of each step.

    It says how far a step is, in how many, and in per cent where the whole is known.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"), TaskProgressColumn(),
        TimeElapsedColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, int] = {}

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield tell
