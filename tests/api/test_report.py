"""The pipeline report: its figures are the catalogue's, it stands alone, and no text in it is taken for a mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from atmp.api.report import SHOWN, render
from atmp.kg.catalogue import question
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.figures import QUESTIONS
from atmp.kg.viewer import OWNER, PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

Run = Callable[..., Any]
Rows = list[list[str]]


class Tables(HTMLParser):
    """The tables of a page, row by row, and its elements."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.found: list[Rows] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cell: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in {"td", "th"}:
            self.cell = ""

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th"} and self.cell is not None:
            self.found[-1][-1].append(self.cell)
            self.cell = None

    def handle_data(self, data: str) -> None:
        """Keep a cell's text."""
        if self.cell is not None:
            self.cell += data


def _markdown_tables(text: str) -> Iterator[Rows]:
    rows: Rows = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            rows.append([re.sub(r"\\(.)", r"\1", cell.strip()) for cell in cells])
        elif rows:
            yield [rows[0], *rows[2:]]
            rows = []


def _tables(form: str, text: str) -> list[Rows]:
    return Tables(text).found if form == "html" else list(_markdown_tables(text))


def _cell(value: object) -> str:
    return "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@pytest.fixture(name="reports", scope="module")
def _reports(served: Atlas) -> dict[str, str]:
    """Return the report of the demonstration, in both forms."""
    return {form: render(served, PUBLIC, form) for form in ("html", "md")}


@pytest.mark.parametrize("form", ["html", "md"])
@pytest.mark.parametrize("name", sorted({*QUESTIONS} - {"classes", "matrix", "stages"}))
def test_a_table_is_the_answer_to_its_question(reports: dict[str, str], served: Atlas, form: str, name: str) -> None:
    """Each table of the report is what the catalogue answers, row by row, or its first rows where it is long."""
    table = question(QUESTIONS[name]).ask(served.view(PUBLIC), served.services, {})
    rows = [[" ".join(_cell(cell).split()) for cell in row] for row in table.rows]
    shown = [found[1:] for found in _tables(form, reports[form])]
    assert rows in shown or rows[:SHOWN] in shown or not rows


@pytest.mark.parametrize("form", ["html", "md"])
def test_classes_and_stages_are_the_catalogues(reports: dict[str, str], served: Atlas, form: str) -> None:
    """Classes and stages are counted as questions 1 and 2 count them, in the table and in words."""
    view, found = served.view(PUBLIC), _tables(form, reports[form])
    classes = {str(name): int(str(count)) for name, count in question(1).ask(view, served.services, {}).rows}
    matrix = next(rows for rows in found if rows[0][0] == "class" and rows[0][-1] == "all")
    assert {row[0]: int(row[-1]) for row in matrix[1:-1]} == classes
    assert matrix[-1][-1] == str(sum(classes.values()))
    for place in range(1, len(matrix[0])):
        assert sum(int(row[place]) for row in matrix[1:-1]) == int(matrix[-1][place])
    stages = question(2).ask(view, served.services, {}).pick("group", "stage", "name", "projects")
    assert [[_cell(cell) for cell in row] for row in stages.rows] in [rows[1:] for rows in found]
    assert f"{sum(classes.values())} projects" in reports[form]
    assert all(f"{count} {name}" in reports[form] for name, count in classes.items())


def test_html_stands_alone(reports: dict[str, str]) -> None:
    """The report as HTML carries its style, and loads and links nothing."""
    page = Tables(reports["html"])
    tags = {tag for tag, _ in page.elements}
    assert {"style", "title", "h1", "table", "svg"} <= tags
    assert not tags & {"script", "link", "img", "iframe", "a", "form", "object"}
    assert not [
        name for _, said in page.elements for name in said if name in {"href", "src", "style"} or name[:2] == "on"
    ]
    assert not re.search(r"@import|url\(", reports["html"])


@pytest.mark.parametrize("form", ["html", "md"])
def test_every_row_has_as_many_cells_as_its_header(reports: dict[str, str], form: str) -> None:
    """No row of any table has a cell too many or too few."""
    found = _tables(form, reports[form])
    assert len(found) >= 8
    assert all(len(row) == len(rows[0]) for rows in found for row in rows)


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_report_says_that_its_data_are_synthetic(reports: dict[str, str], form: str) -> None:
    """A report of synthetic data says so before anything else."""
    assert reports[form].index("Synthetic data.") < reports[form].index("Summary")


@pytest.mark.parametrize("form", ["html", "md"])
def test_no_form_of_the_report_has_contact_details(served: Atlas, form: str) -> None:
    """Not even the owner's report carries e-mail addresses."""
    assert "@" not in re.sub(r"@media[^{]*", "", render(served, OWNER, form))


def test_a_report_of_one_centre_and_of_none(served: Atlas) -> None:
    """The only centre's report says what the report of all says; an unknown centre and form are refused."""
    assert render(served, PUBLIC, "md", centre="lund") == render(served, PUBLIC, "md")
    with pytest.raises(UnknownRecordError):
        render(served, PUBLIC, "md", centre="nowhere")
    with pytest.raises(UsageError):
        render(served, PUBLIC, "pdf")


def test_the_command_writes_what_python_gives(run: Run, reports: dict[str, str], tmp_path: Path) -> None:
    """`atmp report` writes the form that the file's name ends with, and prints nothing on stdout."""
    for form in ("html", "md"):
        done = run("report", "--to", str(tmp_path / f"report.{form}"))
        assert (done.code, done.out) == (0, "")
        assert (tmp_path / f"report.{form}").read_text(encoding="utf-8") == reports[form]


@pytest.mark.parametrize("name", ["x.txt", "x", "x.pdf", "nothing/x.html"])
def test_another_file_is_wrong_usage(run: Run, tmp_path: Path, name: str) -> None:
    """A file that is neither HTML nor Markdown, or in a folder that is not there, ends with 2 and is not written."""
    done = run("report", "--to", str(tmp_path / name))
    assert (done.code, done.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    """A folder in the file's place ends with 2 and in words."""
    (tmp_path / "x.html").mkdir()
    done = run("report", "--to", str(tmp_path / "x.html"))
    assert (done.code, done.out) == (2, "")
    assert "x.html cannot be written (Is a directory)" in done.err
