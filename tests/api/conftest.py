"""The demonstration over HTTP, as the public sees it, and on the command line."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from atmp.kg.store import Store
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from fastapi import FastAPI
    from httpx import Response

Problem = Callable[["Response", int], dict[str, Any]]


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]
Serve = Callable[["FastAPI"], str]


@contextmanager
def _serving(app: FastAPI) -> Iterator[str]:
    import uvicorn
    from atmp.api.commands.serve import listen

    with listen("127.0.0.1", 20_000) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return what serves an application on a free port of this machine until the test is over, and gives its address."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(_serving(app))


@pytest.fixture(scope="session")
def served(demo_file: Path) -> Iterator[Atlas]:
    """Return the atlas that is served, open for as long as any test asks it."""
    from atmp.api.atlas import Atlas

    atlas = Atlas(Store.open(demo_file), model="hashing")
    yield atlas
    atlas.close()


@pytest.fixture(scope="session")
def client(served: Atlas) -> Iterator[TestClient]:
    """Return a client of the application; an error that nobody foresaw comes back as status 500."""
    from atmp.api.app import create_app

    with TestClient(create_app(served), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """Return what serves an atlas, or a bare store, on a free port of this machine, and gives its address."""
    from atmp.api.app import create_app
    from atmp.api.bare import create_bare_app
    from atmp.api.pool import Pool
    from atmp.kg.bare import Bare

    def serve(what: Atlas | Bare, *limits: Any) -> AbstractContextManager[str]:
        pool = Pool(*limits)
        return _serving(create_bare_app(what, pool) if isinstance(what, Bare) else create_app(what, pool=pool))

    return serve


@pytest.fixture(scope="session")
def problem() -> Problem:
    """Return what checks that an answer is a problem of RFC 9457 with this status, and returns its members."""

    def check(answer: Response, status: int) -> dict[str, Any]:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
        said: dict[str, Any] = answer.json()
        assert (said["type"], said["title"], said["status"]) == ("about:blank", HTTPStatus(status).phrase, status)
        assert isinstance(said["detail"], str)
        assert said["detail"].strip()
        return said

    return check


@pytest.fixture
def run(demo_file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command on the demonstration, or on another store, within this process."""
    from atmp.api.cli import main

    def run(*words: str, db: Path = demo_file) -> Done:
        for name, value in {"ATMP_DB": str(db), "ATMP_MODEL": "hashing", "COLUMNS": "200"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["atmp", *words])
        capfd.readouterr()
        try:
            main()
        except SystemExit as end:
            return Done(int(end.code or 0), *capfd.readouterr())
        return Done(0, *capfd.readouterr())

    return run
