"""The ontology's files: they parse, are not stale, and keep their rules."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from atmp.kg.records import ATMP, KINDS
from atmp.kg.triples import columns
from atmp.ontology.build import build
from atmp.ontology.files import FOLDER, ontology_files

CHECKS = sorted((FOLDER / "checks").glob("*.rq"))


@pytest.fixture(scope="module")
def ontology() -> ox.Store:
    """Return the ontology and its schemes in one engine."""
    store = ox.Store()
    for name, path in ontology_files():
        if name != "shapes":
            store.load(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_rules_hold(check: Path, ontology: ox.Store) -> None:
    """Every quality rule returns no row."""
    assert [[str(term) for term in row] for row in ontology.query(check.read_text())] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_rules_are_said_in_words(check: Path) -> None:
    """Every quality query opens with its rule."""
    assert check.read_text().startswith("# Rule: ")


def test_a_rule_can_fail(ontology: ox.Store) -> None:
    """The rule on labels finds a class that has none."""
    broken = ox.Store()
    broken.extend(ontology)
    broken.update(f"INSERT DATA {{ <{ATMP}Nameless> a <http://www.w3.org/2002/07/owl#Class> }}")
    rows = list(broken.query((FOLDER / "checks" / "labels.rq").read_text()))
    assert {row["term"].value for row in rows} == {f"{ATMP}Nameless"}


@pytest.mark.parametrize("name", ["schemes.ttl", "context.jsonld"])
def test_generated_files_are_not_stale(name: str) -> None:
    """What is made from the tables equals what stands in the folder."""
    assert (FOLDER / name).read_text(encoding="utf-8") == build()[name], "run python -m atmp.ontology.build"


def test_every_property_of_a_record_is_described(ontology: ox.Store) -> None:
    """A property of ours that records use has a label in the ontology."""
    used = {column.says.property for model in KINDS.values() for column in columns(model)}
    said = {quad.subject.value for quad in ontology.quads_for_pattern(None, None, None, None)}
    assert {iri for iri in used if iri.startswith(ATMP)} - said == set()


def test_every_scheme_that_a_record_names_has_a_shape() -> None:
    """A field that takes a concept is checked against its scheme."""
    shapes = (FOLDER / "shapes.ttl").read_text(encoding="utf-8")
    named = {column.says.scheme for model in KINDS.values() for column in columns(model) if column.says.scheme}
    assert named - set(re.findall(r"sh:hasValue atmp:scheme-([a-z-]+)", shapes)) == set()
