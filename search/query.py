"""What is being looked for: a text or some records, as words, concepts and a vector."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.negation import affirmed
from atmp.ontology.dictionary import dictionary
from atmp.ontology.translation import translation

from .card import leaning, sentences
from .denial import NOTHING, Denied, denied
from .language import swedish

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUESTION = 36
"""So many words at most make a question; more are a whole text."""

_WORD = re.compile(r"[^\W_]+")
_ASKED = 32  # words that are looked up: each one costs time in proportion to how common it is
READ = 20_000
"""Characters of a text that are read."""
_STOP_WORDS = (
    "a about an and any are as at be been but by can could do does each for from had has have how i if in into is it its"
    " may me more most my not of on one or our such than that the their them there these they this those to use used"
    " using very was we were what when where which who whom whose why will with within would you your"
    " alla att av de dem den det där dessa eller en ett för från ha har hos hur i inte jag kan med mot när och om på"
    " samt som sin till under upp ut var vad vara vi vid vilka vilken vilket är"
)
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True)
class Query:
    """A question or a whole text: `words` are looked up, `weights` are the concepts it names and those above.

    `understood`, 0 to 1, is the share of its words that name concepts, `loose` are the others, where it is a question;
    `spoken`, 0 to 1, is the share that English texts have as well: all of an English question's. `denied` is what a
    question does not want; `cut` tells that the text goes on where reading ended.
    """

    text: str
    words: tuple[str, ...]
    named: tuple[str, ...]
    weights: Mapping[str, float]
    whole: bool
    vector: NDArray[np.float32] | None = None
    understood: float = 1.0
    spoken: float = 1.0
    denied: Denied = NOTHING
    loose: tuple[str, ...] = ()
    cut: bool = False

    def names(self, identifier: str) -> bool:
        """Return whether the question is nothing but this id, such as P04 or NCT01234567."""
        return not self.whole and bool(identifier) and self.text.casefold() == identifier.casefold()


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text that carry meaning, single, at most 32: the most frequent, then the longest."""
    counts = Counter(word.casefold() for word in _WORD.findall(text[:READ]))
    telling = [word for word in counts if word not in _STOP] or list(counts)
    if len(telling) <= _ASKED:
        return tuple(telling)
    return tuple(sorted(telling, key=lambda word: (-min(counts[word], 4), -len(word), word))[:_ASKED])


def question(text: str, *, whole: bool | None = None, ignore: Collection[str] = ()) -> Query:
    """Return the query that a text makes; raises UsageError for an empty one.

    What is ignored, concepts by IRI and denied words, is looked up as words and means nothing more.
    """
    plain = text.strip()[: 2 * READ].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8").strip()
    plain = unicodedata.normalize("NFC", plain)  # a letter and its mark are one, or a word would end between them
    cut, plain = len(plain) > READ, plain[:READ]
    if not plain:
        raise UsageError("the text to look for is empty: say in a few words what you look for")
    if whole is None:
        whole = len(_WORD.findall(plain[:READ])) > QUESTION
    if not whole:
        without = denied(plain, tuple(dictionary().mentions(plain)), ignore)
        return replace(_query(without.rest, ignore, whole=False), denied=without, cut=cut)
    return replace(_query(plain, ignore, whole=True), cut=cut)


def _query(text: str, ignore: Collection[str], *, whole: bool) -> Query:
    mentions = tuple(one for one in affirmed(text[:READ]) if one.iri not in ignore)
    named = tuple(dict.fromkeys(mention.iri for mention in mentions))
    parted = sentences(text[:READ])
    title = {one.iri for one in affirmed(parted[0])} if whole and parted else set(named)
    passing = [iri for iri in named if iri not in title] if title else []
    telling = words(text)
    meant = {word for mention in mentions for word in words(mention.words)}
    understood = len(meant.intersection(telling)) / len(telling) if telling else 0.0
    loose, spoken = tuple(word for word in telling if word not in meant), 1.0
    if swedish(text[:READ]):
        spoken = _spoken(text[:READ], telling)
        telling = tuple(dict.fromkeys((*telling, *words(" ".join(translation().english(text[:READ]))))))[:_ASKED]
    return Query(
        text, telling, named, dictionary().spread(leaning(named, passing)), whole,
        understood=understood, spoken=spoken, loose=() if whole else loose,
    )  # fmt: skip


def _spoken(text: str, telling: Collection[str]) -> float:
    """Return the share of a Swedish text's words that are known in English, or are names or abbreviations in both."""
    same = {word.casefold() for word in _WORD.findall(text) if word[1:] != word[1:].lower() or word.isdigit()}
    known = translation().known(text) | same
    return sum(word in known for word in telling) / len(telling) if telling else 0.0
