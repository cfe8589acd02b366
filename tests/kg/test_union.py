"""Unions: whoever reads an older open answer and a later closed one sees the later; each one's readers see theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.load import load
from atmp.kg.records import Product
from atmp.kg.store import Store
from atmp.kg.validate import check
from atmp.kg.viewer import OWNER, PUBLIC, Viewer
from atmp.ontology.vocabulary import iri_of

Survey = Callable[..., Path]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4", "Vectors": "AAV9"}
LATER = {"Round": "2027", "Date": "2026-06-01", "Tier": "internal"}


def _product(store: Store, viewer: Viewer) -> Product:
    (found,) = store.view(viewer).records("product")
    assert isinstance(found, Product)
    return found


def _facts(store: Store, viewer: Viewer) -> set[str]:
    return {str(quad) for quad in store.view(viewer).engine.oxigraph}


def _fresh(store: Store, viewer: Viewer) -> set[str]:
    with Store.open(store.path) as again:
        return _facts(again, viewer)


@pytest.fixture
def asked_twice(store: Store, survey: Survey) -> Store:
    """Return a store with a public answer and a later, internal one, read before and in between."""
    load(store, survey(Projects=[PROJECT]), agent="test")
    assert _product(store, OWNER).atmp_class == iri_of("class", "GTMP")
    changed = PROJECT | {"ATMP class": "TEP", "Vectors": "AAV2"}
    load(store, survey(LATER, Projects=[changed]), agent="test")
    return store


def test_whoever_reads_both_sees_the_later(asked_twice: Store) -> None:
    """Of a value and of a list; the public still sees what was said to it, and nothing is at fault."""
    owner, public = _product(asked_twice, OWNER), _product(asked_twice, PUBLIC)
    assert (owner.atmp_class, owner.vectors) == (iri_of("class", "TEP"), (iri_of("vector", "aav2"),))
    assert (public.atmp_class, public.vectors) == (iri_of("class", "GTMP"), (iri_of("vector", "aav9"),))
    assert [one for one in check(asked_twice.view(OWNER)) if "more than one" in one.message] == []


def test_an_engine_that_was_brought_forward_is_as_a_new_one(asked_twice: Store, survey: Survey) -> None:
    """Also where the later answer goes again: the earlier one is back."""
    assert _facts(asked_twice, OWNER) == _fresh(asked_twice, OWNER)
    load(
        asked_twice,
        survey(LATER, Projects=[PROJECT | {"ATMP class": "", "Vectors": ""}]),
        agent="test",
        keep_going=True,
    )
    load(asked_twice, survey(LATER, Projects=[PROJECT | {"Project id": "P02"}]), agent="test")
    assert _facts(asked_twice, OWNER) == _fresh(asked_twice, OWNER)
    view = asked_twice.view(OWNER)
    (first,) = (one for one in view.records("product") if one.identifier == "P01")
    assert isinstance(first, Product)
    assert (first.atmp_class, first.vectors) == (iri_of("class", "GTMP"), (iri_of("vector", "aav9"),))


def test_a_past_revision_is_as_it_was(asked_twice: Store) -> None:
    """Before the later answer came, the owner saw the earlier one."""
    before = asked_twice.view(OWNER, at=1)
    (found,) = before.records("product")
    assert isinstance(found, Product)
    assert found.atmp_class == iri_of("class", "GTMP")
