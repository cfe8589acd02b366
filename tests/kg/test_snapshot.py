"""Snapshots: used where nothing about them is doubtful, discarded otherwise, and readable to nobody whom the file is not."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg import snapshot
from atmp.kg.engine import Engine
from atmp.kg.load import load
from atmp.kg.reviews import decide, state
from atmp.kg.snapshot import discard, held, keep, place
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC, Viewer

HIDDEN = {"Project id": "P02", "Title": "A hidden therapy", "ATMP class": "TEP", "Stage": "4", "Tier": "internal"}


@pytest.fixture
def kept(store: Store, survey: Any, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store whose public graph has a snapshot."""
    monkeypatch.setattr(snapshot, "LEAST", 1)
    load(store, survey(), agent="test")
    assert store.engines.keep(PUBLIC)
    return store


def _now(store: Store, viewer: Viewer = PUBLIC) -> Any:
    """Return what the store's snapshot gives for a viewer at the newest revision."""
    return held(store, store.readable(viewer), store.revision())


def _facts(engine: Engine) -> list[str]:
    return sorted(map(str, engine.oxigraph))


def test_it_answers_at_once_and_then_from_memory(kept: Store) -> None:
    """An engine from a snapshot holds what one from the file holds, before and after it has gone over to memory."""
    engine, plain = Engine(kept, PUBLIC, soon=True), Engine(kept, PUBLIC)
    assert _facts(engine) == _facts(plain) != []
    assert engine._filling is not None
    engine._filling.join()
    assert _facts(engine) == _facts(plain)
    assert place(kept.path).exists()


def test_an_engine_from_a_snapshot_is_brought_forward(kept: Store, survey: Any) -> None:
    """What is written after the start is seen by the next question, whether memory was filled by then or not."""
    engine = Engine(kept, PUBLIC, soon=True)
    load(kept, survey({"Centre": "uppsala"}), agent="test")
    engine.bring_forward()
    assert engine.revision == kept.revision()
    assert _facts(engine) == _facts(Engine(kept, PUBLIC))


