"""Holdings: what the workers of a nursery hold, and how the nursery, a process of its own, comes by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from ..snapshot import place
from ..viewer import Viewer


@dataclass(frozen=True)
class News:
    """Facts that take the place of all that a nursery holds: N-Quads in an open file, and what else is told."""

    facts: BinaryIO
    members: dict[str, Any]


class Holding(Protocol):
    """What workers hold: what a viewer may read of a store's file, or a bare store."""

    @property
    def key(self) -> str:
        """Return what holdings have in common that may share workers."""

    def hello(self) -> dict[str, Any]:
        """Return what a nursery is told first, as JSON takes it."""

    def early(self) -> dict[str, Any] | None:
        """Return what a nursery is told first that answers at once, until another has its facts; None where there is none."""

    def news(self, revision: int) -> News | None:
        """Return what a nursery at a revision has to be given, None where it has all or finds it by itself."""


@dataclass(frozen=True)
class ViewHolding:
    """What a viewer may read of a store's file, which a nursery reads and follows by itself."""

    store: Path
    viewer: Viewer

    @property
    def key(self) -> str:
        """Return the viewer's rights."""
        return self.viewer.key

    def hello(self) -> dict[str, Any]:
        """Return where the file is, and the viewer's rights."""
        return {"store": str(self.store), "viewer": self.viewer.told()}

    def early(self) -> dict[str, Any] | None:
        """Return the same, and that the facts are to be read from the store's snapshot; None where it has none."""
        return {**self.hello(), "snapshot": True} if place(self.store).exists() else None

    def news(self, revision: int) -> News | None:
        """Return None."""
        return None
