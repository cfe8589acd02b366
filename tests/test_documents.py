"""The README tells the truth: its commands are run, and print what it says."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
_BLOCK = re.compile(r"```(console|python)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the tour is walked in, with `atmp` on the path and the shipped data at hand."""
    made = tmp_path_factory.mktemp("tour")
    lay_out(made)
    return made


def lay_out(folder: Path) -> None:
    """Put into a folder what a reader has: the command, and the data of the checkout."""
    (folder / "bin").mkdir()
    command = folder / "bin" / "atmp"
    command.write_text(f"#!{sys.executable}\nfrom atmp.api.cli import main\nmain()\n")
    command.chmod(0o755)
    (folder / "data").symlink_to(ROOT / "data")


def commands(block: str) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with the output that the document shows."""
    found: list[tuple[list[str], list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0].append(line[2:])
        else:
            found[-1][1].append(line)
    return [("\n".join(command), "\n".join(output)) for command, output in found]


def run(command: str, folder: Path) -> str:
    """Return what a command prints, as the document shows it: trailing spaces and empty ends gone."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATMP_")}
    environment |= {"COLUMNS": "110", "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "NO_COLOR": "1"}
    strict = ["bash", "-o", "pipefail", "-c", command]  # a command that fails within a pipe fails
    done = subprocess.run(strict, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 3}, f"{command}: {done.stderr}"  # 3 is an answer: the data have findings
    lines = [line.rstrip() for line in (done.stdout or done.stderr).splitlines()]
    return "\n".join(lines).strip("\n")


def test_the_tour_is_what_a_reader_gets(folder: Path) -> None:
    """Every command of the README prints what the README shows, and every Python example gives its result."""
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    told: list[str] = []
    before = Path.cwd()
    for sort, block in _BLOCK.findall(README.read_text(encoding="utf-8")):
        if sort == "console":
            for command, shown in commands(block):
                assert run(command, folder) == shown.strip("\n"), command
        else:
            os.chdir(folder)
            try:
                runner.run(doctest.DocTestParser().get_doctest(block, {}, "README", str(README), 0), out=told.append)
            finally:
                os.chdir(before)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def test_every_command_is_in_the_readme() -> None:
    """No command of the command line goes unmentioned."""
    from atmp.api.cli import app

    said = README.read_text(encoding="utf-8")
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert {name for name in names if f"atmp {name}" not in said} == set()


def test_every_setting_is_in_the_readme() -> None:
    """Each environment variable that is read is in the table of settings."""
    from atmp.api.settings import Settings

    said = README.read_text(encoding="utf-8")
    assert {name for name in Settings.model_fields if f"`ATMP_{name.upper()}`" not in said} == set()


if __name__ == "__main__":  # a maintainer's command: write the output that the commands print into the README
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        where = Path(made)
        lay_out(where)

        def _told(match: re.Match[str]) -> str:
            if match[1] == "python":
                return match[0]
            parts = []
            for command, _ in commands(match[2]):
                typed = command.replace("\n", "\n> ")
                parts.append(f"$ {typed}\n{run(command, where)}\n")
            return f"```console\n{''.join(parts)}```"

        README.write_text(_BLOCK.sub(_told, README.read_text(encoding="utf-8")), encoding="utf-8")
