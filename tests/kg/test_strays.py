"""Workbooks of another version or round: said, and loaded as what they are; and nobody is told of what is hidden."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.findings import Finding
from atmp.kg.load import load, prepare
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.kg.workbook import fill

Survey = Callable[..., Path]
NEXT = {"Round": "2027", "Date": "2026-09-01"}
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}


def _said(findings: Any, words: str) -> list[Finding]:
    return [one for one in findings if words in one.message]


@pytest.mark.parametrize(("version", "mend"), [("0", "atmp survey migrate other.xlsx"), ("7", "pip install --upgrade")])
def test_another_version_of_the_columns_is_said(version: str, mend: str, store: Store, survey: Survey) -> None:
    """An older workbook is told how to get today's columns, a newer one asks for a newer program; both load."""
    fill(today := survey().with_suffix(".xlsx"), survey())
    other = today.with_name("other.xlsx")
    with zipfile.ZipFile(today) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"columns version 1", f"columns version {version}".encode()))
    assert _said(prepare(store, today).findings, "columns in version") == []
    (told,) = _said(load(store, other, agent="test").findings, "columns in version")
    assert (f"version {version}, and version 1 is read" in told.message, mend in (told.mend or "")) == (True, True)


def test_an_earlier_round_after_a_later_one_is_said(store: Store, survey: Survey) -> None:
    """Its answers count as the earlier round's, what the later one says stands, and the cell Round has the finding."""
    load(store, survey(), agent="test")
    assert (
        _said(load(store, survey(NEXT, Projects=[PROJECT | {"ATMP class": "TEP"}]), agent="test").findings, "later")
        == []
    )
    (told,) = _said(load(store, survey(), agent="test").findings, "the store has a later round, 2027 of 2026-09-01")
    assert (told.place.sheet, told.place.column) == ("Survey", "Round")
    assert "--to NEW.xlsx --round 2027" in (told.mend or "")
    (product,) = store.view(PUBLIC).records("product")
    assert str(getattr(product, "atmp_class", "")).endswith("tep")


def test_what_a_viewer_may_not_read_moves_no_finding(store: Store, survey: Survey) -> None:
    """Rounds, ids and titles that are hidden are not there for whoever only has a source checked."""
    people = [{"Investigator id": "I1", "Name": "Synthetic investigator 01"}]
    load(store, survey(NEXT | {"Tier": "internal"}, Investigators=people), agent="test")
    asked = survey(Projects=[PROJECT | {"Project id": "P09", "Lead investigator ids": "I1"}])
    owner, public = (list(prepare(store, asked, **seen).findings) for seen in ({}, {"viewer": PUBLIC}))
    assert public == list(prepare(None, asked).findings)
    assert _said(owner, "later round")
    assert _said(public, "I1 is no id of the sheet Investigators")
    assert not _said(owner, "I1 is no id")
