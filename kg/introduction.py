"""An introduction: two records whose sides do not see one another, and a broker who sees both and leads them together.

    proposed --forward--> asked --accept--> accepted --done--> done
        `---- decline ----'--- decline --> declined

One side asks; a broker of the other's centre passes it on; the other side agrees, or does not. Until both have agreed
neither is told who the other is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from .errors import UsageError


class State(StrEnum):
    """How far an introduction is."""

    PROPOSED = "proposed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


class Move(StrEnum):
    """What brings an introduction on."""

    FORWARD = "forward"
    ACCEPT = "accept"
    DECLINE = "decline"
    DONE = "done"


class Role(StrEnum):
    """Who somebody is in an introduction; one may be several."""

    ASKER = "asker"
    BROKER = "broker"
    OTHER = "other"


_MOVES = {
    (State.PROPOSED, Move.FORWARD): (State.ASKED, {Role.BROKER}),
    (State.PROPOSED, Move.DECLINE): (State.DECLINED, {Role.ASKER, Role.BROKER}),
    (State.ASKED, Move.ACCEPT): (State.ACCEPTED, {Role.OTHER}),
    (State.ASKED, Move.DECLINE): (State.DECLINED, {Role.ASKER, Role.BROKER, Role.OTHER}),
    (State.ACCEPTED, Move.DONE): (State.DONE, {Role.ASKER, Role.BROKER, Role.OTHER}),
}
"""What each move leads to, and who may make it."""


@dataclass(frozen=True)
class Step:
    """That a state was reached: when, by whom, and what was said."""

    at: str
    agent: str
    state: State
    words: str = ""


@dataclass(frozen=True)
class Introduction:
    """One introduction; `own` is the IRI of the record it was asked for, `other` of the one it is asked of.

    `steps` begin with how it was proposed; `met` says, once it is done, whether the need was met.
    """

    id: str
    own: str
    other: str
    steps: tuple[Step, ...]
    met: bool | None = None

    @property
    def state(self) -> State:
        """Return the state that was reached last."""
        return self.steps[-1].state

    def known_to(self, roles: Collection[Role]) -> bool:
        """Return whether who has these roles is told of it at all: the other side is once it was passed on."""
        passed = any(step.state is State.ASKED for step in self.steps)
        return bool({Role.ASKER, Role.BROKER} & set(roles)) or (passed and Role.OTHER in roles)

    def opened_to(self, roles: Collection[Role]) -> bool:
        """Return whether who has these roles is told who both sides are."""
        return Role.BROKER in roles or self.state in {State.ACCEPTED, State.DONE}

    def moves(self, roles: Collection[Role]) -> tuple[Move, ...]:
        """Return the moves that who has these roles may make."""
        return tuple(move for (state, move), (_, by) in _MOVES.items() if state is self.state and by & set(roles))

    def after(self, move: Move, roles: Collection[Role]) -> State:
        """Return the state that a move leads to; raises UsageError where it cannot be made, or not by this one."""
        if (self.state, move) not in _MOVES:
            raise UsageError(f"the introduction {self.id} is {self.state}: '{move}' is no step from there")
        state, by = _MOVES[self.state, move]
        if not by & set(roles):
            who = {Role.ASKER: "the side that asked", Role.BROKER: "a broker", Role.OTHER: "the side that is asked"}
            raise UsageError(f"'{move}' is for {' or '.join(who[role] for role in Role if role in by)}")
        return state