def test_what_is_merged_stays_so(store: Store, survey: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot shows what is one as one, and a decision that is taken back after it brings back what was."""
    monkeypatch.setattr(snapshot, "LEAST", 1)
    people = [{"Investigator id": f"I{number}", "Name": "Ada Prövare"} for number in (1, 2)]
    load(store, survey(Investigators=people), agent="test")
    before = _facts(Engine(store, OWNER))
    made = state(store, "I1", "I2", agent="test", same=True)
    assert store.engines.keep(OWNER)
    engine = Engine(store, OWNER, soon=True)
    assert engine._filling is not None
    assert engine.led == Engine(store, OWNER).led != {}
    decide(store, [made], agent="test", accepted=None)
    engine.bring_forward()
    assert engine.led == {}
    assert _facts(engine) == _facts(Engine(store, OWNER))
    assert {line for line in before if "I1" in line} <= set(_facts(engine))


def test_one_of_an_older_revision_is_discarded(kept: Store, survey: Any) -> None:
    """A write of whatever sort ends the snapshot: what was withdrawn must not come back with it."""
    load(kept, survey({"Centre": "uppsala"}), agent="test")
    assert _now(kept) is None
    assert not place(kept.path).exists()


def test_one_of_another_store_is_discarded(kept: Store, survey: Any, tmp_path: Path) -> None:
    """A copy that went its own way has other facts at the same revision."""
    copies = [tmp_path / "one.atlas", tmp_path / "other.atlas"]
    kept.connect().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for copy in copies:
        shutil.copy(kept.path, copy)
    with Store.open(copies[0]) as one, Store.open(copies[1]) as other:
        load(one, survey({"Centre": "uppsala"}), agent="test")
        load(other, survey({"Centre": "umea"}), agent="test")
        assert one.revision() == other.revision()
        assert one.engines.keep(PUBLIC)
        shutil.copytree(place(one.path), place(other.path))
        assert (_now(other), _now(one) is not None) == (None, True)
        assert not place(other.path).exists()


def test_one_of_other_graphs_is_not_given(store: Store, survey: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the owner may read is never given to the public, nor the other way round."""
    monkeypatch.setattr(snapshot, "LEAST", 1)
    load(store, survey(Projects=[HIDDEN]), agent="test")
    assert store.engines.keep(OWNER)
    assert _now(store, OWNER) is not None
    assert _now(store) is None


def _largest(folder: Path) -> Path:
    return max((folder / "graph").iterdir(), key=lambda path: path.stat().st_size)


def _truncated(folder: Path) -> None:
    path = _largest(folder)
    path.write_bytes(path.read_bytes()[:-1])


def _flipped(folder: Path) -> None:
    path = _largest(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _stamped(folder: Path, **said: object) -> None:
    path = folder / "stamp.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | said))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "truncated": _truncated,
    "damaged": _flipped,
    "a file too few": lambda folder: _largest(folder).unlink(),
    "a file too many": lambda folder: (folder / "graph" / "more.sst").write_bytes(b""),
    "no stamp": lambda folder: (folder / "stamp.json").unlink(),
    "no such stamp": lambda folder: (folder / "stamp.json").write_text("[1]"),
    "half a stamp": lambda folder: (folder / "stamp.json").write_text("{"),
    "another engine": lambda folder: _stamped(folder, engine="0.0.1"),
    "another schema": lambda folder: _stamped(folder, schema=0),
    "no edition": lambda folder: _stamped(folder, edition=None),
    "not a graph": lambda folder: shutil.rmtree(folder / "graph"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_on_any_doubt_it_is_discarded(damage: str, kept: Store) -> None:
    """Whatever is not as it was written is thrown away, and the file answers."""
    DAMAGE[damage](place(kept.path))
    assert _facts(Engine(kept, PUBLIC, soon=True)) == _facts(Engine(kept, PUBLIC))
    assert not place(kept.path).exists()


def test_a_graph_that_moved_meanwhile_is_not_kept(kept: Store) -> None:
    """What was read while a write came in may be of two revisions."""
    before = (place(kept.path) / "stamp.json").read_bytes()
    assert not keep(kept, kept.readable(PUBLIC), kept.revision(), lambda _: None, lambda: False)
    assert (place(kept.path) / "stamp.json").read_bytes() == before
    assert list(kept.path.parent.glob(".*-engine-*")) == []


def test_one_that_stands_is_not_written_again(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that starts anew, or an index that had nothing to do, leaves it to those who read it."""
    before = {path: path.stat().st_ino for path in place(kept.path).rglob("*")}
    monkeypatch.setattr(snapshot, "_write", lambda *_: pytest.fail("it was written again"))
    assert kept.engines.keep(PUBLIC)
    assert {path: path.stat().st_ino for path in place(kept.path).rglob("*")} == before


def test_it_is_written_without_an_engine(kept: Store) -> None:
    """However large the graph is, it is not held in memory to be kept."""
    discard(kept)
    with Store.open(kept.path) as again:
        assert again.engines.keep(PUBLIC)
        assert again.engines._engines == []
        assert _now(again) is not None


def test_a_small_graph_has_none(store: Store, survey: Any) -> None:
    """Where memory is filled as quickly, nothing is written."""
    load(store, survey(), agent="test")
    assert not store.engines.keep(PUBLIC)
    assert not place(store.path).exists()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_it_is_open_to_those_to_whom_the_file_is(mode: int, kept: Store) -> None:
    """Its files have the rights of the store's file, its folders may be entered by those who may read it."""
    kept.path.chmod(mode)
    assert kept.engines.keep(PUBLIC)
    folder = place(kept.path)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {mode}
    assert {path.stat().st_gid for path in folder.rglob("*")} == {kept.path.stat().st_gid}
    for one in (folder, folder / "graph"):
        assert stat.S_IMODE(one.stat().st_mode) == {0o600: 0o700, 0o640: 0o750, 0o644: 0o755}[mode]


def test_a_folder_where_nothing_may_be_written_has_none(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, or a folder of somebody else's, leaves the store without a snapshot, and nothing half-written."""

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    discard(kept)
    monkeypatch.setattr(snapshot, "_write", full)
    assert not kept.engines.keep(PUBLIC)
    assert list(kept.path.parent.glob(".*-engine-*")) == []
