"""The command that serves the atlas over HTTP."""

from __future__ import annotations

import errno
import gc
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from atmp.api.output import say

from .options import Db, open_atlas

if TYPE_CHECKING:
    from atmp.api.pool import Pool

_TRIED = 20


def serve(
    db: Db = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; else ATMP_HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port to try first; else ATMP_PORT.")] = None,
    bare: Annotated[str | None, typer.Option(help="Serve a file of RDF, or `empty`, as a plain SPARQL store.")] = None,
) -> None:
    """Serve pages, API and SPARQL.

    Where the port is taken the next free one is used, and said. Whoever sends a token of ATMP_TOKENS (VIEWER=TOKEN ...)
    reads what is open to that viewer, and changes it with updates at /sparql and graphs at /store. With --bare no atlas
    is opened: a file of RDF is held in memory, with SPARQL and updates at /sparql and the Graph Store Protocol at /store;
    nothing is kept on disk.

    A query at /sparql runs in a process of its own, which is ended where it takes more than ATMP_QUERY_SECONDS (20),
    seconds of computing ATMP_QUERY_CPU (10), megabytes ATMP_QUERY_MEMORY (256), rows ATMP_QUERY_ROWS (1000000) or
    bytes ATMP_QUERY_BYTES (500000000). ATMP_QUERIES (32) run at once, ATMP_QUERIES_WAITING (64) wait, of one address
    ATMP_QUERIES_CLIENT (24) of each; ATMP_WORKERS (4) processes stand ready. ATMP_SERVICES names services elsewhere
    that a query may call: none.
    """
    if bare is not None:
        return _bare(bare, host, port)
    from atmp.api.app import create_app
    from atmp.api.settings import Settings
    from atmp.api.signin import Keys

    keys = Keys.read(Settings.read().tokens.get_secret_value())
    pool = _pool()
    atlas = open_atlas(db)
    atlas.warm()
    threading.Thread(target=atlas.keep, name="keeping a snapshot", daemon=True).start()
    _run(create_app(atlas, keys, pool), "ATMP Atlas", host, port)
    return atlas.close()


def _bare(named: str, host: str | None, port: int | None) -> None:
    from atmp.api.bare import create_bare_app
    from atmp.kg.bare import Bare

    store = Bare() if named == "empty" else Bare.load(Path(named))
    _run(create_bare_app(store, _pool()), "a bare store, gone when it ends,", host, port)


def _pool() -> Pool:
    """Return a pool for strangers' queries, as large as the environment says."""
    from atmp.api.pool import Pool
    from atmp.api.settings import Settings

    settings = Settings.read()
    return Pool(settings.bounds, settings.crowd, settings.services)


def _run(app: Any, name: str, host: str | None, port: int | None) -> None:
    """Serve an application until it is ended."""
    import uvicorn
    from atmp.api.settings import Settings

    settings = Settings.read()
    address, first = host or settings.host, port or settings.port
    listening = listen(address, first)
    chosen = listening.getsockname()[1]
    if chosen != first:
        say(f"port {first} is taken: taking {chosen}")
    say(f"{name} is at http://{address}:{chosen}/ - end it with Ctrl-C")
    config = uvicorn.Config(app, log_level="warning", lifespan="on", access_log=False)
    gc.freeze()  # what stands now stays to the end: to go through it again and again would hold up requests
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, first: int) -> socket.socket:
    """Return a socket on the first free port from `first`; raises UsageError where none of 20 is free, or no such host."""
    from atmp.kg.errors import UsageError

    for port in range(first, min(first + _TRIED, 65536)):
        try:
            return _undelayed(socket.create_server((host, port), reuse_port=False))
        except PermissionError:
            raise UsageError(f"port {port} may not be used by you: choose one above 1023 with --port") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(
                    f"{host} is no address of this machine: use 127.0.0.1, or another with --host"
                ) from None
    raise UsageError(f"no port from {first} on is free on {host}: choose one with --port")


def _undelayed(listening: socket.socket) -> socket.socket:
    """Return a socket whose connections send at once: else an answer's body waits 40 ms for the word that its head has come."""
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(serve)
