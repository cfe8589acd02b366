"""Listings: a DESCRIBE query as the SELECT of the things it names, and the graphs they are described from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import pyoxigraph as ox

from ..engine import evaluated
from .dataset import Dataset
from .tokens import Token, tokens

_FROM = frozenset({"FROM", "FROMNAMED"})  # the engine knows no borders of words


@dataclass(frozen=True)
class Listing:
    """A DESCRIBE taken apart: what stands before it, its things, the graphs of FROM and FROM NAMED, clauses and pattern."""

    prologue: str
    wanted: tuple[str, ...]
    default: tuple[str, ...]
    named: tuple[str, ...]
    clauses: str
    pattern: str

    @classmethod
    def of(cls, query: str) -> Self:
        """Take a query apart that the engine can read."""
        left = list(tokens(query))
        start = next(place for place, token in enumerate(left) if token.word == "DESCRIBE")
        first, prologue = start + 1, query[: left[start].start]
        after = next((place for place in range(first, len(left)) if not _is_thing(left[place])), len(left))
        last = after
        graphs: dict[bool, list[str]] = {False: [], True: []}
        while last < len(left) and left[last].word in _FROM:
            names = left[last].word == "FROMNAMED" or left[last + 1].word == "NAMED"
            last += 2 if left[last + 1].word == "NAMED" else 1
            graphs[names].append(left[last].text)
            last += 1
        close = left[-1].start + len(left[-1].text)  # a comment may follow, and would swallow what is put behind it
        begun, ended = (left[place].start if place < len(left) else close for place in (after, last))
        wanted = tuple(dict.fromkeys(_spelled(token.text) for token in left[first:after]))
        return cls(prologue, wanted, tuple(graphs[False]), tuple(graphs[True]), query[begun:ended], query[ended:])

    def text(self) -> str:
        """Return the SELECT; a DESCRIBE may leave out the pattern, which then is an empty group."""
        whole = self.prologue + self.pattern
        free = next(name for name in (f"thing{number}x" for number in count()) if name not in whole)
        said = (text if text[0] in "?*" else f"({text} AS ?{free}{place})" for place, text in enumerate(self.wanted))
        word = next((token.text.upper() for token in tokens(self.pattern)), "")
        group = "" if word in {"{", "WHERE"} else "{}"
        return f"{self.prologue}SELECT {' '.join(said)} {self.clauses} {group} {self.pattern}"

    def over(self, dataset: Dataset) -> Dataset:
        """Return the dataset that things are described from: that of the request, else of FROM, else all there is."""
        if dataset.is_chosen or not (self.default or self.named):
            return dataset
        default, named = (self._iris(some, dataset) for some in (self.default, self.named))
        return Dataset.chosen(default, named, base=dataset.base)

    def _iris(self, said: tuple[str, ...], dataset: Dataset) -> list[str]:
        """Return graphs by their whole IRIs, as the engine reads them after this prologue."""
        asked = " ".join(f"({text} AS ?graph{place})" for place, text in enumerate(said))
        rows = evaluated(ox.Store(), f"{self.prologue} SELECT {asked} {{}}", dataset) if said else ()
        return [term.value for row in rows for term in row]


def things(solutions: Any) -> Iterator[ox.NamedNode]:
    """Yield what the solutions of a listing name; values, and nodes without a name, are passed over."""
    for row in solutions:
        yield from (term for term in row if isinstance(term, ox.NamedNode))


def _is_thing(token: Token) -> bool:
    return token.sort == "iri" or token.text == "*" or (token.sort == "name" and not token.word)


def _spelled(thing: str) -> str:
    """Return a thing's text so that equal variables have one spelling: `$s` is `?s`, and SELECT takes neither twice."""
    return f"?{thing[1:]}" if thing[0] == "$" else thing
