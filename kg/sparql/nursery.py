"""The nursery: a process of one thread that holds facts, and forks workers that share its memory.

It does as the server says, one line of JSON after the other, and ends with its workers when the server is gone.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from ..bare import Bare
from ..engine import Engine
from ..errors import StoreError
from ..preserved import Preserved
from ..store import Store
from ..viewer import Viewer
from .answer import Graphs
from .bounds import Bounds
from .worker import work

_FILES = 2
"""What may come with a request: a new worker's channel, and the facts that it is to hold."""


class Held(Protocol):
    """What workers hold."""

    @property
    def revision(self) -> int:
        """Return the revision at which it stands."""

    def follow(self, news: Mapping[str, Any], facts: BinaryIO | None) -> None:
        """Come to the newest revision, by what the server gave or otherwise; raises StoreError where that cannot be."""

    def opened(self) -> Graphs:
        """Return what this process, a new worker, answers from."""


class Nursery:
    """The facts, and the workers that were forked with them."""

    def __init__(self, control: socket.socket, held: Held, bounds: Bounds) -> None:
        """Hold `held`."""
        self._control, self._held, self._bounds = control, held, bounds
        self._workers: set[int] = set()

    def run(self) -> None:
        """Do what the server asks until it is gone, then end every worker."""
        try:
            reply(self._control, revision=self._held.revision)
            while (asked := request(self._control)) is not None:
                members, files = asked
                for pid in members.get("bury", ()):
                    self._bury(pid)
                if files:
                    reply(self._control, **self._born(members, *files))
                else:
                    reply(self._control, status=self._bury(members["status"]))
        finally:
            for pid in self._workers:
                os.kill(pid, signal.SIGKILL)

    def _born(self, members: Mapping[str, Any], *files: int) -> dict[str, int | str]:
        """Return a new worker's process id and revision, or why there is none."""
        try:
            return {"pid": self._fork(members, *files), "revision": self._held.revision}
        except StoreError as error:
            os.close(files[0])
            return {"error": str(error)}

    def _fork(self, members: Mapping[str, Any], channel: int, facts: int | None = None) -> int:
        """Bring what is held forward, and return the process id of a worker that holds it and speaks over `channel`."""
        if facts is None:
            self._held.follow({}, None)
        else:
            with open(facts, "rb") as file:  # noqa: PTH123 - it is a descriptor
                self._held.follow(members["news"], file)
        with socket.socket(fileno=channel) as speaking:
            pid = os.fork()
            if pid == 0:
                self._work(speaking)
        self._workers.add(pid)
        return pid

    def _work(self, channel: socket.socket) -> None:
        """Be a worker, to the end of this process."""
        code = 1
        try:
            work(self._held.opened, channel, self._bounds)
            code = 0
        finally:
            os._exit(code)

    def _bury(self, pid: int) -> int:
        """Return how a worker ended, and give its process id back to the system, which until then is no one else's."""
        self._workers.discard(pid)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def request(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Return the server's next request and the descriptors that came with it; None at the end."""
    data, files, _, _ = socket.recv_fds(control, 65_536, _FILES)
    while data and not data.endswith(b"\n"):
        data += control.recv(65_536)
    return (json.loads(data), files) if data else None


def reply(control: socket.socket, **members: int | str) -> None:
    """Answer the server's request."""
    control.sendall(json.dumps(members).encode() + b"\n")


@contextmanager
def held(hello: Mapping[str, Any]) -> Iterator[Held]:
    """Give what the server says in its first line: what a viewer may read of a store, or a bare store.

    Raises StoreError where that is to come from a snapshot, and there is none that stands.
    """
    if "store" not in hello:
        yield Bare()
        return
    with Store.open(Path(hello["store"])) as store:
        viewer = Viewer.heard(hello["viewer"])
        yield Preserved(store, viewer) if hello.get("snapshot") else Engine(store, viewer)


def main() -> None:
    """Serve as a nursery on the file descriptor that the command line names; the first line says of what."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the channel
    with socket.socket(fileno=int(sys.argv[1])) as control:
        first = request(control)
        if first is None:
            return
        missed = (StoreError,) if first[0].get("snapshot") else ()  # the server does without a snapshot
        with suppress(*missed), held(first[0]) as facts:
            gc.collect()
            gc.freeze()  # a worker's collector leaves what is shared untouched
            Nursery(control, facts, Bounds(**first[0]["bounds"])).run()


if __name__ == "__main__":
    main()
