"""Rounds of the survey: the sources that make one up, and how the store stood when it was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import UnknownRecordError
from .iris import slug
from .records import Round

if TYPE_CHECKING:
    from .view import View

SOURCES = "survey-"
"""What the key of every source of a survey begins with."""
_OF = "-of-"


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
