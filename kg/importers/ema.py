"""EMA's table of medicines: the advanced therapies in it, as products of a reference collection."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from atmp.ontology.vocabulary import iri_of

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..records import Product
from ..source import Reading, Row, Source
from ..tiers import Tier
from .delimited import headers, lines, strange
from .interface import Context
from .mapping import heading
from .sheets import digest, leafed

COLLECTION = "ema-medicines"
_HEADER_WITHIN = 30
_NEEDED = ("Name of medicine", "EMA product number", "Medicine status", "Advanced therapy")
_JOINED = "atmp_class"
"""The column of a table that somebody joined with classes: a mapping reads it, and this importer leaves it alone."""
_ENDED = "Withdrawal / expiry / revocation / lapse of marketing authorisation date"
_STATUS = {
    "authorised": "authorised", "withdrawn": "withdrawn", "expired": "expired", "lapsed": "expired", "not renewed": "expired",
    "refused": "refused", "suspended": "suspended", "application withdrawn": "application-withdrawn", "opinion": "opinion",
}  # fmt: skip


class MedicinesImporter:
    """Reads the medicines table; only rows whose column Advanced therapy says Yes become products."""

    name = "ema"
    title = "EMA's medicines table (.xlsx, .csv)"

    def recognises(self, path: Path) -> bool:
        """Return whether a sheet has the table's header within its first rows, or a text has it as its first."""
        if not path.is_file():
            return False
        if not zipfile.is_zipfile(path):
            there = set(map(heading, headers(path)))
            return {heading(name) for name in _NEEDED} <= there and heading(_JOINED) not in there
        try:
            return _header(_table(path, [])) is not None
        except SourceError:
            return False

    def read(self, path: Path, context: Context) -> Reading:
        """Return the advanced therapies of the table; raises SourceError where it cannot be read."""
        recoded: list[int] = []
        table = _table(path, recoded)
        found = _header(table)
        if found is None:
            raise SourceError(f"no row has the headings {', '.join(_NEEDED)}", Place(path.name))
        sheet, start, named = found
        rows = [
            (number, {name: cell for name, cell in zip(named, cells, strict=False) if cell not in {None, ""}})
            for number, cells in table[sheet][start:]
        ]
        if not rows:
            raise SourceError("it has no rows: there is nothing to load", Place(path.name, sheet))
        chosen = [(number, cells) for number, cells in rows if _yes(_cell(cells, "Advanced therapy"))]
        if not chosen:
            raise SourceError(
                "no medicine of the table is an advanced therapy: there is nothing to load", Place(path.name, sheet)
            )
        others = sum(1 for _, cells in rows if cells) - len(chosen)
        source = Source(
            "ema-medicines", "EMA, medicines", self.name, _stated(table[sheet][: start - 1], chosen), file=path.name,
            sha256=digest(path), collection=COLLECTION, publisher="European Medicines Agency",
        )  # fmt: skip
        told = Finding(
            Severity.INFO, f"{others} medicines are no advanced therapies and were not read", Place(path.name, sheet)
        )
        rows_of = _rows(Place(path.name, sheet), chosen, context)
        return Reading(source, None, Tier.PUBLIC, rows_of, (told, *strange(path, recoded)))


_Lines = list[tuple[int, Sequence[Any]]]
"""Rows with their number."""
_Table = dict[str | None, _Lines]
"""Rows by the sheet they stand in; a text has no sheet."""


def _table(path: Path, recoded: list[int]) -> _Table:
    if not zipfile.is_zipfile(path):
        return {None: list(lines(path, recoded))}
    with leafed(path) as book:
        return {sheet.title: list(enumerate(sheet.iter_rows(values_only=True), start=1)) for sheet in book.worksheets}


def _header(table: _Table) -> tuple[str | None, int, list[str]] | None:
    """Return the sheet of the header, how many rows end with it, and its names."""
    for sheet, rows in table.items():
        for above, (_, cells) in enumerate(rows[:_HEADER_WITHIN], start=1):
            named = [heading(str(cell or "")) for cell in cells]
            if all(heading(needed) in named for needed in _NEEDED):
                return sheet, above, named
    return None


def _cell(cells: Mapping[str, Any], name: str) -> str:
    """Return the text of a column, however its header is spelled."""
    return str(cells.get(heading(name)) or "").strip()


def _yes(cell: str) -> bool:
    return cell.lower() == "yes"


def _stated(head: _Lines, rows: list[tuple[int, dict[str, Any]]]) -> date:
    """Return the table's own date: from the lines above its header, else the latest update in it."""
    text = " ".join(str(cell) for _, row in head for cell in row if cell)
    found = re.search(r"\d{2}/\d{2}/\d{4}", text)
    dates = [found[0]] if found else [_cell(cells, "Last updated date") for _, cells in rows]
    return max((day for day in map(_date, dates) if day), default=date(2000, 1, 1))


def _date(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(cell or ""), form).date()
        except ValueError:
            continue
    return None


def _rows(place: Place, rows: list[tuple[int, dict[str, Any]]], context: Context) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for number, cells in rows:
        where = Place(place.file, place.sheet, number)
        identifier = _cell(cells, "EMA product number")
        if not identifier or identifier in seen:
            message = (
                f"{identifier} stands in row {seen[identifier]} already"
                if identifier
                else "the medicine has no EMA product number"
            )
            column = Place(place.file, place.sheet, number, "EMA product number")
            yield Row(
                f"row {number}",
                where,
                findings=(Finding(Severity.VIOLATION, message, column, mend="give it one of its own"),),
            )
            continue
        seen[identifier] = number
        yield Row(identifier.replace("/", "-"), where, (_product(identifier, cells, context),))


def _product(identifier: str, cells: dict[str, Any], context: Context) -> Product:
    def text(header: str) -> str | None:
        return " ".join(_cell(cells, header).replace("\x00", "").split()) or None

    areas = [area.strip() for area in (text("Therapeutic area (MeSH)") or "").split(";") if area.strip()]
    found = (context.vocabulary.diseases.find(area) for area in areas)
    url = text("Medicine URL")
    status = _STATUS.get((text("Medicine status") or "").lower(), "unknown")
    return Product(
        iri=context.names.record(None, "product", identifier),
        identifier=identifier,
        label=text("Name of medicine"),
        inn=text("International non-proprietary name (INN) / common name"),
        holder=text("Marketing authorisation developer / applicant / holder"),
        indication_text=text("Therapeutic indication"),
        indications=tuple(iri for iri in found if iri),
        authorisation=iri_of("authorisation", status),
        authorised=_date(cells.get(heading("Marketing authorisation date"))),
        withdrawn=_date(cells.get(heading(_ENDED))),
        orphan=_yes(_cell(cells, "Orphan medicine")),
        prime=_yes(_cell(cells, "PRIME: priority medicine")),
        atc_code=text("ATC code (human)"),
        pages=(url,) if url and url.startswith("https://") else (),
    )
