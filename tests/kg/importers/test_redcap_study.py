"""A longitudinal REDCap study with a repeating form: every sort of field, drafted, loaded, and loaded again next year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.findings import violations
from atmp.kg.importers.foreign import Foreign, read_foreign
from atmp.kg.importers.redcap import read_dictionary, unfolded
from atmp.kg.load import Receipt, load
from atmp.kg.records import Project, StageObservation
from atmp.kg.rounds import closing
from atmp.kg.sketch import sketch
from atmp.kg.sketchtext import text
from atmp.kg.store import Store
from atmp.kg.view import View
from atmp.kg.viewer import OWNER

COLUMNS = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Identifier?,"Branching Logic (Show field only if...)",Matrix Group Name\n'
)
DICTIONARY = COLUMNS + (
    "record_id,contact,,text,Record ID,,,,\n"
    'welcome,contact,<h2>You</h2>,descriptive,"<p>Thank you, all.</p>",,,,\n'
    "pi_name,contact,,text,Name of the principal investigator,,y,,\n"
    "pi_email,contact,,text,E-mail,,y,,\n"
    "personal_no,contact,,text,National id,,Y,,\n"
    "has_atmp,contact,,yesno,Do you develop an ATMP?,,,,\n"
    "title,project,,text,Project title,,,[has_atmp] = '1',\n"
    "summary,project,,notes,Project description,,,[has_atmp] = '1',\n"
    "kind,project,,radio,ATMP class,\"1, GTMP | 2, TEP | 3, sCTMP\",,[has_atmp] = '1',\n"
    'stage,project,,dropdown,Development stage,"1, basic research or idea | 4, preclinical development | 8, first in human",,,\n'
    "vectors,project,,checkbox,Vectors,\"1, AAV | 2, lentiviral vector | -1, Another one, not listed\",,[kind] = '1',\n"
    "years,project,,calc,Years since the start,\"round(datediff([started], 'today', 'y', 'a | b'), 1)\",,,\n"
    'effort,project,,slider,How much work is it?,"Little | | Much",,,\n'
    'm_space,project,How much do you need?,radio,Clean room,"0, Not at all | 1, Some",,,amount\n'
    'm_assay,project,,radio,Assay,"0, Not at all | 1, Some",,,amount\n'
    'help,project,,checkbox,Support needed,"gmp, GMP manufacturing slot | pot, Potency assay",,,\n'
)
HEAD = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,pi_name,pi_email,personal_no,has_atmp,"
    "contact_complete,title,summary,kind,stage,vectors___1,vectors___2,vectors____1,years,effort,m_space,m_assay,help___gmp,"
    "help___pot,project_complete\n"
)
DATA = HEAD + (
    "1,2025_arm_1,,,Synthetic investigator 01,i1@example.org,19900101-1234,1,2,,,,,,,,,,,,,,\n"
    '1,2025_arm_1,project,1,,,,,,A gene for the eye,"AAV, into the retina",1,4,1,0,1,5.7,80,1,0,1,1,2\n'
    "1,2025_arm_1,project,2,,,,,,A sheet of skin,Cultured skin,2,1,0,0,0,2.5,10,0,0,0,0,2\n"
    "1,2026_arm_1,,,Synthetic investigator 01,i1@example.org,19900101-1234,1,2,,,,,,,,,,,,,,\n"
    '1,2026_arm_1,project,1,,,,,,A gene for the eye,"AAV, into the retina",1,8,1,0,0,6.7,90,1,1,0,1,2\n'
    "2,2025_arm_1,,,Synthetic investigator 02,i2@example.org,,0,2,,,,,,,,,,,,,,\n"
)


def _files(folder: Path, data: str = DATA, dictionary: str = DICTIONARY) -> tuple[Path, Path]:
    (folder / "data.csv").write_text(data, encoding="utf-8")
    (folder / "dict.csv").write_text(dictionary, encoding="utf-8")
    return folder / "data.csv", folder / "dict.csv"


def _table(folder: Path, data: str = DATA, dictionary: str = DICTIONARY) -> Foreign:
    path, known = _files(folder, data, dictionary)
    return unfolded(read_foreign(path), read_dictionary(known), frozenset())


def _drafted(folder: Path, event: str | None = None) -> Path:
    """Return the mapping as it was drafted, of one event where it is named."""
    path, known = _files(folder)
    words = text(sketch(path, known), path.name, folder / "mapping.toml", "en")
    if event:
        words = words.replace("# only = ", "only = ").replace('["2025_arm_1", "2026_arm_1"]', f'["{event}"]')
    (folder / "mapping.toml").write_text(words, encoding="utf-8")
    return folder / "mapping.toml"


def _stages(view: View) -> dict[str | None, str]:
    """Return the latest stage of each project, as its notation."""
    seen = [one for one in view.records("stage-observation") if isinstance(one, StageObservation)]
    latest = {one.project: one.stage or "" for one in sorted(seen, key=lambda one: one.observed or date.min)}
    return {one.identifier: latest[one.iri].rpartition("/stage-")[2] for one in view.records("project")}


def _load(store: Store, folder: Path, event: str | None, year: str) -> Receipt:
    mapping = _drafted(folder, event)
    return load(
        store,
        folder / "data.csv",
        agent="test",
        mapping=mapping,
        centre="lund",
        round_=year,
        stated=date(int(year), 11, 1),
    )


def test_each_sort_of_field_is_read_for_what_it_is(tmp_path: Path) -> None:
    """Matrix and yes or no become labels, a formula and a slider's ends no choices; a title of a form is no column."""
    table = _table(tmp_path)
    first = table.lines[1].cells
    assert (first["m space"], first["m assay"]) == (("Some",), ("Not at all",))
    assert (first["years"], first["effort"]) == (("5.7",), ("80",))
    assert table.lines[0].cells["has atmp"] == ("Yes",)
    assert first["vectors"] == ("AAV", "Another one, not listed")
    assert table.private == {"pi name", "pi email", "personal no"}
    assert {"vectors", "help", "kind", "stage", "m space", "has atmp"} <= table.chosen
    assert table.findings == ()


