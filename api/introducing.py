"""What the JSON interface gives of introductions, and takes for the next step."""

from __future__ import annotations

from typing import Any, Self

from atmp.kg.introduction import Move, Role, State
from atmp.kg.introductions import LONGEST, Party, Told
from atmp.search.offers import Offer
from pydantic import BaseModel, ConfigDict, Field

_PARTY: dict[str, Any] = {
    "iri": "https://w3id.org/atmp/id/lund/need/N050", "kind": "need", "id": "N050", "name": "Potency assay",
    "people": ["A therapy for the retina"],
}  # fmt: skip
_TOLD: dict[str, Any] = {
    "id": "5d1c7a4b9e02", "state": "proposed", "roles": ["asker"], "asker": _PARTY, "other": None,
    "sought": "is needed: potency assay, GMP", "words": "We begin in spring.", "since": "2026-11-28T09:00:00Z",
    "moves": ["decline"], "met": None,
}  # fmt: skip


class PartyOut(BaseModel):
    """One side by name: its record, and who answers for it."""

    iri: str
    kind: str
    id: str
    name: str
    people: list[str]

    @classmethod
    def of(cls, one: Party) -> Self:
        """Return a side as JSON."""
        return cls(iri=one.iri, kind=one.kind, id=one.identifier, name=one.label, people=list(one.people))


class IntroductionOut(BaseModel):
    """An introduction; a side that is not open to who asks is null, until both have agreed."""

    model_config = ConfigDict(json_schema_extra={"example": _TOLD})

    id: str
    state: State
    roles: list[Role]
    asker: PartyOut | None
    other: PartyOut | None
    sought: str = Field(description="What is sought, in terms of the ontology alone.")
    words: str
    since: str
    moves: list[Move] = Field(description="The steps that who asks may take.")
    met: bool | None

    @classmethod
    def of(cls, one: Told) -> Self:
        """Return what somebody is told of an introduction as JSON."""
        return cls(
            id=one.id, state=one.state, roles=list(one.roles), sought=one.sketch, words=one.words, since=one.since,
            asker=PartyOut.of(one.asker) if one.asker else None, other=PartyOut.of(one.other) if one.other else None,
            moves=list(one.moves), met=one.met,
        )  # fmt: skip


class OfferOut(BaseModel):
    """A match that is not open to who asks: a name that tells nothing, and the state of its introduction, if asked for."""

    model_config = ConfigDict(json_schema_extra={"example": {"id": "0b93d6f1c2aa", "state": None}})

    id: str
    state: State | None

    @classmethod
    def of(cls, one: Offer) -> Self:
        """Return an offer as JSON."""
        return cls(id=one.id, state=one.state)


class AskIn(BaseModel):
    """What is asked for: an introduction that is offered for one's own need or capability."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"record": "N050", "offer": "0b93d6f1c2aa", "words": "We begin in spring."}},
    )

    record: str = Field(description="The id or IRI of one's own need or capability.")
    offer: str
    words: str = Field("", max_length=LONGEST, description="For the broker, and for the other side once it has agreed.")


class StepIn(BaseModel):
    """The next step of an introduction."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"move": "forward"}})

    move: Move
    words: str = Field("", max_length=LONGEST)
    met: bool | None = Field(None, description="With `done`, and only with it: whether the need was met.")
