"""Negation: whether a text denies what it names, as "without viral vectors" or "utan virusvektor" do."""

from __future__ import annotations

import re

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
    end = start + len(words)
    after = text[end : end + _REACH]
    before = re.split(r"[.,;:!?\n]", text[max(0, start - _REACH) : start])[-1]
    prefixed = _NON.search(before) and words.lower().startswith(_PREFIXED)
    return bool(prefixed or _BEFORE.search(before) or _AFTER.match(after) or _FOLLOWED.match(after))
