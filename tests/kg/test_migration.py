"""Migration: whatever stood in a workbook of another version or round stands in the new one, at its place or as a note."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.kg import spellings
from atmp.kg.carrier import Migrated
from atmp.kg.errors import SourceError, UsageError
from atmp.kg.guide import KEPT
from atmp.kg.importers.columns import FIELDS, SCHEMA, SHEETS, SURVEY, Sort
from atmp.kg.importers.grid import read_grids
from atmp.kg.importers.package import version as version_of
from atmp.kg.importers.sheets import headed
from atmp.kg.load import load
from atmp.kg.migration import migrate, migrated
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from atmp.kg.workbook import fill
from atmp.ontology.vocabulary import read_vocabulary, vocabulary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

Survey = Callable[..., Path]
TODAY = date(2026, 11, 1)
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Vectors": "AAV9; own word"}
PERSON = {
    "Investigator id": "I01",
    "Name": "Synthetic investigator 01",
    "Response": "answered",
    "Signed off": "2023-06-01",
}

Table = list[list[Any]]


def _workbook(path: Path, sheets: dict[str, Table], version: int | None = 0) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(table, start=1):
            for column, cell in enumerate(cells, start=1):
                sheet.cell(row, column).value = cell
    if version is not None:
        book.properties.title = f"ATMP survey, columns version {version}"
    book.save(path)
    return path


def _tables(path: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each sheet of a workbook, cells by header without its star."""
    found = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        names = [str(cell or "").rstrip("*") for cell in head]
        found[sheet.title] = [{name: str(cell or "") for name, cell in zip(names, row, strict=True)} for row in rows]
    return found


def _row(path: Path, sheet: str = "Projects", at: int = 0) -> dict[str, str]:
    return {name: cell for name, cell in _tables(path)[sheet][at].items() if cell}


def _kept(path: Path) -> list[tuple[str, ...]]:
    return [tuple(row.values())[:4] for row in _tables(path).get(KEPT, [])]


WORDS = st.text(st.characters(categories=("Lu", "Ll", "Nd", "Sm", "Po"), include_characters="åÄ \n"), min_size=1).map(
    lambda text: f"w{text.strip()}"
)
TEXTS = [column.header for column in SHEETS["Projects"] if column.sort is Sort.TEXT and column.header != "Notes"]


@st.composite
def tables(draw: Any) -> tuple[list[str], list[str], Table]:
    """Draw a sheet of projects: today's headers, as written there, and rows that may be longer than the headers."""
    known = draw(st.lists(st.sampled_from(TEXTS), unique=True, max_size=5))
    added = draw(st.lists(st.sampled_from(["Budget", "Our own", "Notes", "", "Våra ord", "Our own"]), max_size=4))
    headers = draw(st.permutations(["Project id", *known, *added]))
    spoken = {one: [one, f"{one}*", f" {one.upper()}", _field(one)] for one in TEXTS}
    written = [draw(st.sampled_from(spoken[one])) if one in known else one for one in headers]
    wide = len(headers) + draw(st.integers(0, 3))
    cells = st.one_of(st.none(), WORDS, st.integers(1, 10**6))
    rows = draw(st.lists(st.lists(cells, min_size=wide, max_size=wide), max_size=4))
    return headers, written, rows


def _field(header: str) -> str:
    return next(column.field for column in SHEETS["Projects"] if column.header == header)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=tables(), stray=st.lists(st.lists(WORDS, max_size=3), max_size=3))
def test_no_cell_is_lost(drawn: tuple[list[str], list[str], Table], stray: Table, tmp_path: Path) -> None:
    """Columns may be renamed, dropped, added, doubled or moved, cells stand beyond the headers, and sheets be unknown."""
    headers, written, rows = drawn
    old = _workbook(tmp_path / "old.xlsx", {"Projects": [written, *rows], "Strays": stray})
    made = migrated(read_grids(old), 0, vocabulary())
    kept = {(line.sheet, word) for line in made.kept for word in (line.column, line.words)}
    there = iter(made.sheets["Projects"])
    known = {headers.index(header): header for header in headers if header in {"Project id", "Notes", *TEXTS}}
    for row in rows:
        texts = {at: str(cell).strip() for at, cell in enumerate(row) if cell is not None}
        now = next(there) if known.keys() & texts else None
        for at, text in texts.items():
            if now is None:
                assert ("Projects", text) in kept
            elif known.get(at, "Notes") == "Notes":
                assert text in now["Notes"] or ("Projects", text) in kept
            else:
                assert now[known[at]] == text
    assert next(there, None) is None
    assert {headed(word) for row in stray for word in row} <= {
        headed(word) for sheet, word in kept if sheet == "Strays"
    }


