"""The guide to search inside SPARQL tells the truth: its examples answer what it shows, and it leaves out no property."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from atmp.kg.examples import guided
from atmp.kg.sparql.answer import answer
from atmp.kg.viewer import PUBLIC
from atmp.ontology.files import FOLDER, search_file, search_guide
from atmp.ontology.lexicon import SEARCH
from atmp.search.clause import ASKS, GIVES

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

_BLOCK = re.compile(r"```sparql\n(.*?)```\n(?:\n```csv\n(.*?)```\n)?", re.DOTALL)
_RULES = ("definitions", "echoes", "examples", "labels", "spelling")


def made(folder: Path) -> Atlas:
    """Return the demonstration as a reader has it, with the packaged model."""
    from atmp.api.atlas import Atlas
    from atmp.api.demonstration import prepare_demo

    atlas = Atlas.create(folder / "demo.atlas")
    prepare_demo(atlas, agent="test", progress=lambda *_: None)
    atlas.finder.index()
    return atlas


def shown(atlas: Atlas, query: str) -> str:
    """Return the answer to a query as the guide shows it."""
    given = answer(atlas.view(PUBLIC), query, atlas.services).serialise("text/csv")
    return given.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """Return the demonstration, for reading."""
    found = made(tmp_path_factory.mktemp("guide"))
    yield found
    found.close()


def test_every_example_answers_what_the_guide_shows(atlas: Atlas) -> None:
    """Ten of them, each with its question and its answer over the demonstration."""
    blocks = _BLOCK.findall(search_guide().read_text(encoding="utf-8"))
    assert [query for query, _ in blocks] == [query for _, query in guided()]
    assert len(blocks) == 10
    for query, said in blocks:
        assert shown(atlas, query) == said, query


def test_the_guide_and_the_vocabulary_name_every_property() -> None:
    """What a clause takes is written about and defined, and nothing else is."""
    said = set(re.findall(r"search:(\w+)", search_guide().read_text(encoding="utf-8")))
    store = ox.Store()
    store.load(path=str(search_file()), format=ox.RdfFormat.TURTLE)
    subjects = {quad.subject.value for quad in store}
    defined = {iri.removeprefix(SEARCH) for iri in subjects if iri.startswith(SEARCH)}
    assert said == defined == {*ASKS, *GIVES}


@pytest.mark.parametrize("rule", _RULES)
def test_the_vocabulary_keeps_the_rules_of_the_ontology(rule: str) -> None:
    """Labels and definitions in both languages, an example and a source, spelled as the ontology's are."""
    store = ox.Store()
    text = search_file().read_text(encoding="utf-8").replace("a rdf:Property", "a owl:ObjectProperty")
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    assert [[str(term) for term in row] for row in store.query((FOLDER / "checks" / f"{rule}.rq").read_text())] == []


if __name__ == "__main__":  # a maintainer's command: write the answers that the examples give into the guide
    import tempfile

    with tempfile.TemporaryDirectory() as where:
        atlas_ = made(Path(where))
        text = search_guide().read_text(encoding="utf-8")
        filled = _BLOCK.sub(lambda one: f"```sparql\n{one[1]}```\n\n```csv\n{shown(atlas_, one[1])}```\n", text)
        search_guide().write_text(filled, encoding="utf-8")
        atlas_.close()
