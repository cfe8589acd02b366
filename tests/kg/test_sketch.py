"""Drafted mappings: each of the shipped examples is mapped by guessing, and loads as it was drafted."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pytest
from atmp.kg.errors import SourceError
from atmp.kg.findings import violations
from atmp.kg.load import load
from atmp.kg.sketch import Sketch, sketch
from atmp.kg.sketchtext import text
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = Path(__file__).parents[2] / "data" / "survey"


def _sheet(folder: Path) -> Path:
    """Write an English workbook with titles above its headers and a name merged over two projects."""
    path, book = folder / "pipeline.xlsx", openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["Pipeline of the centre"],
        [
            "PI",
            "Project no",
            "Project title",
            "ATMP type",
            "Vector",
            "Development stage",
            "Support needed",
            "Next step",
        ],
        [
            "Synthetic investigator 01",
            "P7",
            "A gene for the eye",
            "GTMP",
            "AAV",
            "preclinical development",
            "potency assay",
            "Hire",
        ],
        [None, "P8", "A tissue for the eye", "TEP", None, "basic research or idea", "", None],
    ):
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    book.save(path)
    return path


def _written(made: Sketch, path: Path, folder: Path, language: str = "en") -> Path:
    to = folder / "mapping.toml"
    to.write_text(text(made, path.name, to, language), encoding="utf-8")
    return to


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize(
    ("name", "projects", "people", "needs"),
    [("example-web-form.csv", 3, 2, 3), ("example-redcap.csv", 3, 2, 3), ("pipeline.xlsx", 2, 1, 1)],
)
def test_a_draft_loads_as_it_is(
    name: str, projects: int, people: int, needs: int, language: str, store: Store, tmp_path: Path
) -> None:
    """Without an edit the example becomes projects with leads and needs, and no row is kept out."""
    path = EXAMPLES / name if name.startswith("example") else _sheet(tmp_path)
    dictionary = EXAMPLES / "example-redcap-dictionary.csv" if "redcap" in name else None
    to = _written(sketch(path, dictionary), path, tmp_path, language)
    receipt = load(store, path, agent="test", mapping=to, centre="lund", round_="2026")
    assert violations(receipt.findings) == ()
    counted = [receipt.records.get(kind) for kind in ("project", "person", "need")]
    assert counted == [projects, people, needs]
    from atmp.kg.records import Project

    found = [one for one in store.view(OWNER).records("project") if isinstance(one, Project)]
    assert all(len(one.lead) == 1 for one in found)
    assert any(note for one in found for note in one.notes)
    assert load(store, path, agent="test", mapping=to, centre="lund", round_="2026").revision is None


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_swedish_form_reads_the_same_however_it_was_saved(encoding: str, store: Store, tmp_path: Path) -> None:
    """With semicolons, line breaks in a cell and Windows' letters: the draft is the one of UTF-8, and so are the answers."""
    plain = (EXAMPLES / "example-web-form.csv").read_text(encoding="utf-8")
    assert (plain.partition("\n")[0].count(";"), "ä" in plain) == (14, True)
    path = tmp_path / "example-web-form.csv"
    path.write_bytes(plain.replace("\n", "\r\n").encode(encoding))
    to = _written(sketch(path), path, tmp_path, "sv")
    (tmp_path / "other").mkdir()
    other = _written(sketch(EXAMPLES / path.name), path, tmp_path / "other", "sv")
    assert to.read_text("utf-8") == other.read_text("utf-8").replace(str(other), str(to))
    receipt = load(store, path, agent="test", mapping=to, centre="lund", round_="2026")
    assert violations(receipt.findings) == ()
    told = [one.message for one in receipt.findings if "Windows-1252" in one.message]
    assert len(told) == (encoding == "cp1252")
    assert "Näthinneceller mot ärftlig blindhet" in [one.label for one in store.view(OWNER).records("project")]


def test_contacts_and_a_programs_own_columns_are_no_notes() -> None:
    """A phone is left out, REDCap's own columns are ignored, and the code for missing data is seen."""
    made = sketch(EXAMPLES / "example-redcap.csv", EXAMPLES / "example-redcap-dictionary.csv")
    assert (made.notes, made.contacts, made.nothing) == (["bottleneck"], ["pi_phone"], ("-99",))
    assert "person_complete" in made.ignored


def test_repeated_questions_are_repeated_projects(tmp_path: Path) -> None:
    """`project1_title` and `project2_title` are one line with two numbers, and so is a doubled heading."""
    for head in (
        "project1_title,project1_stage,project2_title,project2_stage",
        "Project title,Stage,Project title,Stage",
    ):
        path = tmp_path / "wide.csv"
        path.write_text(f"Email,{head}\na@example.org,One,4,Two,5\n", encoding="utf-8")
        (project,) = [plan for plan in sketch(path).plans if plan.sheet == "Projects"]
        assert len(project.repeat) == 2
        assert all("{n}" in project.lines[header].columns[0] for header in ("Title", "Stage"))


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    """Nothing is guessed where no heading is known."""
    path = tmp_path / "weather.csv"
    path.write_text("wind,rain\n4,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no column is known"):
        sketch(path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), word=st.text(max_size=20))
def test_whatever_stands_in_a_table_the_draft_is_toml(header: str, word: str, tmp_path: Path) -> None:
    """Quotes, line ends, braces and marks of headings and words break neither its strings nor its comments."""
    path = tmp_path / "odd.csv"
    cells = [
        '"' + one.encode("utf-8", "replace").decode().replace('"', '""').replace("\x00", "") + '"'
        for one in (header, word)
    ]
    path.write_text(f'"Project title",{cells[0]},"Stage"\n"A",{cells[1]},{cells[1]}\n', encoding="utf-8")
    made = sketch(path)
    assert tomllib.loads(text(made, path.name, tmp_path / "m.toml"))["kind"] == "survey"
