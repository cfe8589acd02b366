"""The page of search: passages with their marks, like and unlike, and papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

TEXT = "AAV gene therapy by subretinal injection for inherited blindness in children"


def test_what_answers_is_marked_in_the_passage(client: TestClient) -> None:
    """With the field it stands in, how the score comes about, and what is missing."""
    page = client.get("/search", params={"q": "AAV5 for photoreceptors of zebras"}).text
    assert "<mark>photoreceptors</mark>" in page
    assert '<span class="id">description</span>' in page
    assert "How the score comes about" in page
    assert "Missing: does not have the word zebras" in page


def test_the_foot_names_what_the_answer_was_made_with(client: TestClient) -> None:
    """Revision, recipe and model."""
    page = client.get("/search", params={"q": "AAV"}).text
    assert "index recipe <code>card-" in page
    assert "model <code>hashing:" in page


def test_projects_to_be_like_and_unlike(client: TestClient) -> None:
    """By id, alone or with a text; the form keeps what was asked."""
    page = client.get("/search", params={"like": "P04 P07", "unlike": "P15", "compare": "modality-indication"})
    assert page.status_code == 200
    assert 'value="P04 P07"' in page.text
    assert "unlike -0." in page.text
    assert '<option value="modality-indication" selected>' in page.text


def test_what_cannot_be_meant_is_said_on_the_page(client: TestClient) -> None:
    """A project that is not there, and one that is both."""
    for asked in ({"like": "P99"}, {"like": "P04", "unlike": "P04"}, {"like": "P04", "compare": "colour"}):
        page = client.get("/search", params=asked)
        assert page.status_code == 400
        assert 'role="alert"' in page.text


def test_a_paper_is_shown_with_what_is_similar(client: TestClient) -> None:
    """Its text stands in the box, to be asked again; a file that cannot be read says why."""
    page = client.post("/search", files={"file": ("paper.txt", TEXT.encode())})
    assert page.status_code == 200
    assert TEXT in page.text
    assert "P04" in page.text
    wrong = client.post("/search", files={"file": ("scan.pdf", b"%PDF-1.7")})
    assert wrong.status_code == 400
    assert "scan.pdf: is a broken PDF" in wrong.text
