"""Class facts: what texts say of the facts that a class rests on."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg.classfacts import class_facts
from atmp.kg.linking import LEAST
from atmp.kg.records import ATMP
from hypothesis import given
from hypothesis import strategies as st


def _read(*texts: str) -> dict[str, Any]:
    found = class_facts(*texts, least=LEAST)
    return {one.property.removeprefix(ATMP): one.term for one in found}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Autologous cells are expanded", "donorType", "donor-autologous"),
        ("the patient's own airway basal cells", "donorType", "donor-autologous"),
        ("Patientens kroppsegna celler odlas", "donorType", "donor-autologous"),
        ("an off-the-shelf product", "donorType", "donor-allogeneic"),
        ("Cells are corrected ex vivo", "delivery", "delivery-ex-vivo"),
        ("One injection of an adeno-associated virus", "delivery", "delivery-in-vivo"),
        ("genetically modified T cells", "gmo", True),
        ("genetiskt modifierade T-celler", "gmo", True),
        ("The cells are not genetically modified", "gmo", False),
        ("celler utan genetisk modifiering", "gmo", False),
        ("It is a combined ATMP", "combined", True),
        ("given under the hospital exemption", "hospitalExemption", True),
    ],
)
def test_words_say_a_class_fact(text: str, name: str, value: object) -> None:
    """In English and in Swedish."""
    said = f"{ATMP}{value}" if isinstance(value, str) else value
    assert _read("A therapy", "", text)[name] == said


@pytest.mark.parametrize(
    "text",
    ["Lungs are tested by ex vivo lung perfusion", "in vivo proof of concept", "cells that are not autologous",
     "Autologous cells are compared with allogeneic cells"],
)  # fmt: skip
def test_other_words_and_contradictions_say_nothing(text: str) -> None:
    """Words of a model, what is denied, and a text that speaks for two values."""
    assert _read("A therapy", "", text) == {}


def test_a_title_tells_by_its_cells_and_vectors() -> None:
    """Cells are given as cells, a vector alone as it is; with both, the cells count."""
    assert _read("AAV8 for phenylketonuria") == {"delivery": f"{ATMP}delivery-in-vivo"}
    assert _read("MSC for arthrosis") == {"delivery": f"{ATMP}delivery-ex-vivo"}
    assert _read("Lentiviral gene therapy with blood stem cells")["delivery"] == f"{ATMP}delivery-ex-vivo"


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_is_read(title: str, text: str) -> None:
    """Each fact is proposed once, with its words."""
    found = class_facts(title, "", text, least=0.0)
    assert len({one.property for one in found}) == len(found)
    assert all(one.words and 0 < one.confidence <= 1 for one in found)
