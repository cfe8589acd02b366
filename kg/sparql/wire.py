"""What goes between the server and its workers: frames of one letter, a length, and so many bytes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

ORDER, DATA, END, ERROR = b"O", b"D", b"E", b"X"
PIECE = 65_536
"""Bytes of a result that are sent at once; only the last piece is shorter."""
HEAD = struct.Struct(">cI")


def frame(sort: bytes, body: bytes) -> bytes:
    """Return one frame."""
    return HEAD.pack(sort, len(body)) + body


def said(sort: bytes, **members: Any) -> bytes:
    """Return a frame that says something in JSON."""
    return frame(sort, json.dumps(members).encode())


def taken(buffer: bytearray) -> tuple[bytes, bytes] | None:
    """Return the first frame in a buffer and take it out, None where it has not arrived whole."""
    if len(buffer) < HEAD.size:
        return None
    sort, length = HEAD.unpack_from(buffer)
    end = HEAD.size + length
    if len(buffer) < end:
        return None
    body = bytes(buffer[HEAD.size : end])
    del buffer[:end]
    return sort, body


def read(channel: socket.socket) -> tuple[bytes, bytes] | None:
    """Return the next frame of a channel that blocks, or None at its end."""
    head = _exactly(channel, HEAD.size)
    if head is None:
        return None
    sort, length = HEAD.unpack(head)
    body = _exactly(channel, length)
    return None if body is None else (sort, body)


def _exactly(channel: socket.socket, length: int) -> bytes | None:
    read = bytearray()
    while len(read) < length:
        some = channel.recv(length - len(read))
        if not some:
            return None
        read += some
    return bytes(read)
