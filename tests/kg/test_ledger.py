"""The ledger: which of several answers stands, for whom."""

from __future__ import annotations

from itertools import permutations

import pytest
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry
from atmp.kg.records import DCT
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER

P01 = "<https://w3id.org/atmp/id/lund/project/P01>"
Answer = tuple[str, str, Tier]
"""A source's year, its word, and who may read it."""


def _say(store: Store, source: str, year: str, word: str, tier: Tier) -> None:
    quad = (P01, f"<{DCT}description>", f'"{word}"', f"<{Names().graph('lund', tier)}>")
    store.write(source, f"{year}-01-01", [Entry("row", (quad,))], agent="test")


def _stands(store: Store) -> set[tuple[str, str]]:
    """Return the words that stand, each with the tier of its graph."""
    lines = (line.decode().rstrip(" .\n") for line in store.view(OWNER).nquads())
    return {(line.split('"')[1], line.rpartition("/")[2].rstrip(">")) for line in lines}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_answer_gives_way_to_a_later_one_that_is_open_to_more(order: tuple[int, ...], store: Store) -> None:
    """What the centre now says as the public was told before replaces what the centre said in between."""
    answers = [("2022", "x", Tier.PUBLIC), ("2023", "y", Tier.INTERNAL), ("2024", "x", Tier.INTERNAL)]
    for at in order:
        _say(store, f"source-{at}", *answers[at])
    assert _stands(store) == {("x", "public")}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_answer_stands_where_the_same_open_one_was_replaced(order: tuple[int, ...], store: Store) -> None:
    """An open answer that fell hides no internal one that says the same."""
    answers = [("2022", "x", Tier.PUBLIC), ("2025", "z", Tier.PUBLIC), ("2023", "x", Tier.INTERNAL)]
    for at in order:
        _say(store, f"source-{at}", *answers[at])
    assert _stands(store) == {("z", "public"), ("x", "internal")}


def test_the_source_itself_is_no_row(store: Store) -> None:
    """What a source tells of itself is not counted among its rows."""
    quad = (P01, f"<{DCT}description>", '"x"', f"<{Names().graph('lund', Tier.PUBLIC)}>")
    entries = [Entry("source", (quad,)), Entry("row", (quad,))]
    first = store.write("one", "2024-01-01", entries, agent="test")
    again = store.write("one", "2024-01-01", entries, agent="test")
    assert (first.rows_changed, first.rows_unchanged) == (1, 0)
    assert (again.revision, again.rows_changed, again.rows_unchanged) == (None, 0, 1)


@pytest.mark.parametrize("order", list(permutations(range(4))))
@pytest.mark.parametrize("closed", [Tier.PUBLIC, Tier.INTERNAL])
def test_of_one_day_the_same_source_goes_first_whatever_the_order(
    order: tuple[int, ...], closed: Tier, store: Store
) -> None:
    """Which of two sources of a day goes for the later hangs on their keys, for one reader and for who reads both graphs."""
    answers = [
        ("update-9", "2024", "b", Tier.PUBLIC),
        ("update-10", "2024", "a", closed),
        ("one", "2023", "c", Tier.PUBLIC),
        ("another", "2023", "a", Tier.INTERNAL),
    ]
    for at in order:
        _say(store, *answers[at])
    (row,) = store.view(OWNER).select(f"SELECT ?d {{ {P01} <{DCT}description> ?d }}").rows
    assert row == ("a",)
