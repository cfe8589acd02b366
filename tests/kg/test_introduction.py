"""The steps of an introduction: who may take which, and who is told what at each state."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from atmp.kg.errors import UsageError
from atmp.kg.introduction import Introduction, Move, Role, State, Step

SUBSETS = [set(some) for some in chain.from_iterable(combinations(Role, size) for size in range(4))]


def _at(*states: State) -> Introduction:
    return Introduction("i1", "own", "other", tuple(Step("2026-11-01T00:00:00Z", "test", state) for state in states))


PATHS = {
    State.PROPOSED: _at(State.PROPOSED),
    State.ASKED: _at(State.PROPOSED, State.ASKED),
    State.ACCEPTED: _at(State.PROPOSED, State.ASKED, State.ACCEPTED),
    State.DECLINED: _at(State.PROPOSED, State.ASKED, State.DECLINED),
    State.DONE: _at(State.PROPOSED, State.ASKED, State.ACCEPTED, State.DONE),
}


def test_the_way_leads_over_the_broker_and_the_other_side() -> None:
    """Only a broker passes it on, only who is asked accepts, and what is declined or done stays so."""
    allowed = {
        (state, move): {role for role in Role if move in one.moves({role})}
        for state, one in PATHS.items()
        for move in Move
    }
    assert {pair: roles for pair, roles in allowed.items() if roles} == {
        (State.PROPOSED, Move.FORWARD): {Role.BROKER},
        (State.PROPOSED, Move.DECLINE): {Role.ASKER, Role.BROKER},
        (State.ASKED, Move.ACCEPT): {Role.OTHER},
        (State.ASKED, Move.DECLINE): {Role.ASKER, Role.BROKER, Role.OTHER},
        (State.ACCEPTED, Move.DONE): {Role.ASKER, Role.BROKER, Role.OTHER},
    }


def test_neither_side_is_named_before_both_have_agreed() -> None:
    """Whatever the state, who is no broker is told of both sides only once it is accepted."""
    for state, one in PATHS.items():
        for roles in SUBSETS:
            opened = one.opened_to(roles)
            assert opened == (Role.BROKER in roles or state in {State.ACCEPTED, State.DONE}), (state, roles)


def test_the_other_side_hears_of_it_once_it_is_passed_on() -> None:
    """What a broker declines, or has not passed on, the other side never hears of."""
    refused = _at(State.PROPOSED, State.DECLINED)
    assert not PATHS[State.PROPOSED].known_to({Role.OTHER})
    assert not refused.known_to({Role.OTHER})
    assert refused.known_to({Role.ASKER})
    assert all(one.known_to({Role.OTHER}) for state, one in PATHS.items() if state is not State.PROPOSED)
    assert not any(one.known_to(()) for one in PATHS.values())


@pytest.mark.parametrize(
    ("state", "move", "roles", "said"),
    [(State.PROPOSED, Move.ACCEPT, set(Role), "no step from there"), (State.DONE, Move.DECLINE, set(Role), "is done"),
     (State.ASKED, Move.ACCEPT, {Role.ASKER, Role.BROKER}, "for the side that is asked"),
     (State.PROPOSED, Move.DECLINE, {Role.OTHER}, "for the side that asked or a broker")],
)  # fmt: skip
def test_a_step_that_cannot_be_taken_is_refused_in_words(state: State, move: Move, roles: set[Role], said: str) -> None:
    """The refusal says whether there is no such step, or whose it is."""
    with pytest.raises(UsageError, match=said):
        PATHS[state].after(move, roles)