def test_of_two_columns_with_one_meaning_the_one_under_its_header_is_carried(tmp_path: Path) -> None:
    """The other becomes a note, whichever comes first; of two with one header the first is carried."""
    heads = ["Project id", "project.aim", "Aim", "Aim"]
    _workbook(tmp_path / "old.xlsx", {"Projects": [heads, ["P01", "a", "b", "c"]]})
    migrate(tmp_path / "old.xlsx", new := tmp_path / "new.xlsx", TODAY)
    row = _row(new)
    assert (row["Aim"], row["Notes"]) == ("b", "project.aim: a\nAim: c")


def test_what_is_known_loads_as_it_did(store: Store, survey: Survey, tmp_path: Path) -> None:
    """A workbook under the field's names or the ontology's labels gives the same facts as under today's headers."""
    fill(plain := tmp_path / "plain.xlsx", survey(Projects=[PROJECT], Investigators=[PERSON]))
    book = openpyxl.load_workbook(plain)
    for cell in book["Projects"][1]:
        cell.value = {"Vectors": "vektor", "Stage*": "stage-observation.stage"}.get(cell.value, cell.value)
    book.save(old := tmp_path / "old.xlsx")
    made = migrate(old, new := tmp_path / "new.xlsx", TODAY)
    assert made.moves["Projects", "vektor", "Vectors"] == 1
    load(store, plain, agent="test")
    with Store.create(tmp_path / "other.atlas") as other:
        load(other, new, agent="test")
        assert other.view(OWNER).facts_digest() == store.view(OWNER).facts_digest()


def test_renamed_columns_are_told_by_their_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names follow one another from version to version; in a newer workbook the same word means what it says there."""
    monkeypatch.setitem(spellings.RENAMED, 1, {"Projects": {"Old aim": "Goal"}})
    monkeypatch.setitem(spellings.RENAMED, 2, {"Projects": {"Goal": "Aim"}})
    table: Table = [["Project id", "Old aim"], ["P01", "to heal"]]
    for version, aim in ((0, "to heal"), (1, None), (None, "to heal")):
        migrate(
            _workbook(tmp_path / "old.xlsx", {"Projects": table}, version), new := tmp_path / f"{version}.xlsx", TODAY
        )
        assert _row(new).get("Aim") == aim
        assert ("Notes" in _row(new)) is (aim is None)


@pytest.mark.parametrize(
    "tag", ["dc:title", 'dc:title xmlns:dc="http://purl.org/dc/elements/1.1/"', "title", "x.y:title"]
)
def test_the_version_is_read_however_its_writer_declares_the_title(tag: str, tmp_path: Path) -> None:
    """Programs differ in where they declare a name's prefix, and in which prefix they take."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr("docProps/core.xml", f"<{tag}>ATMP survey, columns version 7</{tag.partition(' ')[0]}>")
    assert version_of(tmp_path / "a.xlsx") == 7


def test_declared_names_lead_to_columns_of_today() -> None:
    """Nothing is renamed after today's version, and every chain of names ends at a column that is there."""
    assert all(version <= SCHEMA for version in spellings.RENAMED)
    for version, sheets in spellings.RENAMED.items():
        for sheet, names in sheets.items():
            assert all(spellings.column_of(sheet, name, version - 1) for name in names)


