"""OpenAlex works: publications with an abstract put together again, their authors as literals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.interface import Context, detect
from atmp.kg.importers.openalex import WorksImporter, abstract
from atmp.kg.records import Publication
from hypothesis import given
from hypothesis import strategies as st

WORK = {
    "id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/xyz", "title": "Cells", "display_name": "Cells",
    "publication_date": "2021-05-06", "updated_date": "2024-01-02T03:04:05.6", "type": "article",
    "authorships": [{"author": {"display_name": "Synthetic investigator 01"},
                     "institutions": [{"display_name": "A university", "country_code": "SE"}]}],
    "primary_location": {"source": {"display_name": "A journal"}}, "keywords": [{"display_name": "GvHD"}],
    "abstract_inverted_index": {"Cells": [0, 2], "calm": [1]},
}  # fmt: skip


def _file(folder: Path, said: object) -> Path:
    path = folder / "works.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "wrapped", [{"meta": {"count": 1}, "results": [WORK]}, [WORK], WORK], ids=["page", "list", "one"]
)
def test_a_work_is_a_publication(wrapped: object, tmp_path: Path, context: Context) -> None:
    """In any wrapping a work keeps its text, DOI, venue, date, people and disease."""
    path = _file(tmp_path, wrapped)
    assert detect(path).name == "openalex"
    reading = WorksImporter().read(path, context)
    (row,) = reading.rows
    (work,) = row.records
    assert isinstance(work, Publication)
    assert (reading.source.stated, work.iri) == (date(2024, 1, 2), "https://w3id.org/atmp/id/publication/W1")
    assert (work.label, work.description, work.venue) == ("Cells", "Cells calm Cells", "A journal")
    assert (work.doi, work.published, work.countries) == ("https://doi.org/10.1000/xyz", date(2021, 5, 6), ("SE",))
    assert (work.authors, work.institutions) == (("Synthetic investigator 01",), ("A university",))
    assert work.indications == ("http://purl.obolibrary.org/obo/MONDO_0013730",)


def test_a_work_may_say_little(tmp_path: Path, context: Context) -> None:
    """Nulls are as absent; a work without an id, or twice, is a violation."""
    bare = {
        "id": "https://openalex.org/W2",
        "title": None,
        "authorships": None,
        "primary_location": None,
        "display_name": "x",
    }
    rows = list(WorksImporter().read(_file(tmp_path, [bare, bare, {"authorships": []}]), context).rows)
    assert [len(row.records) for row in rows] == [1, 0, 0]
    assert ["stands in the file already" in rows[1].findings[0].message, rows[2].findings[0].message] == [
        True,
        "the work has no id",
    ]


@pytest.mark.parametrize("said", [{"results": []}, []])
def test_no_work_is_refused(said: object, tmp_path: Path, context: Context) -> None:
    """An empty page is nothing to load."""
    with pytest.raises(SourceError, match="no work"):
        WorksImporter().read(_file(tmp_path, said), context)


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=5), min_size=1, max_size=30))
def test_an_abstract_comes_back(words: list[str]) -> None:
    """Whatever its words, an abstract is put together in their order."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert abstract(index) == " ".join(words)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("far", [False, True])
def test_another_encoding_is_refused_with_how_to_mend_it(
    encoding: str, far: bool, tmp_path: Path, context: Context
) -> None:
    """JSON is UTF-8: whether the format is told or found out, and wherever the first strange letter stands, that is said."""
    path = tmp_path / "works.json"
    plain = [WORK | {"id": f"https://openalex.org/W{number}"} for number in range(300 if far else 1)]
    path.write_bytes(json.dumps([*plain, WORK | {"title": "Ögat"}], ensure_ascii=False).encode(encoding))
    with pytest.raises(SourceError, match="save it as UTF-8"):
        list(detect(path).read(path, context).rows)
    with pytest.raises(SourceError, match="save it as UTF-8"):
        list(WorksImporter().read(path, context).rows)
