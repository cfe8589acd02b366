"""A returned workbook's copy: what was found stands at its cells and in a list, and all else is as it was."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import xlsxwriter
from atmp.kg.comments import MARK
from atmp.kg.corrected import correct
from atmp.kg.errors import Place, SourceError, UsageError
from atmp.kg.findings import Finding, Severity
from atmp.kg.guide import ERROR_HEADS, ERROR_NOTES
from atmp.kg.importers.columns import SHEETS
from atmp.kg.importers.interface import detect
from atmp.kg.importers.sheets import open_workbook
from atmp.kg.load import load, prepare
from atmp.kg.parts import children
from atmp.kg.store import Store
from atmp.kg.workbook import fill, write

Survey = Callable[..., Path]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
BAD = PROJECT | {"GMO": "perhaps", "Vectors": "AVV9", "Title": ""}
NEED = {"Need id": "N1", "Project id": "P77", "Category": "potency assay"}
ORDER = [  # of a worksheet's children, as ECMA-376 has it
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
]  # fmt: skip


@pytest.fixture
def returned(survey: Survey, tmp_path: Path) -> Path:
    """Return a workbook with a bad project and a need of nobody."""
    path = tmp_path / "returned.xlsx"
    fill(path, survey(Projects=[BAD], Needs=[NEED]))
    return path


def _checked(path: Path, language: str | None = None) -> tuple[Path, Any]:
    """Return the copy with what a check finds, and as it opens."""
    copy = path.with_name(f"{path.stem}-copy.xlsx")
    correct(path, prepare(None, path).findings, copy)
    return copy, openpyxl.load_workbook(copy)


def _marks(book: Any) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment and MARK in cell.comment.text
    }


def _listed(book: Any) -> list[tuple[Any, ...]]:
    return [row[:7] for row in book.worksheets[0].iter_rows(values_only=True)][len(ERROR_NOTES["en"]) + 1 :]


def _cell(book: Any, sheet: str, header: str, row: int) -> tuple[str, str]:
    (head,) = [cell for cell in book[sheet][1] if str(cell.value).rstrip("*") == header]
    return sheet, f"{head.column_letter}{row}"


def _hatched(sheet: Any) -> dict[str, Any]:
    """Return the formats that rules of ours give to cells."""
    return {
        area.coord: rule.dxf.fill.patternType
        for held in sheet.conditional_formatting
        for rule in held.rules
        if "ATMP" in rule.formula[0]
        for area in held.sqref.ranges
    }


def test_each_finding_stands_at_its_cell_and_in_the_list(returned: Path) -> None:
    """A comment and a hatching at the cell, one line in the first sheet, the gravest first, with a link to the cell."""
    found = prepare(None, returned).findings
    _, book = _checked(returned)
    marks = _marks(book)
    wanted = {_cell(book, "Projects", header, 2) for header in ("Title", "GMO", "Vectors")}
    wanted |= {_cell(book, "Needs", "Project id", 2)}
    assert wanted <= marks.keys()
    assert marks[_cell(book, "Projects", "GMO", 2)] == (
        f"{MARK} violation: 'perhaps' is neither yes nor no. write yes, no or unknown"
    )
    hatched = _hatched(book["Projects"])
    assert hatched.keys() == {cell for sheet, cell in marks if sheet == "Projects"}
    assert hatched[_cell(book, "Projects", "GMO", 2)[1]] != hatched[_cell(book, "Projects", "Vectors", 2)[1]]
    assert book.sheetnames[0] == "Errors"
    rows = _listed(book)
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=["violation", "warning", "remark"].index)
    assert sorted((row[5], row[6] or "") for row in rows) == sorted((one.message, one.mend or "") for one in found)
    links = {cell.coordinate: cell.hyperlink.location for cell in book.worksheets[0]["E"] if cell.hyperlink}
    for number, row in enumerate(rows, start=len(ERROR_NOTES["en"]) + 2):
        assert links.get(f"E{number}") == (f"'{row[1]}'!{row[4]}" if row[4] else None)
        assert not row[3] or row[4] == _cell(book, row[1], row[3], int(row[2] or 1))[1]


def test_what_has_no_cell_stands_at_its_row_or_sheet(returned: Path) -> None:
    """A finding about a row is at the row's first cell, about a sheet at the sheet's, about the file in the list."""
    found = [
        Finding(Severity.WARNING, "the row", Place("x", "Projects", 2)),
        Finding(Severity.WARNING, "the sheet", Place("x", "needs")),
        Finding(Severity.WARNING, "the field", Place("x", "Survey", None, "Round")),
        Finding(Severity.WARNING, "the file", Place("x")),
        Finding(Severity.WARNING, "an unknown sheet", Place("x", "Nowhere", 3, "Title")),
        Finding(Severity.WARNING, "a column without a header", Place("x", "Projects", 3, "BZ")),
    ]
    copy = returned.with_name("copy.xlsx")
    correct(returned, found, copy)
    book = openpyxl.load_workbook(copy)
    said = {row[5]: (row[1], row[4]) for row in _listed(book)}
    assert said == {
        "the row": ("Projects", "A2"), "the sheet": ("Needs", "A1"), "the field": ("Survey", "B4"), "the file": (None, None),
        "an unknown sheet": ("Nowhere", None), "a column without a header": ("Projects", "BZ3"),
    }  # fmt: skip
    assert book["Survey"]["A4"].value == "Round*"


def test_the_help_that_was_there_stays(returned: Path) -> None:
    """A finding at a header is put behind the column's own comment; other comments keep every word."""
    before = {cell.coordinate: cell.comment.text for cell in openpyxl.load_workbook(returned)["Projects"][1]}
    copy = returned.with_name("copy.xlsx")
    correct(returned, [Finding(Severity.WARNING, "odd", Place("x", "Projects", 1, "Title"), mend="mend it")], copy)
    after = {cell.coordinate: cell.comment.text for cell in openpyxl.load_workbook(copy)["Projects"][1]}
    assert after == before | {"B1": f"{before['B1']}\n{MARK} warning: odd. mend it"}


