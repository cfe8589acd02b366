"""The direct way: one address is answered by its function, everything else by the application, and errors are told alike."""

from __future__ import annotations

import pytest
from atmp.api.direct import Direct
from atmp.api.problems import FORESEEN, MEDIA, install
from atmp.kg.errors import QuerySyntaxError, StoreError
from atmp.kg.schema import FileError
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

ERRORS = {
    "syntax": QuerySyntaxError("this cannot be read", 2, 9, "}"),
    "store": StoreError("the store is closed"),
    "taken": HTTPException(415, "post a query", {"x-said": "so"}),
}


class Late(Response):
    """An answer whose error comes to light when it is to be sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise it."""
        raise ERRORS["syntax"]


async def respond(request: Request) -> Response:
    """Raise the error that is asked for, or say what came."""
    if request.query_params.get("error") == "late":
        return Late()
    if (name := request.query_params.get("error")) in ERRORS:
        raise ERRORS[name]
    return PlainTextResponse(f"direct {request.method} {(await request.body()).decode()}")


@pytest.fixture
def client() -> TestClient:
    """Return a client of an application with one route, which a direct way leads to as well."""
    app = FastAPI()
    install(app)
    app.add_api_route("/there", lambda: PlainTextResponse("routed"), methods=["GET", "POST", "PUT"])
    app.add_api_route("/there/below", lambda: PlainTextResponse("routed"))
    app.add_api_route("/alike", respond, methods=["GET"])
    app.add_middleware(Direct, address="/there", respond=respond)
    return TestClient(app)


def test_what_is_read_and_posted_there_goes_the_direct_way(client: TestClient) -> None:
    """Other methods and other addresses find their routes."""
    assert client.get("/there").text == "direct GET "
    assert client.post("/there", content="words").text == "direct POST words"
    assert client.put("/there").text == client.get("/there/below").text == "routed"
    assert client.delete("/there").status_code == 405


@pytest.mark.parametrize("name", [*ERRORS, "late"])
def test_an_error_is_told_as_by_a_route(client: TestClient, name: str) -> None:
    """Status, headers and body are those of the same error on the long way."""
    assert all(isinstance(error, FORESEEN) for error in ERRORS.values())
    direct, routed = (client.get(address, params={"error": name}) for address in ("/there", "/alike"))
    assert direct.headers["content-type"] == MEDIA
    assert (direct.status_code, direct.json(), direct.headers) == (routed.status_code, routed.json(), routed.headers)


def test_the_file_s_errors_are_foreseen() -> None:
    """A file that is not as it should be is no reason to hang up."""
    assert issubclass(FileError, FORESEEN)
