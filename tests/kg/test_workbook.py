"""The survey workbook: blank with its lists and help, filled from CSV, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from atmp.kg import workbook
from atmp.kg.errors import SourceError, UsageError
from atmp.kg.findings import Severity
from atmp.kg.guide import GUIDES, LEVELS
from atmp.kg.importers.columns import FIELDS, SHEETS, SURVEY, Sort
from atmp.kg.load import load
from atmp.kg.records import ATMP, PROV
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER
from atmp.kg.workbook import LISTS, blank, fill, level, write
from atmp.ontology.vocabulary import read_vocabulary, vocabulary

DATA = Path(__file__).parents[2] / "data"
FOLDER, FILLED = DATA / "demo" / "lund-survey", DATA / "demo" / "lund-survey.xlsx"
OF_THE_FILE = {f"{ATMP}file", f"{ATMP}contentDigest", f"{PROV}generatedAtTime"}
"""What two files that say the same differ in: their own names, digests and times of loading."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the blank workbook, opened."""
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    blank(path)
    return openpyxl.load_workbook(path)


def _listed(book: Any, name: str) -> list[str]:
    """Return the terms of a named range."""
    sheet, cells = book.defined_names[name].attr_text.split("!")
    return [row[0].value for row in book[sheet][cells.replace("$", "")]]


