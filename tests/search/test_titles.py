"""Records asked for by their title in another language."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.search.collection import Document
from atmp.search.titles import judged_titles

_COLUMNS = ("projectId", "projectTitleSv", "projectTitleEn", "projectAbstractEn", "loadedDate", "involvedPeople")


def _grants(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        made = csv.writer(file)
        made.writerow(_COLUMNS)
        made.writerows((*row, "02/16/2024 11:04:40", "") for row in rows)
    return path


def test_the_swedish_title_is_asked_and_the_english_one_with_its_text_is_the_document(tmp_path: Path) -> None:
    """Grants under the same title answer for one another; a title that is the same in both is not asked."""
    path = _grants(
        tmp_path / "grants.csv",
        ("1", "Celler för hornhinnan", "Cells for the cornea", "A sheet is grown."),
        ("2", "Celler till hornhinnan", "Cells for the Cornea", "It is grown again."),
        ("3", "SMART", "SMART", "A name."),
        ("4", "Utan text", "Without a text", ""),
    )
    found = judged_titles(path)
    assert {one.text for one in found.questions} == {"Celler för hornhinnan", "Celler till hornhinnan"}
    ids = {one.title: one.id for one in found.documents or ()}
    assert set(ids) == {"Cells for the cornea", "Cells for the Cornea", "SMART"}
    assert Document(ids["SMART"], "SMART", "A name.") in (found.documents or ())
    assert {id_ for grades in found.judgements.values() for id_ in grades} == {
        ids["Cells for the cornea"],
        ids["Cells for the Cornea"],
    }
    assert all(len(grades) == 2 for grades in found.judgements.values())
    assert not {one.id for one in found.questions} & set(ids.values())


def test_as_many_as_wanted_are_asked_spread_evenly(tmp_path: Path) -> None:
    """All are documents."""
    rows = [(str(n), f"Titel {n}", f"Title {n}", "Text.") for n in range(10)]
    found = judged_titles(_grants(tmp_path / "grants.csv", *rows), 5)
    assert [one.text for one in found.questions] == [f"Titel {n}" for n in range(0, 10, 2)]
    assert len(found.documents or ()) == 10


def test_records_with_one_title_make_no_collection(tmp_path: Path) -> None:
    """It says what is missing."""
    with pytest.raises(SourceError, match="two languages"):
        judged_titles(_grants(tmp_path / "grants.csv", ("1", "", "Only English", "A text.")))
