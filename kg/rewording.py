"""Words of another table in the words of our lists: those that a list knows, those it may mean, and the rest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from atmp.ontology.vocabulary import Concept, Vocabulary, key

_LIKE = 0.8  # likeness of two words from which one may mean the other
_LONG = 5  # letters of a word that may stand in a longer one


@dataclass
class Rewording:
    """The words of one column: known, guessed with their term and how sure that is in per cent, and unknown."""

    known: list[str] = field(default_factory=list)
    guessed: dict[str, tuple[Concept, int]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def rewording(vocabulary: Vocabulary, pieces: Iterable[str], scheme: str) -> Rewording:
    """Return what the words of a column are in a scheme."""
    found = Rewording()
    words = {
        key(word): concept for concept in reversed(vocabulary.schemes[scheme].concepts) for word in concept.words()
    }
    for piece in pieces:
        meant = _meant(piece, words)
        if vocabulary.find(piece, scheme):
            found.known.append(piece)
        elif meant:
            found.guessed[piece] = meant
        else:
            found.unknown.append(piece)
    return found


def _meant(piece: str, words: dict[str, Concept]) -> tuple[Concept, int] | None:
    """Return the term that a word is most like: one it begins, one that stands in it, or one of nearly its letters."""
    said = key(piece)
    begun = [word for word in words if len(said) >= _LONG and word.startswith(said)]
    inside = [word for word in words if len(word) >= _LONG and word in said]
    close = difflib.get_close_matches(said, words, n=1, cutoff=_LIKE)
    ranked = [(difflib.SequenceMatcher(None, said, word).ratio(), word) for word in close]
    ranked += [(0.6 + 0.3 * len(said) / len(word), word) for word in begun]
    ranked += [(0.5 + 0.4 * len(word) / len(said), word) for word in inside]
    if not ranked:
        return None
    likeness, best = max(ranked)
    return words[best], round(100 * min(likeness, 0.99))
