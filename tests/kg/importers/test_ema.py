"""EMA's medicines table: only its advanced therapies become products."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.ema import MedicinesImporter
from atmp.kg.importers.interface import Context
from atmp.kg.records import Product

HEAD = ["Name of medicine", "EMA product number", "Medicine status", "Advanced therapy", "Marketing authorisation date"]


def _table(path: Path, *rows: list[str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Medicine", "15/07/2025 - 18:00"])
    for row in ([], HEAD, *rows):
        sheet.append(row)
    book.save(path)
    return path


def test_reads_advanced_therapies_only(tmp_path: Path, context: Context) -> None:
    """Other medicines are counted, not read; the table's own date is when its facts hold."""
    path = _table(
        tmp_path / "m.xlsx",
        ["Genia", "EMEA/1", "Authorised", "Yes", "17/02/2015"],
        ["Pilla", "EMEA/2", "Authorised", "No", ""],
    )
    assert MedicinesImporter().recognises(path)
    reading = MedicinesImporter().read(path, context)
    (row,) = reading.rows
    (product,) = row.records
    assert isinstance(product, Product)
    assert (product.label, product.authorised) == ("Genia", date(2015, 2, 17))
    assert product.iri == "https://w3id.org/atmp/id/product/EMEA%2F1"
    assert reading.source.stated == date(2025, 7, 15)
    assert "1 medicines are no advanced therapies" in reading.findings[0].message


def test_a_medicine_without_a_number_is_a_violation(tmp_path: Path, context: Context) -> None:
    """A row that cannot be named is refused with its row."""
    (row,) = MedicinesImporter().read(_table(tmp_path / "m.xlsx", ["Genia", "", "Authorised", "Yes", ""]), context).rows
    assert (row.records, row.findings[0].place.row) == ((), 4)


def test_a_table_without_advanced_therapies_is_refused(tmp_path: Path, context: Context) -> None:
    """Nothing to load is an error, not an empty collection."""
    path = _table(tmp_path / "m.xlsx", ["Pilla", "EMEA/2", "Authorised", "No", ""])
    with pytest.raises(SourceError, match="no medicine of the table is an advanced therapy"):
        MedicinesImporter().read(path, context)


def test_the_real_table(shared: Path, context: Context) -> None:
    """EMA's table of July 2025 gives 28 products: 19 authorised, 7 withdrawn, 2 expired."""
    path = shared / "ema" / "medicines_output_medicines_en_2025-08.xlsx"
    rows = list(MedicinesImporter().read(path, context).rows)
    products = [record for row in rows for record in row.records if isinstance(record, Product)]
    counts = Counter((product.authorisation or "").rpartition("-")[2] for product in products)
    assert counts == {"authorised": 19, "withdrawn": 7, "expired": 2}
