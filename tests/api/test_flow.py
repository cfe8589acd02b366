"""A flow: all that is written arrives in order and in pieces, the writer waits for its reader, and ends with it."""

from __future__ import annotations

import threading
import time

import pytest
from atmp.api.flow import pieces
from atmp.kg.sparql.rows import Output
from atmp.kg.sparql.wire import PIECE
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.binary(max_size=3 * PIECE), max_size=12))
def test_all_arrives_in_order(parts: list[bytes]) -> None:
    """The pieces together are what was written, and each but the last is as long as a piece is at least."""

    def write(output: Output) -> None:
        for part in parts:
            output.write(part)

    found = list(pieces(write))
    assert b"".join(found) == b"".join(parts)
    assert all(len(piece) >= PIECE for piece in found[:-1])


def test_a_writer_waits_and_ends_with_its_reader() -> None:
    """Of a text without end a reader takes two pieces; only a few more were written, and then no more."""
    written = 0

    def endless(output: Output) -> None:
        nonlocal written
        while True:
            written += output.write(b"x" * PIECE)

    before = threading.active_count()
    flow = pieces(endless)
    assert len(next(flow)) == len(next(flow)) == PIECE
    assert written <= 8 * PIECE
    flow.close()  # type: ignore[attr-defined]
    for _ in range(200):
        if threading.active_count() == before:
            break
        time.sleep(0.01)
    assert threading.active_count() == before


def test_what_goes_wrong_is_raised_after_what_came_before() -> None:
    """A reader has the pieces that were whole, and the error in place of an end."""

    def broken(output: Output) -> None:
        output.write(b"x" * PIECE)
        raise ValueError("no more")

    flow = pieces(broken)
    assert next(flow) == b"x" * PIECE
    with pytest.raises(ValueError, match="no more"):
        next(flow)
