"""The answer to a fixed query or a question: named columns and rows of Python values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

Value = str | int | float | bool | date | None

_NUMBERS: dict[str, Callable[[str], int | float]] = {
    "integer": int,
    "int": int,
    "long": int,
    "decimal": float,
    "double": float,
    "float": float,
}


def value(term: Any) -> Value:
    """Return an engine's term as a Python value: IRIs, unknown datatypes and what is none of its datatype as text."""
    if term is None:
        return None
    text = str(term.value)
    datatype = getattr(term, "datatype", None)
    name = datatype.value.rpartition("#")[2] if datatype is not None else ""
    if name == "boolean":
        return text in {"true", "1"}
    try:
        if name in _NUMBERS:
            return _NUMBERS[name](text)
        return date.fromisoformat(text) if name == "date" and len(text) == 10 else text
    except ValueError:
        return text


@dataclass(frozen=True)
class Table:
    """Rows under named columns; `note` is a sentence that must be shown with them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""

    def dicts(self) -> list[dict[str, Value]]:
        """Return each row as a dict by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def pick(self, *columns: str) -> Table:
        """Return the table with these columns only; raises ValueError for one it does not have."""
        places = [self.columns.index(name) for name in columns]
        return Table(columns, tuple(tuple(row[place] for place in places) for row in self.rows), self.note)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)
