"""Meaning inside SPARQL: what stands in a SERVICE clause of ours, answered by the index and by the matching."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from atmp.kg.errors import QueryRefusedError, UnknownRecordError
from atmp.kg.sparql.services import Rows
from atmp.kg.sparql.siblings import Siblings, Solution
from atmp.kg.triples import XSD
from atmp.kg.view import View

from .clause import ASKS, FILTERS, GIVES, Clause, clause, listed, plain
from .filters import Filters
from .finder import Finder
from .hits import Hit
from .match import Match
from .partners import partners
from .rank import Mode

_MOST = 1000  # hits of one search
_SEARCHES = 100  # of one clause: one for each value that its variables have outside
_EVERY = 1_000_000  # partners, of which those that fit beside the search are chosen
_DECIMAL, _INTEGER = (ox.NamedNode(XSD + name) for name in ("decimal", "integer"))
_OF_MATCHES = (("matches", "limit", "minScore"), tuple(name for name in GIVES if name != "sentence"))
_OF_HITS = (tuple(name for name in ASKS if name != "matches"), tuple(name for name in GIVES if name != "missing"))


@dataclass(frozen=True)
class _Found:
    """One record that was found, and its literals by the property that gives them."""

    iri: str
    literals: Mapping[str, ox.Literal]

    @classmethod
    def made(cls, one: Hit | Match, rank: int, **said: str) -> _Found:
        told = {"kind": one.kind, "label": one.label, **said}
        numbers = {
            "score": ox.Literal(f"{one.score:.4f}", datatype=_DECIMAL),
            "rank": ox.Literal(str(rank), datatype=_INTEGER),
        }
        return cls(one.iri, numbers | {name: ox.Literal(text) for name, text in told.items()})


class SearchService:
    """Answers `SERVICE <https://w3id.org/atmp/search> { ?x search:text "..." ; search:score ?score }`.

    What stands beside the clause is settled before anything is ranked: hits are the best of the records that it leaves.
    """

    def __init__(self, finder: Finder) -> None:
        """Answer with `finder`."""
        self._finder = finder

    def __call__(
        self, view: View, body: str, prefixes: Mapping[str, str], beside: Siblings
    ) -> tuple[tuple[str, ...], Rows]:
        """Return the variables and rows; raises QueryRefusedError for a clause that cannot be answered."""
        if view.at is not None:
            raise QueryRefusedError("search answers for the newest revision only")
        asked = clause(body, prefixes).partners_of(beside.names)
        matching = "matches" in asked.properties
        _fit_together(asked, *(_OF_MATCHES if matching else _OF_HITS))
        find = self._matches if matching else self._hits
        rows: Rows = []
        for given in _given(asked, beside):
            among = _among(asked.subject, beside, given)
            try:
                found = list(find(view, asked.asking(given), among))
            except UnknownRecordError:
                if not given:
                    raise
                continue  # a record that is bound outside and that search does not know is like nothing
            rest = [given[name] for name in asked.needed]
            rows += [
                (f"<{one.iri}>", *(str(one.literals[name]) for name in asked.given.values()), *rest) for one in found
            ]
        return (asked.subject, *asked.given, *asked.needed), rows

    def _hits(self, view: View, asked: Clause, among: frozenset[str] | None) -> Iterator[_Found]:
        """Yield what is like a text, records, or both."""
        chosen = {field: tuple(asked.asked.get(name, ())) for name, field in FILTERS.items()}
        filters = Filters(**chosen)
        limit, least, mode = _limit(asked), _least(asked), _mode(asked)
        text, like = asked.one("text"), asked.asked.get("like", [])
        records = [one[1:-1] for one in like if one.startswith("<")]
        texts = [one for one in like if not one.startswith("<")]
        if len(texts) > 1:
            raise QueryRefusedError("search:like takes several records, but one text only")
        if text is not None and texts:
            raise QueryRefusedError("give a text in search:text or in search:like: one of the two")
        if text is None and not like:
            raise QueryRefusedError("give search:text a text, search:like a record, or search:matches a need")
        text = text if text is not None else next(iter(texts), None)
        if like:
            results = self._finder.similar(
                view.viewer, to=records, text=text, filters=filters, limit=limit,
                min_score=least, mode=mode, among=among,
            )  # fmt: skip
        else:
            results = self._finder.search(view.viewer, text or "", filters, limit, least, mode, among=among)
        for hit in results.hits:
            yield _Found.made(hit, hit.rank, why=hit.why, sentence=hit.sentence)

    def _matches(self, view: View, asked: Clause, among: frozenset[str] | None) -> Iterator[_Found]:
        """Yield the partners of one need, capability or project."""
        iri, limit, least = asked.one("matches") or "", _limit(asked), _least(asked)
        if not iri.startswith("<"):
            raise QueryRefusedError(f"search:matches takes the IRI of a need, a capability or a project, not '{iri}'")
        every = partners(view, self._finder, iri[1:-1], limit=limit if among is None else _EVERY)
        good = [one for one in every if one.score >= least and (among is None or one.iri in among)]
        for rank, one in enumerate(good[:limit], start=1):
            yield _Found.made(one, rank, why="; ".join(one.reasons), missing="; ".join(one.missing))


def _fit_together(asked: Clause, asks: Sequence[str], gives: Sequence[str]) -> None:
    """Raise QueryRefusedError for properties that have no place beside each other."""
    sort = "search:matches" if "matches" in asks else "search:text and search:like"
    for names, known in ((asked.properties, asks), (asked.given.values(), gives)):
        for name in names:
            if name not in known:
                raise QueryRefusedError(f"search:{name} has no place beside {sort}: use {listed(known)}")


def _given(asked: Clause, beside: Siblings) -> list[Solution]:
    """Return what the variables in the place of values stand for, one for each search."""
    if not asked.needed:
        return [{}]
    for name, variables in asked.taken.items():
        for variable in variables:
            if variable not in beside.names:
                raise QueryRefusedError(
                    f"search:{name} needs a value here, and nothing beside the search gives ?{variable} one: bind it"
                    " by a pattern or VALUES in the same group, outside of OPTIONAL and of a sub-select with LIMIT"
                )
    rows = beside.rows(asked.needed, most=_SEARCHES + 1)
    if len(rows) > _SEARCHES:
        names = " ".join(f"?{name}" for name in asked.needed)
        raise QueryRefusedError(f"a clause searches {_SEARCHES} times at most, and {names} has more values: narrow it")
    return [row for row in rows if all(name in row and _says(row[name]) for name in asked.needed)]


def _says(term: str) -> bool:
    """Return whether there is anything in a term to search for."""
    return term.startswith("<") or bool(plain(term).strip())


def _among(subject: str, beside: Siblings, given: Solution) -> frozenset[str] | None:
    """Return the only records that fit what stands beside the clause, or None where it leaves all."""
    if subject not in beside.names:
        return None
    rows = beside.rows((subject,), given)
    if any(subject not in row for row in rows):
        return None
    return frozenset(row[subject][1:-1] for row in rows if row[subject].startswith("<"))


def _limit(asked: Clause) -> int:
    return int(_number(asked, "limit", 20, 1, _MOST))


def _least(asked: Clause) -> float:
    return _number(asked, "minScore", 0.0, 0.0, 1.0)


def _mode(asked: Clause) -> Mode:
    said = asked.one("mode")
    if said is not None and said not in list(Mode):
        raise QueryRefusedError(f"search:mode is one of {', '.join(Mode)}, not '{said}'")
    return Mode(said) if said is not None else Mode.HYBRID


def _number(asked: Clause, name: str, default: float, least: float, most: float) -> float:
    said = asked.one(name)
    try:
        number = float(said) if said is not None else default
    except ValueError:
        number = least - 1
    whole = isinstance(default, int)
    if not least <= number <= most or (whole and number % 1):
        sort = "whole number" if whole else "number"
        raise QueryRefusedError(f"search:{name} takes a {sort} from {least:g} to {most:g}, not '{said}'")
    return number
