"""What the JSON interface gives of reviews, and takes as a decision."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from atmp.kg.records import Statement
from atmp.kg.same import ACCEPTED, DERIVED, REFUSED
from atmp.kg.view import View
from pydantic import BaseModel, ConfigDict, Field

from .models import REQUEST, TermRequestOut

_REVIEW: dict[str, Any] = {
    "id": "5d1c7a4b9e02", "status": "waiting", "one": "https://w3id.org/atmp/id/lund/organisation/O01", "one_name": "KI, Stockholm",
    "other": "https://w3id.org/atmp/id/organisation/karolinska-institutet", "other_name": "Karolinska Institutet",
    "per_cent": 92, "why": ["names that are alike"],
}  # fmt: skip


class Status(StrEnum):
    """How far reviews are."""

    WAITING = "waiting"
    SAME = "same"
    DIFFERENT = "different"


class Decision(StrEnum):
    """What somebody decides of two things."""

    SAME = "same"
    DIFFERENT = "different"
    UNDO = "undo"


STANDS = {Status.WAITING: DERIVED, Status.SAME: ACCEPTED, Status.DIFFERENT: REFUSED}
"""The status of a statement that a review of each kind is."""
_STATUS = {term: status for status, term in STANDS.items()}
DECIDES = {Decision.SAME: True, Decision.DIFFERENT: False, Decision.UNDO: None}
"""Whether a decision accepts what was proposed; None takes one back."""


class ReviewOut(BaseModel):
    """Two organisations, or two people, that may be the same: why, and how sure that is."""

    model_config = ConfigDict(json_schema_extra={"example": _REVIEW})

    id: str
    status: Status
    one: str
    one_name: str
    other: str
    other_name: str
    per_cent: int | None
    why: list[str]

    @classmethod
    def of(cls, view: View, said: Statement) -> Self:
        """Return a statement as JSON."""
        one, other = said.about or "", said.value or ""
        return cls(
            id=said.identifier or "", status=_STATUS[said.status or DERIVED], per_cent=said.confidence,
            one=one, one_name=view.label(one), other=other, other_name=view.label(other), why=list(said.evidence),
        )  # fmt: skip


class ReviewsOut(BaseModel):
    """What people have to decide on: what may be the same, and words that wait for a term."""

    model_config = ConfigDict(json_schema_extra={"example": {"same": [_REVIEW], "terms": [REQUEST]}})

    same: list[ReviewOut]
    terms: list[TermRequestOut]


class DecisionIn(BaseModel):
    """One decision on reviews by their ids; all are decided, or none."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"decision": "same", "ids": ["5d1c7a4b9e02"]}}
    )

    decision: Decision
    ids: list[str] = Field(min_length=1, max_length=1000)
