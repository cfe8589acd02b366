"""Snapshots: a large graph as files of the engine's own beside the store, so that a server answers before memory is filled.

A snapshot holds one set of graphs at one revision. It is used where everything about it is as it was when it was written:
the store's edition, the revision, the graphs, the engine's version and every byte of its files. On any doubt it is thrown
away, and the graph is filled from the store, which alone is the truth.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox

from .schema import VERSION
from .store import Store

LEAST = 200_000
"""Quads of a graph that is worth a snapshot: a smaller one is in memory as quickly."""

_FILES, _STAMP = "graph", "stamp.json"
_FORSAKEN_S = 3_600  # the age of a draft that nobody is at work on
_FAULTS = (OSError, ValueError, RuntimeError)
"""What a damaged snapshot, a full disk or a folder of somebody else's may raise."""


def place(store: Path) -> Path:
    """Return the folder of the snapshot of a store's file."""
    return store.with_name(f"{store.name}-engine")


def held(store: Store, graphs: Iterable[str], revision: int) -> ox.Store | None:
    """Return these graphs at this revision, on disk and not to be written, or None; a snapshot of anything else is discarded."""
    if not place(store.path).exists():
        return None
    with suppress(*_FAULTS):
        if stands(store, graphs, revision):
            return opened(store)
    discard(store)
    return None


def stands(store: Store, graphs: Iterable[str], revision: int) -> bool:
    """Return whether a store has a snapshot of these graphs at this revision that is as it was written."""
    with suppress(*_FAULTS):
        return _stands(store, graphs, revision)
    return False


def opened(store: Store) -> ox.Store:
    """Return a store's snapshot, which was found to stand, not to be written; any number of processes may read it."""
    return ox.Store.read_only(str(place(store.path) / _FILES))


def _stands(store: Store, graphs: Iterable[str], revision: int) -> bool:
    """Return whether a store's snapshot is of these graphs at this revision, and as it was written; raises what `_FAULTS` has."""
    folder = place(store.path)
    said = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
    ours = folder.stat().st_uid in {os.getuid(), store.path.stat().st_uid}
    return bool(ours and said == _stamp(store, graphs, revision, folder))


def keep(
    store: Store, graphs: Iterable[str], revision: int, write: Callable[[ox.Store], None], unmoved: Callable[[], bool]
) -> bool:
    """Let `write` fill the store's snapshot, in place of any other one; return whether it stands.

    One that stands already is left as it is, but for its rights, and whoever has it open reads on.
    `unmoved` tells, once it was written, whether it is still of this revision. Where the disk does not take it,
    the store has no edition yet, or files have no owners on this system, there is none.
    """
    if store.meta("edition") is None or not hasattr(os, "chown"):
        return False
    with suppress(*_FAULTS):
        if _stands(store, graphs, revision):
            _open_as(place(store.path), store.path.stat())
            return unmoved()
    with suppress(*_FAULTS):
        _sweep(store)
        with TemporaryDirectory(
            prefix=f".{place(store.path).name}-", dir=store.path.parent
        ) as draft:  # for its owner only
            folder = Path(draft) / "snapshot"
            folder.mkdir(mode=0o700)
            _write(write, folder / _FILES)
            if not unmoved():
                return False
            (folder / _STAMP).write_text(json.dumps(_stamp(store, graphs, revision, folder)), encoding="utf-8")
            _open_as(folder, store.path.stat())
            discard(store)
            folder.rename(place(store.path))
            return True
    return False


def discard(store: Store) -> None:
    """Throw the snapshot of a store away."""
    shutil.rmtree(place(store.path), ignore_errors=True)


def _write(write: Callable[[ox.Store], None], folder: Path) -> None:
    disk = ox.Store(str(folder))
    write(disk)
    disk.optimize()  # or each part has files of its own
    disk.flush()  # its files are closed with it, on return


def _stamp(store: Store, graphs: Iterable[str], revision: int, folder: Path) -> dict[str, Any]:
    """Return what a snapshot of these graphs in a folder is known by."""
    return {
        "edition": store.meta("edition"),
        "revision": revision,
        "graphs": hashlib.sha256("\n".join(sorted(graphs)).encode()).hexdigest(),
        "schema": VERSION,
        "engine": ox.__version__,
        "files": _digests(folder),
    }


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted((folder / _FILES).iterdir()):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _open_as(folder: Path, store: os.stat_result) -> None:
    """Let read and write whoever may read and write the store's file, and nobody else."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    mode = stat.S_IMODE(store.st_mode) & 0o666
    try:
        for path in (*paths, folder / _FILES, folder):
            os.chown(path, -1, store.st_gid)
    except PermissionError:  # a group that is not ours: then nobody but us
        mode &= 0o600
    for path in paths:
        path.chmod(mode)
    for path in (folder / _FILES, folder):
        path.chmod(mode | (mode & 0o444) >> 2)


def _sweep(store: Store) -> None:
    """Remove what is left of drafts whose writers were killed."""
    for draft in store.path.parent.glob(f".{place(store.path).name}-*"):
        if time.time() - draft.stat().st_mtime > _FORSAKEN_S:
            shutil.rmtree(draft, ignore_errors=True)
