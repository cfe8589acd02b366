"""Text from a survey in the report: marks of HTML and Markdown stay text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from atmp.api.report import render
from atmp.kg.viewer import PUBLIC
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

Survey = Callable[..., Path]
ODD = (
    "<script>alert(1)</script> **strong** _em_ *em* `code` [link](http://example.org/) ![picture](x) <b>b</b> | a | b |"
    " # head \\ \\| <http://example.org/> {{ 7 * 7 }} [^1] <!-- hidden"
)
MARKS = {"script", "strong", "em", "code", "a", "img", "b", "pre", "hr", "blockquote", "ol", "s", "del", "h4"}


class Read(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element's name."""
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


@pytest.fixture
def odd(tmp_path: Path, survey: Survey) -> Iterator[Atlas]:
    """Return an atlas of a survey whose texts are full of marks."""
    from atmp.api.atlas import Atlas
    from atmp.kg.load import load

    project = {"Project id": "P01", "Title": f"T {ODD}", "Description": f"D {ODD}", "Indication": f"I {ODD}",
               "Lead investigator ids": "I01", "ATMP class": "GTMP", "Stage": "4"}  # fmt: skip
    person: dict[str, Any] = {"Investigator id": "I01", "Name": f"N {ODD}"}
    atlas = Atlas.create(tmp_path / "odd.atlas", model="hashing")
    load(atlas.store, survey({"Centre name": f"C {ODD}"}, Projects=[project], Investigators=[person]), agent="test")
    yield atlas
    atlas.close()


def _read(atlas: Atlas, form: str) -> Read:
    text = render(atlas, PUBLIC, form)
    return Read(text if form == "html" else MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def test_no_mark_takes_effect(odd: Atlas) -> None:
    """Marks in names, titles and descriptions make no element, neither in HTML nor where Markdown is rendered."""
    for form in ("html", "md"):
        read = _read(odd, form)
        assert set(read.tags) & MARKS == set()
        assert read.tags.count("h1") == 1


def test_marks_are_read_as_they_were_written(odd: Atlas) -> None:
    """Title, description, indication, lead and centre stand in the report character by character."""
    for form in ("html", "md"):
        text = _read(odd, form).text
        assert all(f"{sort} {ODD}" in text for sort in "TDINC")


def test_a_page_shows_marks_as_text(odd: Atlas) -> None:
    """The pages of the centre, its list and its project make no element of them either."""
    from atmp.api.app import create_app
    from fastapi.testclient import TestClient

    with TestClient(create_app(odd)) as client:
        for address in ("/", "/project", "/lund/project/P01", "/person", "/search?q=therapy", "/questions/4"):
            answer = client.get(address)
            read = Read(answer.text)
            assert answer.status_code == 200
            assert not {"script", "b", "img", "em"} & set(read.tags)
            assert f" {ODD}" in read.text or address == "/questions/4"
