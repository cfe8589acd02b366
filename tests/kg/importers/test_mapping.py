"""Mapping files: what they may say, and how the values of a field are found."""

from __future__ import annotations

from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.mapping import FieldMap, heading, parse, read_mapping, shipped
from hypothesis import given
from hypothesis import strategies as st

LEAST = 'kind = "grant"\nid = "No"\n[fields]\nlabel = "Title"\n'


def test_a_field_is_a_column_or_a_table_of_how_to_read_it() -> None:
    """A bare name, a list of names and a table mean the same where they say the same."""
    mapping = parse(f'{LEAST}title = ["Title"]\ndetail = {{ column = "Title" }}\n', "m.toml")
    assert {field.column for field in mapping.fields.values()} == {("Title",)}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"column": "a", "split": ";"}, ("1", "2")),
        ({"column": ["b", "a"], "split": ";"}, ("x", "1", "2")),
        ({"column": ["none", "b", "a"], "first": True}, ("x",)),
        ({"column": "a", "split": ";", "values": {"1": "one"}}, ("one", "2")),
        ({"column": "a", "split": ";", "values": {"1": "one"}, "only_values": True}, ("one",)),
        ({"column": "c", "pattern": r"##\d*\|(\w+)"}, ("Ada", "Bo")),
        ({"column": "d", "longest": 12}, ("some words ...",)),
        ({"column": "none"}, ()),
    ],
)
def test_the_values_of_a_field(said: dict[str, object], found: tuple[str, ...]) -> None:
    """Columns are parted, pieces taken, and words put into ours, as the mapping says."""
    cells = {"a": ("1; 2;",), "b": ("x",), "c": ("##1|Ada|x##2|Bo##broken",), "d": ("some words that go on",)}
    assert FieldMap.model_validate(said).texts(cells) == found


@given(st.text(max_size=20))
def test_a_heading_of_a_heading_is_itself(name: str) -> None:
    """Two spellings of a column's name are one, however often they are compared."""
    assert heading(heading(name)) == heading(f" {name.upper()}  ".lower()) == heading(name.lower())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind =", "no TOML"),
        (LEAST.replace("grant", "cheese"), "no kind of record: use one of"),
        (LEAST.replace("label", "colour"), "has no field 'colour': use one of"),
        (LEAST + "detail = { colum = 'x' }\n", "fields.detail.colum"),
        (LEAST.replace('id = "No"\n', ""), "id: Field required"),
        (f"fixed = {{ colour = 'red' }}\n{LEAST}", "has no field 'colour'"),
        (LEAST + "detail = { column = 'x', pattern = '(' }\n", "no regular expression"),
        (LEAST + "detail = { column = 'x', pattern = 'x' }\n", "one pair of brackets"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(text: str, words: str) -> None:
    """An error names the file, the key, and what may stand there."""
    with pytest.raises(SourceError, match=r"m\.toml") as raised:
        parse(text, "m.toml")
    assert words in str(raised.value)


def test_a_mapping_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A wrong name and a file that is no text are errors in words."""
    with pytest.raises(SourceError, match="no such mapping file"):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "m.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="cannot be read"):
        read_mapping(tmp_path / "m.toml")


def test_the_shipped_mappings_can_be_told_apart() -> None:
    """Each is of a reference collection, and none recognises what is another's."""
    found = shipped()
    assert {"cat", "cirm", "cordis", "nih-reporter", "swecris", "trial-texts"} <= set(found)
    for name, one in found.items():
        assert one.collection
        assert one.recognise
        assert [
            other for other, two in found.items() if other != name and set(two.recognise) <= set(one.recognise)
        ] == []
