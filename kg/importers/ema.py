"""EMA's table of medicines: the advanced therapies in it, as products of a reference collection."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from atmp.ontology.vocabulary import iri_of

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..records import Product
from ..source import Reading, Row, Source
from ..tiers import Tier
from .interface import Context
from .sheets import digest, leafed

COLLECTION = "ema-medicines"
_HEADER_WITHIN = 30
_NEEDED = ("Name of medicine", "EMA product number", "Medicine status", "Advanced therapy")
_STATUS = {
    "authorised": "authorised", "withdrawn": "withdrawn", "expired": "expired", "lapsed": "expired", "not renewed": "expired",
    "refused": "refused", "suspended": "suspended", "application withdrawn": "application-withdrawn", "opinion": "opinion",
}  # fmt: skip


class MedicinesImporter:
    """Reads the medicines table; only rows whose column Advanced therapy says Yes become products."""

    name = "ema"
    title = "EMA's medicines table (.xlsx)"

    def recognises(self, path: Path) -> bool:
        """Return whether a sheet has the table's header within its first rows."""
        if not path.is_file() or not zipfile.is_zipfile(path):
            return False
        try:
            return _header(_table(path)) is not None
        except SourceError:
            return False

    def read(self, path: Path, context: Context) -> Reading:
        """Return the advanced therapies of the table; raises SourceError where it cannot be read."""
        table = _table(path)
        found = _header(table)
        if found is None:
            raise SourceError(f"no row has the headings {', '.join(_NEEDED)}", Place(path.name))
        sheet, start, headers = found
        rows = [
            (number, {header: cell for header, cell in zip(headers, cells, strict=False) if cell not in {None, ""}})
            for number, cells in enumerate(table[sheet], start=1)
            if number > start
        ]
        chosen = [(number, cells) for number, cells in rows if _yes(cells.get("Advanced therapy"))]
        if not chosen:
            raise SourceError(
                "no medicine of the table is an advanced therapy: there is nothing to load", Place(path.name, sheet)
            )
        others = sum(1 for _, cells in rows if cells) - len(chosen)
        source = Source(
            "ema-medicines", "EMA, medicines", self.name, _stated(table[sheet][:start], chosen), file=path.name,
            sha256=digest(path), collection=COLLECTION, publisher="European Medicines Agency",
        )  # fmt: skip
        told = Finding(
            Severity.INFO, f"{others} medicines are no advanced therapies and were not read", Place(path.name, sheet)
        )
        return Reading(source, None, Tier.PUBLIC, _rows(Place(path.name, sheet), chosen, context), (told,))


def _table(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with leafed(path) as book:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def _header(table: dict[str, list[tuple[Any, ...]]]) -> tuple[str, int, list[str]] | None:
    for sheet, rows in table.items():
        for number, cells in enumerate(rows[:_HEADER_WITHIN], start=1):
            headers = [" ".join(str(cell or "").split()) for cell in cells]
            if all(needed in headers for needed in _NEEDED):
                return sheet, number, headers
    return None


def _yes(cell: Any) -> bool:
    return str(cell or "").strip().lower() == "yes"


def _stated(head: list[tuple[Any, ...]], rows: list[tuple[int, dict[str, Any]]]) -> date:
    """Return the table's own date: from the lines above its header, else the latest update in it."""
    text = " ".join(str(cell) for row in head for cell in row if cell)
    found = re.search(r"\d{2}/\d{2}/\d{4}", text)
    dates = [found[0]] if found else [str(cells.get("Last updated date", "")) for _, cells in rows]
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
        identifier = str(cells.get("EMA product number", "")).strip()
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
        return " ".join(str(cells.get(header) or "").replace("\x00", "").split()) or None

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
        authorised=_date(cells.get("Marketing authorisation date")),
        withdrawn=_date(cells.get("Withdrawal / expiry / revocation / lapse of marketing authorisation date")),
        orphan=_yes(cells.get("Orphan medicine")),
        prime=_yes(cells.get("PRIME: priority medicine")),
        atc_code=text("ATC code (human)"),
        pages=(url,) if url and url.startswith("https://") else (),
    )
