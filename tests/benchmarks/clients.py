"""Clients of a SPARQL server: so many connections, each with its next query on its way once it has read the last answer.

All run on one thread and read no more of HTTP than they must, so that what is measured is the server.
"""

from __future__ import annotations

import json
import selectors
import socket
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle

HOST = "127.0.0.1"
PATIENCE = 5.0
"""Seconds that an answer may take."""
_ACCEPTED = "application/sparql-results+json, application/n-triples"
_HEADERS = {"content-type": "application/sparql-query", "accept": _ACCEPTED}


@dataclass
class Seen:
    """What clients saw: the seconds of each answer, how long they asked, and how many queries were left unanswered."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    unanswered: int = 0

    @property
    def rate(self) -> float:
        """Return the answers of one second."""
        return len(self.seconds) / self.elapsed

    def at(self, share: float) -> float:
        """Return the milliseconds that such a share of the answers does not exceed."""
        return sorted(self.seconds)[int(len(self.seconds) * share)] * 1000


def first(port: int, path: str, query: str) -> int | str:
    """Ask once, and return how many rows or triples come, or in words why none do."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request("POST", path, query.encode(), _HEADERS)
        answer = connection.getresponse()
        body = answer.read()
    except TimeoutError:
        return f"over {PATIENCE:g} s"
    except (OSError, HTTPException):
        return "hung up"
    finally:
        connection.close()
    if answer.status != 200:
        return f"refused, {answer.status}"
    return len(json.loads(body)["results"]["bindings"]) if body.startswith(b"{") else body.count(b" .\n")


class _Client:
    """One connection, and the answer that it waits for."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._came, self._chunked, self._whole = bytearray(), False, 0
        self.began, self.waits = 0.0, False

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self._came.clear()
        self._whole, self.waits = 0, True
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Read what has come, and return whether that is all; raises ConnectionError at a hang-up or an error's status."""
        some = self.socket.recv(1 << 18)
        if not some:
            raise ConnectionResetError
        self._came += some
        if not self._whole and (end := self._came.find(b"\r\n\r\n")) >= 0:
            self._head(bytes(self._came[:end]).lower(), end + 4)
        if self._chunked:
            return self._whole > 0 and self._came.endswith(b"\r\n0\r\n\r\n")
        return 0 < self._whole <= len(self._came)

    def _head(self, head: bytes, size: int) -> None:
        if b" 200 " not in head[:15]:
            raise ConnectionRefusedError(head[:40])
        _, told, length = head.partition(b"\r\ncontent-length:")
        self._chunked = not told
        self._whole = size + (int(length.split(b"\r\n", 1)[0]) if told else 0)


def crowd(port: int, path: str, queries: list[str], clients: int, seconds: float) -> Seen:
    """Let so many clients ask for so many seconds, and wait for what is on its way then."""
    requests, seen = cycle([_request(port, path, query) for query in queries]), Seen()
    began = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _ in range(clients):
            client = _Client(port)
            waiting.register(client.socket, selectors.EVENT_READ, client)
            client.ask(next(requests))
        while waiting.get_map() and (ready := waiting.select(PATIENCE)):
            for client in [key.data for key, _ in ready]:
                if _read(client, seen) and time.perf_counter() - began < seconds:
                    client.ask(next(requests))
                elif not client.waits:
                    waiting.unregister(client.socket)
                    client.socket.close()
        for key in [*waiting.get_map().values()]:
            key.data.socket.close()
            seen.unanswered += 1
    seen.elapsed = time.perf_counter() - began
    return seen


def _read(client: _Client, seen: Seen) -> bool:
    """Read what a client was sent, take down what it saw, and return whether it has its answer."""
    try:
        whole = client.answered()
    except ConnectionError:
        client.waits = False
        seen.unanswered += 1
        return False
    if whole:
        client.waits = False
        seen.seconds.append(time.perf_counter() - client.began)
    return whole


def _request(port: int, path: str, query: str) -> bytes:
    body = query.encode()
    headers = {"host": f"{HOST}:{port}", **_HEADERS, "content-length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
