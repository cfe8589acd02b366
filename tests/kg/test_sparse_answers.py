"""The catalogue on surveys that leave most fields empty, on two centres, and on reference collections alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.catalogue import question, questions
from atmp.kg.load import load
from atmp.kg.reference import refresh
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER

EPILEPSY, TEMPORAL = "MONDO:0005027", "MONDO:0005115"
NORTH = {"Centre": "north"}
REFERENCE = Path(__file__).parents[2] / "data" / "demo" / "eu-atmps.ttl"


def _project(key: str, stage: str = "4", **cells: str) -> dict[str, str]:
    named = {name.replace("_", " "): cell for name, cell in cells.items()}
    return {"Project id": key, "Title": f"Therapy {key}", "ATMP class": "GTMP", "Stage": stage} | named


def _need(key: str, project: str, category: str = "potency-assay") -> dict[str, str]:
    return {"Need id": key, "Project id": project, "Category": category}


def _rows(store: Store, number: int, **words: str) -> list[dict[str, Any]]:
    return list(question(number).ask(store.view(OWNER), {}, words).dicts())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a store that holds the vocabulary alone."""
    path = tmp_path_factory.mktemp("empty") / "empty.atlas"
    with Store.create(path) as made:
        refresh(made, agent="test")
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a store that holds the vocabulary alone."""
    shutil.copy(empty, tmp_path / "test.atlas")
    with Store.open(tmp_path / "test.atlas") as opened:
        yield opened


@pytest.fixture
def sparse(store: Store, survey: Any) -> Store:
    """Return a store with projects whose stage is a group, not stated, unknown, and stage 10."""
    stages = {"P1": "preclinical stages", "P2": "not stated", "P3": "somewhere late", "P4": "10", "P5": "7-submitted"}
    load(
        store,
        survey(
            Projects=[_project(key, stage) for key, stage in stages.items()],
            Needs=[_need(f"N{key}", key) for key in stages],
        ),
        agent="test",
    )
    return store


def test_every_project_stands_at_a_stage_or_at_none(sparse: Store) -> None:
    """Questions 2 and 32 count each project once, those without a stage too, and a mere group as that group."""
    for number in (2, 32):
        counted = {(row["group"], row["stage"]): row["projects"] for row in _rows(sparse, number)}
        assert counted == {
            ("preclinical", "7"): 1,
            ("authorised", "10"): 1,
            ("preclinical", "not stated"): 1,
            ("not stated", "not stated"): 2,
        }


def test_a_need_counts_whatever_the_stage_of_its_project(sparse: Store) -> None:
    """Question 9 counts the five projects that want a potency assay, though two are at no stage, as question 13 does."""
    (row,) = _rows(sparse, 9)
    assert (row["projects"], row["earlier"], row["preclinical"], row["clinical"]) == (5, 0, 2, 0)
    assert _rows(sparse, 13)[0]["later_or_not_stated"] == 5


def test_a_disease_above_or_below_is_the_same_disease(store: Store, survey: Any) -> None:
    """Question 7 goes up and down MONDO by any number of steps: temporal lobe epilepsy is an epilepsy."""
    load(
        store,
        survey(
            Projects=[
                _project("P1", Vectors="aav1", Indication_MONDO_ids=TEMPORAL),
                _project("P2", Cell_sources="ipsc", Indication_MONDO_ids=EPILEPSY),
            ]
        ),
        agent="test",
    )
    for mine, other in (("P1", "P2"), ("P2", "P1")):
        (row,) = _rows(store, 7, project=mine)
        assert (row["relation"], row["id"]) == ("same disease, other modality", other)


def test_an_unfilled_project_is_not_left_out_of_question_7(store: Store, survey: Any) -> None:
    """A project without class, platform or MONDO id is still listed, with what it lacks said."""
    load(
        store,
        survey(
            Projects=[
                _project("P1", Vectors="aav1", Indication_MONDO_ids=EPILEPSY),
                _project("P2", Indication_MONDO_ids=EPILEPSY),
                _project("P3", Vectors="aav9", Indication="a rare disease"),
            ]
        ),
        agent="test",
    )
    found = {row["id"]: (row["relation"], row["disease"], row["platform"]) for row in _rows(store, 7, project="P1")}
    assert found == {
        "P2": ("same disease, other modality", "epilepsy", "not stated"),
        "P3": ("same modality, other disease", "a rare disease", "AAV vector"),
    }


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"ATMP_class": "sCTMP", "Vectors": "lentivirus"}, "lentiviral vector"),
        ({"ATMP_class": "sCTMP", "Cell_sources": "car-t"}, "CAR-T cell"),
        ({"ATMP_class": "TEP", "Methods_in_the_product": "crispr-cas9"}, "CRISPR-Cas9 editing"),
        ({"ATMP_class": "TEP", "GMO": "yes"}, "genetically modified"),
        ({"ATMP_class": "GTMP"}, "no vector"),
        ({"ATMP_class": "sCTMP", "Delivery": "in-vivo"}, "no cell source"),
    ],
)
def test_facts_against_the_class(store: Store, survey: Any, cells: dict[str, str], word: str) -> None:
    """Question 17 says which fact points to another class, once."""
    load(store, survey(Projects=[_project("P1", **cells)]), agent="test")
    (row,) = _rows(store, 17)
    assert word in row["reason"]


@pytest.mark.parametrize(
    "cells",
    [
        {"ATMP_class": "sCTMP", "Cell_sources": "ipsc", "Vectors": "sendai"},
        {"ATMP_class": "not-an-atmp", "Vectors": "sirna"},
        {"ATMP_class": "GTMP", "Cell_sources": "car-t"},
        {"ATMP_class": "GTMP", "Vectors": "crispr-rnp"},
        {"ATMP_class": "unknown", "Vectors": "aav9"},
    ],
)
def test_facts_that_fit_the_class(store: Store, survey: Any, cells: dict[str, str]) -> None:
    """Reprogramming that leaves nothing, synthetic nucleic acid, CAR-T cells and edited cells agree with their class."""
    load(store, survey(Projects=[_project("P1", **cells)]), agent="test")
    assert _rows(store, 17) == []


def test_a_later_survey_confirms_a_record(store: Store, survey: Any) -> None:
    """Question 28 counts from the latest source that states a record, and names that one."""
    load(store, survey(Projects=[_project("P1")]), agent="test")
    load(store, survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[_project("P1")]), agent="test")
    (row,) = _rows(store, 28, today="2024-12-01")
    assert (row["stated"], row["unconfirmed"], row["sheet"], row["row"]) == (date(2024, 6, 1), False, "Projects", 2)
    assert "lead investigator" in row["missing"]
    assert not row["missing"].endswith("; ")
    assert _rows(store, 28, today="2025-07-01")[0]["unconfirmed"] is True


def test_needs_and_capabilities_can_be_incomplete_too(store: Store, survey: Any) -> None:
    """Question 28 looks at needs and capabilities beside projects, and tells of words without a term."""
    load(
        store,
        survey(
            Needs=[_need("N1", "P01", "something odd")],
            Organisations=[{"Organisation id": "O1", "Name": "Synthetic core"}],
            Capabilities=[{"Capability id": "C1", "Provider id": "O1", "Category": "potency-assay"}],
        ),
        agent="test",
    )
    found = {(row["kind"], row["id"]): row["missing"] for row in _rows(store, 28, today="2023-07-01")}
    assert {kind for kind, _ in found} == {"project", "need", "capability"}
    assert "when it falls due; category; terms for some words" in found["need", "N1"]
    assert found["capability", "C1"] == "description; grade"


def test_a_broad_need_wants_a_narrow_capability(store: Store, survey: Any) -> None:
    """Question 33 counts askers as question 10 does: a need stated for all of analytics is served by release assays."""
    load(
        store,
        survey(
            Needs=[_need("N1", "P01", "analytics")],
            Organisations=[{"Organisation id": "O1", "Name": "Synthetic core"}],
            Capabilities=[{"Capability id": "C1", "Provider id": "O1", "Category": "release-assays"}],
        ),
        agent="test",
    )
    assert _rows(store, 33)[0]["needed_by"] == 1
    assert _rows(store, 10) == _rows(store, 21) == []


def test_a_centre_is_asked_about_alone(store: Store, survey: Any) -> None:
    """With two centres each answers for itself, by its key or its name's spelling, and without one both are counted."""
    load(store, survey(Projects=[_project("P1"), _project("P2")]), agent="test")
    load(store, survey(NORTH, Projects=[_project("P1")]), agent="test")
    counts = [sum(row["projects"] for row in _rows(store, 1, **words))
              for words in ({}, {"centre": "lund"}, {"centre": "Lund"}, {"centre": "north"})]  # fmt: skip
    assert counts == [3, 2, 2, 1]


def test_another_centre_offers_what_one_lacks(store: Store, survey: Any) -> None:
    """Question 10 tells what the network has from what nobody has."""
    offer = {"Capability id": "C1", "Provider id": "O1", "Category": "potency-assay"}
    load(
        store,
        survey(Organisations=[{"Organisation id": "O1", "Name": "Synthetic core"}], Capabilities=[offer]),
        agent="test",
    )
    needs = [_need("N1", "P1"), _need("N2", "P1", "gmp-slot")]
    load(store, survey(NORTH, Projects=[_project("P1")], Needs=needs), agent="test")
    assert {row["need"]: row["where"].split()[1] for row in _rows(store, 10, centre="north")} == {
        "potency assay": "elsewhere",
        "GMP manufacturing slot": "nowhere",
    }


@pytest.mark.parametrize("number", [one.number for one in questions() if one.number not in {4, 7, 8, 16, 29}])
def test_reference_collections_are_no_projects(store: Store, number: int) -> None:
    """A store that holds authorised medicines only answers every question about projects with no row."""
    load(store, REFERENCE, agent="test")
    assert _rows(store, number) == []
