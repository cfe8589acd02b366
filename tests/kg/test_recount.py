"""The catalogue's figures counted a second time: from the survey's CSV files in plain Python, without a query."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from atmp.kg.catalogue import question
from atmp.kg.viewer import PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

ROOT = Path(__file__).parents[2]
SURVEY, SCHEMES = ROOT / "data" / "demo" / "lund-survey", ROOT / "ontology" / "schemes"
HELD = date(2023, 6, 1)
STAGES = ("earlier", "preclinical", "clinical")
CLASSES = ("GTMP", "sCTMP", "TEP")
Rows = list[dict[str, str]]
Answer = Callable[[int], list[tuple[object, ...]]]


def _table(path: Path, delimiter: str = ",") -> Rows:
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, quoting=quoting))


PROJECTS, NEEDS, OFFERS = (_table(SURVEY / f"{name}.csv") for name in ("projects", "needs", "capabilities"))
OPEN = [need for need in NEEDS if need["Status"] not in {"met", "withdrawn"}]
TERMS = {name: {row["notation"]: row for row in _table(SCHEMES / f"{name}.tsv", "\t")}
         for name in ("category", "cell", "method", "platform", "vector")}  # fmt: skip


@pytest.fixture
def answer(demo: Atlas) -> Answer:
    """Return the rows that the catalogue gives on the demonstration, by a question's number."""
    return lambda number: list(question(number).ask(demo.view(PUBLIC), demo.services, {}).rows)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _line(scheme: str, notation: str) -> list[str]:
    """Return a term and all that stand above it."""
    found = [notation]
    while above := TERMS[scheme][found[-1]]["broader"]:
        found.append(above)
    return found


def _name(scheme: str, notation: str) -> str:
    return TERMS[scheme][notation]["label_en"]


def _number(project: dict[str, str]) -> int:
    return int(project["Stage"].partition("-")[0])


def _group(project: dict[str, str]) -> str:
    return "earlier" if _number(project) < 4 else "preclinical" if _number(project) < 8 else "clinical"


def _platforms(project: dict[str, str]) -> set[str]:
    found = set(_parts(project["Platforms"]))
    for column, scheme in (("Vectors", "vector"), ("Cell sources", "cell"), ("Methods in the product", "method")):
        for term in _parts(project[column]):
            for above in _line(scheme, term):
                found.update(TERMS[scheme][above]["platforms"].split("|"))
    return found - {""}


def _shares(projects: Iterable[dict[str, str]]) -> tuple[int, ...]:
    """Return how many of the projects stand in each group of stages."""
    counted = Counter(_group(project) for project in projects)
    return tuple(counted[name] for name in STAGES)


def _by_id(identifiers: Iterable[str]) -> Rows:
    return [project for project in PROJECTS if project["Project id"] in set(identifiers)]


def _serves(offered: str, wanted: str) -> bool:
    return offered in _line("category", wanted) or wanted in _line("category", offered)


def _asked() -> dict[str, set[str]]:
    """Return the projects that state each category among their open needs."""
    found: dict[str, set[str]] = defaultdict(set)
    for need in OPEN:
        found[need["Category"]].add(need["Project id"])
    return found


def test_classes_and_stages(answer: Answer) -> None:
    """Questions 1, 2 and 32 count the rows of the sheet Projects."""
    assert dict(answer(1)) == Counter(project["ATMP class"] for project in PROJECTS)
    assert {(row[0], row[1]): row[3] for row in answer(2)} == Counter(
        (_group(project), str(_number(project))) for project in PROJECTS
    )
    assert {row[:3]: row[3] for row in answer(32)} == Counter(
        (project["ATMP class"], str(_number(project)), _group(project)) for project in PROJECTS
    )


def test_who_is_in_a_trial_or_near_one(answer: Answer) -> None:
    """Question 2 names the projects of stages 7 to 9, and no others."""
    named = [part for row in answer(2) for part in str(row[4] or "").split("; ") if part]
    assert sorted(named) == sorted(f"{one['Project id']} {one['Title']}" for one in PROJECTS if 7 <= _number(one) < 10)


