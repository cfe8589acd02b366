"""Spreadsheets: a table as a workbook, for whoever goes on with it in Excel or LibreOffice."""

from __future__ import annotations

import io
import math
from datetime import date
from typing import Any

from atmp.kg.table import Table, Value

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60  # characters of a column


def workbook(table: Table) -> bytes:
    """Return a table as a workbook with one sheet: its header stays in sight, its note stands below; words are never formulas."""
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold, day = (
        book.add_worksheet("Answer"),
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
    )
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name.replace("_", " "), bold)
        widths = [len(name), *(len(str(row[column])) for row in table.rows if row[column] is not None)]
        sheet.set_column(column, column, min(max(widths) + 2, _WIDEST))
    for line, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, line, column, cell, day)
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note)
    sheet.freeze_panes(1, 0)
    book.close()
    return held.getvalue()


def _write(sheet: Any, line: int, column: int, cell: Value, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_string(line, column, "yes" if cell else "no")
    elif isinstance(cell, date):
        sheet.write_datetime(line, column, cell, day)
    elif isinstance(cell, int | float) and math.isfinite(cell):
        sheet.write_number(line, column, cell)
    else:
        sheet.write_string(line, column, str(cell))
