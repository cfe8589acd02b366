"""The same disease by another modality, and the reverse."""

from __future__ import annotations

import pytest
from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.ontology.terms import OBO
from atmp.search.aspect import platforms
from atmp.search.finder import Finder

from .conftest import iri, project, write

AAV9, MSC, IPSC = f"{ATMP}vector-aav9", f"{ATMP}cell-msc", f"{ATMP}cell-ipsc"
EPILEPSY, RETINA, LEBER = f"{OBO}MONDO_0005027", f"{OBO}MONDO_0019118", f"{OBO}MONDO_0018998"
"""The third stands below the second."""


@pytest.fixture
def known(store: Store, finder: Finder) -> Finder:
    """Projects on one disease, one below it and another one, by two modalities; one says neither."""
    made = {
        "A1": project("A1", "One", "Text.", vectors=(AAV9,), indications=(RETINA,)),
        "A2": project("A2", "Two", "Text.", cell_sources=(MSC,), indications=(LEBER,)),
        "A3": project("A3", "Three", "Text.", vectors=(AAV9,), indications=(EPILEPSY,)),
        "A4": project("A4", "Four", "Text.", cell_sources=(IPSC,), vectors=(AAV9,), indications=(LEBER,)),
        "A5": project("A5", "Five", "Text."),
    }
    write(store, made, key="aspect")
    finder.index()
    return finder


def found(finder: Finder, key: str, **asked: tuple[str, ...]) -> set[str]:
    """Return the ids of what is like a project, of the projects of these tests."""
    hits = finder.similar(PUBLIC, to=[iri("project", key)], limit=100, **asked).hits  # type: ignore[arg-type]
    return {hit.identifier for hit in hits if hit.identifier.startswith("A")}


@pytest.mark.parametrize(
    ("key", "same", "other", "ids"),
    [
        ("A1", ("indication",), (), {"A2", "A4"}),
        ("A1", ("indication",), ("modality",), {"A2"}),
        ("A1", ("modality",), (), {"A3", "A4"}),
        ("A1", ("modality",), ("indication",), {"A3"}),
        ("A1", (), ("indication",), {"A3"}),
        ("A2", ("indication",), (), {"A4"}),
        ("A2", (), ("indication",), {"A3"}),
        ("A2", (), ("modality",), {"A1", "A3", "A4"}),
        ("A1", ("indication", "modality"), (), {"A4"}),
    ],
)
def test_same_and_other(known: Finder, key: str, same: tuple[str, ...], other: tuple[str, ...], ids: set[str]) -> None:
    """What stands below a disease is the same, what stands above it neither; whoever says nothing is neither."""
    assert found(known, key, same=same, other=other) == ids


def test_a_text_is_compared_by_what_it_names(known: Finder) -> None:
    """An abstract names diseases and vectors as a record does."""
    hits = known.similar(
        PUBLIC, text="AAV9 for inherited retinal dystrophy", same=["indication"], other=["modality"]
    ).hits
    assert {"A2"} <= {hit.identifier for hit in hits}
    assert not {"A1", "A3", "A4"} & {hit.identifier for hit in hits}


@pytest.mark.parametrize(
    ("key", "asked", "words"),
    [
        ("A1", {"same": ("modality",), "other": ("modality",)}, "the modality cannot be the same and another"),
        ("A1", {"same": ("colour",)}, "'colour' cannot be compared: say indication or modality"),
        ("A5", {"same": ("indication",)}, "the examples say nothing of their indication"),
        ("A5", {"other": ("modality",)}, "the examples say nothing of their modality"),
    ],
)
def test_what_cannot_be_compared_is_an_error(
    known: Finder, key: str, asked: dict[str, tuple[str, ...]], words: str
) -> None:
    """It says what to do otherwise."""
    with pytest.raises(UsageError, match=words):
        found(known, key, **asked)


def test_a_modality_is_the_platform_of_vector_and_cell() -> None:
    """AAV9 is AAV; a platform stands for itself; what says nothing stands for nothing."""
    assert platforms([AAV9, f"{ATMP}platform-aav"]) == {f"{ATMP}platform-aav"}
    assert platforms([f"{ATMP}platform-unknown", RETINA, f"{ATMP}vector-not-applicable"]) == frozenset()
