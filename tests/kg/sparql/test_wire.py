"""Frames between the server and its workers."""

from __future__ import annotations

import socket

from atmp.kg.sparql import wire
from hypothesis import given
from hypothesis import strategies as st

FRAMES = st.lists(st.tuples(st.sampled_from([wire.DATA, wire.END, wire.ERROR]), st.binary(max_size=40)), max_size=6)


@given(FRAMES, st.integers(1, 20))
def test_frames_come_as_they_were_sent_however_they_are_cut(frames: list[tuple[bytes, bytes]], piece: int) -> None:
    """What has not arrived whole is waited for, and nothing is left over."""
    sent, buffer, came = b"".join(wire.frame(*one) for one in frames), bytearray(), []
    for at in range(0, len(sent), piece):
        buffer += sent[at : at + piece]
        while found := wire.taken(buffer):
            came.append(found)
    assert (came, buffer) == (frames, b"")


def test_a_channel_that_is_closed_within_a_frame_is_at_its_end() -> None:
    """A whole frame is read, a part of one is the end."""
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(wire.frame(wire.DATA, b"some") + wire.frame(wire.DATA, b"more")[:-1])
        assert wire.read(theirs) == (wire.DATA, b"some")
        assert wire.read(theirs) is None