def _rules(book: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield each drop-down with its sheet and the header it stands under, or the field it stands beside."""
    for name in (SURVEY, *SHEETS):
        sheet = book[name]
        for rule in sheet.data_validations.dataValidation:
            first = next(iter(rule.sqref.ranges))
            row, column = (first.min_row, 1) if name == SURVEY else (1, first.min_col)
            yield name, sheet.cell(row, column).value.rstrip("*"), rule


def test_the_blank_workbook_has_its_sheets_in_order(book: Any) -> None:
    """Guide first, then the survey and its five sheets; the lists stand on a sheet that is hidden."""
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == ["Guide", SURVEY, *SHEETS]
    assert list(SHEETS) == ["Projects", "Investigators", "Organisations", "Needs", "Capabilities"]
    assert book[LISTS].sheet_state == "hidden"


def test_the_guide_speaks_of_ids_lists_and_who_sees_it(book: Any) -> None:
    """Whoever opens the workbook reads first how it is filled in."""
    words = {row[0].value: row[1].value for row in book["Guide"].iter_rows()}
    assert {"How to fill it in", "Ids", "What is required", "Lists", "Several values", "Who sees it"} <= set(words)
    assert all(len(text) > 20 for text in words.values())


@pytest.mark.parametrize("name", SHEETS)
def test_headers_are_those_that_are_read_and_say_what_belongs_there(name: str, book: Any) -> None:
    """Each column has its header, a star where it is required, and its help as a comment."""
    heads = book[name][1]
    wanted = [column.header + ("*" if column.required else "") for column in SHEETS[name]]
    assert [head.value for head in heads] == wanted
    for head, column in zip(heads, SHEETS[name], strict=True):
        assert column.help in head.comment.text
        assert column.sort.value in head.comment.text


def test_the_fields_of_the_survey_have_their_help(book: Any) -> None:
    """Centre, round, date and tier are asked for beside a comment each."""
    fields = [(row[0].value.rstrip("*"), row[0].comment.text) for row in book[SURVEY].iter_rows(min_row=2)]
    assert [field for field, _ in fields] == [column.header for column in FIELDS]
    assert all(column.help in text for (_, text), column in zip(fields, FIELDS, strict=True))


def test_every_column_of_terms_has_a_drop_down_of_its_scheme(book: Any) -> None:
    """Drop-downs of terms name a range, so that no rule holds a list; another word is allowed, and only told.

    Where a cell takes several terms the list is offered as well, and several of them are not complained of.
    """
    wanted = {
        (name, column.header, f"list_{(column.scheme or '').replace('-', '_')}")
        for name, columns in {SURVEY: FIELDS, **SHEETS}.items()
        for column in columns
        if column.sort in {Sort.CONCEPT, Sort.CONCEPTS}
    }
    several = {column.header for columns in SHEETS.values() for column in columns if column.sort is Sort.CONCEPTS}
    terms = [(name, header, rule) for name, header, rule in _rules(book) if not rule.formula1.startswith('"')]
    assert {(name, header, rule.formula1) for name, header, rule in terms} == wanted
    assert {rule.errorStyle for *_, rule in terms} == {"information"}
    assert {rule.formula1 for *_, rule in terms} <= set(book.defined_names)
    assert {header for _, header, rule in terms if not rule.showErrorMessage} == several
    assert [word for *_, rule in terms for word in _listed(book, rule.formula1) if ";" in word] == []


def test_no_list_within_a_rule_holds_terms_of_a_scheme(book: Any) -> None:
    """Only yes, no and unknown are short enough to stand within a rule."""
    inline = {(header, rule.formula1) for _, header, rule in _rules(book) if rule.formula1.startswith('"')}
    asked = {
        column.header for columns in (FIELDS, *SHEETS.values()) for column in columns if column.sort is Sort.YES_NO
    }
    assert inline == {(header, '"yes,no,unknown"') for header in asked}


@pytest.mark.parametrize("name", vocabulary().schemes)
def test_a_list_holds_its_schemes_terms_and_each_is_read_back(name: str, book: Any) -> None:
    """What can be chosen is what the scheme has, but for groups of stages, and choosing it means that very term."""
    known = vocabulary()
    offered = _listed(book, f"list_{name.replace('-', '_')}")
    read = [known.find(label, name) for label in offered]
    terms = [concept.iri for concept in known.schemes[name].concepts]
    left_out = set(terms) - {concept.iri for concept in read if concept}
    assert [concept.iri for concept in read if concept] == [iri for iri in terms if iri not in left_out]
    assert len(set(offered)) == len(offered)
    assert bool(left_out) == (name == "stage")


def test_the_ranges_stand_on_the_hidden_sheet(book: Any) -> None:
    """No named range points anywhere else, and each stands under its scheme's name."""
    places = {name: book.defined_names[name].attr_text for name in book.defined_names}
    assert {place.split("!")[0] for place in places.values()} == {LISTS}
    heads = {f"list_{cell.value.replace('-', '_')}" for cell in book[LISTS][1]}
    assert heads == set(places)


def test_the_blank_workbook_has_nothing_to_load(store: Store) -> None:
    """Loading it says so in words, whether the centre is named or not, and changes nothing."""
    for centre in (None, "lund"):
        with pytest.raises(SourceError, match="every sheet is empty: there is nothing to load"):
            load(store, DATA / "survey" / "blank-survey.xlsx", agent="test", centre=centre)
    assert store.revision() == 0


def test_a_row_that_is_filled_in_by_hand_loads(store: Store, tmp_path: Path) -> None:
    """The blank workbook with one project, its cells chosen from the lists, loads without a warning about them."""
    path = tmp_path / "mine.xlsx"
    blank(path)
    mine = openpyxl.load_workbook(path)
    said = {"Centre": "lund", "Round": "2026", "Date": "2026-02-01"}
    for row in mine[SURVEY].iter_rows(min_row=2):
        row[1].value = said.get(row[0].value.rstrip("*"))
    for at, column in enumerate(SHEETS["Projects"], start=1):
        chosen = _listed(mine, f"list_{column.scheme.replace('-', '_')}")[1] if column.scheme else None
        words = {"Project id": "P01", "Title": "A therapy", "Description": "What it is.", "Indication": "A disease"}
        mine["Projects"].cell(2, at).value = None if column.scheme == "tier" else words.get(column.header, chosen)
    mine.save(path)
    receipt = load(store, path, agent="test")
    warned = [one.message for one in receipt.findings if one.severity is not Severity.INFO]
    lead, contradicted = sorted(warned, key=len)
    assert lead == "Nobody is named as leading this project: name a lead investigator."
    assert "which points to a gene therapy" in contradicted  # the first terms of the lists do not go together
    assert (receipt.revision, receipt.records["project"]) == (1, 1)


def test_two_runs_give_the_same_bytes_as_the_files_that_ship(tmp_path: Path) -> None:
    """The blank and the filled workbook are made anew byte by byte."""
    made = [tmp_path / f"{number}.xlsx" for number in range(4)]
    blank(made[0])
    blank(made[1])
    fill(made[2], FOLDER)
    fill(made[3], FOLDER)
    assert made[0].read_bytes() == made[1].read_bytes() == (DATA / "survey" / "blank-survey.xlsx").read_bytes()
    assert made[2].read_bytes() == made[3].read_bytes() == FILLED.read_bytes()


def test_the_demonstrations_workbook_and_its_folder_say_the_same(tmp_path: Path) -> None:
    """The survey as one workbook and as CSV sheets gives the same facts, rows and places included."""
    found = []
    for path in (FILLED, FOLDER):
        with Store.create(tmp_path / f"{path.name}.atlas") as store:
            load(store, path, agent="test", tier=Tier.PUBLIC)
            lines = (line.decode() for line in store.view(OWNER).nquads())
            found.append([line for line in lines if line.split(" ")[1].strip("<>") not in OF_THE_FILE])
    assert found[0] == found[1]
    assert len(found[0]) > 5000


def test_the_workbook_after_the_folder_changes_no_record(store: Store) -> None:
    """Loading one after the other is the same source again: only what is said of the file itself is new."""
    load(store, FOLDER, agent="test")
    load(store, FILLED, agent="test")
    changed = {line.line.split(" ")[1].strip("<>") for line in store.changes(1)}
    assert changed <= OF_THE_FILE
    assert len(store.view(OWNER).records("project")) == 23


@pytest.mark.parametrize("language", ["en", "sv"])
def test_how_much_a_column_is_wanted_is_said_in_colour_and_in_words(language: str, tmp_path: Path) -> None:
    """Each header has the colour of its level, which the guide shows, and its comment opens with the level's name."""
    write(tmp_path / "new.xlsx", {}, language)
    made = openpyxl.load_workbook(tmp_path / "new.xlsx")
    names = dict(LEVELS[language].values())
    colours = {row[0].value: row[0].fill.fgColor.rgb for row in made["Guide"].iter_rows() if row[0].value in names}
    assert len(set(colours.values())) == len(names) == 3
    for sheet, columns in SHEETS.items():
        for head, column in zip(made[sheet][1], columns, strict=True):
            name = LEVELS[language][level(column)][0]
            assert head.comment.text.startswith(f"{name}. ")
            assert head.fill.fgColor.rgb == colours[name]


def test_a_swedish_workbook_speaks_swedish(tmp_path: Path) -> None:
    """Guide, definitions, lists, and yes and no are Swedish; headers stay, for they are what is read."""
    write(tmp_path / "ny.xlsx", {}, "sv")
    made = openpyxl.load_workbook(tmp_path / "ny.xlsx")
    assert made["Guide"]["A2"].value == "Så fyller du i den"
    heads = {cell.value: cell.comment.text for cell in made["Projects"][1]}
    assert heads["Vectors"] == "Frivillig. vektor: Det som bär genetiskt material i en produkt. (några ur listan)"
    assert "svarade" in _listed(made, "list_response_outcome")
    assert '"ja,nej,okänt"' in {rule.formula1 for *_, rule in _rules(made)}
    assert {name for name in ("en", "sv") if set(GUIDES[name]) & set(GUIDES["en"])} == {"en"}


def test_a_definition_stands_beside_the_help(book: Any) -> None:
    """An English header explains the column, and gives the ontology's definition of what it says."""
    text = next(cell.comment.text for cell in book["Projects"][1] if cell.value == "Vectors")
    assert text.splitlines()[1] == "vector: What carries genetic material in a product."


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder that is not there is an error in words."""
    with pytest.raises(UsageError, match="cannot be written"):
        blank(tmp_path / "nowhere" / "blank.xlsx")


def test_a_deprecated_term_is_in_no_list(outdated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drop-downs hold what replaces it, and not the deprecated term."""
    monkeypatch.setattr(workbook, "vocabulary", lambda: read_vocabulary(outdated))
    blank(tmp_path / "book.xlsx")
    listed = _listed(openpyxl.load_workbook(tmp_path / "book.xlsx"), "list_vector")
    assert "AAV9" in listed
    assert "ninth adeno vector" not in listed