def test_the_copy_loads_as_it_is(store: Store, returned: Path) -> None:
    """The list and the comments are not read: the copy has the same findings, and mended it loads."""
    copy, book = _checked(returned)
    told = [(one.message, one.place.row, one.place.column) for one in prepare(None, returned).findings]
    assert [(one.message, one.place.row, one.place.column) for one in prepare(None, copy).findings] == told
    for header, value in (("Title", "A therapy"), ("GMO", "yes"), ("Vectors", "AAV9")):
        book["Projects"][_cell(book, "Projects", header, 2)[1]].value = value
    book["Needs"]["B2"].value = "P01"
    mended = returned.with_name("mended.xlsx")
    book.save(mended)
    assert load(store, mended, agent="test").records["need"] == 1


@pytest.mark.parametrize("saved", [False, True])
def test_a_second_check_takes_the_place_of_the_first(saved: bool, returned: Path) -> None:
    """One list and no stale mark, also where the copy was saved by another program; the rest is not said twice."""
    first, book = _checked(returned)
    if saved:
        book.active = 2
        book.save(first)
    again = returned.with_name("again.xlsx")
    correct(first, [Finding(Severity.WARNING, "left", Place("x", "Projects", 2, "GMO"))], again)
    left = openpyxl.load_workbook(again)
    gmo = _cell(left, "Projects", "GMO", 2)
    assert _marks(left) == {gmo: f"{MARK} warning: left"}
    assert [name for name in left.sheetnames if name.startswith("Errors")] == ["Errors"]
    assert [row[5] for row in _listed(left)] == ["left"]
    assert {sheet.title: list(_hatched(sheet)) for sheet in left.worksheets if _hatched(sheet)} == {
        "Projects": [gmo[1]]
    }
    assert left["Needs"]["B2"].comment is None
    help_ = {cell.coordinate: cell.comment.text for cell in openpyxl.load_workbook(returned)["Projects"][1]}
    assert {cell.coordinate: cell.comment.text for cell in left["Projects"][1]} == help_


def test_another_sheet_called_errors_is_somebodys(returned: Path) -> None:
    """It stays as it is; ours gets another name."""
    book = openpyxl.load_workbook(returned)
    book.create_sheet("errors").append(["mine"])
    book.save(returned)
    _, copy = _checked(returned)
    assert copy.sheetnames[0] == "Errors 2"
    assert copy["errors"]["A1"].value == "mine"


def test_a_swedish_workbook_is_answered_in_swedish(tmp_path: Path) -> None:
    """Headings, severities and notes are Swedish, and say that the findings are not."""
    path = tmp_path / "svar.xlsx"
    write(path, {"Survey": [{"Field": "Centre", "Value": "lund"}], "Projects": [BAD]}, "sv")
    _, book = _checked(path)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[2] == ERROR_HEADS["sv"]
    assert "Fynden är på engelska" in rows[0][0]
    assert {row[0] for row in rows[3:]} <= {"fel", "varning", "upplysning"}
    assert _marks(book)[_cell(book, "Projects", "GMO", 2)].startswith(f"{MARK} fel: ")


