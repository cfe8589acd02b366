"""The columns of a table as a draft takes them: alone, or as one pattern where a form repeats its questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .guess import WORTH, Guess, Look, guesses
from .importers.columns import Sort
from .importers.foreign import Foreign
from .importers.mapping import heading
from .importers.redcap import is_own
from .importers.surveymapping import NUMBER

_NUMBERS = re.compile(r"\d+")
_AGAIN = re.compile(r"(.+?)( \(\d+\)|_?\d+)")
_MORE = 70  # per cent from which a list takes a second column


@dataclass(frozen=True)
class Candidate:
    """One column, or with `numbers` those that differ in a number only, and what it could be."""

    name: str
    look: Look
    guesses: tuple[Guess, ...]
    numbers: tuple[str, ...] = ()


def candidates(table: Foreign) -> list[Candidate]:
    """Return the columns of a table, those of repeated projects under one pattern."""
    repeats = _repeats(table)
    found: dict[str, Candidate] = {}
    for header in table.headers:
        if is_own(header):
            continue
        name, numbers = repeats.get(header, (header, ()))
        if name not in found:
            headers = [one for one, (pattern, _) in repeats.items() if pattern == name] if numbers else [header]
            look = _look(table, headers, name)
            found[name] = Candidate(name, look, tuple(guesses(look)), numbers)
    return list(found.values())


def _look(table: Foreign, headers: Iterable[str], name: str) -> Look:
    headers = list(headers)
    label = table.labels.get(heading(headers[0]), name)
    plain = label.replace(NUMBER, " ") if label == name else _NUMBERS.sub(" ", label)
    texts = tuple(text for header in headers for text in table.texts(header))
    return Look(" ".join(plain.split()), texts, chosen=all(heading(header) in table.chosen for header in headers))


def _repeats(table: Foreign) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the pattern and numbers of each column of repeated projects: of those numbered as a project's title is."""
    patterns: dict[str, dict[str, str]] = {}
    for header in table.headers:
        for pattern, number in _patterns(header, set(table.headers)):
            patterns.setdefault(pattern, {})[number] = header
    several = {pattern: there for pattern, there in patterns.items() if len(there) > 1}
    titles = [pattern for pattern, there in several.items() if _is_title(_look(table, there.values(), pattern))]
    if not titles:
        return {}
    numbers = tuple(several[titles[0]])
    again = "" in numbers
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for pattern, there in several.items():
        if set(there) <= set(numbers) and ("" in there) == again:
            found |= {header: (pattern, numbers) for header in there.values() if header not in found}
    return found


def _patterns(header: str, there: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what a header is but for a number in it, and the number; `Title` is the first of `Title (2)`."""
    if any(match and match[1] == header for match in map(_AGAIN.fullmatch, there)):
        yield header + NUMBER, ""
    again = _AGAIN.fullmatch(header)
    if again and again[1] in there:
        yield again[1] + NUMBER, again[2]
        return
    for match in _NUMBERS.finditer(header):
        yield header[: match.start()] + NUMBER + header[match.end() :], match[0]


def _is_title(look: Look) -> bool:
    return any((one.sheet, one.header) == ("Projects", "Title") for one in guesses(look)[:1])


def assigned(columns: Iterable[Candidate]) -> dict[tuple[str, str], list[tuple[Candidate, Guess]]]:
    """Return the columns that each of the survey's takes: the surest guess first, and more than one only for lists."""
    ranked = sorted(
        ((guess, one) for one in columns for guess in one.guesses if guess.per_cent >= WORTH),
        key=lambda pair: (-pair[0].per_cent, not pair[1].numbers),
    )
    found: dict[tuple[str, str], list[tuple[Candidate, Guess]]] = {}
    taken: set[str] = set()
    for guess, one in ranked:
        there = found.get((guess.sheet, guess.header), [])
        lists = guess.column.sort in {Sort.CONCEPTS, Sort.TEXTS} and guess.per_cent >= _MORE
        if one.name in taken or (there and not lists):
            continue
        taken.add(one.name)
        found.setdefault((guess.sheet, guess.header), []).append((one, guess))
    return found
