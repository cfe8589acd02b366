"""A centre's own table as a survey: its rows become the survey's, and findings point at its own cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.findings import Finding, Severity
from atmp.kg.importers.interface import Context, chosen_importer
from atmp.kg.load import Receipt, load
from atmp.kg.records import ATMP, Need, Person, Product, Project, Record
from atmp.kg.source import Reading
from atmp.kg.store import Store

MAPPING = """
kind = "survey"
centre = "lund"
round = "2026"
date = 2026-10-01
nothing = ["n/a"]
ignore = ["Nonsense"]

[rows.lead]
sheet = "Investigators"
id = "Mail"
digest = true
[rows.lead.columns]
Name = ["First", "Last"]
E-mail = "Mail"

[rows.project]
sheet = "Projects"
id = ["Mail", "Title {n}"]
digest = true
repeat = [1, 2]
[rows.project.columns]
Title = "Title {n}"
"ATMP class" = { column = "Class {n}", values = { "gene" = "GTMP" } }
Stage = "Stage {n}"
Started = { column = "Begun", date = "%d/%m/%Y" }
"Lead investigator ids" = { rows = "lead" }

[rows.need]
sheet = "Needs"
each = { column = "Wants {n}", split = "," }
id = ["Mail", "Title {n}", "{each}"]
digest = true
repeat = [1, 2]
[rows.need.columns]
Category = "{each}"
"Project id" = { rows = "project" }
"""
ROW = {"First": "Synthetic", "Last": "investigator 01", "Mail": "investigator01@example.org", "Begun": "31/12/2020",
       "Title 1": "A gene", "Class 1": "gene", "Stage 1": "4", "Wants 1": "potency-assay, gmp-slot",
       "Title 2": "A tissue", "Class 2": "TEP", "Stage 2": "2", "Wants 2": "", "Colour 1": "", "Colour 2": "blue", "Mood": "n/a",
       "Nonsense": "x", "Phone": "070-000 00 00"}  # fmt: skip


def write(folder: Path, *rows: dict[str, str], mapping: str = MAPPING, separator: str = ",") -> tuple[Path, Path]:
    """Write a table and its mapping."""
    path, by = folder / "own.csv", folder / "own.toml"
    headers = list(dict.fromkeys(name for row in rows for name in row))
    lines = [headers, *([row.get(name, "") for name in headers] for row in rows)]
    path.write_text("".join(separator.join(f'"{cell}"' for cell in line) + "\n" for line in lines), encoding="utf-8")
    by.write_text(mapping, encoding="utf-8")
    return path, by


def _read(paths: tuple[Path, Path], context: Context) -> Reading:
    reading = chosen_importer(paths[0], None, paths[1]).read(paths[0], context)
    return Reading(reading.source, reading.centre, reading.tier, list(reading.rows), reading.findings)


def _all(reading: Reading, kind: type[Record]) -> list[Any]:
    return [record for row in reading.rows for record in row.records if type(record) is kind]


def _findings(reading: Reading) -> list[Finding]:
    return [*reading.findings, *(finding for row in reading.rows for finding in row.findings)]


def _load(store: Store, paths: tuple[Path, Path], **more: Any) -> Receipt:
    return load(store, paths[0], agent="test", mapping=paths[1], **more)


def test_one_row_makes_a_person_projects_and_needs(tmp_path: Path, context: Context) -> None:
    """Several projects a row are several records, each with what its number says, linked to the row's person."""
    reading = _read(write(tmp_path, ROW), context)
    (person,) = _all(reading, Person)
    one, two = _all(reading, Project)
    assert (person.label, person.email) == ("Synthetic investigator 01", "investigator01@example.org")
    assert "investigator01" not in person.iri
    assert [project.label for project in (one, two)] == ["A gene", "A tissue"]
    assert one.lead == two.lead == (person.iri,)
    assert str(one.started) == "2020-12-31"
    assert [product.atmp_class for product in _all(reading, Product)] == [f"{ATMP}class-gtmp", f"{ATMP}class-tep"]
    assert [need.project for need in _all(reading, Need)] == [one.iri, one.iri]
    assert (reading.source.key, str(reading.source.stated)) == ("survey-lund-2026-of-own", "2026-10-01")


