"""Whom should I work with: investigators for a project who are like its team, and who have what it lacks.

Alike: shared methods, the rare ones most, disease, modality, words, and people known to both. Complementary: the same
disease by another modality or the other way round, one side's offer for the other's need, and who has been where the
project is going. Those who are known already are left out, and so is whom somebody declared not to work with.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from atmp.kg.errors import UsageError
from atmp.kg.records import Record
from atmp.kg.view import View

from .argument import ALIKE, reasons
from .circle import Values
from .match import Match
from .prospect import Prospect
from .roster import NONE, Roster, roster
from .ties import checked, known

if TYPE_CHECKING:
    from .finder import Finder

WEIGHTS: Mapping[str, float] = {
    "methods": 0.2, "indication": 0.1, "modality": 0.1, "text": 0.24, "circle": 0.06,
    "contrast": 0.1, "exchange": 0.1, "ahead": 0.07, "place": 0.03,
}  # fmt: skip
"""The weight of each part where nothing else is asked for; they add up to 1."""

_OF_A_TEAM = 2  # people of one project's team who are named while others are there
_UNSPOKEN = frozenset({"circle", "place"})  # alone they are no reason to propose anybody
_TEXTS = 200  # projects whose texts are told apart; the others are not alike


def people_for(
    view: View, finder: Finder, project_iri: str, *, limit: int = 10, weights: Mapping[str, float] | None = None
) -> tuple[Match, ...]:
    """Return investigators for a project, best first, each with reasons; the parts of a score add up to it.

    `weights` replace those of the parts that they name; all are then scaled to add up to 1. More than two of one team
    are named only where there are not enough others. Raises UnknownRecordError or UsageError.
    """
    if limit < 1:
        raise UsageError("ask for at least one person")
    counting, project = weighed(weights or {}), checked(view, project_iri)
    said = roster(view)
    pair = Prospect(said, project, _similar(view, finder, project))
    spoken = pair.parts()
    parts = {name: np.round(counting[name] * values, 4) for name, values in spoken.items()}
    scores = np.round(np.sum(list(parts.values()), axis=0), 4)
    out = {*known(view, said, project), *said.teams.get(project, NONE)}
    told = {name: values for name, values in spoken.items() if name not in _UNSPOKEN}
    told["text"] = np.where(told["text"] >= ALIKE, told["text"], 0.0)
    telling = np.sum(list(told.values()), axis=0) > 0
    open_ = [at for at, person in enumerate(said.people) if telling[at] and scores[at] > 0 and person not in out]
    chosen = _varied(said, sorted(open_, key=lambda at: (-scores[at], at)), limit)  # equals stand by their IRI
    records = view.records_of(said.people[at] for at in chosen)
    return tuple(_match(view, pair, at, records[said.people[at]], parts, float(scores[at])) for at in chosen)


def weighed(given: Mapping[str, float]) -> dict[str, float]:
    """Return the weight of every part, adding up to 1; raises UsageError for a part that there is not, or a bad weight."""
    for name, weight in given.items():
        if name not in WEIGHTS:
            raise UsageError(f"'{name}' is no part of a score: the parts are {', '.join(WEIGHTS)}")
        if not 0 <= weight < math.inf:
            raise UsageError(f"the weight of {name} must be 0 or more, not {weight}")
    asked = {**WEIGHTS, **given}
    whole = sum(asked.values())
    if not whole:
        raise UsageError("every part has the weight 0: leave one above it")
    return {name: weight / whole for name, weight in asked.items()}


def read_weights(words: Iterable[str]) -> dict[str, float]:
    """Return weights that are written as `text=0.5`; raises UsageError for one that is written otherwise."""
    found = {}
    for word in words:
        name, _, number = word.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise UsageError(f"'{word}' is no weight: write it as text=0.5") from None
    return found


def _varied(said: Roster, ranked: Sequence[int], limit: int) -> list[int]:
    """Return the best, in their order, no more than two of any project's team; more of a team where room is left."""
    seen, first, later = Counter[str](), list[int](), list[int]()
    for at in ranked:
        theirs = said.projects_of(at)
        full = any(seen[project] >= _OF_A_TEAM for project in theirs)
        (later if full else first).append(at)
        if not full:
            seen.update(theirs)
        if len(first) == limit:
            break
    chosen = {*first, *later[: limit - len(first)]}
    return [at for at in ranked if at in chosen]


def _similar(view: View, finder: Finder, project: str) -> dict[str, float]:
    """Return how alike other projects are described, the best being 1."""
    from .filters import Filters

    hits = finder.similar(view.viewer, to=[project], filters=Filters(kinds=("project",)), limit=_TEXTS).hits
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    return {hit.iri: hit.score / top for hit in hits}


def _match(view: View, pair: Prospect, at: int, person: Record, parts: Mapping[str, Values], score: float) -> Match:
    return Match(
        person.iri, person.kind, person.identifier or "", person.label or person.iri, score,
        {name: float(values[at]) for name, values in parts.items()}, reasons(view, pair, at),
    )  # fmt: skip
