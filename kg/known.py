"""Well-known organisations: the names that each goes by, with its ROR id. The table is `ontology/organisations.tsv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from atmp.ontology.files import FOLDER

from .naming import at_home, country, plain

ROR = "https://ror.org/"


@dataclass(frozen=True)
class Known:
    """An organisation of the table: its name, the other ones, where it is, and its ROR id where that is certain."""

    name: str
    aliases: tuple[str, ...]
    places: tuple[str, ...]
    country: str
    ror: str | None


@lru_cache(maxsize=1)
def organisations() -> tuple[Known, ...]:
    """Return the table."""
    with (FOLDER / "organisations.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Known(
                row["name"],
                tuple(row["aliases"].split("|")) if row["aliases"] else (),
                tuple(row["places"].split("|")) if row["places"] else (),
                row["country"],
                f"{ROR}{row['ror']}" if row["ror"] else None,
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


@lru_cache(maxsize=1)
def _spellings() -> Mapping[str, Known]:
    """Return the organisations by each way to write them, with and without their place; one that means two is left out."""
    found: dict[str, set[Known]] = {}
    for one in organisations():
        for said in (one.name, *one.aliases):
            for key in (said, *(f"{said}, {place}" for place in one.places)):
                found.setdefault(plain(key), set()).add(one)
    return {key: next(iter(ones)) for key, ones in found.items() if len(ones) == 1}


def known(text: str) -> Known | None:
    """Return the organisation that a name means for certain, whatever its case, accents and punctuation.

    A country behind the name has to be its own: the National Cancer Institute of Egypt is another one.
    """
    before, behind = at_home(text)
    found = _spellings().get(plain(before))
    if found is not None and behind in {None, country(found.country)}:
        return found
    return _spellings().get(plain(text))
