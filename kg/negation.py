"""Negation: whether a text denies what it names, as "without viral vectors" or "utan virusvektor" do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atmp.ontology.dictionary import Mention, dictionary, plain

_BEFORE = re.compile(
    r"(?<!\w)(?:no|not|without|neither|nor|never|avoid|avoids|avoiding|free of|instead of|rather than"
    r"|other than|utan|inte|ej|ingen|inget|inga|varken|i stället för|fri från)\s+(?:(?:the |any )?use of )?"
    r"(?:(?!(?:of|for|in|against|to|that|who|which|only|longer|just|but|av|för|mot|som|att|bara|längre|men)\b)"
    r"[\w-]+\s+){0,3}[\"“(]?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:[\s-]+\w+)?\s+(?:(?:is|are|was|were|will be|has been|have been) (?:not|never) "
    r"(?:used|needed|involved|required|applied|part)|(?:används|behövs|ingår) (?:inte|ej))\b",
    re.IGNORECASE,
)
_NON = re.compile(r"(?<!\w)non[\s-]+$", re.IGNORECASE)
_PREFIXED = ("vir", "gen")  # what "non-" denies; with a disease it makes another disease
_FOLLOWED = re.compile(r"[\s-]+free\b|fri\b", re.IGNORECASE)
_REACH = 60


def negated(text: str, start: int, words: str) -> bool:
    """Return whether the words at a place of a text are denied there; a denial does not reach past a comma or a stop."""
    return denial(text, start, words) is not None


def denial(text: str, start: int, words: str) -> tuple[int, int] | None:
    """Return the place of a denial of the words at a place of a text, from `without` to their end; None where there is none."""
    end = start + len(words)
    after = text[end : end + _REACH]
    before = re.split(r"[.,;:!?\n]", text[max(0, start - _REACH) : start])[-1]
    prefixed = _NON.search(before) if words.lower().startswith(_PREFIXED) else None
    cue = prefixed or _BEFORE.search(before)
    said = _AFTER.match(after) or _FOLLOWED.match(after)
    if cue is None and said is None:
        return None
    return start - len(before) + cue.start() if cue else start, end + said.end() if said else end


def affirmed(text: str) -> Iterator[Mention]:
    """Yield the concepts that a text names and does not deny, in order of appearance."""
    said = plain(text)
    return (one for one in dictionary().mentions(text) if not negated(said, one.start, one.words))
