"""Survival: a process killed at any moment leaves a whole store, and processes that share one do not see halves."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import StoreBusyError
from atmp.kg.load import load
from atmp.kg.records import PROV
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER

LOADS = """
import os, sys
from pathlib import Path
from atmp.kg.load import load, prepare
from atmp.kg.store import Store

def tell(what, done, total):
    if what == "validating" and done == total:
        print("writing", flush=True)

prepare(None, Path(sys.argv[2]))  # so that what follows is the load and not the start of a program
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        print("loading", os.getpid(), flush=True)
        with Store.open(Path(sys.argv[1])) as store:
            load(store, Path(sys.argv[2]), agent="other", progress=tell)
        print("loaded", flush=True)
        os._exit(0)
    sys.stdin.readline()  # until then the child's number stays its own
    print("ended", os.waitpid(child, 0)[1], flush=True)
"""
WAITS = """
import sys
from pathlib import Path
from atmp.kg.load import prepare
from atmp.kg.provenance import Placement
from atmp.kg.store import Store, now

def halting(entries):
    yield from entries[:2]
    print("midway", flush=True)
    sys.stdin.readline()
    yield from entries[2:]

with Store.open(Path(sys.argv[1])) as store:
    draft = prepare(store, Path(sys.argv[2]))
    entries = list(Placement(draft.reading, store.names, now()).entries(draft.good))
    store.write(draft.reading.source.key, "2024-06-01", halting(entries), agent="other")
