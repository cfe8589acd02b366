"""Every page: that it is there, is whole, loads nothing from elsewhere, and tells nobody what is private."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.api.pages.site import KINDS
from atmp.kg.catalogue import questions
from atmp.kg.figures import figures
from atmp.kg.reference import refresh
from atmp.kg.viewer import PUBLIC
from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from atmp.kg.store import Store

HOST = "http://testserver"
LIMIT = 300
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "base", "col"})


class Page(HTMLParser):
    """A page taken apart: its elements, its addresses, and its text by element."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, str] = {}
        self.open: list[str] = []
        self.unclosed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an end that closes something else."""
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep text under its element."""
        if self.open:
            self.words[self.open[-1]] = self.words.get(self.open[-1], "") + data

    def addresses(self) -> list[str]:
        """Return what the page links to or loads."""
        return [said[name] for _, said in self.elements for name in ("href", "src", "action") if name in said]


@pytest.fixture(name="crawled", scope="module")
def _crawled(client: TestClient) -> dict[str, tuple[int, str, dict[str, str]]]:
    """Return all that can be reached from the first page by links, up to a limit: status, text and headers."""
    found: dict[str, tuple[int, str, dict[str, str]]] = {}
    waiting = ["/"]
    while waiting and len(found) < LIMIT:
        address = waiting.pop(0)
        if address in found:
            continue
        answer = client.get(address, headers={"accept": "text/html,*/*;q=0.8"})
        found[address] = (answer.status_code, answer.text, dict(answer.headers))
        if answer.headers["content-type"].startswith("text/html"):
            links = (urljoin(f"{HOST}{address}", link).partition("#")[0] for link in Page(answer.text).addresses())
            waiting += [link.removeprefix(HOST) for link in links if link.startswith(HOST)]
    return found


@pytest.fixture(name="pages", scope="module")
def _pages(crawled: dict[str, tuple[int, str, dict[str, str]]]) -> dict[str, Page]:
    """Return the pages among them, taken apart."""
    return {
        address: Page(text)
        for address, (_, text, headers) in crawled.items()
        if headers["content-type"].startswith("text/html")
    }


def test_every_link_leads_somewhere(crawled: dict[str, tuple[int, str, dict[str, str]]]) -> None:
    """Whatever a page links to within the site is there."""
    assert {address: status for address, (status, _, _) in crawled.items() if status != 200} == {}
    assert len(crawled) > 100
    assert {"/", "/search", "/report", "/query", "/questions", "/openapi.json", *(f"/{kind}" for kind in KINDS)} <= {
        *crawled, "/trial", "/grant", "/publication", "/organisation"
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_has_its_page(client: TestClient, served: Atlas, kind: str) -> None:
    """The list of a kind, and the page of each of its records, are there with the record's name."""
    assert client.get(f"/{kind}").status_code == 200
    for record in served.view(PUBLIC).records(kind):
        answer = client.get(record.iri.removeprefix(served.store.names.base))
        assert answer.status_code == 200
        assert (record.label or record.identifier or record.iri) in Page(answer.text).words["h1"]


def test_every_page_has_what_a_reader_needs(pages: dict[str, Page]) -> None:
    """Each page has a language, a title, one main heading, and elements that close where they should."""
    for address, page in pages.items():
        tags = [tag for tag, _ in page.elements]
        assert page.elements[0] == ("html", {"lang": "en"}), address
        assert page.words["title"].strip(), address
        assert page.words["h1"].strip(), address
        assert (tags.count("h1"), tags.count("main")) == (1, 1), address
        assert not page.unclosed, address
        assert not page.open, address


def test_a_project_is_told_by_its_stage(client: TestClient, served: Atlas) -> None:
    """The page of a project and the list of all say its latest stage, and the list its class and indication too."""
    lines = re.split(r"<tr>", client.get("/project").text)
    for one in figures(served.view(PUBLIC), served.services).profiles:
        page = client.get(one.iri.removeprefix(served.store.names.base)).text
        assert f"<dt>stage</dt><dd>{one.stage}</dd>" in page
        line = next(line for line in lines if f"<td>{one.identifier}</td>" in line)
        assert f"<td>{one.atmp_class}</td><td>{one.stage}</td><td>{one.indication}</td>" in line


def test_titles_tell_pages_apart(pages: dict[str, Page]) -> None:
    """Each record's page has a title that says which record it is."""
    for address, page in pages.items():
        if re.match(r"/lund/project/", address):
            assert page.words["h1"].split("\n")[0].strip() in page.words["title"]


def test_no_page_runs_or_loads_anything_foreign(pages: dict[str, Page], served: Atlas) -> None:
    """No page has a script, a style of its own or a handler; of other hosts it names only what records link to."""
    rows = served.view(PUBLIC).select("SELECT ?o { ?s <http://www.w3.org/2000/01/rdf-schema#seeAlso> ?o }").rows
    data = {str(row[0]) for row in rows}
    for address, page in pages.items():
        for tag, said in page.elements:
            assert tag not in {"script", "style", "iframe", "object", "embed", "base"}, address
            assert not [name for name in said if name == "style" or name.startswith("on")], address
            for link in (said[name] for name in ("href", "src", "action", "formaction", "xlink:href") if name in said):
                ours = urlsplit(urljoin(HOST, link)).netloc == "testserver"
                assert ours or (tag == "a" and link in data), (address, link)


def test_every_page_forbids_what_is_foreign(crawled: dict[str, tuple[int, str, dict[str, str]]]) -> None:
    """Each answer carries a content security policy that allows nothing from elsewhere."""
    for address, (_, _, headers) in crawled.items():
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, address
        assert "script" not in policy, address
        assert not re.search(r"https?:|\*|unsafe", policy), address


def test_every_field_has_a_label(pages: dict[str, Page]) -> None:
    """Each field of a form has an id of its own, and a label for it."""
    for address, page in pages.items():
        ids = [said["id"] for _, said in page.elements if "id" in said]
        assert len(ids) == len(set(ids)), address
        labelled = {said["for"] for tag, said in page.elements if tag == "label"}
        fields = {said.get("id") for tag, said in page.elements if tag in {"input", "select", "textarea"}}
        assert fields == labelled, address


def test_an_atlas_of_other_projects_has_the_same_pages(store: Store) -> None:
    """Where the example that a question needs is not there its page waits for one, and no page of the catalogue fails."""
    refresh(store, agent="test")
    client = TestClient(create_app(Atlas(store, model="hashing")))
    for one in questions():
        page, form = client.get(f"/questions/{one.number}"), client.get(f"/query?example={one.number}")
        assert (page.status_code, form.status_code) == (200, 200)
        assert one.query.splitlines()[0] in html.unescape(form.text)
        assert ("To begin, give " in page.text) == any(parameter.required for parameter in one.parameters)
    said = client.get("/questions/4?project=P99", headers={"accept": "text/html"})
    assert said.status_code == 400
    assert "there is no project with the id P99" in said.text


def test_a_form_shows_what_was_asked(client: TestClient) -> None:
    """A question that needs a parameter is asked with its default at first, and its field says with which."""
    for address, value in (("/questions/4", "P01"), ("/questions/4?project=P04", "P04")):
        fields = {said["id"]: said for tag, said in Page(client.get(address).text).elements if tag == "input"}
        assert (fields["project"]["value"], fields["limit"]["value"]) == (value, "")
