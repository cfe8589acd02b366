"""Unions: which of the answers that stand for different readers hold for somebody who reads them all.

An answer that only the centre may read does not replace an older public one: the public would learn of it. Both stand,
each for its readers; whoever reads both graphs sees the later one only. Nor does one centre's closed graph stand for
another's that says the same: whoever reads both sees the triple once, in the more open one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from .iris import Names
from .rounds import SOURCES
from .store import Store
from .succession import LATEST, Lists, cell, cells, turn
from .tiers import Tier
from .triples import functional_properties

_STOOD = "span.came <= :at AND (span.went IS NULL OR span.went > :at)"
_HELD = "a.came <= :at AND (a.went IS NULL OR a.went > :at)"
_OURS = "q.p IN (SELECT id FROM temp.replaced) AND q.g IN (SELECT id FROM temp.seen)"
_PARTED = "GROUP BY q.s, q.p HAVING min(q.g) <> max(q.g)"
_STANDING = (
    "SELECT q.s, q.p FROM ({pairs}) t JOIN quad q ON q.s = t.s AND q.p = t.p JOIN span ON span.quad = q.id"
    f" WHERE {_OURS} AND {_STOOD} {_PARTED}"
)
_ALL = _STANDING.format(  # most pairs were never said in two graphs: one pass over the index of quads tells
    pairs=f"SELECT q.s, q.p FROM quad q WHERE {_OURS} {_PARTED}"
)
_TOUCHED = (  # what came since may stand in several graphs now, what went may have stood in another one's way
    _STANDING.format(
        pairs="SELECT DISTINCT q.s, q.p FROM span JOIN quad q ON q.id = span.quad"
        f" WHERE span.came > :since AND span.came <= :at AND {_OURS}"
    )
    + " UNION SELECT q.s, q.p FROM span JOIN quad q ON q.id = span.quad"
    f" WHERE span.went > :since AND span.went <= :at AND {_OURS}"
)
_APART = (
    "q.g IN (SELECT id FROM temp.closed) AND q.p NOT IN (SELECT id FROM temp.replaced)"
    " AND q.s NOT IN (SELECT id FROM temp.listed)"
)
_DOUBLED = (
    f"SELECT DISTINCT s, p FROM (SELECT q.s, q.p FROM quad q JOIN span ON span.quad = q.id WHERE {_APART} AND {_STOOD}"
    " GROUP BY q.s, q.p, q.o HAVING count(*) > 1)"
)
_CHANGED = " UNION ".join(  # what went may have stood for another that stands still
    f"SELECT q.s, q.p FROM span JOIN quad q ON q.id = span.quad WHERE span.{end} > :since AND span.{end} <= :at AND {_APART}"
    for end in ("came", "went")
)
_LISTED = "SELECT DISTINCT q.s, q.p FROM quad q WHERE q.s IN (SELECT id FROM temp.listed)"
_CLAIMS = (
    "SELECT ts.value, tp.value, tob.value, tg.value,"
    f" {LATEST}, CASE WHEN min(src.key GLOB '{SOURCES}*') THEN max(src.stated) END"
    " FROM ({pairs}) pair JOIN quad q ON q.s = pair.s AND q.p = pair.p AND q.g IN (SELECT id FROM temp.seen)"
    f" JOIN span ON span.quad = q.id AND {_STOOD} JOIN assertion a ON a.quad = q.id AND {_HELD}"
    " JOIN source_row r ON r.id = a.row JOIN source src ON src.id = r.source"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o JOIN term tg ON tg.id = q.g"
    " GROUP BY q.id ORDER BY q.s, q.p"
)


class Claim(NamedTuple):
    """A quad that stands, its latest source, and the date of its latest survey where only surveys say it."""

    s: str
    p: str
    o: str
    g: str
    latest: str
    answered: str | None

    @property
    def line(self) -> str:
        """Return the quad as a line of N-Quads."""
        return f"{self.s} {self.p} {self.o} {self.g} ."


def outdated(store: Store, graphs: Iterable[str], at: int) -> frozenset[str]:
    """Return the methods and needs, by IRI, that the latest lists of a survey leave out, for a reader of all these graphs.

    Within one graph, and for the readers of one, they have ceased to stand already.
    """
    seen = frozenset(graphs)
    centres = Counter(store.names.read_graph(graph).centre for graph in seen)
    parted = {centre for centre, many in centres.items() if centre is not None and many > 1}
    past = at if at < store.revision() else None
    lists = Lists(store.connect(), store.names, centres=parted, at=past)
    return frozenset(record[1:-1] for record in lists.outdated(seen))


def united(
    store: Store,
    graphs: Iterable[str],
    at: int,
    left: frozenset[str] = frozenset(),
    since: int | None = None,
    before: frozenset[str] = frozenset(),
) -> Iterator[tuple[Claim, bool]]:
    """Yield the quads of pairs of subject and property that stand in several of these graphs, and whether each holds.

    Of a triple that several graphs hold, the one in the most open graph does. What a survey says of the records that
    lists leave out, `left`, does not hold. With `since`, of the pairs that changed after that revision, those among them
    that stand in one graph only now, and those of records that were left out `before` and are listed again.
    """
    seen, single = sorted(graphs), functional_properties() | cells()
    if len(seen) < 2:
        return
    closed = [graph for graph in seen if store.names.read_graph(graph).tier is not Tier.PUBLIC]
    for name, iris in {"seen": seen, "replaced": single, "closed": closed, "listed": left | before}.items():
        _fill(store, name, iris)
    pairs = [_ALL, _DOUBLED, _LISTED] if since is None else [_TOUCHED, _CHANGED, _LISTED]
    for asked in pairs if len(closed) > 1 else (pairs[0], _LISTED):
        for claims in _claims(store, asked, at, since):
            gone = set(_gone(claims, left, replaced=claims[0].p[1:-1] in single, listed=asked == _LISTED))
            yield from _once(store.names, claims, gone)


def _gone(claims: list[Claim], left: frozenset[str], *, replaced: bool, listed: bool) -> Iterator[Claim]:
    """Yield the claims to one property of one subject that do not hold: what lists leave out, and what is replaced."""
    if listed and claims[0].s[1:-1] in left:
        yield from (claim for claim in claims if claim.answered is not None)
    elif replaced:
        yield from _earlier(claims)


def _once(names: Names, claims: list[Claim], gone: Container[Claim]) -> Iterator[tuple[Claim, bool]]:
    """Yield claims, and whether each holds: of a triple in several graphs, that in the most open one."""
    held: set[str] = set()
    for claim in sorted(claims, key=lambda claim: (names.read_graph(claim.g[1:-1]).tier.rank, claim.g)):
        holds = claim not in gone and claim.o not in held
        if holds:
            held.add(claim.o)
        yield claim, holds


def _claims(store: Store, pairs: str, at: int, since: int | None = None) -> Iterator[list[Claim]]:
    """Yield the claims to each pair of subject and property that a query gives."""
    rows = store.connect().execute(_CLAIMS.format(pairs=pairs), {"at": at, "since": since})
    for _, same in groupby(map(Claim._make, rows), key=lambda claim: claim[:2]):
        yield list(same)


def _fill(store: Store, name: str, iris: Iterable[str]) -> None:
    """Make a temporary table of the terms that these IRIs are."""
    connection = store.connect()
    connection.execute(f"DROP TABLE IF EXISTS temp.{name}; CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY)")
    connection.executemany(
        f"INSERT OR IGNORE INTO temp.{name} SELECT id FROM term WHERE value = ?", ((f"<{iri}>",) for iri in iris)
    )


def _earlier(claims: list[Claim]) -> Iterator[Claim]:
    """Yield what is replaced among the claims to one property of one subject."""
    single = claims[0].p[1:-1] in functional_properties()
    for one in claims:
        rivals = [other for other in claims if cell(other.p, other.o) == cell(one.p, one.o)]
        last = max(rivals, key=lambda claim: turn(claim.latest, claim.o, claim.g))
        answered = max(rival.answered or "" for rival in rivals)
        if one != last if single else one.answered is not None and one.answered < answered:
            yield one
