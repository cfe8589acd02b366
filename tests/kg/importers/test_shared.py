"""Every file of the folder of real records loads with its source named, or is said to be what it is."""

from __future__ import annotations

import gzip
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.interface import detect
from atmp.kg.load import load
from atmp.kg.records import ATMP, DCT, Product
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from atmp.ontology.vocabulary import iri_of

SOURCES = {
    "cirm-grants.csv": ("California Institute for Regenerative Medicine", 764),
    "clinicaltrials-csv/export-20-columns.csv": ("ClinicalTrials.gov", 245),
    "clinicaltrials-csv/export-2022-27-columns.csv": ("ClinicalTrials.gov", 1_445),
    "ema/ema_list_2023_class.xlsx": ("European Medicines Agency", 25),
    "ema/eu_atmp_2025-08.csv": ("European Medicines Agency", 28),
    "ema/medicines_output_medicines_en_2025-08.xlsx": ("European Medicines Agency", 28),
    "nih-reporter/SearchResult_Export_10Feb2022_015137.csv": ("National Institutes of Health", 232),
    "nih-reporter/SearchResult_Export_10Feb2022_015337.csv": ("National Institutes of Health", 1_162),
    "swecris-kth-to-2019.csv.gz": ("Swedish Research Council", 4_679),
    "trials-101k-title-summary.jsonl.gz": ("ClinicalTrials.gov", 1_000),
    "trials-atmp-core-1077.jsonl.gz": ("ClinicalTrials.gov", 1_077),
    "trials-msc-1536.jsonl.gz": ("ClinicalTrials.gov", 1_536),
}
LONG = "trials-101k-title-summary.jsonl.gz"
"""Its first thousand records stand for it here; the benchmark loads all."""


def test_the_list_is_of_all_files(shared: Path) -> None:
    """No file of the folder is left untried but its README and the vocabularies."""
    there = {path.relative_to(shared).as_posix() for path in shared.rglob("*") if path.is_file()}
    assert {name for name in there if not name.startswith(("ontologies/", "README"))} == set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_loads_with_its_source_named(name: str, shared: Path, store: Store, tmp_path: Path) -> None:
    """The store tells who published each file, what it is called, and of which day it is; no violation keeps a row out."""
    path, (publisher, count) = shared / name, SOURCES[name]
    if name == LONG:
        path = tmp_path / name
        with gzip.open(shared / name, "rb") as whole, gzip.open(path, "wb") as head:
            head.writelines(islice(whole, count))
    receipt = load(store, path, agent="test")
    assert (receipt.rows, receipt.left_out, sum(receipt.records.values())) == (count, (), count)
    said = store.view(OWNER).select(
        f"SELECT ?file ?by ?day {{ ?source a <{ATMP}Source> ; <{ATMP}file> ?file ; <{DCT}publisher> ?by ; <{DCT}date> ?day }}"
    )
    assert said.rows == ((path.name, publisher, receipt.source.stated),)


def test_the_list_of_classes_tells_class_and_date(shared: Path, store: Store) -> None:
    """EMA's list of 2023 gives each product its class, the day of its authorisation, and whether it still has it."""
    receipt = load(store, shared / "ema" / "ema_list_2023_class.xlsx", agent="test")
    assert receipt.source.stated == date(2023, 2, 20)
    found = {one.label: one for one in store.view(OWNER).records("product") if isinstance(one, Product)}
    provenge, glybera = found["Provenge"], found["Glybera"]
    assert (provenge.atmp_class, provenge.authorised) == (iri_of("class", "sctmp"), date(2013, 9, 6))
    assert (provenge.authorisation, glybera.authorisation) == (
        iri_of("authorisation", "withdrawn"),
        iri_of("authorisation", "expired"),
    )
    assert all(one.atmp_class and one.authorised and one.orphan is not None for one in found.values())


def test_the_joined_table_tells_of_the_same_products_as_emas_own(shared: Path, store: Store) -> None:
    """The table joined with classes makes no second record of a medicine, and adds its class with who says so."""
    load(store, shared / "ema" / "medicines_output_medicines_en_2025-08.xlsx", agent="test")
    load(store, shared / "ema" / "eu_atmp_2025-08.csv", agent="test")
    found = [one for one in store.view(OWNER).records("product") if isinstance(one, Product)]
    assert len(found) == 28
    assert all(one.atmp_class and one.class_reason for one in found)


def test_a_vocabulary_is_said_to_be_one(shared: Path) -> None:
    """A release of an ontology holds no records: the message says so, and what takes it in."""
    for path in sorted((shared / "ontologies").iterdir()):
        with pytest.raises(SourceError, match=r"it is a vocabulary.*atmp\.ontology\.cut FOLDER"):
            detect(path)
