"""Tables as others make them: encodings, separators, titles above the headers, merged cells."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.foreign import read_foreign
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator_says_the_same(encoding: str, separator: str, tmp_path: Path) -> None:
    """A question that holds commas, quotes and line ends is one header; so is an answer one cell."""
    path = tmp_path / "form.csv"
    head = separator.join(['"Vilka vektorer,\nt.ex. AAV, eller ""annat""?"', "Ämne"])
    path.write_bytes(f'{head}\r\n"AAV{separator}\nlenti"{separator}Öga\r\n'.encode(encoding))
    table = read_foreign(path)
    assert table.headers == ('Vilka vektorer, t.ex. AAV, eller "annat"?', "Ämne")
    assert [list(line.cells.values()) for line in table.lines] == [[(f"AAV{separator}\nlenti",), ("Öga",)]]


def test_two_columns_of_one_name_are_both_read(tmp_path: Path) -> None:
    """The second is numbered, and a column without a header is called by its place."""
    path = tmp_path / "twice.csv"
    path.write_text("Note,Note,,note\na,b,c,d\n", encoding="utf-8")
    table = read_foreign(path)
    assert table.headers == ("Note", "Note (2)", "column 3", "note (3)")
    assert [table.texts(header) for header in table.headers] == [["a"], ["b"], ["c"], ["d"]]


def test_a_sheet_with_titles_and_merged_cells(tmp_path: Path) -> None:
    """The fullest sheet is read from its headers on, and a name merged over two rows stands in both."""
    path, book = tmp_path / "own.xlsx", openpyxl.Workbook()
    book.worksheets[0].append(["How to fill this in"])
    sheet = book.create_sheet("Pipeline")
    for row in (["Our therapies"], [], ["PI", "Title", "Year"], ["One", "A", 2020.0], [None, "B", "=1+1"]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A4:A5")
    book.save(path)
    table = read_foreign(path)
    assert (table.place.sheet, table.place.row, table.headers) == ("Pipeline", 3, ("PI", "Title", "Year"))
    assert (table.texts("PI"), table.texts("Year")) == (["One", "One"], ["2020"])
    assert [(finding.message.split(" ")[0:3], finding.place.row) for finding in table.findings] == [
        (["this", "sheet", "is"], None), (["the", "cells", "A4:A5"], 4), (["the", "cell", "holds"], 5)
    ]  # fmt: skip
    with pytest.raises(SourceError, match="no sheet 'Other': there are Sheet, Pipeline"):
        read_foreign(path, "Other")
    with pytest.raises(SourceError, match="no rows below the headers"):
        read_foreign(path, "Pipeline", 5)


def test_thousands_of_columns_are_read(tmp_path: Path) -> None:
    """However wide, each column has its header."""
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"q{n}" for n in range(5000)) + "\n" + ",".join(map(str, range(5000))), encoding="utf-8")
    table = read_foreign(path)
    assert (len(table.headers), table.texts("q4999")) == (5000, ["4999"])


@pytest.mark.parametrize(("text", "words"), [("", "no rows"), ("a,b\n", "no rows below"), ('a,b\n"x', "broken")])
def test_a_table_without_rows_is_refused(text: str, words: str, tmp_path: Path) -> None:
    """Nothing to load is said, as is a quote that never ends."""
    path = tmp_path / "empty.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        read_foreign(path)
    with pytest.raises(SourceError, match="no such file"):
        read_foreign(tmp_path / "none.csv")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=2, max_size=6))
def test_no_two_columns_share_a_name(headers: list[str]) -> None:
    """Whatever the headers are, each column keeps its own."""
    from atmp.kg.importers.foreign import _names
    from atmp.kg.importers.mapping import heading

    names = _names(headers, len(headers))
    assert len({heading(name) for name in names}) == len(headers)
