"""REDCap's raw exports: codes become labels, checkboxes one list, and a dictionary that does not fit is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.foreign import Foreign, read_foreign
from atmp.kg.importers.redcap import read_dictionary, unfolded

HEAD = '"Variable / Field Name","Form Name","Field Type","Field Label","Choices, Calculations, OR Slider Labels","Identifier?"\n'
DICTIONARY = HEAD + (
    'record_id,f,text,Record,,\nwelcome,f,descriptive,"<b>Welcome</b>",,\nname,f,text,Name,,y\n'
    'kind,f,radio,Type,"1, Gene | 2, <i>Cells, tissue</i>",\n'
    'tools,f,checkbox,Tools,"1, AAV | -1, None of them | ab, Lenti",\ngmo,f,yesno,GMO,,\n'
)
DATA = "record_id,name,kind,tools___1,tools____1,tools___ab,gmo,f_complete\n1,X,2,1,0,1,1,2\n"


def _table(folder: Path, data: str = DATA, dictionary: str | None = DICTIONARY, nothing: str = "-99") -> Foreign:
    (folder / "data.csv").write_text(data, encoding="utf-8")
    if dictionary is None:
        return unfolded(read_foreign(folder / "data.csv"), None, frozenset())
    (folder / "dict.csv").write_text(dictionary, encoding="utf-8")
    return unfolded(read_foreign(folder / "data.csv"), read_dictionary(folder / "dict.csv"), frozenset({nothing}))


def test_codes_become_labels_and_checkboxes_one_list(tmp_path: Path) -> None:
    """A negative code, a label with commas and HTML, and yes or no are read as the dictionary has them."""
    table = _table(tmp_path)
    assert table.headers == ("record_id", "name", "kind", "tools", "gmo", "f_complete")
    (line,) = table.lines
    assert line.cells["kind"] == ("Cells, tissue",)
    assert (line.cells["tools"], line.cells["gmo"]) == (("AAV", "Lenti"), ("Yes",))
    assert (table.private, table.findings) == (frozenset({"name"}), ())


@pytest.mark.parametrize(
    ("old", "new", "words", "place"),
    [
        (",X,2,", ",X,7,", "the code '7' is not among the choices", "data.csv, row 2, column kind"),
        (",1,0,1,1,", ",maybe,0,1,1,", "neither ticked nor not", "data.csv, row 2, column tools___1"),
        ("tools___ab", "tools___zz", "'zz' is not among the choices", "data.csv, row 1, column tools___zz"),
        ("gmo", "extra", "in the data, and not in the dictionary", "data.csv, row 1, column extra"),
        ("gmo", "extra", "in the dictionary, and not in the data", "dict.csv, row 7, column Variable / Field Name"),
    ],
)
def test_a_dictionary_that_does_not_fit_is_said(old: str, new: str, words: str, place: str, tmp_path: Path) -> None:
    """Each with its file, row and column."""
    table = _table(tmp_path, DATA.replace(old, new))
    assert (place, True) in [(str(finding.place), words in finding.message) for finding in table.findings]


def test_a_code_for_missing_data_says_nothing(tmp_path: Path) -> None:
    """It is neither a value nor a finding."""
    table = _table(tmp_path, DATA.replace(",X,2,", ",X,-99,"))
    assert ("kind" in table.lines[0].cells, table.findings) == (False, ())


def test_a_dictionary_of_something_else_is_refused(tmp_path: Path) -> None:
    """One without a variable in common, one that is no dictionary, an empty one and a missing one are named as such."""
    with pytest.raises(SourceError, match=r"dict\.csv does not fit"):
        _table(tmp_path, "a,b\n1,2\n")
    with pytest.raises(SourceError, match="no data dictionary of REDCap"):
        _table(tmp_path, dictionary="a,b\n1,2\n")
    with pytest.raises(SourceError, match="has no rows"):
        _table(tmp_path, dictionary=HEAD)
    with pytest.raises(SourceError, match="no such data dictionary"):
        read_dictionary(tmp_path / "none.csv")


def test_checkboxes_come_together_without_a_dictionary(tmp_path: Path) -> None:
    """Under their codes, or under the labels that an export with labels has in its headers."""
    table = _table(tmp_path, 'id,tools___1,tools___2,"Help? (choice=A slot)"\n1,1,0,Checked\n', None)
    assert (table.texts("tools"), table.texts("Help?")) == (["1"], ["A slot"])