def _png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """Return a workbook with what libraries lose: a picture, a chart, a button, results of formulas, rich text, rules."""
    path = tmp_path / "rich.xlsx"
    (tmp_path / "logo.png").write_bytes(_png())
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Projects")
    sheet.write_row(0, 0, [*PROJECT, "GMO", "Description"])
    sheet.write_row(1, 0, list(PROJECT.values()))
    sheet.write_string(1, 4, "perhaps")
    sheet.write_formula(1, 1, '="A "&"therapy"', None, "A therapy")
    sheet.write_rich_string(1, 5, "cells ", book.add_format({"bold": True}), "in bold")
    sheet.write_comment(1, 2, "mine", {"author": "somebody"})
    sheet.insert_image("H8", str(tmp_path / "logo.png"))
    sheet.insert_button("H2", {"caption": "Press"})
    sheet.conditional_format("D2:D9", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("E2:E9", {"validate": "list", "source": ["yes", "no"]})
    sheet.merge_range("K2:L3", "merged")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Projects!$D$2:$D$9"})
    sheet.insert_chart("H20", chart)
    sheet.protect("secret", {"format_cells": True})
    other = book.add_worksheet("It's & mine")
    other.write_formula(0, 0, "=1+1", None, 2)
    other.activate()
    other.print_area("A1:B2")
    book.define_name("Projects!mine", "=Projects!$A$1")
    book.close()
    return path


def test_nothing_else_is_lost_or_changed(rich: Path) -> None:
    """All parts that were there are there; but for the marked sheet, the styles and the book, byte by byte."""
    copy = rich.with_name("copy.xlsx")
    correct(rich, prepare(None, rich, centre="lund").findings, copy)
    with zipfile.ZipFile(rich) as old, zipfile.ZipFile(copy) as new:
        before, after = ({name: packed.read(name) for name in packed.namelist()} for packed in (old, new))
    touched = {name for name in before if before[name] != after.get(name)}
    assert touched <= {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
    }  # fmt: skip
    assert set(after) - set(before) == {"xl/worksheets/errors1.xml"}
    (button,) = [shape for shape in after["xl/drawings/vmlDrawing1.vml"].split(b"</v:shape>") if b"Press" in shape]
    assert button in before["xl/drawings/vmlDrawing1.vml"]
    sheet = after["xl/worksheets/sheet1.xml"]
    data = slice(sheet.index(b"<sheetData>"), sheet.index(b"</sheetData>"))
    assert sheet[data] in before["xl/worksheets/sheet1.xml"]  # the results of formulas and rich text among it
    book = open_workbook(copy)
    assert book["Projects"]["C2"].comment.text == "mine"
    assert book["Projects"]["E2"].comment.text.startswith(MARK)
    assert book["It's & mine"].print_area == "'It''s & mine'!$A$1:$B$2"
    assert list(book["Projects"].defined_names) == ["mine"]
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets] == [True, False, False]
    assert book.active.title == "Errors"


def test_every_part_stays_in_the_order_of_its_schema(rich: Path, returned: Path) -> None:
    """What is put in stands where the format wants it; counts say how many there are, and each part has its type."""
    for path in (rich, returned):
        copy = path.with_name(f"{path.stem}-ordered.xlsx")
        correct(path, prepare(None, path, centre="lund").findings, copy)
        with zipfile.ZipFile(copy) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        for name, data in parts.items():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                found = [ORDER.index(one.name) for one in children(data)[:-1]]
                assert found == sorted(found), name
            if name.endswith((".xml", ".rels", ".vml")):
                assert children(data)[-1].name == ""
        for held in ET.fromstring(parts["xl/styles.xml"]):  # noqa: S314 - our own
            assert int(held.get("count", len(held))) == len(held)
        types = parts["[Content_Types].xml"].decode()
        assert all(
            f'PartName="/{name}"' in types for name in parts if "errors" in name.lower() and name.endswith("xml")
        )


