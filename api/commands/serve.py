"""The command that serves the atlas over HTTP."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import Annotated, Any

import typer
from atmp.api.output import say

from .options import Db, open_atlas

_TRIED = 20


def serve(
    db: Db = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; else ATMP_HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port to try first; else ATMP_PORT.")] = None,
    writers: Annotated[
        Path | None, typer.Option(help="A file (TOML) of those who may change facts, by the digests of their tokens.")
    ] = None,
    bare: Annotated[str | None, typer.Option(help="Serve a file of RDF, or `empty`, as a plain SPARQL store.")] = None,
) -> None:
    """Serve pages, API and SPARQL.

    Where the port is taken the next free one is used, and said. Whoever bears a token of --writers reads what is open
    to that writer, and changes it with updates at /sparql and graphs at /store; all others read. With --bare no atlas is
    opened: a file of RDF is held in memory, with SPARQL and updates at /sparql and the Graph Store Protocol at /store;
    nothing is written to disk.
    """
    if bare is not None:
        return _bare(bare, host, port)
    from atmp.api.app import create_app
    from atmp.api.writers import NOBODY, Writers

    may_write = Writers.read(writers) if writers else NOBODY
    atlas = open_atlas(db)
    atlas.warm()
    _run(create_app(atlas, may_write), "ATMP Atlas", host, port)
    return atlas.close()


def _bare(named: str, host: str | None, port: int | None) -> None:
    from atmp.api.bare import create_bare_app
    from atmp.kg.bare import Bare

    store = Bare() if named == "empty" else Bare.load(Path(named))
    _run(create_bare_app(store), "a bare store, gone when it ends,", host, port)


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
    config = uvicorn.Config(app, log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, first: int) -> socket.socket:
    """Return a socket on the first free port from `first`; raises UsageError where none of 20 is free, or no such host."""
    from atmp.kg.errors import UsageError

    for port in range(first, min(first + _TRIED, 65536)):
        try:
            return socket.create_server((host, port), reuse_port=False)
        except PermissionError:
            raise UsageError(f"port {port} may not be used by you: choose one above 1023 with --port") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(
                    f"{host} is no address of this machine: use 127.0.0.1, or another with --host"
                ) from None
    raise UsageError(f"no port from {first} on is free on {host}: choose one with --port")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(serve)
