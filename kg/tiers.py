"""The four tiers of visibility, in order."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """How open a fact is: the graph it stands in. `rank` rises with secrecy."""

    PUBLIC = "public"
    PARTNER = "partner"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"

    @property
    def rank(self) -> int:
        """Return 0 for public up to 3 for confidential."""
        return list(Tier).index(self)

    def stricter(self, other: Tier) -> Tier:
        """Return the less open of the two."""
        return self if self.rank >= other.rank else other
