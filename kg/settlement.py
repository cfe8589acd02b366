"""Settlement: which of the quads that are asserted stand.

A quad stands while some row asserts it, no more open graph tells the same triple to all who read it, and, for a
single-valued property, no later source of the same readership says otherwise. A survey's answer stands until a later one replaces it
(`succession`). What stands hangs on what is asserted alone, not on the order in which it came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import apsw

from .iris import Graph, Names
from .rounds import SOURCES
from .succession import LATEST, Lists, cell, cells, covers, turn
from .tiers import Tier
from .triples import functional_properties

_CLAIMS = (
    f"SELECT t.s, t.p, q.id, q.o, q.g, {LATEST}, CASE WHEN min(src.key GLOB '{SOURCES}*') THEN max(src.stated) END"
    " FROM touched t JOIN quad q ON q.s = t.s AND q.p = t.p JOIN assertion a ON a.quad = q.id AND a.went IS NULL"
    " JOIN source_row r ON r.id = a.row JOIN source src ON src.id = r.source GROUP BY q.id ORDER BY t.s, t.p"
)


class _Claim(NamedTuple):
    s: int
    p: int
    quad: int
    o: int
    g: int
    latest: str
    """The latest source that says it, as `turn` takes it."""
    answered: str | None
    """The latest date at which a source of a survey says it, and no other source does."""


class Settlement:
    """What stands of the touched pairs of subject and property, in an open write."""

    def __init__(self, connection: apsw.Connection, names: Names, lists: Lists) -> None:
        """Settle with the lists that the write may have changed."""
        self._connection, self._names, self._lists = connection, names, lists
        self._single, self._cells = (
            self._numbers(f"<{iri}>" for iri in iris) for iris in (functional_properties(), cells())
        )
        self._members = self._numbers(lists.members)
        self._graphs: dict[int, Graph] = {}

    def standing(self) -> Iterator[int]:
        """Yield the quads that stand, by number."""
        claims = map(_Claim._make, self._connection.execute(_CLAIMS))
        for (subject, prop), group in groupby(claims, key=lambda claim: (claim.s, claim.p)):
            said = list(group)
            if subject in self._members:
                named = self._value(subject)
                dropped = self._lists.dropped
                said = [one for one in said if one.answered is None or not dropped(named, self._graph(one.g))]
            if prop in self._single | self._cells:
                said = self._unanswered(said)
            if prop in self._single:  # before duplicates go: the latest of its readers may stand in a more open graph
                said = self._latest(said)
            yield from (claim.quad for claim in self._open(said))

    def _unanswered(self, claims: list[_Claim]) -> list[_Claim]:
        """Return the claims but for the survey's answers that a later answer replaces, for all who read them."""
        if len(claims) == 1:
            return claims
        answers = {claim: self._cell(claim) for claim in claims if claim.answered is not None}
        return [
            one
            for one in claims
            if one not in answers
            or not any(
                str(later.answered) > str(one.answered)
                and same == answers[one]
                and covers(self._graph(later.g), self._graph(one.g))
                for later, same in answers.items()
            )
        ]

    def _latest(self, claims: list[_Claim]) -> list[_Claim]:
        """Return the latest claim of each readership to each cell."""
        if len(claims) == 1:
            return claims
        latest: dict[tuple[str, str], _Claim] = {}
        for claim in sorted(claims, key=self._turn):
            latest[self._rank(claim.g)[1], self._cell(claim)] = claim
        return list(latest.values())

    def _open(self, claims: list[_Claim]) -> list[_Claim]:
        """Return the claims but for those of a triple that a more open graph tells to all who read them."""
        if len(claims) == 1:
            return claims
        standing: dict[int, list[_Claim]] = defaultdict(list)
        for claim in sorted(claims, key=lambda claim: (self._rank(claim.g)[0], self._value(claim.g))):
            if not any(covers(self._graph(other.g), self._graph(claim.g)) for other in standing[claim.o]):
                standing[claim.o].append(claim)
        return [claim for same in standing.values() for claim in same]

    def _turn(self, claim: _Claim) -> tuple[str, str, str]:
        return turn(claim.latest, self._value(claim.o), self._value(claim.g))

    def _cell(self, claim: _Claim) -> str:
        return cell(self._value(claim.p), self._value(claim.o))

    def _rank(self, graph: int) -> tuple[int, str]:
        """Return a graph's secrecy and its readership: graphs of one readership are seen by the same people."""
        known = self._graph(graph)
        return known.tier.rank, known.tier.value if known.tier is Tier.PUBLIC else known.iri

    def _graph(self, term: int) -> Graph:
        if term not in self._graphs:
            self._graphs[term] = self._names.read_graph(self._value(term)[1:-1])
        return self._graphs[term]

    def _numbers(self, terms: Iterable[str]) -> set[int]:
        """Return the numbers of terms, as far as the store has them."""
        run = self._connection.execute
        return {int(number) for term in terms for (number,) in run("SELECT id FROM term WHERE value=?", (term,))}

    def _value(self, term: int) -> str:
        return str(self._connection.execute("SELECT value FROM term WHERE id=?", (term,)).get)
