"""Denials: what a question does not want, as `not AAV` and `utan virusvektor` say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from atmp.kg.negation import denial
from atmp.ontology.dictionary import Mention, plain

_SYMBOL = re.compile(r"(?<![^\W_])(?=\w*\d|\w*[A-Z]\w*[A-Z])\w+(?![^\W_])")
"""A word with a figure or two capitals: a gene, an antigen, a serotype such as CD19 or RPE65."""

_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Denied:
    """What is not wanted: concepts by IRI, and symbols that are no concept of ours; `rest` is the text without them."""

    rest: str
    concepts: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """Return all of it, concepts before symbols."""
        return (*self.concepts, *self.symbols)


NOTHING = Denied("")
"""Where nothing is denied."""


def denied(text: str, mentions: Sequence[Mention], ignore: Collection[str] = ()) -> Denied:
    """Return what a text denies, but for what is ignored; `mentions` are the concepts that it names.

    A text that says nothing else denies nothing: what is left of it must be something to look for.
    """
    said = plain(text)
    places = [(one.iri, one.words, one.start) for one in mentions]
    places += [(one.group(), one.group(), one.start()) for one in _symbols(said, mentions)]
    found = {iri: span for iri, words, start in places if iri not in ignore and (span := denial(said, start, words))}
    rest = _without(said, sorted(found.values())) if found else text
    if not _WORD.search(rest):
        return Denied(text)
    named = {one.iri for one in mentions}
    return Denied(
        rest,
        tuple(one for one in found if one in named),
        tuple(one for one in found if one not in named),
    )


def _symbols(text: str, mentions: Sequence[Mention]) -> Iterator[re.Match[str]]:
    taken = {at for one in mentions for at in range(one.start, one.start + len(one.words))}
    return (one for one in _SYMBOL.finditer(text) if one.start() not in taken)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts.append(text[at : max(at, start)])
        at = max(at, end)
    return " ".join(" ".join((*parts, text[at:])).split()).strip(" ,;")
