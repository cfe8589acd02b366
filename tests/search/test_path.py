"""How what was asked for and what a card names meet in the ontology."""

from __future__ import annotations

from itertools import pairwise

import pytest
from atmp.kg.records import ATMP
from atmp.ontology.dictionary import dictionary
from atmp.ontology.vocabulary import vocabulary
from atmp.search.path import meeting, parents, source, upwards
from hypothesis import given
from hypothesis import strategies as st

AAV, AAV8, AAV9, PLATFORM = (f"{ATMP}{name}" for name in ("vector-aav", "vector-aav8", "vector-aav9", "platform-aav"))
CONCEPTS = sorted(one.iri for name in ("vector", "cell") for one in vocabulary().schemes[name].concepts)


def spread(*iris: str) -> dict[str, float]:
    """Return the weights of what a text names."""
    return dictionary().spread(dict.fromkeys(iris, 1.0))


@pytest.mark.parametrize(
    ("asked", "said", "at", "path"),
    [
        (AAV9, AAV9, AAV9, (AAV9,)),
        (AAV, AAV9, AAV, (AAV, AAV9)),
        (AAV9, AAV, AAV, (AAV9, AAV)),
        (AAV8, AAV9, AAV, (AAV8, AAV, AAV9)),
        (PLATFORM, AAV, PLATFORM, (PLATFORM, AAV)),
    ],
)
def test_a_path_leads_up_from_what_was_asked_for_and_down_to_what_is_said(
    asked: str, said: str, at: str, path: tuple[str, ...]
) -> None:
    """Where both are the same it is that alone."""
    assert meeting(at, spread(asked), spread(said)) == path


def test_what_nothing_named_gives_its_weight_to_has_no_source() -> None:
    """And of several the one that weighs most is the source."""
    assert source(AAV9, spread(AAV)) is None
    assert source(AAV, spread(AAV9, AAV)) == AAV
    assert source(PLATFORM, spread(AAV9, AAV)) == AAV


@given(st.sampled_from(CONCEPTS), st.sampled_from(CONCEPTS))
def test_every_step_of_a_path_is_one_of_the_ontology(asked: str, said: str) -> None:
    """For whatever two concepts share, the path goes from one to the other by what stands right above."""
    for shared in spread(asked).keys() & spread(said).keys():
        path = meeting(shared, spread(asked), spread(said))
        assert (path[0], path[-1]) == (asked, said)
        assert shared in path
        assert all(other in parents(one) or one in parents(other) for one, other in pairwise(path))


def test_there_is_no_way_up_to_what_stands_below() -> None:
    """A way leads up only."""
    assert upwards(AAV, AAV9) == ()
    assert upwards(AAV9, AAV) == (AAV9, AAV)
