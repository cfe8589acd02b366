"""Progress: a terminal shows how far long work is; a pipe gets nothing of it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

COMMANDS = {
    "load": (["load", "{trials}"], ("reading", "bytes read", "making records", "validating", "writing", "cards")),
    "link": (["link"], ("linking",)),
    "index": (["index", "--rebuild"], ("cards", "embedding")),
}
TRIALS = "nct,title,brief_summary\n" + "".join(f"NCT{one:08},Cells,Of trial {one}\n" for one in range(150))


def _started(words: list[str], db: Path, stderr: int) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", "from atmp.api.cli import main; main()", *words, "--db", str(db)]
    environment = {**os.environ, "ATMP_MODEL": "hashing", "TERM": "xterm", "COLUMNS": "100"}
    return subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL, stderr=stderr)


def _on_a_pipe(words: list[str], db: Path) -> str:
    with _started(words, db, subprocess.PIPE) as process:
        said = process.communicate()[1].decode()
    assert process.returncode == 0, said
    return said


def _on_a_terminal(words: list[str], db: Path) -> str:
    master, slave = pty.openpty()
    with _started(words, db, slave) as process, os.fdopen(master, "rb", buffering=0) as terminal:
        os.close(slave)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while part := terminal.read(65_536):
                shown += part
    assert process.returncode == 0
    return shown.decode()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_terminal_is_told_how_far_it_is(command: str, tmp_path: Path) -> None:
    """Each step is named, with how many are done and, at its end, all of them; on a pipe none of it is printed."""
    db, trials = tmp_path / "a.atlas", tmp_path / "trials.csv"
    trials.write_text(TRIALS)
    _on_a_pipe(["init"], db)
    if command != "load":
        _on_a_pipe(["load", str(trials)], db)
    words, steps = COMMANDS[command]
    words = [word.format(trials=trials) for word in words]
    shown = _on_a_terminal(words, db)
    assert [step for step in steps if step not in shown] == []
    assert "150" in shown
    assert "100%" in shown
    assert "━" not in _on_a_pipe(words, db)
