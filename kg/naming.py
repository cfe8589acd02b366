"""Names of organisations, taken apart: the words that tell one from another, the place, and the letters it goes by."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from atmp.ontology.files import FOLDER

_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "o", "ß": "ss", "æ": "ae", "Æ": "ae", "ł": "l", "Ł": "l", "đ": "d", "&": " and "}
)
_BRACKET = re.compile(r"\(([^()]*)\)")
_APOSTROPHE = re.compile(r"['’`´]s?\b|(?<=\b[A-Za-z])\.(?=[A-Za-z]\b)")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1)
def words_by_sort() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the table `ontology/name-words.tsv`: words by sort, each with the one form of abbreviation, language or spelling."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    with (FOLDER / "name-words.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            found[row["sort"]][row["word"]] = tuple(row["form"].split())
    return found


_DEGREE = re.compile(r",\s*(?:M\.?D|Ph\.?\s?D|M\.?B\.?B\.?S|D\.?O|MSc|DrPH)\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """A name taken apart: all its words in one form, those of a place behind a comma, and letters that stand for it."""

    written: str
    words: tuple[str, ...]
    place: tuple[str, ...]
    letters: frozenset[str]

    @property
    def telling(self) -> frozenset[str]:
        """Return the words that tell it from others."""
        return frozenset(self.words).difference(words_by_sort()["general"])


def plain(text: str) -> str:
    """Return a name without case, accents, punctuation and apostrophes."""
    bare = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text).translate(_LETTERS))
    marks = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return " ".join(_WORD.findall(marks.casefold()))


def at_home(text: str) -> tuple[str, str | None]:
    """Return a name without the country behind its last comma, and that country."""
    before, comma, last = text.rpartition(",")
    found = country(last) if comma else None
    return (before, found) if found else (text, None)


def country(text: str) -> str | None:
    """Return the one name of a country, in English and lower case; None for what is no country of the table."""
    return " ".join(words_by_sort()["country"].get(plain(text), ())) or None


def of_a_person(text: str) -> bool:
    """Return whether a name that stands for a sponsor is somebody's: a degree behind a comma says so."""
    return _DEGREE.search(text) is not None


@lru_cache(maxsize=50_000)
def name(text: str) -> Name:
    """Take a name apart. Legal forms, filling words and a country at its end are left out."""
    letters = {plain(found).replace(" ", "") for found in _BRACKET.findall(text)}
    parts = [plain(part) for part in _BRACKET.sub(" ", text).split(",")]
    parts = [part for part in parts if part]
    while len(parts) > 1 and (
        parts[-1] in words_by_sort()["country"] or set(parts[-1].split()) <= words_by_sort()["legal"].keys()
    ):
        parts.pop()
    place: tuple[str, ...] = ()
    if len(parts) > 1:
        last = _words(parts[-1])
        if len(last) <= 2 and not words_by_sort()["general"].keys() & set(last):
            place = tuple(last)
    return Name(text, tuple(word for part in parts for word in _words(part)), place, frozenset(letters - {""}))


def _words(part: str) -> list[str]:
    sorts = words_by_sort()
    found = [word for said in part.split() for word in sorts["form"].get(said, (said,))]
    return [word for word in found if word not in sorts["filling"] and word not in sorts["legal"]] or found


def initials(words: tuple[str, ...]) -> str:
    """Return the first letters of words."""
    return "".join(word[0] for word in words)
