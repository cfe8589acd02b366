"""Tables as text: whatever program wrote them, every cell arrives, and what is broken is named by its line."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.delimited import headers, rows, strange
from hypothesis import given
from hypothesis import strategies as st

_CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20).map(str.strip)


def _read(path: Path) -> list[dict[str, str]]:
    return [cells for _, cells in rows(path, [])]


def _file(folder: Path, data: bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_way_of_writing_a_table_reads_the_same(encoding: str, mark: str, tmp_path: Path) -> None:
    """Delimiter and encoding are told from the file itself; a quoted line break is part of its cell."""
    text = f'Id{mark}Name\r\n1{mark}"Å first\nand second"\r\n\r\n2{mark}last'
    path = _file(tmp_path, text.encode(encoding))
    assert headers(path) == ("Id", "Name")
    assert [(number, cells["Id"]) for number, cells in rows(path, [])] == [(3, "1"), (5, "2")]
    assert _read(path)[0]["Name"] == "Å first\nand second"


def test_a_gzipped_table_is_read(tmp_path: Path) -> None:
    """A table need not be unpacked first."""
    assert _read(_file(tmp_path, gzip.compress(b"Id\n1\n"), "t.csv.gz")) == [{"Id": "1"}]


def test_lines_of_another_encoding_are_read_and_said(tmp_path: Path) -> None:
    """In a file of two encodings each line keeps its letters, and one finding names the first strange line."""
    recoded: list[int] = []
    path = _file(tmp_path, "Name\nÖrebro\n".encode() + "Malmö\n".encode("cp1252"))
    assert [cells["Name"] for _, cells in rows(path, recoded)] == ["Örebro", "Malmö"]
    (finding,) = strange(path, recoded)
    assert (finding.place.row, finding.message) == (3, "1 line is no UTF-8, and read as Windows-1252")


def test_long_cells_and_many_columns_are_read(tmp_path: Path) -> None:
    """An abstract of a million characters and a table of five thousand columns are no obstacle."""
    names = [f"c{number}" for number in range(5000)]
    text = ",".join(names) + "\n" + ",".join(["x" * 1_000_000, *("y" for _ in names[1:])]) + "\n"
    (cells,) = _read(_file(tmp_path, text.encode()))
    assert (len(cells), len(cells["c0"])) == (5000, 1_000_000)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'Id,Name\n1,"open\n2,b\n', r"line|row 3.*broken"),
        (gzip.compress(b"Id\n" + b"1\n" * 100_000)[:200], "cut short"),
    ],
)
def test_a_broken_table_is_refused(data: bytes, words: str, tmp_path: Path) -> None:
    """A quote that is never closed and a file cut short end the reading, in words."""
    with pytest.raises(SourceError, match=words):
        _read(_file(tmp_path, data))


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\x1f\x8bxx", b"PK\x03\x04\x00\x00"])
def test_what_is_no_table_has_no_headers(data: bytes, tmp_path: Path) -> None:
    """Looking for headers never raises."""
    assert headers(_file(tmp_path, data)) == ()
    assert headers(tmp_path) == ()


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=2), max_size=10))
def test_what_a_table_says_comes_back(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    """Any cells written by the csv module are read as they were; empty ones are left out."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *table])
    path = _file(tmp_path_factory.mktemp("t"), file.getvalue().encode())
    wanted = [{name: cell for name, cell in zip("ab", cells, strict=True) if cell} for cells in table]
    assert _read(path) == [cells for cells in wanted if cells]
