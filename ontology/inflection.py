"""The forms that a Swedish name takes in a sentence: `broskcell` is also `broskceller`, `broskcellerna`, `broskcellens`."""

from __future__ import annotations

_VOWELS = "aeiouyåäö"
_ENDINGS = (
    ("ad", 1, ("t", "de")),  # odlad, odlade
    ("or", 0, ("n", "er", "erna")),  # vektor, vektorer
    ("el", 2, ("eln", "elna", "lar", "larna", "ler", "lerna")),  # muskel, muskler
    ("er", 2, ("ern", "erna", "rar", "rarna")),
    ("a", 1, ("an", "or", "orna")),  # hornhinna, hornhinnor
    ("e", 1, ("en", "et", "er", "ar", "arna")),
    *((vowel, 0, ("n", "t", "er", "erna")) for vowel in "iouyåäö"),
    ("", 0, ("en", "et", "er", "erna", "ar", "arna")),  # cell, celler
)
"""How a word ends, how many letters of that go, and what comes instead; the first that fits."""

_LEAST = 4
"""Letters of a word that is inflected; shorter ones are abbreviations, or become other words."""


def inflected(name: str) -> tuple[str, ...]:
    """Return the likely forms of a name in the nominative, its own left out: the last word's endings, the others' `a`, `t`.

    It asks no lexicon: forms that nobody writes do no harm, since they are only looked up. A name whose last word is
    short or in capitals has none.
    """
    *before, last = name.split() or [""]
    if len(last) < _LEAST or not last.isalpha() or last != last.lower():
        stem, hyphen, end = last.rpartition("-")
        if not hyphen or len(end) < _LEAST or not end.isalpha() or end != end.lower():
            return ()
        forms = [f"{stem}-{form}" for form in _forms(end)]
    else:
        forms = _forms(last)
    starts = dict.fromkeys(" ".join(_agreeing(word, ending) for word in before) for ending in ("", "a", "t"))
    found = dict.fromkeys(f"{start} {form}".strip() for start in starts for form in (last, *forms))
    return tuple(form for form in found if form != name)


def _forms(word: str) -> list[str]:
    """Return a noun in the plural and with its article; of a participle its plural and neuter."""
    cut, endings = next((cut, endings) for end, cut, endings in _ENDINGS if word.endswith(end))
    return [word[: len(word) - cut] + ending for ending in endings]


def _agreeing(word: str, ending: str) -> str:
    """Return a word that stands before a noun as an adjective of it."""
    if not ending or not word.isalpha() or word != word.lower() or word[-1] in _VOWELS or len(word) < _LEAST:
        return word
    if ending == "a" and word.endswith("t"):
        return word[:-1] + ("de" if word.endswith("at") else "a")
    return word + ending
