"""The catalogue on the demonstration: every question against its golden answer."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from atmp.kg.catalogue import question, questions
from atmp.kg.figures import figures
from atmp.kg.table import Table
from atmp.kg.viewer import PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

GOLDEN = Path(__file__).parents[1] / "golden" / "questions"
WORDS = {
    4: {"project": "P04", "limit": "5"}, 7: {"project": "P14"}, 8: {"project": "P06"}, 16: {"need": "N006"},
    28: {"today": "2024-07-01"},
}  # fmt: skip
ASKED = {1, 2, 3, 4, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 20, 21, 28, 29}
"""The numbers of the catalogue that this version must answer; others are there for the report."""


def _csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([table.columns, *table.rows])
    return text.getvalue()


def _ask(demo: Atlas, number: int) -> Table:
    return question(number).ask(demo.view(PUBLIC), demo.services, WORDS.get(number, {}))


@pytest.mark.parametrize("number", [one.number for one in questions()])
def test_answers_as_before(number: int, demo: Atlas) -> None:
    """The answer on the demonstration equals the golden one, row by row."""
    assert _csv(_ask(demo, number)) == (GOLDEN / f"{number:02}.csv").read_text(encoding="utf-8")


def test_the_catalogue_has_what_was_asked_for() -> None:
    """Each question that this version must answer is there, opens with its words, and says who asks it."""
    assert {one.number for one in questions()} >= ASKED
    assert all(one.text.endswith("?") and one.asked_by for one in questions())


def test_the_published_totals(demo: Atlas) -> None:
    """Question 1 prints 23 = 13 GTMP / 3 sCTMP / 7 TEP, question 2 1 / 8 / 14, question 3 AAV 7, lentivirus 4, pluripotent 10."""
    by_class = dict(_ask(demo, 1).rows)
    assert by_class == {"GTMP": 13, "sCTMP": 3, "TEP": 7}
    stages: Counter[str] = Counter()
    for row in _ask(demo, 2).dicts():
        stages[str(row["group"])] += int(str(row["projects"]))
    assert stages == {"clinical": 1, "preclinical": 8, "earlier": 14}
    platforms = {row["platform"]: row["projects"] for row in _ask(demo, 3).dicts()}
    assert (platforms["AAV vector"], platforms["lentiviral vector"], platforms["pluripotent stem cells"]) == (7, 4, 10)
    assert "counted once in each" in _ask(demo, 3).note


def test_the_published_matrix(demo: Atlas) -> None:
    """Class by stage group is GTMP 8 / 5 / 0, TEP 3 / 3 / 1, sCTMP 3 / 0 / 0."""
    matrix: Counter[tuple[str, str]] = Counter()
    for row in _ask(demo, 32).dicts():
        matrix[str(row["class"]), str(row["group"])] += int(str(row["projects"]))
    assert matrix == {
        ("GTMP", "earlier"): 8, ("GTMP", "preclinical"): 5, ("TEP", "earlier"): 3, ("TEP", "preclinical"): 3,
        ("TEP", "clinical"): 1, ("sCTMP", "earlier"): 3,
    }  # fmt: skip


def test_investigators_without_a_project_stay(demo: Atlas) -> None:
    """All 44 who were asked are there, 14 of them without a project."""
    view = demo.view(PUBLIC)
    people = {one.iri for one in view.records("person")}
    working = {iri for one in view.records("project") for iri in (*one.lead, *one.investigators)}  # type: ignore[attr-defined]
    assert (len(people), len(people - working)) == (44, 14)


def test_report_and_questions_agree(demo: Atlas) -> None:
    """The report's figures are the catalogue's answers."""
    found = figures(demo.view(PUBLIC), demo.services)
    assert dict(found.by_class()) == {"GTMP": 13, "sCTMP": 3, "TEP": 7}


def test_questions_count_no_reference_products(demo: Atlas) -> None:
    """The 28 authorised medicines are in the atlas and in no count of projects."""
    view = demo.view(PUBLIC)
    assert len(view.records("product")) == 23 + 28
    assert sum(int(str(row[1])) for row in _ask(demo, 1).rows) == 23
