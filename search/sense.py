"""Senses: cards that have an abbreviation of the question, and mean something else by it."""

from __future__ import annotations

import json

import numpy as np
from atmp.ontology.dictionary import dictionary
from numpy.typing import NDArray

from .lookup import Lookup
from .order import Fits
from .query import Query
from .words import Words


def read_rightly(lookup: Lookup, words: Words, query: Query, fits: Fits) -> Fits:
    """Return how well cards fit by their words, without the abbreviations that a card uses in another sense.

    A question about AAV, the vector, is not answered by the AAV that is a vasculitis.
    """
    for short in query.words:
        meant = next((iri for iri in dictionary().senses(short) if iri in query.named), None)
        if meant is None:
            continue
        misread = _misread(lookup, short, meant).intersection(fits.rows.tolist())
        if misread:
            wrong = np.isin(fits.rows, np.array(sorted(misread), dtype=np.int64))
            others = words.fits(lookup, [word for word in query.words if word != short])
            values = np.where(wrong, np.fmin(fits.values, np.nan_to_num(others.at(fits.rows))), fits.values)
            fits = Fits(fits.rows[values > 0], values[values > 0])
    return fits


def _misread(lookup: Lookup, short: str, meant: str) -> set[int]:
    """Return the cards that speak of another of the abbreviation's meanings, and not of the one that is meant."""
    others = [iri for iri in dictionary().senses(short) if iri != meant]
    return _speaking(lookup, others) - _speaking(lookup, [meant])


def _speaking(lookup: Lookup, concepts: list[str]) -> set[int]:
    rows = lookup.connection.execute(
        "SELECT cards FROM card_concept WHERE scope=? AND concept IN (SELECT value FROM json_each(?))",
        (lookup.partition.id, json.dumps(concepts)),
    )
    found: list[NDArray[np.int64]] = [np.frombuffer(ids, dtype=np.int64) for (ids,) in rows]
    return {int(row) for ids in found for row in ids}
