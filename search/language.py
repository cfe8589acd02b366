"""Which language a text is in, of the two that people here write: told by its small words, its letters and its endings."""

from __future__ import annotations

import re

_READ = 2_000
_WORD = re.compile(r"[^\W\d_]+")
_SWEDISH_WORDS = (
    "alla annat att av blir de deras dess detta den det denna dessa där efter eller en ett finns för från förs genom ha har"
    " hos hur hög i inför inom inte jag kan kring med mellan mer mot målet måste mycket när någon något några nya och olika"
    " om på sin ska skall som som svår så till tillsammans under upp ur utan utveckling vad var vara vi vid vilka vilken"
    " vilket vår våra är även över behöver projekt projektet ny nytt"
)
_ENGLISH_WORDS = (
    "a about an and are as at be been between but by can do does for from has have how in into is it its more new not of"
    " on or our project such that the their there these they this those to towards under using was we were what when where"
    " which who whose will with within without would"
)
_BOTH = frozenset({"under", "i", "on", "as", "do", "can", "at", "be", "men", "man", "in", "or", "a", "an", "had"})
_SWEDISH = frozenset(_SWEDISH_WORDS.split()) - _BOTH
_ENGLISH = frozenset(_ENGLISH_WORDS.split()) - {"under"}
_LETTERS = re.compile(r"[åäöÅÄÖ]")
_ENDINGS = re.compile(
    "(?:emi|api|epsi|fili|pati|trofi|grafi|logi|plasi|tropi|iska|iskt|celler|cellerna|sjukdom|sjukdomar|svikt|skador"
    "|heten?|heter|[dgklpstv]ning|ningen|ningar|ningarna|erna|arna|orna|ande|else|elser|skap|bara|bart|liga|ligt|tiden)$"
)


def swedish(text: str) -> bool:
    """Return whether a text, or a question of one word, is Swedish; what is neither counts as English."""
    words = [word.casefold() for word in _WORD.findall(text[:_READ])]
    said = sum(_weight(word) for word in words) - sum(word in _ENGLISH for word in words)
    return said > 0


def _weight(word: str) -> float:
    """Return how much a word speaks for Swedish: a small word or its own letters fully, an ending half."""
    if word in _SWEDISH or _LETTERS.search(word):
        return 1.0
    return 0.5 if len(word) > 4 and _ENDINGS.search(word) else 0.0
