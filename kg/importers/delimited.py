"""Tables as text: CSV and its kin, plain or gzipped, row by row however long the file is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from .meter import Meter
from .packed import UNREADABLE, open_bytes, readable

_DELIMITERS = ",;\t|"
_CELL = 10_000_000  # characters; the csv module's own limit would break off at a long abstract
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_FIRST = 50  # lines that a header may run over
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def rows(path: Path, recoded: list[int], meter: Meter | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows that are not empty: the number of the line a row ends in, and its cells by header.

    The numbers of lines that are no UTF-8 are added to `recoded`; they are read as what Windows writes. Raises
    SourceError with the line where the file is damaged or a quote is never closed.
    """
    table = lines(path, recoded, meter)
    _, first = next(table, (1, []))
    names = _names(first)
    for number, cells in table:
        named = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        if named:
            yield number, named


def lines(path: Path, recoded: list[int], meter: Meter | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield every row as its cells, the header among them, with the number of the line it ends in; as `rows` raises."""
    csv.field_size_limit(_CELL)
    with readable(path):
        reader = csv.reader(_lines(path, recoded, meter), delimiter=_mark(_first(path)), strict=True)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise SourceError(f"the table is broken: {error}", Place(path.name, None, reader.line_num)) from None


def headers(path: Path) -> tuple[str, ...]:
    """Return the headers of a table; nothing where the file cannot be one."""
    if not path.is_file():
        return ()
    try:
        text = _first(path)
        return _names(next(csv.reader([text], delimiter=_mark(text)), [])) if "\x00" not in text else ()
    except (*UNREADABLE, csv.Error):
        return ()


def strange(path: Path, recoded: list[int]) -> tuple[Finding, ...]:
    """Return the finding about lines that are no UTF-8, where there are any."""
    if not recoded:
        return ()
    many = "1 line is" if len(recoded) == 1 else f"{len(recoded)} lines are"
    return (
        Finding(Severity.INFO, f"{many} no UTF-8, and read as Windows-1252", Place(path.name, None, recoded[0]),
                mend="where letters look wrong, save the file as CSV UTF-8"),
    )  # fmt: skip


def _lines(path: Path, recoded: list[int], meter: Meter | None = None) -> Iterator[str]:
    with open_bytes(path) as file:
        wide = file.read(2) in _WIDE
    with open_bytes(path, meter) as file:
        if wide:
            with io.TextIOWrapper(file, encoding="utf-16", newline="") as text:
                yield from text
            return
        for number, line in enumerate(file, start=1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                recoded.append(number)
                yield line.decode("cp1252", "replace")


def _first(path: Path) -> str:
    """Return the text of the first row, which runs over several lines where a question does."""
    first = ""
    for line in islice(_lines(path, []), _FIRST):
        first += line
        if first.count('"') % 2 == 0:
            break
    return first


def _mark(line: str) -> str:
    """Return the mark that a header line has most of outside quotes, the comma where it has none."""
    return max(_DELIMITERS, key=_QUOTED.sub("", line).count)


def _names(cells: list[str]) -> tuple[str, ...]:
    """Return headers with single spaces; of two that are the same the second is read as nothing."""
    found: dict[str, None] = {}
    names = []
    for cell in cells:
        name = " ".join(cell.split())
        names.append("" if name in found else name)
        found.setdefault(name)
    return tuple(names)
