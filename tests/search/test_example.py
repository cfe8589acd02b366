"""Query by example: like these, but not those."""

from __future__ import annotations

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.records import ATMP
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import PUBLIC
from atmp.search.finder import Finder, Results
from atmp.search.rank import Mode

from .conftest import GVHD, PARKINSON, iri, project, write

AAV9, LENTI = f"{ATMP}vector-aav9", f"{ATMP}vector-lentiviral"


@pytest.fixture
def known(store: Store, finder: Finder) -> Finder:
    """Five projects: two of each disease and vector, and one that is much like the first."""
    made = {
        "E1": project("E1", "Dopamine by AAV9", "Neurons make dopamine.", vectors=(AAV9,), indications=(PARKINSON,)),
        "E2": project("E2", "Enzyme by AAV9", "Neurons make an enzyme.", vectors=(AAV9,), indications=(PARKINSON,)),
        "E3": project("E3", "Okapi by AAV9", "Okapi factors calm T cells.", vectors=(AAV9,), indications=(GVHD,)),
        "E4": project("E4", "Okapi by cells", "Okapi factors calm T cells.", indications=(GVHD,)),
        "E5": project("E5", "Quagga", "Stripes.", indications=(GVHD,)),
    }
    write(store, made, key="example")
    finder.index()
    return finder


def like(finder: Finder, to: str, *unlike: str, **options: object) -> Results:
    """Return what is like one project and unlike others."""
    away = [iri("project", one) for one in unlike]
    return finder.similar(PUBLIC, to=[iri("project", to)], unlike=away, **options)  # type: ignore[arg-type]


def scores(results: Results) -> dict[str, float]:
    """Return the scores by id."""
    return {hit.identifier: hit.score for hit in results.hits}


def test_likeness_to_what_is_not_wanted_lowers_a_score(known: Finder) -> None:
    """What shares the unwanted one's words falls; what shares little with it falls less; nothing rises."""
    plain, apart = scores(like(known, "E1")), scores(like(known, "E1", "E4"))
    assert apart["E3"] < plain["E3"]
    assert plain["E2"] - apart["E2"] < plain["E3"] - apart["E3"]
    assert all(score <= plain[key] for key, score in apart.items())
    assert "E4" not in apart


def test_the_loss_is_a_part_that_adds_up(known: Finder) -> None:
    """A part below 0, and a score that never is; the reason says what is shared."""
    hits = like(known, "E1", "E4").hits
    for hit in hits:
        assert round(sum(hit.parts.values()), 4) == hit.score >= 0
    hit = next(hit for hit in hits if hit.identifier == "E3")
    assert hit.parts["unlike"] < 0
    assert "but shares" in hit.why
    assert "graft versus host disease" in hit.why.partition("but shares")[2]


def test_what_both_have_is_no_reason_against(known: Finder) -> None:
    """Of an unwanted one that is just like the wanted nothing is left to hold against anybody."""
    assert scores(like(known, "E3", "E4"))["E5"] > 0
    assert all(hit.parts.get("unlike", 0.0) > -0.25 for hit in like(known, "E1", "E2").hits)


def test_a_text_may_have_unwanted_records_too(known: Finder) -> None:
    """With a text alone, and in every mode, parts add up."""
    for mode in Mode:
        away = [iri("project", "E4")]
        hits = known.similar(PUBLIC, text="Okapi factors by AAV9 in Parkinson's disease", unlike=away, mode=mode).hits
        assert hits
        assert all(round(sum(hit.parts.values()), 4) == hit.score for hit in hits)


def test_what_cannot_be_meant_is_an_error(known: Finder) -> None:
    """A record that is wanted and unwanted, and unwanted ones alone."""
    with pytest.raises(UsageError, match="both wanted and unwanted"):
        like(known, "E1", "E1")
    with pytest.raises(UsageError, match="similar to what"):
        known.similar(PUBLIC, unlike=[iri("project", "E1")])


def test_an_unwanted_record_that_is_hidden_looks_like_none(store: Store, known: Finder) -> None:
    """Nobody learns of it by asking for its opposite."""
    write(store, {"S1": project("S1", "Secret", "Hidden.")}, key="secret", tier=Tier.CONFIDENTIAL)
    known.index()
    with pytest.raises(UnknownRecordError) as hidden:
        like(known, "E1", "S1")
    assert str(hidden.value) == f"search knows no record {iri('project', 'S1')}"


def test_a_least_score_holds_after_the_loss(known: Finder) -> None:
    """What falls below it is left out."""
    least = scores(like(known, "E1"))["E3"]
    assert "E3" not in scores(like(known, "E1", "E4", min_score=least))
    assert all(hit.score >= least for hit in like(known, "E1", "E4", min_score=least).hits)
