"""Skills: which methods somebody masters who could help with a category of support."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from .files import FOLDER
from .vocabulary import iri_of, read_table, vocabulary


@lru_cache(maxsize=1)
def skills() -> Mapping[str, frozenset[str]]:
    """Return, by the IRI of a category, the IRIs of the methods that help with it, with all methods below these."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_table(FOLDER / "category-methods.tsv"):
        below = vocabulary().narrower(iri_of("method", row["method"]))
        found[iri_of("category", row["category"])] |= below
    return {category: frozenset(methods) for category, methods in found.items()}
