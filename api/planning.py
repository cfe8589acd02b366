"""Planning as tables: gaps, investments and likely needs, for the command line, HTTP and pages alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from atmp.kg.errors import UsageError
from atmp.kg.table import Table

if TYPE_CHECKING:
    from atmp.kg.view import View
    from atmp.search.gaps import Gap
    from atmp.search.investments import Plan
    from atmp.search.readiness import Likely

INFERRED = "What is listed is inferred by rules, and a fact only once the project states it."


def gaps(view: View, centre: str | None = None, *, network: bool = False) -> tuple[Gap, ...]:
    """Return the needs that nobody serves at their centre, or with `network` nowhere; raises UnknownRecordError for a centre."""
    from atmp.search.gaps import gaps as found
    from atmp.search.markets import market

    return found(market(view), _centre(view, centre), network=network)


def plan(
    view: View,
    budget: str,
    costs: Iterable[str] = (),
    centre: str | None = None,
    *,
    network: bool = False,
    within: int | None = None,
) -> Plan:
    """Return what to obtain under a budget; `costs` as `potency-assay=2`. Raises UsageError for words in a number's place."""
    from atmp.search.investments import invest
    from atmp.search.markets import market

    priced = dict(_cost(one) for one in costs)
    return invest(
        market(view), number(budget, "the budget"), _centre(view, centre), network=network, costs=priced, within=within
    )


def likely(view: View, project: str) -> tuple[Likely, ...]:
    """Return what a project is likely to need before its next stage; raises UnknownRecordError."""
    from atmp.search.readiness import likely_needs

    return likely_needs(view, view.find("project", project).iri)


def number(word: str, what: str) -> float:
    """Return a number that was written in words or marks; raises UsageError that says `what` it is for."""
    try:
        return float(word.strip().replace(" ", "").replace(",", "."))
    except ValueError:
        raise UsageError(f"{what} takes a number such as 3 or 2.5, not '{word[:40]}'") from None


def _cost(said: str) -> tuple[str, float]:
    name, mark, price = said.rpartition("=")
    if not mark or not name.strip():
        raise UsageError(f"'{said[:40]}' is no cost: write what it is for and a number, such as potency-assay=2")
    return name.strip(), number(price, f"the cost of {name.strip()}")


def _centre(view: View, word: str | None) -> str | None:
    from atmp.kg.centres import centre_of

    return view.store.names.centre(centre_of(view, word)) if word else None


def gap_rows(view: View, found: Iterable[Gap]) -> Table:
    """Return gaps as a table, those that most projects wait for first."""
    from atmp.search.refusal import grade_words

    rows = tuple(
        (one.label, grade_words(one.grade) if one.grade else None, len(one.projects), len(one.needs), one.earliest,
         "elsewhere in the network" if one.elsewhere else "nowhere", one.why, _ids(view, one.projects))
        for one in found
    )  # fmt: skip
    columns = ("need", "grade", "projects", "needs", "earliest", "offered", "why", "waiting")
    return Table(columns, rows)


def plan_rows(view: View, found: Plan) -> Table:
    """Return what was chosen as a table, in the order of the choice, with how far it hangs on the stated horizons."""
    from atmp.search.investments import SHIFTS

    best = {one.key for one in found.exact} if found.exact is not None else set()
    helped: set[str] = set()
    rows = []
    for place, one in enumerate(found.chosen, start=1):
        fresh = one.projects - helped
        helped |= one.projects
        also = (one.key in best) if found.exact is not None else None
        rows.append((place, one.key, one.label, one.cost, len(one.projects), len(fresh), one.earliest,
                     f"{found.steady[one.key]} of {len(SHIFTS)}", also, _ids(view, one.projects)))  # fmt: skip
    columns = ("rank", "key", "obtain", "cost", "helps", "newly", "earliest", "steady", "in_the_best", "projects")
    note = f"{found.words} Steady: chosen again when all needs fall due a year earlier, as stated, one and two years later."
    return Table(columns, tuple(rows), note)


def likely_rows(found: Iterable[Likely]) -> Table:
    """Return likely needs as a table, the earliest first."""
    rows = tuple(
        (one.requirement.rule, one.label, one.requirement.words, one.requirement.before, one.having, one.peers,
         one.requirement.source)
        for one in found
    )  # fmt: skip
    return Table(("rule", "need", "what", "before_stage", "peers_with_it", "peers", "source"), rows, INFERRED)


def _ids(view: View, iris: Iterable[str]) -> str:
    return ", ".join(sorted(one.identifier or one.iri for one in view.records_of(iris).values()))
