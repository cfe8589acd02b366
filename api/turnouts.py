"""What the JSON interface gives of a round: its turnout, counts first."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from atmp.kg.table import Value
from atmp.kg.turnout import Turnout
from pydantic import BaseModel, ConfigDict

_PERSON: dict[str, Any] = {
    "id": "I07", "name": "Synthetic investigator 07", "asked": "2027-01-10", "reminded": ["2027-01-20"],
    "outcome": "declined", "why": "on leave", "signed_off": None,
}  # fmt: skip
_TURNOUT: dict[str, Any] = {
    "centre": "lund", "round": "2027", "synthetic": True, "held": "2027-02-01", "signed_off": None, "rounds": ["2027", "2023"],
    "counts": {"people": 44, "asked": 44, "reminded": 12, "answered": 30, "still to answer": 14, "signed off": 28},
    "people": [_PERSON],
}  # fmt: skip


class StandingOut(BaseModel):
    """How far one person is in a round."""

    model_config = ConfigDict(json_schema_extra={"example": _PERSON})

    id: str | None
    name: str | None
    asked: date | None
    reminded: list[date]
    outcome: str | None
    why: str | None
    signed_off: date | None


class TurnoutOut(BaseModel):
    """How far a centre's round is; `signed_off` is the day on which all had signed off, where they did so at once."""

    model_config = ConfigDict(json_schema_extra={"example": _TURNOUT})

    centre: str
    round: str
    synthetic: bool
    held: date | None
    signed_off: date | None
    rounds: list[str]
    counts: dict[str, int]
    people: list[StandingOut]

    @classmethod
    def of(cls, one: Turnout) -> Self:
        """Return a turnout as JSON."""
        people = [_person(row) for row in one.people.dicts()]
        return cls(
            centre=one.centre, round=one.round.identifier or "", synthetic=one.synthetic, held=one.round.held, signed_off=one.round.signed,
            rounds=list(one.rounds), counts=dict(one.counts), people=people,
        )  # fmt: skip


def _person(row: dict[str, Value]) -> StandingOut:
    reminded = str(row["reminded"]).split("; ") if row["reminded"] else []
    return StandingOut.model_validate(row | {"reminded": reminded})
