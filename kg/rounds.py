"""Rounds of the survey: the sources that make one up, and how the store stood when it was closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from .errors import UnknownRecordError
from .iris import slug
from .records import DCT, Round

if TYPE_CHECKING:
    from .store import Store
    from .view import View
    from .viewer import Viewer

SOURCES = "survey-"
"""What the key of every source of a survey begins with."""
_OF = "-of-"
_HELD = (
    "SELECT ts.value, tob.value, tg.value FROM term ts JOIN quad q ON q.s = ts.id JOIN term tp ON tp.id = q.p"
    " JOIN term tob ON tob.id = q.o JOIN term tg ON tg.id = q.g"
    " JOIN span ON span.quad = q.id AND span.went IS NULL WHERE ts.value GLOB ? AND tp.value = ?"
)


def source_key(centre: str, round_: str, respondent: str | None = None) -> str:
    """Return the key of a round's source: the whole centre's, or beside it one person's own file."""
    whole = f"{SOURCES}{centre}-{slug(round_)}"
    return f"{whole}{_OF}{respondent}" if respondent else whole


def ledger_key(centre: str, round_: str) -> str:
    """Return the key of the source that says who was asked in a round, and what came of it."""
    return f"{source_key(centre, round_)}.ledger"  # a slug has no dot: it is no other round's


def answered(view: View, one: Round) -> bool:
    """Return whether answers of a round were loaded: one that was only asked about has none."""
    return _last_load(view, one) is not None


def _last_load(view: View, one: Round) -> int | None:
    """Return the last revision that a load of a round made."""
    if not one.centre or not one.identifier:
        return None
    key = source_key(view.store.names.key(one.centre), one.identifier)
    made = [view.store.last_write(pattern) for pattern in (key, f"{key}{_OF}*")]
    return max((revision for revision in made if revision is not None), default=None)


def closing(view: View, round_: str) -> int:
    """Return the last revision that a load of a round made, of all centres that held it.

    Raises UnknownRecordError, naming the rounds that the viewer sees.
    """
    loads = {one: _last_load(view, one) for one in view.records("round") if isinstance(one, Round)}
    loaded = {one.identifier: made for one, made in loads.items() if one.identifier and made is not None}
    wanted = [made for name, made in loads.items() if made is not None and slug(name.identifier or "") == slug(round_)]
    if not wanted:
        there = ", ".join(sorted(loaded)) or "none"
        raise UnknownRecordError(f"there is no round {round_}: there is {there}")
    return max(wanted)


def held_rounds(store: Store | None, viewer: Viewer) -> Callable[[str], Mapping[str, date]]:
    """Return what tells the rounds of a centre that stand in the store, as far as the viewer sees them, and their dates."""

    def rounds(centre: str) -> dict[str, date]:
        if store is None:
            return {}
        stem, readable = store.names.record(centre, "round", "x")[:-1], store.readable(viewer)
        found = store.connect().execute(_HELD, (f"<{stem}*", f"<{DCT}date>")).fetchall()
        return {
            store.names.key(str(iri)[1:-1]): date.fromisoformat(str(held)[1:11])
            for iri, held, graph in found
            if str(graph)[1:-1] in readable
        }

    return rounds
