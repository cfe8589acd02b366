"""Names of things: the IRIs of records and graphs, built from one base.

A record is `{base}/{centre}/{kind}/{id}`, a graph `{base}/graph/{centre}/{tier}`; reference collections
stand in `{base}/graph/reference/{source}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from .errors import UsageError
from .tiers import Tier

DEFAULT_BASE = "https://w3id.org/atmp/id"
REFERENCE = "reference"
OWNERS = "owner"
_CENTRE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def slug(name: str) -> str:
    """Return `name` as a centre or source key: lower case, ASCII letters, digits and hyphens."""
    plain = name.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@dataclass(frozen=True)
class Graph:
    """One named graph, taken apart: its centre (or None), tier, and project or reference source."""

    iri: str
    tier: Tier
    centre: str | None = None
    project: str | None = None
    source: str | None = None


_RESERVED = frozenset(
    {"id", "graph", REFERENCE, "source", "ontology", "api", "static", "sparql", "centre", "project", "product", "trial", "grant",
     "publication", "person", "organisation", "need", "capability", "round", "response", "method-use",
     "stage-observation", "statement", "wording"}
)  # fmt: skip
"""Words that stand first in other IRIs and addresses."""


@dataclass(frozen=True)
class Names:
    """Makes and reads the IRIs of one store; `base` carries no closing slash."""

    base: str = DEFAULT_BASE

    def centre(self, centre: str) -> str:
        """Return the IRI of a centre; raises UsageError when `centre` is no key."""
        if not _CENTRE.fullmatch(centre) or centre in _RESERVED:
            raise UsageError(f"'{centre}' cannot name a centre: use letters, digits and hyphens, such as 'lund'")
        return f"{self.base}/{centre}"

    def record(self, centre: str | None, kind: str, key: str) -> str:
        """Return the IRI of a record; without a centre it is one of a reference collection."""
        if not key.strip():
            raise UsageError(f"a {kind} without an id has no name: give every row an id")
        stem = self.centre(centre) if centre else self.base
        return f"{stem}/{kind}/{quote(key.strip(), safe='')}"

    def key(self, iri: str) -> str:
        """Return the id at the end of a record's IRI, decoded."""
        return unquote(iri.rsplit("/", 1)[-1])

    def centre_of(self, iri: str) -> str | None:
        """Return the centre key of a record's IRI, or None for a reference record or a stranger's IRI."""
        if not iri.startswith(f"{self.base}/"):
            return None
        parts = iri[len(self.base) + 1 :].split("/")
        return parts[0] if len(parts) > 2 and parts[0] not in {"graph", "source"} else None

    def source(self, key: str, *parts: str) -> str:
        """Return the IRI of a source, or of a row in it."""
        return "/".join([f"{self.base}/source/{quote(key, safe='')}", *(quote(part, safe="") for part in parts)])

    def graph(self, centre: str | None, tier: Tier, *, project: str | None = None, source: str | None = None) -> str:
        """Return the graph for facts of a centre at a tier, or of the reference collection `source`.

        What is confidential and of no one centre, such as what two centres have in common, is for the owner alone.
        """
        if centre is None and tier is Tier.CONFIDENTIAL:
            return f"{self.base}/graph/{OWNERS}"
        if centre is None:
            return f"{self.base}/graph/{REFERENCE}/{quote(source or 'other', safe='')}"
        self.centre(centre)
        stem = f"{self.base}/graph/{centre}/{tier.value}"
        if tier is Tier.CONFIDENTIAL:
            return f"{stem}/{quote(project or 'centre', safe='')}"
        return stem

    def read_graph(self, iri: str) -> Graph:
        """Take a graph's IRI apart; a graph that is not ours counts as confidential to its owner."""
        stem = f"{self.base}/graph/"
        parts = iri[len(stem) :].split("/") if iri.startswith(stem) else []
        if len(parts) == 2 and parts[0] == REFERENCE:
            return Graph(iri, Tier.PUBLIC, source=unquote(parts[1]))
        named = len(parts) in {2, 3} and _CENTRE.fullmatch(parts[0]) is not None and parts[0] not in _RESERVED
        if named and parts[1] in {tier.value for tier in Tier}:
            return Graph(iri, Tier(parts[1]), centre=parts[0], project=unquote(parts[2]) if len(parts) == 3 else None)
        return Graph(iri, Tier.CONFIDENTIAL)
