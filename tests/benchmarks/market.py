"""A made-up market of vial racks, in the manner of the Berlin benchmark: products, offers and reviews, and what shoppers ask.

The same every time; words and shapes are our own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

M = "urn:market:"
_INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
_FEATURES, _MAKERS, _SELLERS = 60, 40, 25
SHAPES = {
    "racks with a feature": "SELECT ?p ?n { ?p m:feature m:feature-NUMBER ; m:name ?n } ORDER BY ?n LIMIT 10",
    "racks like this": "SELECT DISTINCT ?q ?n { m:rack-NUMBER m:feature ?f . ?q m:feature ?f ; m:name ?n } ORDER BY ?n LIMIT 5",
    "offers of a rack": "SELECT ?o ?c ?s { ?o m:of m:rack-NUMBER ; m:price ?c ; m:seller ?s FILTER(?c < 700) } ORDER BY ?c",
    "reviews of a rack": "SELECT ?r ?t ?s { ?r m:about m:rack-NUMBER ; m:says ?t OPTIONAL { ?r m:stars ?s } } ORDER BY ?r LIMIT 20",
    "a maker's mean of stars": "SELECT (AVG(?s) AS ?mean) { ?p m:maker m:maker-NUMBER . ?r m:about ?p ; m:stars ?s }",
    "feature or maker": "SELECT DISTINCT ?p {{ ?p m:feature m:feature-NUMBER } UNION { ?p m:maker m:maker-NUMBER }} ORDER BY ?p LIMIT 9",
    "racks by name": "SELECT ?p ?n { ?p m:name ?n FILTER REGEX(?n, 'rack NUMBER$') }",
    "nothing bad said": "SELECT ?p { ?p m:maker m:maker-NUMBER FILTER NOT EXISTS { ?r m:about ?p ; m:stars 1 } }",
    "sellers' cheapest": "SELECT ?s (MIN(?c) AS ?least) { ?o m:of/m:feature m:feature-NUMBER ; m:seller ?s ; m:price ?c } GROUP BY ?s",
    "a rack as a graph": "CONSTRUCT { m:rack-NUMBER m:name ?n ; m:feature ?f } { m:rack-NUMBER m:name ?n ; m:feature ?f }",
}
LOOK_UP = "SELECT ?p ?o { m:rack-NUMBER ?p ?o }"


def triples(products: int) -> Iterator[str]:
    """Yield products with five features, three offers and four reviews each, as statements without their end."""
    dice = random.Random(7)  # noqa: S311 - made-up data
    for number in range(products):
        it = f"<{M}rack-{number}>"
        yield f'{it} <{M}name> "Vial rack {number}"'
        yield f"{it} <{M}maker> <{M}maker-{number % _MAKERS}>"
        for feature in dice.sample(range(_FEATURES), 5):
            yield f"{it} <{M}feature> <{M}feature-{feature}>"
        for place in range(3):
            yield from _offer(f"<{M}offer-{number}-{place}>", it, dice)
        for place in range(4):
            yield from _review(f"<{M}review-{number}-{place}>", it, dice)


def _offer(offer: str, of: str, dice: random.Random) -> Iterator[str]:
    yield f"{offer} <{M}of> {of}"
    yield f"{offer} <{M}seller> <{M}seller-{dice.randrange(_SELLERS)}>"
    yield f'{offer} <{M}price> "{dice.randrange(5, 900)}"^^{_INTEGER}'


def _review(review: str, about: str, dice: random.Random) -> Iterator[str]:
    yield f"{review} <{M}about> {about}"
    yield f'{review} <{M}says> "It kept its cold for {dice.randrange(9)} days."'
    yield f'{review} <{M}stars> "{dice.randrange(1, 6)}"^^{_INTEGER}'


def mix() -> dict[str, list[str]]:
    """Return what shoppers ask by the name of the question, each of a few products, features or makers."""
    return {name: named(shape, 20) for name, shape in SHAPES.items()}


def named(shape: str, many: int) -> list[str]:
    """Return a question, asked of so many numbers."""
    return [f"PREFIX m: <{M}> {shape.replace('NUMBER', str(number))}" for number in range(many)]
