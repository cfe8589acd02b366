"""How the server says it stands."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from fastapi.testclient import TestClient


def test_health_says_how_far_store_and_index_are(client: TestClient, served: Atlas) -> None:
    """Health gives the version, the store's revision, and the index's cards, none of them waiting."""
    status = served.finder.status()
    assert client.get("/api/v1/health").json() == {
        "status": "ok",
        "version": version("atmp-atlas"),
        "revision": served.store.revision(),
        "cards": status.cards,
        "pending": 0,
    }
    assert status.cards > 0


def test_every_answer_carries_the_headers_that_keep_a_reader_safe(client: TestClient) -> None:
    """JSON, problems and files carry the same content security policy as pages."""
    for address in ("/api/v1/health", "/api/v1/nothing", "/openapi.json", "/static/atlas.css", "/sparql"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