def test_a_deprecated_term_becomes_what_replaces_it(outdated: Path, tmp_path: Path) -> None:
    """A word of today, a word of nobody and a word of a former term stand in one cell; only the last is changed."""
    known = read_vocabulary(outdated)
    old = _workbook(
        tmp_path / "old.xlsx",
        {"Projects": [["Project id", "Vectors"], ["P01", "lentivirus; AVV9; ninth adeno vector"]]},
    )
    made = migrated(read_grids(old), 0, known)
    assert made.sheets["Projects"][0]["Vectors"] == "lentivirus; AVV9; AAV9"
    assert made.terms == {("Projects", "Vectors", "ninth adeno vector", "AAV9"): 1}


def test_what_no_value_is_stays_as_a_note(tmp_path: Path) -> None:
    """A comment, an error and a formula that was never computed are kept beside the row; a date keeps its time of day."""
    _workbook(tmp_path / "old.xlsx", {"Projects": [["Project id", "Title", "Aim", "Hurdles", "Started"],
                                                   ["P01", "A therapy", "=1+1", "#N/A", "2023-01-02 13:30:00"]]})  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "old.xlsx")
    book["Projects"]["B2"].comment = Comment("is it?\n[ATMP Atlas] warning: an old finding", "x")
    book.save(tmp_path / "old.xlsx")
    migrate(tmp_path / "old.xlsx", new := tmp_path / "new.xlsx", TODAY)
    row = _row(new)
    assert row["Notes"].splitlines() == [
        "Title (comment): is it?", "Aim (no value): =1+1", "Hurdles (no value): #N/A", "Started: 2023-01-02 13:30:00",
    ]  # fmt: skip
    assert (row["Started"], row.get("Aim"), row.get("Hurdles")) == ("2023-01-02", None, None)


def test_a_strange_sheet_joins_the_rows_it_names(tmp_path: Path) -> None:
    """A row with a project's id goes into its notes; one that names nobody, and lone words, stand on the sheet Kept."""
    old = _workbook(tmp_path / "old.xlsx", {
        "Projects": [["Project id", "Title"], ["P01", "A therapy"]],
        "Trials": [["Project id", "Site"], ["P01", "Lund"], ["P99", "Malmö"]],
        "Remarks": [["Thanks for asking"]],
    })  # fmt: skip
    migrate(old, new := tmp_path / "new.xlsx", TODAY)
    assert _row(new)["Notes"] == "Trials, Site: Lund"
    assert _kept(new) == [
        ("Trials", "3", "Project id", "P99"), ("Trials", "3", "Site", "Malmö"),
        ("Remarks", "1", "Thanks for asking", "Thanks for asking"),
    ]  # fmt: skip


def test_the_sheet_kept_is_taken_over(tmp_path: Path) -> None:
    """Line by line, as often as a workbook is migrated; what somebody wrote beside it joins it."""
    sheets: dict[str, Table] = {
        "Projects": [["Project id", "Title"], ["P01", "A therapy"]],
        "Remarks": [["Thanks", "for"], ["asking"]],
    }
    migrate(_workbook(tmp_path / "old.xlsx", sheets), first := tmp_path / "first.xlsx", TODAY)
    book = openpyxl.load_workbook(first)
    book[KEPT]["G2"] = "seen"
    book.save(first)
    migrate(first, second := tmp_path / "second.xlsx", TODAY)
    assert sorted(_kept(second)) == sorted([*_kept(first), (KEPT, "2", "column G", "seen")])
    assert len(_kept(first)) == 2


def test_how_to_reach_somebody_becomes_no_note(tmp_path: Path) -> None:
    """Notes are read as far as their row is; addresses and numbers stay in the workbook, on the sheet Kept."""
    old = _workbook(
        tmp_path / "old.xlsx", {"Projects": [["Project id", "Mobile", "Ask"], ["P01", "yes", "a@example.org"]]}
    )
    migrate(old, new := tmp_path / "new.xlsx", TODAY)
    assert "Notes" not in _row(new)
    assert [line[3] for line in _kept(new)] == ["yes", "a@example.org"]


