"""What pages and answers say: synthetic data as synthetic, and nothing that is private."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from atmp.api.pages.site import KINDS
from atmp.kg.catalogue import questions
from atmp.kg.viewer import OWNER, PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from fastapi.testclient import TestClient

WORDS = "<strong>Synthetic data.</strong>"
JSON = (
    "/openapi.json", "/api/v1/projects?limit=1000", "/api/v1/needs?limit=1000", "/api/v1/capabilities?limit=1000",
    "/api/v1/projects/P01", "/api/v1/projects/P01/similar", "/api/v1/search?q=investigator&limit=200",
    "/api/v1/matches?project=P01&limit=100", "/api/v1/matches?need=N001", "/api/v1/matches?capability=C01",
    "/api/v1/questions", "/api/v1/health", "/api/v1/survey", "/api/v1/survey?format=csv",
    *(f"/api/v1/questions/{one.number}" for one in questions()),
    "/sparql?query=SELECT+*+%7B+?s+?p+?o+FILTER(isLiteral(?o)+%26%26+CONTAINS(STR(?s),+%22/lund/%22))+%7D",
    "/sparql?query=SELECT+*+%7B+GRAPH+?g+%7B+?s+%3Chttp://xmlns.com/foaf/0.1/mbox%3E+?o+%7D+%7D",
)  # fmt: skip
PAGES = ("/", "/survey", "/report", "/search?q=investigator", "/search?q=example.org", "/query", "/questions",
         "/query?query=SELECT+*+%7B+?s+?p+?o+FILTER(CONTAINS(STR(?o),+%22@%22))+%7D",
         *(f"/{kind}" for kind in KINDS), *(f"/questions/{one.number}" for one in questions()))  # fmt: skip


@pytest.fixture(name="answers", scope="module")
def _answers(client: TestClient, served: Atlas) -> dict[str, str]:
    """Return what the public can read, by address: lists, questions, searches, every record's page, and JSON."""
    owner, base = served.view(OWNER), served.store.names.base
    records = [one.iri.removeprefix(base) for kind in KINDS for one in owner.records(kind)]
    return {address: client.get(address).text for address in (*PAGES, *records, *JSON)}


def _hidden(atlas: Atlas) -> set[str]:
    """Return the texts that the owner can read and the public cannot."""
    query = "SELECT DISTINCT ?o { GRAPH ?g { ?s ?p ?o FILTER(isLiteral(?o) && CONTAINS(STR(?g), '/lund/')) } }"
    said = [{str(row[0]) for row in atlas.view(viewer).select(query).rows} for viewer in (OWNER, PUBLIC)]
    return {text for text in said[0] - said[1] if len(text) > 4}


def test_nothing_private_is_public(answers: dict[str, str], served: Atlas) -> None:
    """What only the owner may read, e-mail addresses and notes, stands on no page and in no answer."""
    hidden = _hidden(served)
    assert "investigator01@example.org" in hidden
    for address, text in answers.items():
        assert not {one for one in hidden if one in text}, address


def test_no_e_mail_address_is_public(answers: dict[str, str]) -> None:
    """Nothing that looks like an e-mail address stands on any page or in any answer."""
    for address, text in answers.items():
        assert not re.findall(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text), address


def test_synthetic_data_are_called_so(answers: dict[str, str]) -> None:
    """Every page of a synthetic record, and every list and search that shows one, says that its data are synthetic."""
    ours = {address: text for address, text in answers.items() if not address.startswith("/product/")}
    shown = {address for address, text in ours.items() if 'href="/lund/' in text or address.startswith("/lund/")}
    assert shown >= {"/", "/project", "/lund/project/P01", "/search?q=investigator"}
    assert {address for address in shown if WORDS not in answers[address]} == set()


def test_figures_of_synthetic_data_are_called_so(answers: dict[str, str]) -> None:
    """The report and every answered question say that their data are synthetic."""
    for address in ("/report", *(f"/questions/{one.number}" for one in questions())):
        assert WORDS in answers[address], address


def test_what_is_not_synthetic_is_not_called_so(answers: dict[str, str]) -> None:
    """The list of authorised medicines does not say that they are synthetic, and neither does an empty form."""
    for address in ("/product", "/questions"):
        assert WORDS not in answers[address]


def test_json_says_what_is_synthetic(client: TestClient) -> None:
    """Each record as JSON says of itself whether it is synthetic."""
    for name in ("projects", "needs", "capabilities"):
        said = client.get(f"/api/v1/{name}", params={"limit": 1000}).json()["records"]
        assert {one["synthetic"] for one in said} == {True}
