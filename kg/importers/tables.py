"""Tables of any kind as texts by column: CSV, JSON lines, or the first sheet of a workbook."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errorlist import is_list
from . import delimited
from .mapping import Cells, heading
from .meter import Meter
from .nested import json_object
from .packed import UNREADABLE, lines, open_text
from .sheets import leafed, read_sheets, sheet_names

_TOP = 5  # rows
_HEAD = 10_000_000  # characters of a first line in which a JSON object ends


def columns(path: Path) -> tuple[str, ...]:
    """Return the columns, spelled as `heading` has them; nothing for a file that is no table."""
    if not path.is_file():
        return ()
    stat = path.stat()
    return _columns(path.absolute(), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8)
def _columns(path: Path, _changed: int, _size: int) -> tuple[str, ...]:
    """Return the columns of a file as it is now: each mapping asks for them, and a workbook takes long to open."""
    if zipfile.is_zipfile(path):
        return tuple(heading(name) for name in _headers(path))
    first = _object(path)
    return tuple(first) if first is not None else tuple(map(heading, delimited.headers(path)))


def rows(path: Path, recoded: list[int], meter: Meter | None = None) -> Iterator[tuple[int, Cells]]:
    """Yield the rows as texts by column, with their line; raises SourceError where the file is damaged."""
    if zipfile.is_zipfile(path):
        yield from _sheet(path)
    elif _object(path) is not None:
        for number, line in lines(path, meter):
            yield number, _flat(json_object(path, number, line))
    else:
        for number, cells in delimited.rows(path, recoded, meter):
            yield number, {heading(name): (text.strip(),) for name, text in cells.items()}


def _first(path: Path) -> tuple[str, tuple[Any, ...]] | None:
    """Return the name of the first sheet, and its first row; a list of what an earlier check found is passed over."""
    if not sheet_names(path):
        return None
    with leafed(path) as book:
        for sheet in book.worksheets:
            top = list(sheet.iter_rows(max_row=_TOP, values_only=True))
            if not is_list(top):
                return sheet.title, top[0] if top else ()
    return None


def _headers(path: Path) -> tuple[str, ...]:
    first = _first(path)
    return tuple(str(cell) for cell in first[1] if cell is not None) if first else ()


def _sheet(path: Path) -> Iterator[tuple[int, Cells]]:
    first = _first(path)
    for sheet in read_sheets(path, [first[0]] if first else []).values():
        for row in sheet.rows:
            yield row.place.row or 0, {heading(name): (cell_text(cell),) for name, cell in row.cells.items()}


def cell_text(cell: Any) -> str:
    """Return a workbook's cell as text: a date without its time, a whole number without its point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _object(path: Path) -> Cells | None:
    """Return the first line's JSON object, or None where it holds none."""
    try:
        with open_text(path) as file:
            first = file.readline(_HEAD)
        found = json.loads(first) if first.lstrip().startswith("{") else None
    except (*UNREADABLE, ValueError, RecursionError):
        return None
    return _flat(found) if isinstance(found, dict) else None


def _flat(value: dict[str, Any], before: str = "") -> Cells:
    """Return a JSON object's texts by name; what stands deeper is named `outer.inner`, lists give several texts."""
    found: Cells = {}
    for name, one in value.items():
        members = one if isinstance(one, list) else [one]
        plain = (str(member).strip() for member in members if isinstance(member, str | int | float))
        found[heading(before + name)] = tuple(text for text in plain if text)
        for member in (member for member in members if isinstance(member, dict)):
            for inner, texts in _flat(member, f"{before}{name}.").items():
                found[inner] = (*found.get(inner, ()), *texts)
    return found