def test_a_draft_reads_a_repeating_form_and_keeps_choices_whole(tmp_path: Path) -> None:
    """One project an instance; a choice with a comma is one, identifiers are flagged, and events are named to choose from."""
    path, known = _files(tmp_path)
    made = sketch(path, known)
    plans = {plan.sheet: plan for plan in made.plans}
    assert plans["Projects"].id == ("record_id", "redcap_repeat_instance")
    assert plans["Projects"].lines["Vectors"].split is None
    assert (plans["Needs"].each is not None, made.events) == (True, ("2025_arm_1", "2026_arm_1"))
    assert made.contacts == ["personal_no"]
    flagged = {str(row[0]) for row in made.table_of_columns().rows if "identifies" in str(row[3])}
    assert flagged == {"pi_name", "pi_email"}
    assert [name for name in made.notes if name in {"years", "effort", "m_space"}] == ["years", "effort", "m_space"]


def test_each_event_is_a_round(store: Store, tmp_path: Path) -> None:
    """The next year's event updates the same projects, and each year is answered for as it was told."""
    first = _load(store, tmp_path, "2025_arm_1", "2025")
    assert violations(first.findings) == ()
    assert [first.records[kind] for kind in ("project", "person", "need")] == [2, 2, 2]
    assert store.view(OWNER).records("project")[0].as_written == ("Vectors: Another one, not listed",)
    _load(store, tmp_path, "2026_arm_1", "2026")
    now = store.view(OWNER)
    projects = [one for one in now.records("project") if isinstance(one, Project)]
    assert [(one.identifier, one.label) for one in projects] == [
        ("P1-1", "A gene for the eye"), ("P1-2", "A sheet of skin"),
    ]  # fmt: skip
    assert [len(one.lead) for one in projects] == [1, 1]
    assert "Clean room: Some" in "\n".join(projects[0].notes)
    assert [_stages(store.view(OWNER, at=closing(now, "2025"))), _stages(now)] == [
        {"P1-1": "4", "P1-2": "0"}, {"P1-1": "8", "P1-2": "0"},
    ]  # fmt: skip
    assert "19900101" not in b"".join(now.nquads()).decode()


def test_events_read_together_are_said_to_be_that(store: Store, tmp_path: Path) -> None:
    """Where the two tell of one project differently the first stands, and how to read one of them is told."""
    receipt = _load(store, tmp_path, None, "2026")
    assert violations(receipt.findings) == ()
    (stage,) = [one for one in receipt.findings if one.place.column == "stage"]
    assert (str(stage.place), "the first stands" in stage.message) == ("data.csv, row 6, column stage", True)
    assert "only = { redcap_event_name" in (stage.mend or "")


@pytest.mark.parametrize(
    ("old", "new", "words", "place"),
    [
        (",help,project,", ",halp,project,", "'help' is in the data, and not in the dictionary", "data.csv, row 1, column help"),
        ("help,project,,checkbox", "help,project,,text", "'help___gmp' is in the data, and not in the dictionary",
         "data.csv, row 1, column help___gmp"),
        ("pot, Potency assay", "rel, Release assay", "'pot' is not among the choices of 'help'", "data.csv, row 1, column help___pot"),
        ("0, Not at all | 1, Some\",,,amount\nm_assay", "1, Some\",,,amount\nm_assay", "the code '0' is not among the choices",
         "data.csv, row 4, column m_space"),
        ("kind,project,,radio", "kind,project,,calc", None, None),
    ],
)  # fmt: skip
def test_a_dictionary_of_another_day_is_said_at_its_column(
    old: str, new: str, words: str | None, place: str | None, tmp_path: Path
) -> None:
    """A renamed field, one that is of another sort now, a choice that was taken out; a calculated field has no codes."""
    dictionary = DICTIONARY.replace(old.removeprefix(","), new.removeprefix(","), 1)
    assert dictionary != DICTIONARY
    found = [(one.message, str(one.place)) for one in _table(tmp_path, DATA, dictionary).findings]
    if words is None:
        assert found == []
    else:
        assert any(words in message and where == place for message, where in found), found


def test_a_field_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    """It would be read by one of the two: which, nobody has said. A row without a name is passed over."""
    twice = 'kind,project,,radio,ATMP class,"1, TEP",,,\n'
    _, known = _files(tmp_path, dictionary=DICTIONARY + twice.removeprefix("kind"))
    assert read_dictionary(known).variables["kind"].choices["1"] == "GTMP"
    known.write_text(DICTIONARY + twice, encoding="utf-8")
    with pytest.raises(SourceError, match=r"row 18, column .*'kind' stands there twice, first in row 10"):
        read_dictionary(known)
