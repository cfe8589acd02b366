"""Wants: what a project's text says that it needs or lacks, as categories of support.

Read are only what sentences say after words of wanting, up to the end of their clause; a project's hurdles want what
they name by nature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from atmp.ontology.dictionary import EMPTY_NOTATIONS, plain
from atmp.ontology.terms import spelling
from atmp.ontology.vocabulary import vocabulary

from .linking import Proposal
from .negation import negated
from .records import ATMP

WANTED = f"{ATMP}category"
_SURE, _HURDLE = 0.85, 0.7

_WANTING = re.compile(
    r"(?<!\w)(?:(?:we|the project|the group|they) (?:still |also |now |urgently )?"
    r"(?:need|needs|lack|lacks|seek|seeks|require|requires|miss|misses|want|wants)"
    r"|(?:would|we) (?:like|welcome|wish)(?: to have)?(?= access| help| support| advice| to have)|(?:is|are) (?:needed|missing|lacking)"
    r"|(?:in need of|looking for|need(?:s)? (?:help|support|advice|access)|lacks? access to|(?:have |has |with )?no access to)"
    r"|(?:vi|projektet|gruppen|man) (?:behöver|saknar|söker|efterfrågar|önskar)|i behov av|saknas|behövs)(?!\w)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"(?<!\w)(?:no longer|not|inte)(?: \w+)?\s+$", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;:!?\n]|(?<!\w)(?:because|since|but|although|eftersom|men)(?!\w)", re.IGNORECASE)
_BEFORE_VERB = re.compile(r"(?:is|are) (?:needed|missing|lacking)|saknas|behövs", re.IGNORECASE)
_WORD = re.compile(r"(?:[^\W_]|\+)+")
_MEANS_LITTLE = frozenset(
    {"media", "medium", "protocol", "partner", "matrix", "assay", "data", "medel", "kurs", "prime", "clinical"}
)
"""Words of categories that mean something else in most sentences."""


def wants(text: str, hurdles: str = "", *, least: float) -> tuple[Proposal, ...]:
    """Return the categories of support that a description and hurdles want, the surest first, none below `least`."""
    found: dict[str, tuple[float, list[str]]] = {}
    for sure, said in (*((_SURE, one) for one in _wanted(plain(text))), (_HURDLE, plain(hurdles))):
        for category, words in _categories(said):
            best, rests = found.setdefault(category, (sure, []))
            found[category] = (max(best, sure), list(dict.fromkeys([*rests, words])))
    known = vocabulary()
    made = [
        Proposal(WANTED, category, tuple(words[:3]), sure)
        for category, (sure, words) in found.items()
        if sure >= least and not any(other != category and other in known.narrower(category) for other in found)
    ]
    return tuple(sorted(made, key=lambda one: (-one.confidence, str(one.term))))


def _wanted(text: str) -> Iterator[str]:
    """Yield what stands after words of wanting, and before those that end a sentence."""
    for match in _WANTING.finditer(text):
        if _BEFORE_VERB.fullmatch(match.group()):
            yield _CLAUSE.split(text[: match.start()])[-1]
        elif not _DENIED.search(text[: match.start()]):
            yield _CLAUSE.split(text[match.end() :])[0]


def _categories(said: str) -> Iterator[tuple[str, str]]:
    """Yield the categories that words name, the longest words first at each place."""
    words, position = list(_WORD.finditer(said)), 0
    tokens = [spelling(one.group()) for one in words]
    while position < len(tokens):
        length = next((n for n in range(min(_longest(), len(tokens) - position), 0, -1)
                       if " ".join(tokens[position : position + n]) in _names()), 0)  # fmt: skip
        if length:
            start, end = words[position].start(), words[position + length - 1].end()
            if not negated(said, start, said[start:end]):
                yield _names()[" ".join(tokens[position : position + length])], said[start:end]
        position += length or 1


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Return the categories by their words."""
    found: dict[str, str] = {}
    for concept in vocabulary().schemes["category"].concepts:
        if concept.notation not in EMPTY_NOTATIONS:
            for word in concept.words():
                if word.casefold() not in _MEANS_LITTLE:
                    found.setdefault(spelling(word), concept.iri)
    found.pop("", None)
    return found


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(len(word.split()) for word in _names())
