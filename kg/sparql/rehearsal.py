"""Rehearsals: an update is tried on a copy of what its writer sees, in a process that can be killed.

What would come of it is told, and nothing is changed.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from .. import errors
from ..affected import Amendment
from ..amendment import Amended, amend
from ..engine import Engine, unread
from ..errors import AtlasError, QueryRefusedError, QuerySyntaxError, StoreBusyError
from ..iris import Names
from ..store import Store
from ..view import View
from ..viewer import Viewer
from .dataset import Dataset
from .memory import limit
from .sandbox import Sandbox
from .tokens import placed
from .update import check_update, guarded_update, operations

SECONDS = 60.0
"""How long an update may be tried, with the making of the copy."""
MEMORY = 2_000
"""Megabytes that trying an update may take beside the copy."""
_log = logging.getLogger(__name__)
_TURN = threading.Lock()
_PROGRAM = "from atmp.kg.sparql.rehearsal import main; main()"


def update(view: View, text: str, using: Dataset, *, agent: str) -> Amended:
    """Do an update of what the viewer may write, all of it or nothing; raises as `rehearsed` and `amend` do.

    One is done after the other: each is tried on what the one before has left, and memory holds one copy.
    """
    if not _TURN.acquire(timeout=SECONDS):
        raise StoreBusyError("another update takes its time: nothing was changed; try again in a while")
    try:
        return amend(view, lambda: rehearsed(view, text, using), agent=agent, form="sparql-update", text=text.encode())
    finally:
        _TURN.release()


def rehearsed(view: View, text: str, using: Dataset, *, seconds: float = SECONDS, memory: int = MEMORY) -> Amendment:
    """Return what an update would change of what the viewer sees at the newest revision.

    Raises QuerySyntaxError with line and column, QueryForbiddenError for LOAD and SERVICE, QueryRefusedError for what
    cannot be done, takes too long or too much memory, and UsageError where a fact has no graph.
    """
    guarded = guarded_update(text, using)
    asked = {
        "path": str(view.store.path), "viewer": view.viewer.told(), "text": guarded, "base": using.base, "memory": memory,
    }  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own program; -P, for no module of the folder is to stand in for ours
            [sys.executable, "-P", "-c", _PROGRAM], input=json.dumps(asked).encode(), capture_output=True,
            timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise QueryRefusedError(f"the update takes longer than {seconds:g} seconds: do it in parts") from None
    if done.returncode:
        _log.error("an update that was tried: %s", done.stderr.decode(errors="replace"))
        raise QueryRefusedError(
            f"the update ended before it was done, maybe for want of the {memory} MB of memory that it may take:"
            " do it in parts"
        )
    told = json.loads(done.stdout)
    if "error" in told:
        raise _again(told, text)
    added, removed = (frozenset(map(tuple, told[name])) for name in ("added", "removed"))
    return Amendment(told["revision"], added, removed)


def main() -> None:
    """Read what is asked on stdin, and tell on stdout what would change, or why it cannot be done."""
    asked = json.load(sys.stdin)
    viewer = Viewer.heard(asked["viewer"])
    with Store.open(Path(asked["path"])) as store:
        try:
            amendment = rehearse(
                Engine(store, viewer, as_stated=True),
                store.names,
                viewer,
                asked["text"],
                asked["base"],
                partial(limit, asked["memory"]),
            )
            told = {
                "revision": amendment.revision,
                "added": sorted(amendment.added),
                "removed": sorted(amendment.removed),
            }
        except AtlasError as error:
            told = {"error": type(error).__name__, "message": str(error), **_place(error)}
    json.dump(told, sys.stdout)


def _place(error: AtlasError) -> dict[str, Any]:
    return {"line": error.line, "column": error.column} if isinstance(error, QuerySyntaxError) else {}


def _again(told: dict[str, Any], text: str) -> AtlasError:
    """Return an error as it was raised in the other process."""
    if told.get("line") is not None:
        words = told["message"].removeprefix(f"line {told['line']}, column {told['column']}: ")
        return placed(text, QuerySyntaxError(words, told["line"], told["column"]))
    kind: type[AtlasError] = getattr(errors, told["error"])
    return kind(told["message"])


def rehearse(
    engine: Engine,
    names: Names,
    viewer: Viewer,
    text: str,
    base: str | None = None,
    confine: Callable[[], None] = lambda: None,
) -> Amendment:
    """Return what an update changes in an engine of the viewer's, which is used up by it.

    `confine` is called once the copy stands, before anything is tried in it.
    """
    for _, operation in operations(text):  # one by one: the engine reads no PREFIX between them
        check_update(operation, Dataset(base=base))
    copy = Sandbox(engine.oxigraph, names, viewer)
    confine()
    before = None
    for data, operation in operations(text):
        if before is not None and not (data and data == before):  # data of one sort need no account between them
            copy.settle()
        before = data
        try:
            engine.oxigraph.update(operation, base_iri=base)
        except SyntaxError as error:
            raise placed(text, unread(str(error.msg))) from None
        except (ValueError, OSError, RuntimeError) as error:
            raise QueryRefusedError(f"the update cannot be done: {error}") from None
    copy.settle()
    return Amendment(engine.revision, frozenset(copy.added), frozenset(copy.removed))
