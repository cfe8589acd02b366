"""The dictionary: what a text speaks of."""

from __future__ import annotations

import pytest
from atmp.ontology.dictionary import abbreviations, dictionary
from atmp.ontology.terms import OBO
from atmp.ontology.vocabulary import ATMP
from hypothesis import given
from hypothesis import strategies as st

GVHD, PARKINSON, COLITIS = f"{OBO}MONDO_0013730", f"{OBO}MONDO_0005180", f"{OBO}MONDO_0005101"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mesenchymal stromal cells for graft-versus-host disease", (f"{ATMP}cell-msc", GVHD)),
        ("Dopamine neurons in Parkinson's disease", (PARKINSON,)),
        ("rAAV9 vectors", (f"{ATMP}vector-aav9",)),
        ("iPSC-derived cells", (f"{ATMP}cell-ipsc",)),
        ("", ()),
        ("\u0000 😀 \ud800", ()),
    ],
)
def test_the_longest_run_of_words_is_found_whatever_its_plural_or_hyphen(text: str, expected: tuple[str, ...]) -> None:
    """People write iPSC, stromal cells and graft-versus-host: each is one concept."""
    assert set(expected) <= set(dictionary().find(text))


def test_ordinary_words_are_no_diseases_unless_written_in_capitals() -> None:
    """'all' is a word, ALL is a leukaemia."""
    lower, upper = dictionary().find("all patients were cold"), dictionary().find("Blinatumomab in ALL")
    assert lower == ()
    assert len(upper) == 1


def test_the_longer_name_wins_over_the_shorter_within_it() -> None:
    """Knee osteoarthritis is not also osteoarthritis, which stands above it and is counted so."""
    knee = dictionary().find("knee osteoarthritis")
    assert len(knee) == 1
    assert knee != dictionary().find("osteoarthritis")


def test_what_stands_above_weighs_six_tenths_a_step() -> None:
    """AAV9 is AAV, so that the two are alike; a platform is one step above its vector."""
    weights = dictionary().spread({f"{ATMP}vector-aav9": 1.0})
    assert weights[f"{ATMP}vector-aav9"] == 1.0
    assert weights[f"{ATMP}vector-aav"] == pytest.approx(0.6)
    assert weights[f"{ATMP}platform-aav"] == pytest.approx(0.6)


@given(st.text(max_size=80))
def test_a_mention_is_the_words_that_stand_in_the_text(text: str) -> None:
    """Whatever the text, what is found is what its mentions name, in the order in which they stand."""
    found = list(dictionary().mentions(f"AAV9 {text} in Parkinson's disease"))
    assert [mention.start for mention in found] == sorted(mention.start for mention in found)
    assert found[0].words == "AAV9"
    assert tuple(dict.fromkeys(mention.iri for mention in found)) == dictionary().find(
        f"AAV9 {text} in Parkinson's disease"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("graft versus host disease (GVHD)", {"GVHD": "graft versus host disease"}),
        ("Umbilical Cord (UC) derived cells", {"UC": "Umbilical Cord"}),
        ("adipose-derived cells (ADCs)", {"ADC": "adipose derived cells"}),
        ("a trial (phase) of cells (n) and (ABC)", {}),
        ("", {}),
    ],
)
def test_abbreviations_that_a_text_explains(text: str, found: dict[str, str]) -> None:
    """The words before the brackets are what it stands for, where their first letters spell it."""
    assert abbreviations(text) == found


def test_an_abbreviation_means_what_the_text_says_it_means() -> None:
    """UC is ulcerative colitis, unless the text says that it is the umbilical cord."""
    assert COLITIS in dictionary().find("Stromal cells in UC")
    assert COLITIS not in dictionary().find("Umbilical cord (UC) cells: UC cells are given twice")
    assert COLITIS in dictionary().find("Ulcerative colitis (UC) is treated")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("AAV", "adeno-associated virus vector"),
        ("The ANCA Vasculitis Questionnaire (AAV-PRO)", "anti-neutrophil cytoplasmic antibody-associated vasculitis"),
        ("One dose of AAV that brings an anti-VEGF antibody", "adeno-associated virus vector"),
        ("FA cells are corrected", "Fanconi anemia"),
        ("The ataxia of FA", "Friedreich ataxia"),
        ("Cells of PSC", "pluripotent stem cell"),
        ("PSC, which inflames the bile ducts: a cholangitis", "primary sclerosing cholangitis"),
        ("LCA", "Leber congenital amaurosis"),
        ("LCA of the spleen, a littoral cell angioma", "Leber congenital amaurosis"),
    ],
)
def test_an_abbreviation_is_read_in_its_context(text: str, meant: str) -> None:
    """The usual meaning stands, unless the words around it speak for another that the disease ontology has for it."""
    assert meant in [dictionary().label(iri) for iri in dictionary().find(text)]


def test_an_abbreviation_of_several_meanings_names_them_the_usual_one_first() -> None:
    """A word that means one thing, or nothing, has no senses to choose from."""
    labels = [dictionary().label(iri) for iri in dictionary().senses("AAV")]
    assert labels == ["adeno-associated virus vector", "anti-neutrophil cytoplasmic antibody-associated vasculitis"]
    assert dictionary().senses("AAV9") == dictionary().senses("zebra") == dictionary().senses("") == ()


def test_a_numbered_abbreviation_is_no_disease() -> None:
    """PD is Parkinson's disease; PD-1 and PD-L1 are antigens."""
    assert PARKINSON in dictionary().find("Patients with PD-like signs of PD")
    assert PARKINSON not in dictionary().find("CAR-T cells with anti-PD-1 and PD-L1 antibodies")
