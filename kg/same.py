"""What is the same: which records another one stands for, as a viewer sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atmp.ontology.vocabulary import iri_of

from .identity import SAME, standing
from .iris import Graph
from .records import Statement
from .standing import store_home
from .view import View

DERIVED, ACCEPTED, REFUSED = (iri_of("statement-status", word) for word in ("derived", "accepted", "refused"))


def followers(view: View) -> dict[str, str]:
    """Return the records that are not counted, each with the one that is counted in its place."""
    rows = view.select(f"SELECT ?one ?other {{ ?one <{SAME}> ?other }}").rows
    return dict(standing((str(one), str(other)) for one, other in rows))


def says_same(view: View) -> list[Statement]:
    """Return the statements that two records or names are one: proposed, accepted or refused."""
    return [one for one in view.records("statement") if isinstance(one, Statement) and one.property == SAME]


@dataclass(frozen=True)
class Decision:
    """What was decided of two things, the status of their being one, and the graph where that stands."""

    status: str
    graph: Graph


Decided = Mapping[tuple[str, str], Decision]


def decisions(view: View) -> dict[tuple[str, str], Decision]:
    """Return what was decided, by the pair."""
    home, names = store_home(view.store), view.store.names
    return {
        (one.about, one.value): Decision(one.status, names.read_graph(home(one.iri) or ""))
        for one in says_same(view)
        if one.about and one.value and one.status in {ACCEPTED, REFUSED}
    }


def answered(one: Statement, led: Mapping[str, str]) -> bool:
    """Return whether a proposal is answered by other decisions: its two are one already; `led` are the followers."""
    about, value = one.about or "", one.value or ""
    return one.property == SAME and one.status == DERIVED and led.get(about, about) == led.get(value, value)
