"""Mapping files: how the columns of a table that is not ours become the fields of records.

    kind = "grant"                      # what each row is
    collection = "a-funder"             # the reference collection; without one, rows belong to the centre given
    title = "A funder's awards"
    id = "Award number"
    recognise = ["Award number", "Award title"]   # headers that tell such a table from others

    [fields]
    label = "Award title"
    keywords = { column = "Topics", split = ";" }
    started = { column = "Start", date = "%m/%d/%Y" }
    stage = { column = "Programme", values = { DISC0 = "0" } }

A field takes one column by name, or `column` (several: all their words) with any of: `split` (what parts several
values), `pattern` (a regular expression whose one pair of brackets holds a value), `date` (its form), `longest`
(characters that are kept), `values` (their words to ours; with `only_values` any other word says nothing), and `first`
(of several columns the first that says something). `fixed` has values that all rows share, `nothing` the words that
say nothing; `prefix` stands before an id in the record's name, and `digest = true` makes the id from the words of its
columns, where a table has no ids.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..errors import Place, SourceError
from ..records import KINDS
from ..triples import columns

_FOLDER = "mappings"
M = TypeVar("M", bound=BaseModel)

Cells = dict[str, tuple[str, ...]]
"""What a row says: texts by column, the columns spelled as `heading` has them."""


def heading(name: str) -> str:
    """Return a column's name as two spellings of it compare: case, underscores and spaces do not count."""
    return " ".join(name.replace("_", " ").casefold().split())


class FieldMap(BaseModel):
    """Where a field's values stand, and how they are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: tuple[str, ...]
    split: str | None = None
    pattern: str | None = None
    date: str | None = None
    longest: Annotated[int | None, Field(ge=10)] = None
    values: dict[str, str] = {}
    only_values: bool = False
    first: bool = False

    @field_validator("column", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("pattern")
    @classmethod
    def _one_group(cls, value: str | None) -> str | None:
        try:
            groups = re.compile(value or "()").groups
        except re.error as error:
            raise ValueError(f"'{value}' is no regular expression: {error}") from None
        if groups != 1:
            raise ValueError(f"'{value}' needs one pair of brackets, around what is to be read")
        return value

    def texts(self, cells: Cells) -> tuple[str, ...]:
        """Return what the columns say, parted, in the words of our lists where `values` has them."""
        said = [texts for name in self.column if (texts := cells.get(heading(name)))]
        whole = [text for texts in (said[:1] if self.first else said) for text in texts]
        pieces = [piece.strip() for text in whole for piece in self._pieces(text) if piece.strip()]
        worded = (self.values.get(piece, "" if self.only_values else piece) for piece in pieces)
        return tuple(self._short(text) for text in worded if text)

    def _short(self, text: str) -> str:
        if self.longest is None or len(text) <= self.longest:
            return text
        return f"{text[: self.longest].rsplit(' ', 1)[0]} ..."

    def _pieces(self, text: str) -> list[str]:
        parts = text.split(self.split) if self.split else [text]
        return [found for part in parts for found in re.findall(self.pattern, part)] if self.pattern else parts


class Mapping(BaseModel):
    """One mapping file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    id: FieldMap
    prefix: str = ""
    digest: bool = False
    fields: dict[str, FieldMap]
    title: str = ""
    collection: str | None = None
    publisher: str | None = None
    licence: str | None = None
    stated: FieldMap | None = None
    recognise: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    fixed: dict[str, str] = {}

    @field_validator("id", "stated", mode="before")
    @classmethod
    def _column(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str | list) else value

    @field_validator("fields", mode="before")
    @classmethod
    def _columns(cls, value: Any) -> Any:
        return {name: cls._column(one) for name, one in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _known(self) -> Mapping:
        if self.kind not in KINDS:
            raise ValueError(f"'{self.kind}' is no kind of record: use one of {', '.join(KINDS)}, or survey")
        known = [column.name for column in columns(KINDS[self.kind])]
        for name in (*self.fields, *self.fixed):
            if name not in known:
                raise ValueError(f"a {self.kind} has no field '{name}': use one of {', '.join(known)}")
        return self


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a TOML file; raises SourceError in words where it is none."""
    return validated(Mapping, document(path), path.name)


def document(path: Path) -> dict[str, Any]:
    """Return what a mapping file says, before its kind is known; raises SourceError in words where it is no TOML."""
    try:
        return _toml(path.read_text(encoding="utf-8-sig"), path.name)
    except FileNotFoundError:
        raise SourceError("there is no such mapping file: check its name and folder", Place(str(path))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"the mapping cannot be read: {error}", Place(path.name)) from None


def parse(text: str, name: str) -> Mapping:
    """Return the mapping that a text says; `name` is what errors call it."""
    return validated(Mapping, _toml(text, name), name)


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"the mapping is no TOML: {error}", Place(name)) from None


def validated(model: type[M], said: dict[str, Any], name: str) -> M:
    """Return the mapping of a kind that a document says; raises SourceError naming the first thing that is wrong."""
    try:
        return model.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said_of_it = first["msg"].removeprefix("Value error, ")
        raise SourceError(
            f"the mapping is not as it should be: {where + ': ' if where else ''}{said_of_it}", Place(name)
        ) from None


@lru_cache(maxsize=1)
def shipped() -> dict[str, Mapping]:
    """Return the mappings that ship with the package, by name."""
    folder = files("atmp.kg.importers").joinpath(_FOLDER)
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".toml"): parse(entry.read_text(encoding="utf-8"), entry.name) for entry in found}