"""
DEMO = Path(__file__).parents[2] / "data" / "demo" / "lund-survey"
PROJECT = {"Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}


@contextmanager
def _process(program: str, *arguments: Path) -> Iterator[Any]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def _until(process: Any, word: str) -> int:
    """Wait until the process says a word, and return the number that it says with it."""
    for line in process.stdout:
        said, _, number = line.partition(" ")
        if said.strip() == word:
            return int(number or 0)
    pytest.fail(f"the process ended before it was {word}: {process.stderr.read()}")


def _go(process: Any, steps: int = 1) -> None:
    process.stdin.write("go\n" * steps)
    process.stdin.flush()


def _state(store: Store) -> tuple[int, frozenset[bytes]]:
    """The revision, and what stands but for the times of loading."""
    stamp = f"<{PROV}generatedAtTime>".encode()
    return store.revision(), frozenset(line for line in store.view(OWNER).nquads() if stamp not in line)


def _opened(path: Path) -> tuple[int, frozenset[bytes]]:
    with Store.open(path) as store:
        assert store.connect().execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return _state(store)


def _large(survey: Any) -> Path:
    projects = [
        PROJECT | {"Project id": f"P{number:03}", "Description": f"Work number {number}. " * 20, "Vectors": "AAV9"}
        for number in range(100)
    ]
    made = survey({"Round": "2024", "Date": "2024-06-01"}, Projects=projects)
    assert isinstance(made, Path)
    return made


def test_a_load_that_is_killed_at_any_moment_is_there_whole_or_not_at_all(tmp_path: Path, survey: Any) -> None:
    """After each of thirty kills the store opens, is sound, holds none or all of the load, and takes the next one."""
    small = survey({"Centre": "malmo"}, Projects=[PROJECT | {"Project id": "S01"}])
    third = survey({"Centre": "malmo", "Round": "2025"}, Projects=[PROJECT | {"Project id": "T01"}])
    base, path = tmp_path / "base.atlas", tmp_path / "killed.atlas"
    with Store.create(base) as store:
        load(store, small, agent="test")
        before = _state(store)
    with _process(LOADS, path, DEMO) as process:
        shutil.copy(base, path)
        lasted = {}
        _go(process)
        for word in ("loading", "writing", "loaded"):
            _until(process, word)
            lasted[word] = time.perf_counter()
        _go(process)
        _until(process, "ended")
        after = _opened(path)
        assert len(after[1]) > len(before[1]) + 5000
        chance = random.Random(20260101)  # noqa: S311 - the same every time
        for number in range(30):
            begin = "loading" if number % 3 == 0 else "writing"  # most kills while there is something to tear
            moment = chance.random() * (lasted["loaded"] - lasted[begin])
            for file in tmp_path.glob("killed.atlas*"):
                file.unlink()
            shutil.copy(base, path)
            _go(process)
            loader = _until(process, "loading")
            if begin == "writing":
                _until(process, begin)
            time.sleep(moment)
            os.kill(loader, signal.SIGKILL)
            _go(process)
            assert _until(process, "ended") in {0, signal.SIGKILL}
            found = _opened(path)
            assert found in {before, after}
            with Store.open(path) as store:
                assert load(store, third, agent="test").revision == found[0] + 1
    with Store.open(path) as store:
        load(store, DEMO, agent="test")
        assert after[1] <= _state(store)[1]


def test_a_writer_that_dies_midway_leaves_nothing_behind(store: Store, survey: Any) -> None:
    """A process killed within its write leaves the facts as they were, and lets the next writer in."""
    load(store, survey(Projects=[PROJECT | {"Project id": "S01"}]), agent="test")
    before, large = _state(store), _large(survey)
    with _process(WAITS, store.path, large) as process:
        _until(process, "midway")
        process.kill()
        process.wait()
    assert _state(store) == before == _opened(store.path)
    assert load(store, large, agent="test").revision == 2


def test_an_open_view_answers_from_what_another_process_loaded(store: Store, survey: Any) -> None:
    """A view that is open while another process loads reads the new revision next, without being opened anew."""
    load(store, survey(Projects=[PROJECT | {"Project id": "S01"}]), agent="test")
    view = store.view(OWNER)
    assert [one.identifier for one in view.records("project")] == ["S01"]
    with _process(LOADS, store.path, _large(survey)) as process:
        _go(process, 2)
        _until(process, "ended")
    assert view.revision == 2
    assert len(view.records("project")) == 101
    assert view.find("project", "P099").label == "A therapy"


def test_a_reader_during_a_write_sees_what_was_before_and_then_what_is_after(store: Store, survey: Any) -> None:
    """While another process is midway nothing of its write is seen; when it is done, all of it is."""
    load(store, survey(Projects=[PROJECT | {"Project id": "S01"}]), agent="test")
    before, view = _state(store), store.view(OWNER)
    with _process(WAITS, store.path, _large(survey)) as process:
        _until(process, "midway")
        assert _state(store) == before
        assert [one.identifier for one in view.records("project")] == ["S01"]
        _go(process)
        assert process.wait() == 0
    assert view.revision == 2
    assert len(view.records("project")) == 101


def test_two_writers_at_once_both_end_up_in_the_store(store: Store, survey: Any) -> None:
    """Of two processes that load at the same time one waits for the other, and neither is lost."""
    other = survey({"Centre": "malmo"}, Projects=[PROJECT | {"Project id": "M01"}])
    with _process(LOADS, store.path, _large(survey)) as one, _process(LOADS, store.path, other) as two:
        _go(one, 2)
        _go(two, 2)
        assert [_until(process, "ended") for process in (one, two)] == [0, 0]
    assert store.revision() == 2
    assert len(store.view(OWNER).records("project")) == 101


def test_a_writer_that_cannot_wait_is_told_so(store: Store, survey: Any) -> None:
    """Where the other process keeps the lock too long the load fails in plain words and changes nothing."""
    small = survey(Projects=[PROJECT | {"Project id": "S01"}])
    with _process(WAITS, store.path, _large(survey)) as process:
        _until(process, "midway")
        store.connect().set_busy_timeout(50)
        with pytest.raises(StoreBusyError, match=r"another process is writing to .* try again when it has finished"):
            load(store, small, agent="test")
        _go(process)
        assert process.wait() == 0
    assert load(store, small, agent="test").revision == 2
