"""SPARQL servers in processes of their own: ours, and its peers where they are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from clients import HOST, first

OURS, OXIGRAPH, RDFLIB = "atmp", "oxigraph", "rdflib-endpoint"
LOADED = 600.0
"""Seconds in which a server must have taken in its facts."""
_ENVIRONMENT = {"ATMP_MODEL": "hashing", "ATMP_QUERIES_CLIENT": "64"}


@dataclass
class Server:
    """One server: how it is started, where queries go, and, while it runs, its process."""

    name: str
    command: list[str]
    port: int
    path: str
    upload: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it has its facts."""
        nothing = subprocess.DEVNULL
        environment = {**os.environ, **_ENVIRONMENT}
        self.process = subprocess.Popen(self.command, env=environment, stdout=nothing, stderr=nothing)
        until = time.monotonic() + LOADED
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{self.name} does not start: {' '.join(self.command)}")
            time.sleep(0.1)
        if self.upload is not None:
            connection = HTTPConnection(HOST, self.port)
            connection.request("POST", "/store", self.upload.read_bytes(), {"content-type": "application/n-quads"})
            connection.getresponse().read()
        while isinstance(first(self.port, self.path, "SELECT * {} LIMIT 1"), str):
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, whatever it does."""
        if self.process is not None:
            self.process.kill() if self.name == RDFLIB else self.process.terminate()
            self.process.wait()

    def restart(self) -> None:
        """End it and start it, so that what it has left unanswered takes no more time of others."""
        self.stop()
        self.start()


def installed(path: Path, facts: Path) -> list[Server]:
    """Return ours and the peers that are installed; say which are not."""
    ports = iter(_ports(3))
    ours = [sys.executable, "-c", "from atmp.api.cli import main; main()", "serve", "--db", str(path)]
    port = next(ports)
    found = [Server(OURS, [*ours, "--port", str(port)], port, "/sparql")]
    if (command := _command(OXIGRAPH)) is not None:
        port = next(ports)
        whole = [command, "serve", "--union-default-graph", "--bind", f"{HOST}:{port}"]
        found.append(Server(OXIGRAPH, whole, port, "/query", facts))
    if (command := _command(RDFLIB)) is not None:
        port = next(ports)
        whole = [command, "serve", "--host", HOST, "--port", str(port), str(facts)]
        found.append(Server(RDFLIB, whole, port, "/"))
    return found


def _command(name: str) -> str | None:
    found = shutil.which(name)
    if found is None:
        print(f"{name} is not installed: going on without it", file=sys.stderr)
    return found


def _ports(many: int) -> list[int]:
    """Return free ports."""
    with ExitStack() as held:
        return [held.enter_context(socket.create_server((HOST, 0))).getsockname()[1] for _ in range(many)]


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port)).close()
    except OSError:
        return False
    return True
