"""The EU-authorised ATMPs that ship: EMA's facts, our own words, and the vectors and cells that each stands on."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import rdflib
from atmp.kg.records import ATMP
from atmp.ontology.vocabulary import vocabulary
from rdflib.namespace import DCTERMS, RDF, RDFS

FILE = Path(__file__).parents[2] / "data" / "demo" / "eu-atmps.ttl"
RUN = 8
"""Words in a row that no text of ours may share with EMA's."""

STANDS_ON = {
    "Abecma": "lentivirus car-t", "Alofisel": "msc-adipose", "Beqvez (previously Durveqtix)": "aav-rh74",
    "Breyanzi": "lentivirus car-t", "Carvykti": "lentivirus car-t", "Casgevy": "crispr-rnp hsc", "ChondroCelect": "chondrocyte",
    "Ebvallo": "virus-specific-t-cell", "Glybera": "aav1", "Hemgenix": "aav5", "Holoclar": "limbal", "Imlygic": "oncolytic-hsv",
    "Kymriah": "lentivirus car-t", "Libmeldy": "lentivirus hsc", "Luxturna": "aav2", "Maci": "chondrocyte",
    "Provenge": "dendritic", "Roctavian": "aav5", "Skysona": "lentivirus hsc", "Spherox": "chondrocyte",
    "Strimvelis": "gammaretrovirus hsc", "Tecartus": "gammaretrovirus car-t", "Upstaza": "aav2", "Vyjuvek": "hsv",
    "Yescarta": "gammaretrovirus car-t", "Zalmoxis": "gammaretrovirus t-cell", "Zolgensma": "aav9", "Zynteglo": "lentivirus hsc",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    """Return the file, parsed."""
    return rdflib.Graph().parse(FILE)


@pytest.fixture(scope="module")
def products(graph: rdflib.Graph) -> dict[str, dict[str, Any]]:
    """Return what the file says of each product, by EMA's number: properties by short name, concepts by notation."""
    found = {}
    for subject in graph.subjects(RDF.type, rdflib.URIRef(f"{ATMP}Product")):
        said: dict[str, Any] = {}
        for prop, term in graph.predicate_objects(subject):
            concept = vocabulary().concept(str(term))
            said.setdefault(re.split("[/#]", str(prop))[-1], []).append(concept.notation if concept else str(term))
        found[said["identifier"][0]] = said
    return found


@pytest.fixture(scope="module")
def rows(shared: Path) -> dict[str, dict[str, str]]:
    """Return EMA's facts by number."""
    with (shared / "ema" / "eu_atmp_2025-08.csv").open(encoding="utf-8", newline="") as file:
        return {row["EMA product number"]: row for row in csv.DictReader(file)}


def _day(cell: str) -> list[str]:
    return [datetime.strptime(cell, "%d/%m/%Y").date().isoformat()] if cell else []


def test_facts_are_those_of_ema(products: dict[str, dict[str, Any]], rows: dict[str, dict[str, str]]) -> None:
    """Name, active substance, class, holder, dates, status, ATC code, orphan and PRIME equal EMA's, for all 28."""
    assert products.keys() == rows.keys()
    for number, row in rows.items():
        said = products[number]
        assert said["label"] == [row["Name of medicine"]]
        assert said["inn"] == [row["International non-proprietary name (INN) / common name"]]
        assert said["holder"] == [row["Marketing authorisation developer / applicant / holder"]]
        assert (said["atmpClass"], said["authorisationStatus"]) == (
            [row["atmp_class"]],
            [row["Medicine status"].lower()],
        )
        assert said["authorisationDate"] == _day(row["Marketing authorisation date"])
        ended = row["Withdrawal / expiry / revocation / lapse of marketing authorisation date"]
        assert said.get("withdrawalDate", []) == _day(ended)
        assert said.get("atcCode", [""]) == [row["ATC code (human)"]]
        assert said["orphan"] == [str(row["Orphan medicine"] == "Yes").lower()]
        assert said["prime"] == [str(row["PRIME: priority medicine"] == "Yes").lower()]
        assert said["seeAlso"] == [row["Medicine URL"]]


def test_status_by_class(products: dict[str, dict[str, Any]]) -> None:
    """19 are authorised, 7 withdrawn and 2 expired: GTMP 16 / 3 / 1, TEP 2 / 1 / 1, sCTMP 1 / 3 / 0."""
    counted = Counter((said["atmpClass"][0], said["authorisationStatus"][0]) for said in products.values())
    assert counted == {
        ("GTMP", "authorised"): 16, ("GTMP", "withdrawn"): 3, ("GTMP", "expired"): 1, ("TEP", "authorised"): 2,
        ("TEP", "withdrawn"): 1, ("TEP", "expired"): 1, ("sCTMP", "authorised"): 1, ("sCTMP", "withdrawn"): 3,
    }  # fmt: skip


def test_each_stands_on_its_vector_and_cells(products: dict[str, dict[str, Any]]) -> None:
    """Capsids, vectors and cells are those of the product; what it has not is said to be not applicable."""
    found = {}
    for said in products.values():
        parts = {*said["vector"], *said["cellSource"]} - {"not-applicable"}
        found[said["label"][0]] = parts
    assert found == {name: set(parts.split()) for name, parts in STANDS_ON.items()}


def test_indications_are_living_terms(graph: rdflib.Graph, shared: Path) -> None:
    """Every indication is a disease of MONDO that is not deprecated, and its label is in the slice that ships."""
    import zstandard

    path = next((shared / "ontologies").glob("MONDO-*.json.zst"))
    with path.open("rb") as file:
        whole = json.load(io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"))
    named = {str(term) for term in graph.objects(None, rdflib.URIRef(f"{ATMP}indication"))}
    assert len(named) >= 20
    for iri in named:
        term = whole[iri.rpartition("/")[2].replace("_", ":")]
        assert not term["deprecated"]
        assert vocabulary().diseases.label(iri) == term["label"]


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def test_the_words_are_our_own(graph: rdflib.Graph, shared: Path) -> None:
    """No text but the active substance, which is a name, shares eight words in a row with EMA's tables."""
    import openpyxl

    theirs = set()
    for path in (shared / "ema").glob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        theirs |= {run for cell in cells if isinstance(cell, str) for run in _runs(cell)}
        book.close()
    inn = rdflib.URIRef(f"{ATMP}inn")
    ours = {
        term
        for _, prop, term in graph
        if isinstance(term, rdflib.Literal) and prop not in {inn, RDFS.label, DCTERMS.identifier}
    }
    assert len(theirs) > 10_000
    assert [term for term in ours if theirs.intersection(_runs(str(term)))] == []


def test_each_has_a_description_and_is_read_as_a_product(graph: rdflib.Graph) -> None:
    """Each comes as a record of a product without a centre, with two sentences or more on what it is."""
    subjects = list(graph.subjects(RDF.type, rdflib.URIRef(f"{ATMP}Product")))
    assert len(subjects) == 28
    for subject in subjects:
        said = graph.value(subject, DCTERMS.description)
        assert str(said).count(". ") >= 1
        assert graph.value(subject, rdflib.URIRef(f"{ATMP}centre")) is None
