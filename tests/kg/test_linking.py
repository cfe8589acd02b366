"""Linking: what a record's own words propose, with the words and how sure it is; measured on real trials."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.linking import INDICATION, LEAST, PROPERTIES, proposals
from atmp.ontology.terms import OBO
from atmp.ontology.vocabulary import iri_of, vocabulary
from hypothesis import given
from hypothesis import strategies as st

PARKINSON, GVHD = f"{OBO}MONDO_0005180", f"{OBO}MONDO_0013730"


def _terms(*texts: str, least: float = LEAST) -> dict[str, float]:
    return {one.term: one.confidence for one in proposals(*texts, least=least)}


def test_a_title_proposes_disease_cell_vector_and_method() -> None:
    """Each proposal says of which property it would be a value, and which words it rests on."""
    found = proposals("AAV9 gene therapy and iPSC-derived neurons for Parkinson's disease, made by electroporation")
    said = {(one.property, one.term): one.words for one in found}
    assert said[INDICATION, PARKINSON] == ("Parkinson",) or "Parkinson" in said[INDICATION, PARKINSON][0]
    assert said[PROPERTIES["vector"], iri_of("vector", "aav9")] == ("AAV9",)
    assert said[PROPERTIES["cell"], iri_of("cell", "ipsc")] == ("iPSC",)
    assert (PROPERTIES["method"], iri_of("method", "electroporation")) in said


def test_the_title_makes_surer_than_a_mention_in_passing() -> None:
    """A disease of the title is surer than one that the description names once, which is not proposed at all."""
    text = "Cells are given twice. " * 20 + "Patients with pneumonia are left out."
    found = _terms("Stromal cells for graft versus host disease", "", text, least=0.0)
    pneumonia = vocabulary().diseases.find("pneumonia")
    assert found[GVHD] >= LEAST > found[pneumonia or ""]


def test_a_description_alone_proposes_what_it_is_about() -> None:
    """Where the title names no disease, the one that the text opens with and comes back to is proposed."""
    text = "Parkinson's disease is treated with cells. In Parkinson's disease neurons are lost."
    assert PARKINSON in _terms("A trial of cells", "", text)
    assert PARKINSON not in _terms("Stromal cells for graft versus host disease", "", text)


def test_a_word_that_only_says_of_what_sort_is_not_proposed() -> None:
    """An injury, a cancer: such a term stands above so many that it says nothing."""
    assert _terms("Cells after injury") == {}
    assert [one for one in _terms("Cells against cancer") if one == vocabulary().diseases.find("cancer")] == []


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_read(title: str, subtitle: str, text: str) -> None:
    """Whatever is written, confidences lie between 0 and 1, and each term is proposed once with its words."""
    found = proposals(title, subtitle, text, least=0.0)
    assert all(0 <= one.confidence <= 1 and one.words for one in found)
    assert len({one.term for one in found}) == len(found)


def _alike(one: str, other: str) -> bool:
    above = vocabulary().diseases.ancestors
    return one == other or other in above(one) or one in above(other)


@pytest.fixture(scope="module")
def measured(shared: Path) -> tuple[float, float]:
    """Return precision and recall of diseases against the MeSH conditions of the trials, the same or one above the other."""
    right = made = met = wanted = 0
    with gzip.open(shared / "trials-msc-1536.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            trial: dict[str, Any] = json.loads(line)
            known = {iri for term in trial.get("ConditionMeshTerm", ()) if (iri := vocabulary().diseases.find(term))}
            if not known:
                continue
            texts = (" ".join(trial.get(name, ())) for name in ("BriefTitle", "OfficialTitle", "BriefSummary"))
            found = [one.term for one in proposals(*texts) if one.property == INDICATION]
            right += sum(any(_alike(one, other) for other in known) for one in found)
            met += sum(any(_alike(one, other) for other in found) for one in known)
            made, wanted = made + len(found), wanted + len(known)
    return right / made, met / wanted


def test_diseases_of_real_trials_are_proposed_rightly(measured: tuple[float, float]) -> None:
    """Nine of ten proposed diseases are what the register's headings say, and three of four headings are proposed."""
    precision, recall = measured
    assert precision >= 0.90
    assert recall >= 0.75
