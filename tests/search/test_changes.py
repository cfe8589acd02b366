"""What changed in a part of the index since it was last looked at."""

from __future__ import annotations

import pytest
from atmp.kg.store import Store
from atmp.search import changes
from atmp.search.changes import forget, note, since, version
from atmp.search.finder import Finder
from atmp.search.tables import Tables


def test_changes_since_a_version_are_told_each_once(store: Store, finder: Finder) -> None:
    """Nothing where nothing changed; otherwise the cards of all versions between, rising."""
    connection, part = store.connect(), Tables(store).partitions()[0].id
    seen = version(connection, part)
    assert since(connection, part, seen, seen) == []
    with store.transaction():
        note(connection, part, [5, 3])
        note(connection, part, [5])
    assert version(connection, part) == seen + 2
    assert since(connection, part, seen, seen + 2) == [3, 5]
    assert since(connection, part, seen + 1, seen + 2) == [5]
    assert since(connection, part, seen, seen + 1) == [3, 5]


def test_what_is_forgotten_is_said(store: Store, finder: Finder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has fallen too far behind is told to read anew, and so is who has seen a later version than there is."""
    connection, part = store.connect(), Tables(store).partitions()[0].id
    monkeypatch.setattr(changes, "REMEMBERED", 10)
    seen = version(connection, part)
    with store.transaction():
        for _ in range(4):
            note(connection, part, range(5))
            forget(connection, part)
    now = version(connection, part)
    assert since(connection, part, seen, now) is None
    assert since(connection, part, now - 1, now) == list(range(5))
    assert since(connection, part, now + 1, now) is None
    assert int(connection.execute("SELECT count(*) FROM card_change").get) <= 10


def test_a_part_that_is_made_anew_is_never_at_a_version_of_before(store: Store, finder: Finder) -> None:
    """What was held in memory of the old one is told from the new one."""
    tables = Tables(store)
    before = tables.partitions()[0]
    finder.clear()
    finder.index()
    after = tables.partitions()[0]
    assert after.id == before.id
    assert since(store.connect(), after.id, before.version, after.version) is None
