"""Spools and registers: lists and numbers on disk behave as those in memory do."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg import spool
from atmp.kg.register import Register
from atmp.kg.spool import Spool
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.one_of(st.text(), st.integers(), st.dictionaries(st.text(), st.text()))), st.slices(12))
def test_a_spool_is_a_list(members: list[Any], part: slice) -> None:
    """It has the same length, members, order and slices, and a second walk through it sees the same."""
    made = Spool(members)
    assert (len(made), list(made), list(made), made[part]) == (len(members), members, members, members[part])
    assert [made[-number] for number in range(1, len(members) + 1)] == members[::-1]


@pytest.mark.parametrize(("in_memory", "at_once"), [(1, 1), (1, 3), (1_000_000, 256)])
def test_it_is_read_while_it_grows(in_memory: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walks through it do not disturb each other, nor what is added meanwhile, on disk as in memory."""
    monkeypatch.setattr(spool, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(spool, "_AT_ONCE", at_once)
    made = Spool("abcd")
    seen = []
    for one in made:
        seen.append((one, next(iter(made)), made[-1]))
        if len(made) < 6:
            made.append("e")
    assert [one for one, *_ in seen] == list("abcdee") == list(made)
    assert {first for _, first, _ in seen} == {"a"}


def test_a_member_that_is_not_there() -> None:
    """Beyond its end a spool has nothing, as a list."""
    with pytest.raises(IndexError):
        Spool("a")[1]


def test_a_register_keeps_the_last_number_of_each_key() -> None:
    """Keys of any text, halves of characters among them, keep the number that they were given last."""
    kept = Register()
    for number, key in enumerate(("a", "b", "a", "\ud800", "")):
        kept.put(key, number)
    assert [kept.get(key) for key in ("a", "b", "\ud800", "", "c")] == [2, 1, 3, 4, None]
