"""Rounds of the survey: the sources that make one up, and how the store stood when it was closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import UnknownRecordError
from .iris import slug

if TYPE_CHECKING:
    from .view import View

SOURCES = "survey-"
"""What the key of every source of a survey begins with."""
_OF = "-of-"


def source_key(centre: str, round_: str, respondent: str | None = None) -> str:
    """Return the key of a round's source: the whole centre's, or beside it one person's own file."""
    whole = f"{SOURCES}{centre}-{slug(round_)}"
    return f"{whole}{_OF}{respondent}" if respondent else whole


def closing(view: View, round_: str) -> int:
    """Return the last revision that a load of a round made, of all centres that held it.

    Raises UnknownRecordError, naming the rounds that the viewer sees.
    """
    names = view.store.names
    rounds = view.records("round")
    keys = [
        source_key(names.key(one.centre), one.identifier)
        for one in rounds
        if one.centre and one.identifier and slug(one.identifier) == slug(round_)
    ]
    made = [view.store.last_write(pattern) for key in keys for pattern in (key, f"{key}{_OF}*")]
    last = max((revision for revision in made if revision is not None), default=None)
    if last is None:
        there = ", ".join(sorted({one.identifier for one in rounds if one.identifier})) or "none"
        raise UnknownRecordError(f"there is no round {round_}: there is {there}")
    return last