def test_what_no_field_takes_is_a_note_but_for_contacts(tmp_path: Path, context: Context) -> None:
    """A column of a number belongs to that project; what is ignored, nothing or a phone number is no note, and said."""
    reading = _read(write(tmp_path, ROW | {"Free": "write to someone@example.org"}), context)
    (person,), (one, two) = _all(reading, Person), _all(reading, Project)
    assert (one.notes, two.notes) == ((), ("Colour 2: blue",))
    assert person.notes == ("Free: write to [left out]",)
    said = [finding for finding in reading.findings if finding.place.column in {"Phone", "Free"}]
    assert [(finding.place.row, finding.severity) for finding in said] == [(1, Severity.INFO), (2, Severity.INFO)]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [("Begun", "soon", "no date"), ("Stage 1", "someday", "not a term"), ("Title 1", "", "the Title is empty"),
     ("Wants 1", "magic", "not a term")],
)  # fmt: skip
def test_findings_stand_at_the_tables_own_cells(
    column: str, cell: str, words: str, tmp_path: Path, context: Context
) -> None:
    """Row and column are those of the file that the centre knows."""
    reading = _read(write(tmp_path, ROW | {column: cell}), context)
    finding = next(finding for finding in _findings(reading) if words in finding.message)
    assert (finding.place.file, finding.place.row, finding.place.column) == ("own.csv", 2, column)


def test_next_years_table_updates_what_it_names_again(tmp_path: Path, store: Store) -> None:
    """The same address and title are the same project, whatever its case and spaces; twice the same changes nothing."""
    assert _load(store, write(tmp_path, ROW)).revision is not None
    assert _load(store, write(tmp_path, ROW)).revision is None
    again = ROW | {"Title 1": "a  Gene", "Stage 1": "5", "Mail": "Investigator01@example.org"}
    receipt = _load(store, write(tmp_path, again), round_="2027")
    assert receipt.records["project"] == 2
    from atmp.kg.viewer import OWNER

    assert len(store.view(OWNER).iris("project")) == 2
    assert len(store.view(OWNER).iris("round")) == 2


def test_rows_of_one_project_come_together(tmp_path: Path, context: Context) -> None:
    """Lists are joined; of two single values the first stands, and the other is said at its cell."""
    more = ROW | {"Title 2": "", "Class 2": "", "Stage 2": "", "Wants 1": "training", "Stage 1": "5"}
    reading = _read(write(tmp_path, ROW, more), context)
    assert len(_all(reading, Project)) == 2
    assert len(_all(reading, Need)) == 3
    (finding,) = [finding for finding in reading.findings if finding.severity is Severity.WARNING]
    assert (finding.place.row, finding.place.column, finding.value) == (3, "Stage 1", "5")


def test_every_missing_column_is_named(tmp_path: Path, context: Context) -> None:
    """The error has all names that the table lacks, and what is nearest to them."""
    row = {name.replace("First", "Firts"): cell for name, cell in ROW.items() if name != "Begun"}
    with pytest.raises(SourceError, match=r"own\.csv, row 1: .*'First' \(did you mean 'Firts'\?\), 'Begun'"):
        _read(write(tmp_path, row), context)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("E-mail = ", "Mail = "), "has no column 'Mail'"),
        (('sheet = "Needs"', 'sheet = "Wishes"'), "has no sheet 'Wishes'"),
        (('rows = "lead"', 'rows = "boss"'), "'boss', which are not there"),
        (('kind = "survey"', 'kind = "survey"\nrounds = 1'), "rounds"),
        (('Name = ["First", "Last"]', "Name = {}"), "name a column"),
        (('kind = "survey"', 'kind = "survey'), "no TOML"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_in_words(
    change: tuple[str, str], words: str, tmp_path: Path, context: Context
) -> None:
    """The file and the place in it are named, and nothing is read."""
    with pytest.raises(SourceError, match=rf"own\.toml.*{words}"):
        _read(write(tmp_path, ROW, mapping=MAPPING.replace(*change)), context)


def test_a_row_that_says_nothing_is_said(tmp_path: Path, context: Context) -> None:
    """Text under a column of no field, in a row that makes nothing, is not lost in silence."""
    reading = _read(write(tmp_path, ROW, {"Mood": "fine"}), context)
    assert [(finding.place.row, finding.place.column) for finding in reading.findings if finding.place.row == 3] == [
        (3, "Mood"), (3, None)
    ]  # fmt: skip


def test_a_need_of_several_projects_is_not_guessed(tmp_path: Path, context: Context) -> None:
    """Where a row makes two projects and one need, whose it is must be said."""
    plain = MAPPING.replace('repeat = [1, 2]\n[rows.need', "[rows.need").replace("Wants {n}", "Wants 1").replace(
        '["Mail", "Title {n}", "{each}"]', '["Mail", "{each}"]'
    )  # fmt: skip
    reading = _read(write(tmp_path, ROW, mapping=plain), context)
    assert any("could belong to any of" in finding.message and finding.severity is Severity.VIOLATION
               for finding in reading.findings)  # fmt: skip
