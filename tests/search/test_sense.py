"""An abbreviation of the question, and cards that mean something else by it."""

from __future__ import annotations

import pytest
from atmp.kg.records import Trial
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.filters import Filters
from atmp.search.finder import Finder, Hit

from .conftest import iri, write

TRIALS = Filters(kinds=("trial",))


@pytest.fixture
def both(store: Store, finder: Finder) -> Finder:
    """A trial of AAV, the vector, and a questionnaire for those who have the vasculitis of that name."""
    said = {
        "V1": ("The ANCA vasculitis questionnaire (AAV-PRO)", "Patients with AAV have inflamed vessels. They answer for AAV."),
        "V2": ("Gene transfer with AAV", "One dose is given into a vein."),
    }  # fmt: skip
    write(
        store,
        {
            key: (Trial(iri=iri("trial", key, None), identifier=key, label=label, description=text),)
            for key, (label, text) in said.items()
        },
        key="both",
        collection="both",
    )
    finder.index()
    return finder


def found(finder: Finder, text: str) -> dict[str, Hit]:
    """Return the trials found, by id."""
    return {hit.identifier: hit for hit in finder.search(PUBLIC, text, TRIALS).hits}


def test_a_word_in_another_sense_answers_nothing(both: Finder) -> None:
    """Who asks for AAV, the vector, is not given points for the AAV that is a vasculitis, however often it stands there."""
    hits = found(both, "AAV")
    assert hits["V2"].parts["words"] > 0.3
    assert hits["V1"].parts.keys() <= {"meaning"}


def test_the_other_words_of_the_question_still_count(both: Finder) -> None:
    """Only the abbreviation is not read; a word beside it is."""
    hits = found(both, "AAV for inflamed vessels")
    alone = found(both, "inflamed vessels")
    assert 0 < hits["V1"].parts["words"] < alone["V1"].parts["words"]


def test_a_question_with_its_own_context_is_read_in_it(both: Finder) -> None:
    """Who asks for AAV vasculitis means the disease."""
    results = both.search(PUBLIC, "AAV vasculitis", TRIALS)
    assert results.understood[0].label == "anti-neutrophil cytoplasmic antibody-associated vasculitis"
    assert results.hits[0].identifier == "V1"
