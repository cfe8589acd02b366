"""The tables of skills and requirements name terms that exist, and every rule its source."""

from __future__ import annotations

from atmp.kg.records import Product, Project
from atmp.ontology.requirement import requirements
from atmp.ontology.skill import skills
from atmp.ontology.vocabulary import vocabulary

FACTS = {"cells", "vector", "allogeneic", "in-vivo"}


def test_requirements_name_terms_and_sources() -> None:
    """Category, methods, platforms and fields are there; each rule has a name of its own, words and a source."""
    known = vocabulary()
    platforms = {one.notation for one in known.schemes["platform"].concepts}
    rules = requirements()
    assert len({one.rule for one in rules}) == len(rules) > 10
    for one in rules:
        assert known.concept(one.category), one.rule
        assert all(known.concept(method) for method in one.methods), one.rule
        assert one.facts <= FACTS | platforms, one.rule
        assert {*one.fields} <= {*Product.model_fields, *Project.model_fields}, one.rule
        assert one.words
        assert one.source
        assert 4 <= one.before <= 10


def test_skills_join_categories_and_methods_that_exist() -> None:
    """A narrower method helps with what the wider one helps with."""
    known = vocabulary()
    found = skills()
    assert all(known.concept(iri) for category, methods in found.items() for iri in (category, *methods))
    research = found["https://w3id.org/atmp/ontology/category-vector-research-grade"]
    assert "https://w3id.org/atmp/ontology/method-aav-production" in research
