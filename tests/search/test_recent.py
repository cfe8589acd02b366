"""What was read lately: once for a scope and a revision, and anew where something changed."""

from __future__ import annotations

from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search.recent import Recent

from .conftest import project, write


def test_it_is_read_anew_where_something_changed(store: Store) -> None:
    """Once for all who read the same graphs, again after a write, and each time at a past revision."""
    read: list[tuple[str, int]] = []

    def made(view: View) -> int:
        read.append((view.viewer.name, view.revision))
        return view.revision

    recent, first = Recent(made), store.revision()
    write(store, {"S1": project("S1", "A secret therapy", "Cells.")}, key="secret", tier=Tier.CONFIDENTIAL)
    second = store.revision()
    assert [recent.of(store.view(who)) for who in (PUBLIC, PUBLIC, OWNER, OWNER)] == [second] * 4
    assert read == [("public", second), ("owner", second)]
    assert [recent.of(store.view(PUBLIC, at=first)) for _ in range(2)] == [first] * 2
    assert read[2:] == [("public", first)] * 2
    write(store, {"S2": project("S2", "Another one", "Cells.")}, key="more")
    assert recent.of(store.view(PUBLIC)) == store.revision() == second + 1
    assert len(read) == 5