def test_the_sheet_survey_is_carried_by_its_fields(tmp_path: Path) -> None:
    """With or without headers above them; what it says beside them is kept, and answers stay in their language."""
    fields: Table = [
        ["Centre*", "lund"],
        ["Omgång", "x"],
        ["round.identifier", "2023"],
        ["Round", "2022"],
        [None, "y", "z"],
    ]
    projects: Table = [["Project id", "GMO"], ["P01", "ja"]]
    for top in ([["Field", "Value", "Remark"]], []):
        sheets = {"Guide": [["Vad detta är", ""]], SURVEY: [*top, *fields], "Projects": projects}
        (new := tmp_path / "new.xlsx").unlink(missing_ok=True)
        migrate(_workbook(tmp_path / "old.xlsx", sheets), new, TODAY)
        book = openpyxl.load_workbook(new)
        said = {row[0].rstrip("*"): row[1] for row in book[SURVEY].iter_rows(values_only=True)}
        assert (said["Centre"], said["Round"], book["Guide"]["A1"].value) == ("lund", "2023", "Vad detta är")
        assert [line[3] for line in book[KEPT].iter_rows(min_row=2, values_only=True)] == ["x", "2022", "y", "z"]


def test_a_new_round_asks_anew_and_keeps_what_stood_there(survey: Survey, tmp_path: Path) -> None:
    """No sign-off and no answer's date passes to another round; the same round's workbook stays as it is."""
    fill(old := tmp_path / "old.xlsx", survey(Projects=[PROJECT], Investigators=[PERSON]))
    made = migrate(old, new := tmp_path / "2027.xlsx", TODAY, "2027")
    person = _row(new, "Investigators")
    assert (person.get("Response"), person.get("Signed off"), person["Name"]) == (None, None, PERSON["Name"])
    said = {row["Field"].rstrip("*"): row["Value"] for row in _tables(new)[SURVEY]}
    assert (said["Round"], said["Date"], said["Signed off"]) == ("2027", "2026-11-01", "")
    assert {line[2:] for line in _kept(new)} == {
        ("Round", "2023"), ("Date", "2023-06-01"), ("Signed off", "2023-06-01"), ("Response", "answered"),
    }  # fmt: skip
    assert made.figures[2] == len(_kept(new)) == 5
    again = migrate(new, tmp_path / "again.xlsx", TODAY, "2027")
    assert (_kept(tmp_path / "again.xlsx"), again.figures[1:]) == (_kept(new), (0, 0))


def test_cells_longer_than_a_workbook_holds_are_kept_in_parts(survey: Survey, tmp_path: Path) -> None:
    """A folder of CSV may hold what no cell can: its words stand on the sheet Kept, over several lines."""
    folder = survey(Projects=[PROJECT | {"Aim": "a" * 40_000, "Own": "b" * 40_000}])
    migrate(folder, new := tmp_path / "new.xlsx", TODAY)
    words = [line[3] for line in _kept(new)]
    assert [len(part) for part in words] == [32_767, 7_233] * 2
    assert "".join(words) == "a" * 40_000 + "b" * 40_000
    assert _row(new)["Title"] == PROJECT["Title"]


def test_what_cannot_be_meant_is_said_and_writes_nothing(survey: Survey, tmp_path: Path) -> None:
    """A file that is there, another ending, a round without a name, a table that is no survey."""
    fill(old := tmp_path / "old.xlsx", survey())
    before = old.read_bytes()
    strange = _workbook(tmp_path / "strange.xlsx", {"Sheet": [["a"], ["b"]]})
    new = tmp_path / "new.xlsx"
    for path, to, round_, error, said in (
        (old, old, None, UsageError, "is there already"),
        (old, tmp_path / "new.csv", None, UsageError, "written as .xlsx"),
        (old, new, " ", UsageError, "a round needs a name"),
        (strange, new, None, SourceError, "atmp survey map"),
        (tmp_path / "absent.xlsx", new, None, SourceError, "absent.xlsx"),
    ):
        with pytest.raises(error, match=said):
            migrate(path, to, TODAY, round_)
    assert (old.read_bytes(), new.exists()) == (before, False)


def test_an_empty_account_is_of_an_empty_workbook() -> None:
    """Without any sheet nothing is carried, and every field of the survey is there to be filled in."""
    made = migrated([], None, vocabulary())
    assert isinstance(made, Migrated)
    assert [row["Field"] for row in made.sheets[SURVEY]] == [column.header for column in FIELDS]
    assert made.figures == (0, 0, 0)
