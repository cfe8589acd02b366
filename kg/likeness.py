"""Likeness of organisations' names: which two may be one, how sure that is, and why.

Only names of the same words are compared at all, but for slips of the pen, a place, and words that are added to names, or
where one is the letters of the other. So the work grows with the number of names, and not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product

from .naming import Name, initials, name, plain, words_by_sort

LEAST = 70
"""The score, out of a hundred, from which two names are worth a question."""
_STEM = 4  # letters of a word that a slip of the pen has to leave alone
_LONG = 6  # shorter words that differ are two words: Hunan and Henan
_CLOSE = 84  # of a hundred: how much alike two spellings of one word are
_KNOWN = 3  # a word that stands in so many names is no slip of the pen
_WINDS = ("north", "south", "east", "west")


@dataclass(frozen=True)
class Alike:
    """Two names that may be one: a score out of a hundred, and the reason in words."""

    one: str
    other: str
    score: int
    why: str


class Names:
    """A set of names that are looked through for those that may be one."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names apart; the order they come in does not matter."""
        self.names: Mapping[str, Name] = {text: name(text) for text in sorted(set(names))}

    def alike(self, least: int = 0) -> list[Alike]:
        """Return the pairs that score at least so much, the surest first."""
        found = [made for one, other in self.pairs() if (made := self.compared(one, other)) and made.score >= least]
        return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs worth comparing, each once."""
        blocks, short, long = (defaultdict[object, list[str]](list) for _ in range(3))
        for text, one in self.names.items():
            for key in self._keys(one):
                blocks[key].append(text)
            if len(one.words) == 1:
                short[one.words[0]].append(text)
            for letters in {initials(one.words), *one.letters} if len(one.words) > 2 else ():
                long[letters].append(text)
        alike = (pair for block in blocks.values() for pair in combinations(block, 2))
        called = (pair for letters, some in short.items() for pair in product(some, long.get(letters, ())))
        seen: set[tuple[str, str]] = set()
        for one_name, other in chain(alike, called):
            pair = (min(one_name, other), max(one_name, other))
            if pair not in seen:
                seen.add(pair)
                yield pair

    def compared(self, one: str, other: str) -> Alike | None:
        """Return how two names are alike, or None where they are two."""
        first, second = self.names[one], self.names[other]
        found = _letters(first, second) or self._spelled(first, second)
        return Alike(one, other, *found) if found else None

    def _keys(self, one: Name) -> set[object]:
        """Return what a name is filed under: its words whatever their order and spelling, without what may be added to a
        name, without its place or a part of it, and as one word.
        """
        words = frozenset(self._spelling.get(word, word) for word in one.words)
        place = sorted({self._spelling.get(word, word) for word in one.place})
        parts = (part for size in range(len(place) + 1) for part in combinations(place, size))
        keys = {words.difference(words_by_sort()["added"]), *(words.difference(part) for part in parts)}
        return {*(key for key in keys if key), "".join(one.words)}

    @cached_property
    def _spelling(self) -> Mapping[str, str]:
        """Return the words that may be a slip of another, with the one word that stands for all that may be one."""
        found: dict[str, str] = {}
        spelled = {word for one in self.names.values() for word in one.words}
        for word, other in self._slips_between(spelled):
            root, leaf = sorted((_root(found, word), _root(found, other)))
            found[leaf] = root
        return {word: _root(found, word) for word in found}

    def _slips_between(self, words: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield each two words of which one may be a slip of the other; that keeps the first letter, and nearly the length."""
        from rapidfuzz import fuzz

        by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(sorted(words), key=len):
            by_letter[word[0]].append(word)
        for same in by_letter.values():
            for at, one in enumerate(same):
                for other in same[at + 1 :]:
                    if len(other) * _CLOSE > len(one) * (200 - _CLOSE):
                        break  # words so much longer cannot be so much alike
                    if self._slip(one, other, fuzz.ratio(one, other, score_cutoff=_CLOSE)):
                        yield one, other

    @cached_property
    def _frequent(self) -> frozenset[str]:
        counted = Counter(word for one in self.names.values() for word in set(one.words))
        return frozenset(word for word, number in counted.items() if number >= _KNOWN)

    @cached_property
    def _places(self) -> Mapping[tuple[str, ...], set[tuple[str, ...]]]:
        """Return the places that names of the same words are told apart by."""
        found: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
        for one in self.names.values():
            for cut in range(1, 3):
                found[tuple(sorted(one.words[:-cut]))].add(one.words[-cut:])
        return found

    def _spelled(self, one: Name, other: Name) -> tuple[int, str] | None:
        if not one.telling or not other.telling:
            return None
        ours, theirs = Counter(one.words), Counter(other.words)
        more, less = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
        if not more and not less:
            return self._worded(one, other)
        if more and less:
            return (
                (90, f"differs in spelling: {', '.join(more)} and {', '.join(less)}")
                if self._slips(more, less)
                else None
            )
        added, shorter = (more, other) if more else (less, one)
        return self._added(added, shorter, one.place or other.place)

    def _worded(self, one: Name, other: Name) -> tuple[int, str] | None:
        if plain(one.written) == plain(other.written):
            return 99, "differs in case, accents or punctuation only"
        if one.words == other.words:
            return 96, "differs in legal form, country, abbreviation or language only"
        if len(one.words) == 2:  # the University of Washington is not Washington University
            return None
        return 93, "the same words in another order"

    def _slips(self, more: list[str], less: list[str]) -> bool:
        """Return whether words that differ are spellings of one another, none of them well known beside the other."""
        from rapidfuzz import fuzz

        if len(more) != len(less):
            return "".join(more) == "".join(less)
        return all(self._slip(*pair, fuzz.ratio(*pair)) for pair in zip(more, less, strict=True))

    def _slip(self, one: str, other: str, close: float) -> bool:
        if f"{one}s" == other or f"{other}s" == one:
            return len(one) > _STEM
        known = {one, other} <= self._frequent or {one, other} & words_by_sort()["general"].keys()
        winds = one.startswith(_WINDS) and other.startswith(_WINDS)
        return min(len(one), len(other)) >= _LONG and one[0] == other[0] and close >= _CLOSE and not known and not winds

    def _added(self, added: list[str], shorter: Name, place: Collection[str]) -> tuple[int, str] | None:
        words = ", ".join(added)
        if set(added) <= words_by_sort()["added"].keys():
            return 80, f"one of them adds: {words}"
        alone = len(self._places[tuple(sorted(shorter.words))]) == 1
        if set(added) <= set(place) and alone:
            return 85, f"one of them names the place: {words}"
        return None


def _root(found: Mapping[str, str], word: str) -> str:
    """Return the word at the end of those that lead from one to the next."""
    while found.get(word, word) != word:
        word = found[word]
    return word


def _letters(one: Name, other: Name) -> tuple[int, str] | None:
    """Return a likeness where one name is the other's letters: in brackets there, or its initials."""
    for short, long in ((one, other), (other, one)):
        if len(short.words) != 1 or len(long.words) < 3:
            continue
        letters = short.words[0]
        if letters in long.letters and letters in initials(long.words):
            return 92, f"{letters.upper()} stands in brackets, and is its initials"
        if len(letters) >= 4 and letters == initials(long.words):
            return 75, f"{letters.upper()} is its initials"
    return None