def test_macros_are_left_behind(returned: Path) -> None:
    """A workbook with macros comes back as a plain one, which opens."""
    old = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = returned.with_name("macro.xlsm")
    with zipfile.ZipFile(returned) as plain, zipfile.ZipFile(macro, "w") as new:
        for name in plain.namelist():
            data = plain.read(name).replace(old.encode(), b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            tie = b'<Relationship Id="rId99" Type="x/vbaProject" Target="vbaProject.bin"/></Relationships>'
            new.writestr(name, data.replace(b"</Relationships>", tie) if name.endswith("workbook.xml.rels") else data)
        new.writestr("xl/vbaProject.bin", b"x")
    copy, book = _checked(macro)
    assert "macros" in " ".join(str(row[5]) for row in _listed(book))
    with zipfile.ZipFile(copy) as packed:
        assert not [name for name in packed.namelist() if "vba" in name.lower()]
        assert old in packed.read("[Content_Types].xml").decode()
        assert b"vbaProject" not in packed.read("xl/_rels/workbook.xml.rels")


def test_what_begins_like_a_formula_is_text(survey: Survey, tmp_path: Path) -> None:
    """Words of the workbook that the list repeats are never computed, and odd characters do not spoil it."""
    path = tmp_path / "formula.xlsx"
    fill(path, survey(Projects=[PROJECT]))
    found = [
        Finding(Severity.WARNING, '=HYPERLINK("x")\x0b\x00<&>', Place("x", "Projects", 2, "=1+1"), mend="x" * 40_000)
    ]
    copy = tmp_path / "copy.xlsx"
    correct(path, found, copy)
    book = openpyxl.load_workbook(copy)
    cells = book.worksheets[0][4]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    assert cells[5].value == '=HYPERLINK("x")<&>'
    assert len(cells[6].value) < 32_767
    assert len(book["Projects"]["A2"].comment.text) < 32_767


def test_a_folder_gets_its_list_alone(survey: Survey, tmp_path: Path) -> None:
    """CSV has no cells to mark: a workbook lists what was found, by file and row."""
    folder = survey(Projects=[BAD])
    correct(folder, prepare(None, folder).findings, tmp_path / "list.xlsx")
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    assert ("violation", "Projects", "2", "GMO") in [row[:4] for row in _listed(book)]
    assert book.sheetnames[0] == "Errors"


def test_a_table_of_others_with_a_list_before_it_is_read(tmp_path: Path) -> None:
    """The first sheet of a workbook is its table, and the list of an earlier check is passed over."""
    path = tmp_path / "cat.xlsx"
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Product description", "Therapeutic area", "Classification", "Date"])
    sheet.append(["Cells", "Oncology", "sCTMP", "2023-01-01"])
    book.save(path)
    name = detect(path).name
    correct(path, [Finding(Severity.WARNING, "odd", Place("x", None, 2, "Classification"))], tmp_path / "copy.xlsx")
    assert detect(tmp_path / "copy.xlsx").name == name
    assert _marks(openpyxl.load_workbook(tmp_path / "copy.xlsx")).keys() == {("Sheet", "C2")}


@pytest.mark.parametrize(("name", "words"), [("copy.ods", "name it .xlsx"), ("no/copy.xlsx", "does not exist")])
def test_a_copy_that_cannot_be_written_is_said(name: str, words: str, returned: Path, tmp_path: Path) -> None:
    """A wrong ending and a missing folder."""
    with pytest.raises(UsageError, match=words):
        correct(returned, [], tmp_path / name)


def test_no_file_is_overwritten(returned: Path) -> None:
    """The workbook itself least of all."""
    data = returned.read_bytes()
    with pytest.raises(UsageError, match="may hold answers"):
        correct(returned, [], returned)
    assert returned.read_bytes() == data


def test_a_bomb_is_not_copied(returned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would unpack to too much is refused here, too, and no copy is begun."""
    monkeypatch.setattr("atmp.kg.importers.package.UNPACKED", 1_000)
    with pytest.raises(SourceError, match="would unpack to"):
        correct(returned, [], returned.with_name("copy.xlsx"))
    assert not returned.with_name("copy.xlsx").exists()


def test_all_headers_are_found(tmp_path: Path) -> None:
    """Every column of every sheet has its cell."""
    path, copy = tmp_path / "all.xlsx", tmp_path / "copy.xlsx"
    write(path, {})
    found = [
        Finding(Severity.INFO, column.header, Place("x", sheet, 7, column.header))
        for sheet, columns in SHEETS.items()
        for column in columns
    ]
    correct(path, found, copy)
    book = openpyxl.load_workbook(copy)
    assert {(row[1], row[4]) for row in _listed(book)} == {
        _cell(book, sheet, column.header, 7) for sheet, columns in SHEETS.items() for column in columns
    }
