"""The store's file: what is none, or a damaged one, is said in words and left as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.errors import NotAStoreError, StoreError, StoreMissingError
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER


@pytest.mark.parametrize("kept", [100, 4096, 20_000])
def test_a_store_that_was_cut_short_is_damaged(kept: int, tmp_path: Path) -> None:
    """Half a copy is told as such, and is not changed."""
    whole, part = tmp_path / "whole.atlas", tmp_path / "part.atlas"
    Store.create(whole).close()
    part.write_bytes(whole.read_bytes()[:kept])
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(part)
    assert part.stat().st_size == kept


@pytest.mark.parametrize("content", [b"", b"words", b"SQLite format 3\x00" + bytes(200)])
def test_another_file_is_no_store(content: bytes, tmp_path: Path) -> None:
    """An empty file, a text and another database are left untouched."""
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(NotAStoreError, match="left untouched"):
        Store.open(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_store_and_a_folder(tmp_path: Path) -> None:
    """Neither is made into a store by looking."""
    with pytest.raises(StoreMissingError, match="atmp init"):
        Store.open(tmp_path / "absent")
    with pytest.raises(NotAStoreError, match="is a folder"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b.atlas", "åäö.atlas", "q?mode=ro.atlas", "h#x.atlas", "p%20.atlas", "file:x"])
def test_a_path_is_taken_as_it_is_written(name: str, tmp_path: Path) -> None:
    """No mark in a file's name is read as a part of an address."""
    Store.create(tmp_path / name).close()
    assert (tmp_path / name).is_file()
    with Store.open(tmp_path / name) as store:
        assert store.revision() == 0


def test_a_full_disk_is_said_and_nothing_is_lost(store: Store, survey: Callable[..., Path]) -> None:
    """A load that finds no more room leaves the store as it was, and goes through once there is room."""
    folder = survey(Projects=[{"Project id": "P01", "Title": "A therapy " * 2000, "ATMP class": "GTMP", "Stage": "4"}])
    run = store.connect().execute
    pages = run("PRAGMA page_count").get
    run(f"PRAGMA max_page_count={pages}").fetchall()
    with pytest.raises(StoreError, match="is it full"):
        load(store, folder, agent="test")
    assert (store.revision(), list(store.view(OWNER).nquads())) == (0, [])
    run("PRAGMA max_page_count=1000000").fetchall()
    assert load(store, folder, agent="test").revision == 1
