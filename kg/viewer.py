"""Who is asking: a viewer says which graphs may be read. Every read takes one; there is no default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from .errors import UsageError
from .iris import Graph
from .tiers import Tier

EVERYWHERE = "*"


@dataclass(frozen=True)
class Viewer:
    """A reader's rights: the least open tier that may be read, by centre, and confidential projects by name.

    `tiers` maps a centre's key (or `*` for all others) to a tier; `projects` holds `centre/id` pairs whose
    confidential graph is open to the viewer beside them.
    """

    name: str
    tiers: Mapping[str, Tier] = field(default_factory=lambda: {EVERYWHERE: Tier.PUBLIC})
    projects: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        """Hash by rights, so that viewers can key a cache."""
        return hash(self.key)

    @property
    def key(self) -> str:
        """Return the rights in one canonical line: two viewers of one key see the same."""
        tiers = ",".join(f"{centre}={tier.value}" for centre, tier in sorted(self.tiers.items()))
        return f"{tiers};{','.join(sorted(self.projects))}"

    def told(self) -> dict[str, Any]:
        """Return the viewer as JSON takes it."""
        tiers = {centre: tier.value for centre, tier in self.tiers.items()}
        return {"name": self.name, "tiers": tiers, "projects": sorted(self.projects)}

    @classmethod
    def heard(cls, said: Mapping[str, Any]) -> Self:
        """Return the viewer that `told` gave."""
        tiers = {centre: Tier(word) for centre, word in said["tiers"].items()}
        return cls(said["name"], tiers, frozenset(said["projects"]))

    def tier(self, centre: str | None) -> Tier:
        """Return the least open tier that may be read of `centre`."""
        return self.tiers.get(centre or EVERYWHERE, self.tiers.get(EVERYWHERE, Tier.PUBLIC))

    def may_read(self, graph: Graph) -> bool:
        """Return whether the graph is open to this viewer."""
        if graph.project is not None and f"{graph.centre}/{graph.project}" in self.projects:
            return True
        return graph.tier.rank <= self.tier(graph.centre).rank

    def may_write(self, graph: Graph) -> bool:
        """Return whether the viewer may change the graph: one that is read, of a centre that lets this viewer in by name.

        The owner may change those of all centres. What belongs to no centre is changed by its own source alone.
        """
        let_in = graph.centre in self.tiers or self.tiers.get(EVERYWHERE) is Tier.CONFIDENTIAL
        return graph.centre is not None and let_in and self.may_read(graph)

    @property
    def writes(self) -> bool:
        """Return whether there may be a graph that this viewer may change."""
        return self.tiers.get(EVERYWHERE) is Tier.CONFIDENTIAL or bool(self.tiers.keys() - {EVERYWHERE})

    def readable(self, graphs: Iterable[Graph]) -> frozenset[str]:
        """Return the IRIs of those graphs that may be read."""
        return frozenset(graph.iri for graph in graphs if self.may_read(graph))


PUBLIC = Viewer("public")
OWNER = Viewer("owner", {EVERYWHERE: Tier.CONFIDENTIAL})


def viewer(name: str) -> Viewer:
    """Return the viewer that a command line names: owner, a tier, or `CENTRE:TIER`; raises UsageError."""
    if name == OWNER.name:
        return OWNER
    centre, _, word = name.rpartition(":")
    try:
        tier = Tier(word)
    except ValueError:
        known = ", ".join([OWNER.name, *(tier.value for tier in Tier)])
        raise UsageError(f"'{name}' is no viewer: use one of {known}, or CENTRE:TIER such as lund:internal") from None
    if centre:
        return Viewer(name, {centre: tier, EVERYWHERE: Tier.PUBLIC})
    return Viewer(name, {EVERYWHERE: tier})
