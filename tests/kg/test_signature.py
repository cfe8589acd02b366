"""Signatures: records that share one break the same rules, and a shape that looks further has none."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import rdflib
from atmp.kg.records import ATMP, DCT, RDFS
from atmp.kg.signature import Signatures
from atmp.kg.triples import TYPE
from atmp.kg.validate import validate
from atmp.ontology.files import FOLDER
from atmp.ontology.vocabulary import vocabulary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [
    '"words"', '"other words"', '"ord"@sv', f'"7"^^<{XSD}integer>', f'"x"^^<{XSD}integer>', f'"2024-02-30"^^<{XSD}date>',
    f'"2024-02-03"^^<{XSD}date>', f'"true"^^<{XSD}boolean>', "<urn:thing>", f"<{ATMP}stage-4>", f"<{ATMP}class-gtmp>",
    f'"9"^^<{XSD}integer>', f'"2023-01-01"^^<{XSD}date>', f"<{ATMP}category-potency-assay>", f'"https://orcid.org/0000"^^<{XSD}anyURI>',
]  # fmt: skip
PATHS = [
    f"{RDFS}label", f"{DCT}identifier", f"{DCT}description", f"{ATMP}stage", f"{ATMP}category", f"{ATMP}horizon",
    f"{ATMP}biosafetyLevel", f"{ATMP}startDate", f"{ATMP}atmpClass", f"{ATMP}synthetic", "http://xmlns.com/foaf/0.1/mbox",
    f"{ATMP}neededFrom", f"{ATMP}keyword", f"{ATMP}completionDate",
]  # fmt: skip
CLASSES = [f"{ATMP}{name}" for name in ("Project", "Product", "Need", "Capability", "Investigator", "Trial", "Grant")]
SHAPES = rdflib.Graph().parse(FOLDER / "shapes.ttl")


def _record(number: int, kind: str, said: list[tuple[str, str]]) -> tuple[str, list[Any]]:
    iri = f"urn:record:{number}"
    return iri, [(f"<{iri}>", f"<{TYPE}>", f"<{kind}>"), *((f"<{iri}>", f"<{path}>", value) for path, value in said)]


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(CLASSES),
            st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(VALUES)), unique=True, max_size=4),
        ),
        min_size=2, max_size=12,
    )
)  # fmt: skip
def test_many_at_once_are_found_to_break_what_each_breaks(made: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Whatever records are validated together, each has the findings that it has alone; half of them stand twice."""
    records = dict(_record(number, *one) for number, one in enumerate([*made, *made[::2]]))
    together = Counter(validate(records))
    alone = Counter(finding for iri, said in records.items() for finding in validate({iri: said}))
    assert together == alone


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ([(f"{RDFS}label", '"a"')], [(f"{RDFS}label", '"b"')], True),
        ([(f"{RDFS}label", '"a"')], [(f"{RDFS}label", '"a"@en')], False),
        ([(f"{ATMP}startDate", VALUES[5])], [(f"{ATMP}startDate", VALUES[6])], False),
        ([(f"{ATMP}stage", f"<{ATMP}stage-4>")], [(f"{ATMP}stage", f"<{ATMP}stage-5>")], True),
        ([(f"{ATMP}stage", f"<{ATMP}stage-4>")], [(f"{ATMP}stage", "<urn:thing>")], False),
        ([(f"{ATMP}biosafetyLevel", VALUES[3])], [(f"{ATMP}biosafetyLevel", VALUES[11])], False),
        (
            [(f"{ATMP}startDate", VALUES[6]), (f"{ATMP}completionDate", VALUES[12])],
            [(f"{ATMP}startDate", VALUES[12]), (f"{ATMP}completionDate", VALUES[6])],
            False,
        ),
        ([(f"{ATMP}keyword", f'"{n}"') for n in range(2)], [(f"{ATMP}keyword", f'"{n}"') for n in range(9)], True),
    ],
)
def test_what_makes_two_records_alike(one: list[tuple[str, str]], other: list[tuple[str, str]], alike: bool) -> None:
    """Values do not count, their kind, datatype, scheme and number do; a value does where a shape has limits for it."""
    signatures = Signatures(SHAPES, vocabulary())
    first, second = (signatures.of(_record(1, CLASSES[3], said)[1]) for said in (one, other))
    assert first is not None
    assert (first == second) is alike


@pytest.mark.parametrize("part", ["sh:equals atmp:aim", "sh:class atmp:Project", "sh:sparql [ sh:select 'x' ]"])
def test_a_shape_that_looks_further_has_no_signature(part: str) -> None:
    """Where a rule compares values or follows links, each record is validated by itself."""
    turtle = f"""@prefix atmp: <{ATMP}> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        atmp:shape-need a sh:NodeShape ; sh:targetClass atmp:Need ; sh:property [ sh:path atmp:x ; {part} ] ."""
    further = Signatures(SHAPES + rdflib.Graph().parse(data=turtle, format="turtle"), vocabulary())
    assert further.of(_record(1, f"{ATMP}Need", [])[1]) is None
    assert further.of(_record(1, f"{ATMP}Project", [])[1]) is not None
