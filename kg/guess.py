"""Guesses: which of the survey's columns a column of another table could be, by its heading and by what it says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from atmp.ontology.vocabulary import Vocabulary, key, vocabulary

from .headings import HEADINGS
from .importers.columns import SHEETS, Column, Sort
from .importers.leftover import EMAIL
from .importers.maker import read_day
from .importers.words import NO, NOTHING, OPEN, YES

SURE, WORTH = 85, 55
"""Per cent from which a guess counts as mapped, and from which it is made at all."""

FORMS = tuple(
    f"{day}{time}"
    for day in (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%m/%d/%y",
        "%Y%m%d",
        "%Y-%m",
        "%Y",
    )
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M:%S %p", "T%H:%M:%S")
)
_SEPARATORS = (";", ",", "|", "/", "\n")
_ORCID = re.compile(r"(?:https?://orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_TRIAL = re.compile(r"(?:NCT\d{8}|20\d{2}-\d{6}-\d{2}(?:-\d{2})?)\b", re.IGNORECASE)
_SEEN = 200  # different texts of a column that are looked at
_SHORT = 40  # characters of a heading that is compared letter by letter
_BY_VALUES = ("class", "vector", "cell", "donor", "route", "delivery", "area", "category", "stage")


@dataclass(frozen=True)
class Guess:
    """A column of the survey, how sure it is in per cent, and why."""

    sheet: str
    header: str
    per_cent: int
    why: str

    @property
    def column(self) -> Column:
        """Return the survey's column."""
        return next(column for column in SHEETS[self.sheet] if column.header == self.header)


@dataclass(frozen=True)
class Look:
    """A column of a table as a reader sees it: its heading, or the label in a dictionary, and its texts."""

    label: str
    texts: tuple[str, ...]
    chosen: bool = False
    """Whether each text is a choice of a list, whole whatever marks are in it."""

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        """Return the different texts, as many as are looked at."""
        return tuple(dict.fromkeys(self.texts))[:_SEEN]

    def pieces(self, split: str | None) -> list[str]:
        """Return the different texts, parted."""
        parts = (part.strip() for text in self.distinct for part in (text.split(split) if split else [text]))
        return list(dict.fromkeys(part for part in parts if part))

    def share(self, pattern: re.Pattern[str]) -> float:
        """Return how many of the different texts are wholly of a pattern."""
        return (
            sum(bool(pattern.fullmatch(text)) for text in self.distinct) / len(self.distinct) if self.distinct else 0.0
        )

    def dates(self) -> tuple[str, ...]:
        """Return the forms in which every text is a date; several where day and month cannot be told apart."""
        if not self.distinct:
            return ()
        return tuple(form for form in FORMS if all(_day(text, form) for text in self.distinct))

    def said(self, words: frozenset[str]) -> bool:
        """Return whether every text is one of some words, or says nothing."""
        return bool(self.distinct) and all(text.casefold() in words | OPEN.keys() | {NOTHING} for text in self.distinct)

    def split(self, scheme: str) -> tuple[str | None, float]:
        """Return what parts the terms of a scheme in this column, and the share of pieces that are terms."""
        known = vocabulary()
        whole = _share(known, self.pieces(None), scheme)
        if self.chosen:
            return None, whole
        ways = [
            (one, _share(known, self.pieces(one), scheme))
            for one in _SEPARATORS
            if any(one in text for text in self.distinct)
        ]
        best = max(ways, key=lambda way: way[1], default=(None, 0.0))
        return best if best[1] > whole else (None, whole)


def guesses(look: Look) -> list[Guess]:
    """Return what a column could be, the surest first; nothing where no guess is worth making."""
    found = {(one.sheet, one.header): one for one in _by_values(look)}
    for target, (per_cent, why) in _by_heading(look.label).items():
        guess = _judged(Guess(*target, per_cent, why), look)
        other = found.get(target)
        found[target] = guess if other is None or guess.per_cent >= other.per_cent else other
    worth = [one for one in found.values() if one.per_cent >= WORTH]
    return sorted(worth, key=lambda one: (-one.per_cent, one.sheet, one.header))


