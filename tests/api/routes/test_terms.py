"""Words that wait for a term, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.kg.load import load
from fastapi.testclient import TestClient

PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Vectors": "AVV9"}
HIDDEN = PROJECT | {"Project id": "P02", "Vectors": "secret virus", "Tier": "internal"}


def test_the_public_sees_the_words_of_public_answers(survey: Callable[..., Path], tmp_path: Path) -> None:
    """In JSON and on the ontology's page; a list without such words is empty."""
    atlas = Atlas.create(tmp_path / "words.atlas", model="hashing")
    load(atlas.store, survey(Projects=[PROJECT, HIDDEN]), agent="test")
    with TestClient(create_app(atlas)) as client:
        (one,) = client.get("/api/v1/terms/requests").json()
        assert (one["scheme"], one["words"], len(one["records"])) == ("vector", "AVV9", 1)
        assert "AAV9" in one["nearest"]
        assert client.get("/api/v1/terms/requests", params={"scheme": "cell"}).json() == []
        page = client.get("/ontology", headers={"accept": "text/html"}).text
        assert "AVV9" in page
        assert "secret" not in page
    atlas.close()
