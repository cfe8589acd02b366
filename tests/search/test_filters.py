"""Filters: settled before ranking, in the words of the vocabulary."""

from __future__ import annotations

import pytest
from atmp.kg.errors import UnknownTermError, UsageError
from atmp.kg.viewer import PUBLIC
from atmp.search.filters import Filters
from atmp.search.finder import Finder

TEXT = "cells and genes for patients"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kinds=("project",)), {"P01", "P02"}),
        (Filters(kinds=("trial", "product")), {"NCT1", "NCT2", "M1"}),
        (Filters(classes=("GTMP",)), {"P02"}),
        (Filters(stages=("clinical",)), {"P01"}),
        (Filters(stages=("4",)), set()),
        (Filters(vectors=("AAV",)), {"P02", "M1"}),
        (Filters(vectors=("AAV9",)), set()),
        (Filters(cells=("pluripotent stem cell",)), {"P01"}),
        (Filters(indications=("Parkinson disease",)), {"P01"}),
        (Filters(indications=("basal ganglia disorder",)), {"P01"}),
        (Filters(centres=("lund",)), {"P01", "P02"}),
        (Filters(kinds=("project",), vectors=("AAV",)), {"P02"}),
    ],
)
def test_only_what_passes_is_found_and_narrower_concepts_count(
    finder: Finder, filters: Filters, expected: set[str]
) -> None:
    """AAV finds AAV2, clinical finds stage 8, and only the latest stage counts."""
    assert {hit.identifier for hit in finder.search(PUBLIC, TEXT, filters).hits} == expected


def test_a_centre_of_which_there_is_nothing_is_said(finder: Finder) -> None:
    """Nothing would be found: whoever asks is told which centres there are."""
    with pytest.raises(UsageError, match=r"no centre 'umea' .* there is lund"):
        finder.search(PUBLIC, TEXT, Filters(centres=("umea", "lund")))


def test_a_filter_comes_before_ranking(finder: Finder) -> None:
    """The one record that passes is found however badly it fits, even when one hit is asked for."""
    hits = finder.search(
        PUBLIC, "dopaminergic progenitors", Filters(vectors=("AAV",), kinds=("product",)), limit=1
    ).hits
    assert [hit.identifier for hit in hits] == ["M1"]


@pytest.mark.parametrize(
    ("filters", "nearest"),
    [
        (Filters(classes=("GTMPP",)), "gene therapy"),
        (Filters(vectors=("AAV-9x",)), "AAV"),
        (Filters(indications=("Parkinsn disease",)), "Parkinson"),
        (Filters(kinds=("projet",)), "project"),
    ],
)
def test_an_unknown_word_is_an_error_with_the_nearest_terms(finder: Finder, filters: Filters, nearest: str) -> None:
    """A misspelt filter must not look like an empty answer."""
    with pytest.raises(UnknownTermError) as caught:
        finder.search(PUBLIC, TEXT, filters)
    assert nearest in str(caught.value)


def test_a_centre_that_cannot_be_named_is_an_error(finder: Finder) -> None:
    """A centre that is unknown finds nothing, like one that is hidden; a wrong key is said."""
    with pytest.raises(UsageError, match="cannot name a centre"):
        finder.search(PUBLIC, TEXT, Filters(centres=("Lund University!",)))
