"""Lacks: what would make a card a better hit, in words, each read off the card and the question alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary

from .explain import listed
from .path import source
from .query import Query

_CONCEPTS = 2  # of those that are asked for and missing, the weightiest
_WORDS = 3
INDICATION = "indication"


def missing(
    query: Query,
    asked: Mapping[str, float],
    said: Mapping[str, float],
    *,
    fields: Collection[str],
    whole: bool,
    without: Collection[str],
    near: bool,
) -> tuple[str, ...]:
    """Return what a card lacks of what was asked for.

    `asked` and `said` are the concepts of both by weight, `fields` the card's, `whole` whether all its text was read for
    concepts, `without` the words asked for that it does not have, `near` whether its meaning was compared.
    """
    lines = [*islice(_concepts(query, asked, said, whole=whole), _CONCEPTS)]
    words = [word for word in query.loose if word in without][:_WORDS]
    if words:
        lines.append(f"does not have the word{'s' if len(words) > 1 else ''} {listed(words)}")
    diseases = vocabulary().diseases
    if INDICATION not in fields and any(iri in diseases for iri in query.named):
        lines.append("no indication is recorded")
    if not near:
        lines.append("waits for its embedding, so that its meaning was not compared")
    return tuple(lines)


def _concepts(query: Query, asked: Mapping[str, float], said: Mapping[str, float], *, whole: bool) -> Iterator[str]:
    label = dictionary().label
    for iri in sorted(query.named, key=lambda one: (-asked.get(one, 0.0), one)):
        if speaks(said, iri):
            continue
        above = [one for one in dictionary().above(iri) if one in said]
        nearest = min(above, key=lambda one: (dictionary().above(iri)[one], one), default=None)
        other = source(nearest, said) if nearest else None
        if other:
            yield f"names {label(other)} where {label(iri)} was asked for"
        elif whole:
            yield f"is not about {label(iri)}"
        else:
            yield f"is not about {label(iri)} in title, fields and the beginning of its text"


def speaks(said: Mapping[str, float], iri: str) -> bool:
    """Return whether a card names a concept, or one below it; `said` are its weights."""
    known = vocabulary()
    return iri in said or any(iri in (known.ancestors(one) or known.diseases.ancestors(one)) for one in said)
