"""What a question does not want is left out."""

from __future__ import annotations

import pytest
from atmp.kg.records import ATMP
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.finder import Finder
from atmp.search.query import question

from .conftest import project, write

AAV, AAV2, VIRAL = f"{ATMP}vector-aav", f"{ATMP}vector-aav2", f"{ATMP}vector-viral"


def _found(finder: Finder, text: str, **given: object) -> list[str]:
    return [hit.identifier for hit in finder.search(PUBLIC, text, **given).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rest", "said"),
    [
        ("gene therapy for the retina, not AAV", "gene therapy for the retina", (AAV,)),
        ("genterapi för öga utan virusvektor", "genterapi för öga", (VIRAL,)),
        ("AAV9 but not AAV2 for the heart", "AAV9 but for the heart", (AAV2,)),
        ("CAR-T against CD20 not CD19", "CAR-T against CD20", ("CD19",)),
        ("a capsid without GFP or WPRE", "a capsid", ("GFP", "WPRE")),
    ],
)
def test_what_a_question_denies(text: str, rest: str, said: tuple[str, ...]) -> None:
    """Concepts and symbols, in English and Swedish; what is looked for is the rest."""
    query = question(text)
    assert (query.denied.rest, query.denied.said) == (rest, said)
    assert query.text == rest
    assert not set(said).intersection(query.named)


@pytest.mark.parametrize(
    "text", ["no cure for diabetes", "AAV", "without AAV", "not CD19", "Not only AAV but also lentivirus"]
)
def test_what_denies_nothing(text: str) -> None:
    """A denial of something else, and a question of which nothing would be left."""
    query = question(text)
    assert query.denied.said == ()
    assert query.text == text


def test_a_whole_text_denies_nothing_but_names_only_what_it_affirms() -> None:
    """An abstract that goes without AAV is not about AAV, and nothing is left out for it."""
    query = question("Cells for the retina are made without AAV. " + "They are given once under the retina. " * 8)
    assert query.whole
    assert query.denied.said == ()
    assert AAV not in query.named


def test_what_is_denied_is_left_out_with_all_below_it(finder: Finder) -> None:
    """AAV2 is an AAV; the answer says what it leaves out."""
    assert "P02" in _found(finder, "gene therapy")
    results = finder.search(PUBLIC, "gene therapy for blindness, not AAV")
    assert "P02" not in [hit.identifier for hit in results.hits]
    assert [(one.name, one.label) for one in results.without] == [(AAV, "adeno-associated virus vector")]
    assert "P02" in _found(finder, "gene therapy for blindness, not lentivirus")


def test_a_denied_symbol_leaves_out_the_cards_that_have_it(store: Store, finder: Finder) -> None:
    """CD19 is not CD20, and no concept of the vocabulary."""
    write(store, {key: project(key, f"T cells against {key}", f"They kill cells with {key}.") for key in ("CD19", "CD20")},
          key="antigens")  # fmt: skip
    assert {"CD19", "CD20"} <= set(_found(finder, "T cells against an antigen"))
    found = _found(finder, "T cells against an antigen, not CD19")
    assert "CD20" in found
    assert "CD19" not in found


def test_a_card_that_goes_without_something_is_not_left_out(store: Store, finder: Finder) -> None:
    """It denies the same thing; nor is one that speaks of it in passing."""
    made = project("P77", "A gene is brought in without AAV", "Lipid nanoparticles carry it. AAV was compared with.")
    write(store, {"P77": made}, key="without")
    assert _found(finder, "a gene is brought in, not AAV")[0] == "P77"


def test_what_was_not_meant_can_be_ignored(finder: Finder) -> None:
    """A concept that is ignored is a word like others; a denial that is ignored leaves out nothing."""
    plain = finder.search(PUBLIC, "AAV2 gene therapy", ignore=[AAV2])
    assert AAV2 not in {one.iri for one in plain.understood}
    assert plain.hits[0].identifier == "P02"
    kept = finder.search(PUBLIC, "gene therapy for blindness, not AAV", ignore=[AAV])
    assert kept.without == ()
    assert "P02" in [hit.identifier for hit in kept.hits]


def test_denials_and_filters_hold_together(finder: Finder) -> None:
    """What passes the filters and is not denied."""
    from atmp.search.filters import Filters

    assert _found(finder, "therapy, not AAV", filters=Filters(vectors=("AAV2",))) == []