def test_platforms(answer: Answer) -> None:
    """Question 3 counts a project once in each platform that its cells, vectors or methods in the product stand on."""
    used: dict[str, Rows] = defaultdict(list)
    for project in PROJECTS:
        for platform in _platforms(project):
            used[platform].append(project)
    expected = {}
    for platform, projects in used.items():
        classes = Counter(project["ATMP class"] for project in projects)
        by_class = tuple(classes[name] for name in CLASSES)
        expected[_name("platform", platform)] = (len(projects), *by_class, *_shares(projects))
    assert {row[0]: row[1:] for row in answer(3)} == expected


def test_needs(answer: Answer) -> None:
    """Question 9 counts the projects of each category's open needs, in all and by stage."""
    expected = {
        _name("category", category): (len(projects), *_shares(_by_id(projects)))
        for category, projects in _asked().items()
    }
    assert {row[0]: row[1:] for row in answer(9)} == expected


def test_unmet_needs(answer: Answer) -> None:
    """Question 10 lists the categories that no capability serves, neither by itself nor from above or below."""
    expected = {
        _name("category", category): len(projects)
        for category, projects in _asked().items()
        if not any(_serves(offer["Category"], category) for offer in OFFERS)
    }
    assert {row[0]: row[1] for row in answer(10)} == expected
    assert {row[2] for row in answer(10)} == {"offered nowhere in the network"}


def test_horizons(answer: Answer) -> None:
    """Question 13 counts projects by the years between the round and the day a need falls due."""
    due: dict[str, list[set[str]]] = defaultdict(lambda: [set(), set(), set(), set()])
    for need in OPEN:
        year, month = (int(part) for part in need["Needed from"].split("-"))
        months = (year - HELD.year) * 12 + month - HELD.month
        at = next((place for place, limit in enumerate((36, 60, 120)) if months < limit), 3)
        due[need["Category"]][at].add(need["Project id"])
    expected = {
        _name("category", category): tuple(len(projects) for projects in horizons) for category, horizons in due.items()
    }
    assert {row[0]: row[1:] for row in answer(13)} == expected


def test_shared_methods(answer: Answer) -> None:
    """Question 15 lists each method, vector, cell source and cell line that two projects or more have, with their ids in order."""
    columns = [("method", "method", name) for name in ("Methods in the product", "Methods planned", "Research methods")]
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sort, scheme, column in (*columns, ("vector", "vector", "Vectors"), ("cell source", "cell", "Cell sources")):
        for project in PROJECTS:
            for term in set(_parts(project[column])) - {"other", "unknown", "not-applicable"}:
                used[sort, _name(scheme, term)].add(project["Project id"])
    for project in PROJECTS:
        used["cell line", project["Cell line"] or project["Project id"]].add(project["Project id"])
    expected = {
        found: (len(projects), " ".join(sorted(projects))) for found, projects in used.items() if len(projects) > 1
    }
    assert {row[:2]: row[2:] for row in answer(15)} == expected


def test_class_against_facts(answer: Answer) -> None:
    """Question 17 finds the projects that are no gene therapy by their own word, and carry a vector."""
    expected = [one["Project id"] for one in PROJECTS if one["ATMP class"] != "GTMP" and one["Vectors"]]
    assert [row[0] for row in answer(17)] == expected


def test_offers_and_who_wants_them(answer: Answer) -> None:
    """Question 33 counts users and askers of each capability; question 21 lists those that have neither."""
    expected = {}
    for offer in OFFERS:
        users = [one for one in PROJECTS if offer["Capability id"] in _parts(one["Capabilities used"])]
        askers = {need["Project id"] for need in OPEN if _serves(offer["Category"], need["Category"])}
        expected[offer["Capability id"]] = (len(users), len(askers))
    assert {row[0]: row[-2:] for row in answer(33)} == expected
    assert [row[0] for row in answer(21)] == sorted(key for key, counted in expected.items() if counted == (0, 0))


def test_indications(answer: Answer) -> None:
    """Question 31 names every project once for each of its diseases, with its class."""
    named = [(identifier, row[2]) for row in answer(31) for identifier in str(row[4]).split()]
    assert sorted(identifier for identifier, _ in named) == sorted(one["Project id"] for one in PROJECTS)
    assert all(row[2] == len(str(row[4]).split()) for row in answer(31))
