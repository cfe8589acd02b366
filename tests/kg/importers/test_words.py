"""Other, unknown and not applicable are answers in every column, and are counted; they are no words without a term."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.importers.columns import SHEETS, Sort
from atmp.kg.importers.words import OPEN, fallback, open_answer
from atmp.kg.load import load
from atmp.kg.openness import open_answers
from atmp.kg.requests import requests
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from atmp.ontology.vocabulary import vocabulary

PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
ROWS = {
    "Projects": PROJECT,
    "Investigators": {"Investigator id": "I01", "Name": "Synthetic investigator 01"},
    "Organisations": {"Organisation id": "O01", "Name": "A laboratory"},
    "Needs": {"Need id": "N1", "Project id": "P01", "Category": "potency-assay"},
    "Capabilities": {"Capability id": "C1", "Provider id": "O01", "Category": "potency-assay"},
}
LINKS = {"Project id", "Provider id", "Tier"}  # what a record cannot be without, and who may see it
ASKED = [
    (sheet, column)
    for sheet, columns in SHEETS.items()
    for column in columns
    if column.header not in LINKS | {columns[0].header} and column.sort is not Sort.TEXT
]
Survey = Callable[..., Path]


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("word", ["Other", "unknown", "Not applicable", "annat", "Vet ej", "ej tillämpligt"])
def test_an_answer_without_a_value_is_an_answer(word: str, sheet: str, store: Store, survey: Survey) -> None:
    """In every column that is not free text it loads without a warning, is counted once, and asks for no term."""
    headers = [column.header for asked, column in ASKED if asked == sheet]
    answered = {sheet: [ROWS[sheet] | dict.fromkeys(headers, word)]}
    receipt = load(store, survey(**({name: [row] for name, row in ROWS.items()} | answered)), agent="test")
    assert [one for one in receipt.findings if one.place.sheet == sheet and one.value and not one.constraint] == []
    rows = open_answers(store.view(OWNER)).rows
    needless = word in {"Not applicable", "ej tillämpligt"} and "Platforms" in headers  # there it means any platform
    assert sum(int(str(count)) for row in rows for count in row[1:]) == len(headers) - needless, rows
    assert requests(store.view(OWNER)) == []


def test_words_that_only_hold_an_open_word_are_none(store: Store, survey: Survey) -> None:
    """`Other: a gel` is words that wait for a term; the `other` that stands for them meanwhile is nobody's answer."""
    load(store, survey(Projects=[PROJECT | {"Donor type": "other: a twin"}]), agent="test")
    assert [one.words for one in requests(store.view(OWNER))] == ["other: a twin"]
    assert open_answers(store.view(OWNER)).rows == ()


def test_a_list_takes_its_own_word_first() -> None:
    """Every word for an open answer means it, and every column's list has a term to fall back on."""
    known = vocabulary()
    assert {open_answer(word) for word in OPEN} == {"other", "unknown", "not applicable"}
    schemes = {column.scheme for _, column in ASKED if column.scheme}
    assert {scheme for scheme in schemes if fallback(known, scheme) is None} == set()


def test_a_dash_is_no_answer(store: Store, survey: Survey) -> None:
    """What people put into a cell that they leave empty is neither counted nor warned of."""
    receipt = load(store, survey(Projects=[PROJECT | {"GMO": "-", "Vectors": "-", "Started": "-"}]), agent="test")
    assert [one for one in receipt.findings if one.value == "-"] == []
    assert open_answers(store.view(OWNER)).rows == ()
