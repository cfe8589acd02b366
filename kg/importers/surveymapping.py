"""Mapping files that make a survey of a table: which columns become which of the survey's sheets and columns.

    kind = "survey"
    centre = "lund"
    round = "2027"
    ignore = ["Timestamp"]

    [rows.lead]                         # one row of a sheet for each row of the table
    sheet = "Investigators"
    id = "E-mail"
    digest = true                       # the id is made from the words of its columns
    [rows.lead.columns]
    Name = ["First name", "Last name"]
    E-mail = "E-mail"

    [rows.project]
    sheet = "Projects"
    id = ["E-mail", "Title of project {n}"]
    digest = true
    repeat = ["1", "2"]                 # and one for each number, which {n} stands for
    [rows.project.columns]
    Title = "Title of project {n}"
    "Lead investigator ids" = { rows = "lead" }   # the ids of the rows made beside this one

    [rows.need]
    sheet = "Needs"
    each = { column = "Support wanted", split = "," }   # one row for each piece, which {each} stands for
    id = ["E-mail", "{each}"]
    digest = true
    [rows.need.columns]
    Category = { column = "{each}", values = { "Clean room" = "gmp-slot" } }
    "Project id" = { rows = "project" }

Columns are read as in every mapping (`column`, `split`, `pattern`, `date`, `values`, `first` ...); `fixed` stands where
a column says nothing. A row is made only where one of its columns says something. Columns that nothing names are kept
as notes, but for those under `ignore`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from .columns import SHEETS
from .mapping import FieldMap

NUMBER, EACH = "{n}", "{each}"


def _read(value: Any) -> Any:
    return {"column": value} if isinstance(value, str | list) else value


class Reads(FieldMap):
    """Where a cell of the survey comes from: columns of the table, or the ids of other rows made of it."""

    column: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @field_validator("rows", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _either(self) -> Reads:
        if bool(self.column) == bool(self.rows):
            raise ValueError("name a column, or with `rows` the rows whose ids are meant")
        return self


class Block(BaseModel):
    """What each row of the table says on one sheet of the survey."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str
    id: Reads
    digest: bool = False
    prefix: str = ""
    repeat: tuple[str, ...] = ()
    each: Reads | None = None
    columns: dict[str, Reads]
    fixed: dict[str, str] = {}

    @field_validator("id", "each", mode="before")
    @classmethod
    def _column(cls, value: Any) -> Any:
        return _read(value)

    @field_validator("columns", mode="before")
    @classmethod
    def _columns(cls, value: Any) -> Any:
        return {name: _read(one) for name, one in value.items()} if isinstance(value, dict) else value

    @field_validator("repeat", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        return [str(one) for one in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _known(self) -> Block:
        if self.sheet not in SHEETS:
            raise ValueError(f"the survey has no sheet '{self.sheet}': use one of {', '.join(SHEETS)}")
        known = [column.header for column in SHEETS[self.sheet][1:]]
        for name in (*self.columns, *self.fixed):
            if name not in known:
                raise ValueError(f"the sheet {self.sheet} has no column '{name}': use one of {', '.join(known)}")
        return self

    def named(self) -> Iterator[str]:
        """Yield the names of the table's columns that the block reads, as written, each with its number where it repeats."""
        for reads in (self.id, *([self.each] if self.each else ()), *self.columns.values()):
            yield from (name for name in reads.column if name not in {NUMBER, EACH})

    def makes(self, header: str) -> bool:
        """Return whether a cell under this header makes a row: where the block repeats, only one with a number does."""
        return not self.repeat or any(NUMBER in name for name in self.columns[header].column)

    def numbers(self) -> tuple[str | None, ...]:
        """Return the numbers of the rows that one row of the table makes."""
        return self.repeat or (None,)


def numbered(name: str, number: str | None) -> str:
    """Return a column's name with the number of its row in it."""
    return name if number is None or name == NUMBER else name.replace(NUMBER, number)


class SurveyMapping(BaseModel):
    """One mapping file whose target is the survey."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["survey"]
    rows: dict[str, Block]
    name: str | None = None
    centre: str | None = None
    centre_name: str | None = None
    round: str | None = None
    date: str | None = None
    tier: str | None = None
    synthetic: bool = False
    sheet: str | None = None
    header: int | None = None
    dictionary: str | None = None
    record: str | None = None
    only: dict[str, tuple[str, ...]] = {}
    nothing: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @field_validator("date", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    @field_validator("round", mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _whole(self) -> SurveyMapping:
        if not self.rows:
            raise ValueError("it makes no rows: write at least one [rows.NAME]")
        for name, block in self.rows.items():
            for header, reads in block.columns.items():
                for other in reads.rows:
                    if other not in self.rows:
                        raise ValueError(f"rows.{name}.columns.{header} names the rows '{other}', which are not there:"
                                         f" there are {', '.join(self.rows)}")  # fmt: skip
        return self

    def frame(self) -> dict[str, str]:
        """Return what the sheet Survey would say."""
        said = {"Centre": self.centre, "Centre name": self.centre_name, "Round": self.round, "Date": self.date,
                "Tier": self.tier, "Synthetic": "yes" if self.synthetic else None}  # fmt: skip
        return {field: value for field, value in said.items() if value}