def _by_values(look: Look) -> Iterator[Guess]:
    if look.share(EMAIL) >= 0.6:
        yield Guess("Investigators", "E-mail", 95, "e-mail addresses")
    if look.share(_ORCID) >= 0.6:
        yield Guess("Investigators", "ORCID", 95, "ORCIDs")
    if look.share(_TRIAL) >= 0.6:
        yield Guess("Projects", "Trial ids", 90, "ids of trials")
    for scheme in _BY_VALUES if any(not text.isdigit() for text in look.distinct) else ():
        _, share = look.split(scheme)
        if share >= 0.6:
            sheet = "Needs" if scheme == "category" else "Projects"
            column = next(column for column in SHEETS[sheet] if column.scheme == scheme)
            yield Guess(sheet, column.header, round(50 + 40 * share), f"terms of the list '{scheme}'")


def _by_heading(label: str) -> dict[tuple[str, str], tuple[int, str]]:
    words = key(label)
    found = {}
    for target, phrases in _phrases().items():
        best = max(_likeness(label, words, phrase) for phrase in phrases)
        if best:
            found[target] = (best, "the heading" if best == 100 else "a word of the heading")
    if not found and len(label) <= _SHORT:
        close = difflib.get_close_matches(words, _targets(), n=1, cutoff=0.84)
        found = {_targets()[one]: (70, f"the heading is much like '{one}'") for one in close}
    return found


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, str], tuple[tuple[str, ...], ...]]:
    """Return the words of every phrase by the survey's column, its own header first."""
    found = {}
    for sheet, columns in SHEETS.items():
        for column in columns:
            own = (column.header,) if sheet == "Projects" or column.header in {"E-mail", "ORCID"} else ()
            phrases = (*own, *HEADINGS.get((sheet, column.header), ()))
            found[sheet, column.header] = tuple(dict.fromkeys(_words(phrase) for phrase in phrases))
    return {target: phrases for target, phrases in found.items() if phrases}


@lru_cache(maxsize=1)
def _targets() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for target, phrases in _phrases().items():
        for phrase in phrases:
            found.setdefault("".join(phrase), target)
    return found


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a heading as they are compared; a name such as projectTitle is two."""
    apart = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])|_", " ", text)
    return tuple(word for part in re.split(r"[\s/,.:;()?!\[\]]+", apart) if (word := key(part)))


def _likeness(label: str, words: str, phrase: tuple[str, ...]) -> int:
    """Return how much of a heading a phrase is, in per cent: 100 where it is all, 0 where it is not in it."""
    whole = "".join(phrase)
    if whole == words:
        return 100
    there = _words(label)
    for at in range(len(there) - len(phrase) + 1):
        if all(_stands_for(one, two) for one, two in zip(phrase, there[at:], strict=False)):
            return min(95, round(58 + 40 * len(whole) / max(len(words), 1)))
    return 0


def _stands_for(word: str, there: str) -> bool:
    return word == there or (
        len(word) >= 4 and (there.endswith(word) or (there.startswith(word) and len(there) - len(word) <= 4))
    )


def _judged(guess: Guess, look: Look) -> Guess:
    """Return a guess by the heading, weighed with what the column says."""
    column, more, why = guess.column, 0, guess.why
    if not look.distinct:
        return guess
    if column.scheme:
        _, share = look.split(column.scheme)
        more = round(25 * share) if share else -5
        why = f"{why}, and terms of the list" if share >= 0.5 else why
    elif column.sort is Sort.DATE:
        more = 10 if look.dates() else -40
    elif column.sort is Sort.YES_NO:
        more = 10 if look.said(YES | NO) else -50
    elif column.sort is Sort.IRI or column.header in {"E-mail", "Trial ids"}:
        more = -40  # values of that kind have their own guess
    elif look.said(YES | NO):
        more = -40
    return Guess(guess.sheet, guess.header, max(0, min(100, guess.per_cent + more)), why)


def _share(known: Vocabulary, pieces: Sequence[str], scheme: str) -> float:
    return sum(known.find(piece, scheme) is not None for piece in pieces) / len(pieces) if pieces else 0.0


def _day(text: str, form: str) -> bool:
    return read_day(text, form) is not None
