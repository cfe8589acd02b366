"""Negation: what a text denies, and what it does not."""

from __future__ import annotations

import pytest
from atmp.kg.linking import proposals
from atmp.kg.negation import negated
from atmp.ontology.vocabulary import iri_of


def _denied(text: str, words: str) -> bool:
    return negated(text, text.index(words), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cells without viral vectors or gene editing", "viral vectors"),
        ("Cells without viral vectors or gene editing", "gene editing"),
        ("There is no gene editing here", "gene editing"),
        ("made without the use of lentiviral vectors", "lentiviral vectors"),
        ("Neurons are made instead of transplanting stem cells", "stem cells"),
        ("celler utan virusvektor", "virusvektor"),
        ("ingen genredigering ingår", "genredigering"),
        ("Lentiviral vectors are not used", "Lentiviral vectors"),
        ("a vector-free product", "vector"),
        ("a non-viral vector", "viral vector"),
    ],
)
def test_what_is_denied(text: str, words: str) -> None:
    """In English and in Swedish, before the words and after them."""
    assert _denied(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("There is no cure for diabetes", "diabetes"),
        ("Without a matched donor, AAV is given", "AAV"),
        ("Not only AAV but also lentivirus", "AAV"),
        ("No drug helps. Stem cells may", "Stem cells"),
        ("Det finns ingen behandling mot diabetes", "diabetes"),
        ("AAV is not toxic", "AAV"),
        ("Non-ischemic dilated cardiomyopathy", "dilated cardiomyopathy"),
        ("acute non-arteritic optic neuropathy", "arteritic optic neuropathy"),
        ("There is no treatment of the ulcer", "ulcer"),
    ],
)
def test_what_is_not_denied(text: str, words: str) -> None:
    """A denial of something else, or one beyond a comma or a stop."""
    assert not _denied(text, words)


def test_nothing_denied_is_proposed() -> None:
    """Neither vector nor method of a title that says it goes without them."""
    found = {one.term for one in proposals("T cells for leukaemia without lentiviral vectors, by electroporation")}
    assert iri_of("vector", "lentivirus") not in found
    assert iri_of("method", "electroporation") in found
