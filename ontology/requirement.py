"""Requirements: what a therapy normally has before it reaches a stage, by what it is made of; each with its source.

They stand in `readiness.tsv`. `facts` are joined by `+`, and all must hold of the product: `cells`, `vector`, `allogeneic`,
`in-vivo`, or a platform of its own; `any` holds of all. `fields` are those of a project or product that record the matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .files import FOLDER
from .vocabulary import iri_of, read_table


@dataclass(frozen=True)
class Requirement:
    """One requirement: `category` and `methods` are IRIs; `before` is the stage that it comes before."""

    rule: str
    before: int
    facts: frozenset[str]
    category: str
    methods: frozenset[str]
    fields: tuple[str, ...]
    words: str
    source: str


@lru_cache(maxsize=1)
def requirements() -> tuple[Requirement, ...]:
    """Return the requirements, by the stage that they come before."""
    return tuple(
        Requirement(
            row["rule"], int(row["before"]), frozenset(row["facts"].split("+")) - {"any"}, iri_of("category", row["category"]),
            frozenset(iri_of("method", one) for one in row["methods"].split("|") if one),
            tuple(one for one in row["fields"].split("|") if one), row["words"], row["source"],
        )
        for row in read_table(FOLDER / "readiness.tsv")
    )  # fmt: skip
