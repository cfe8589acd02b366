"""The command line where it fails: exit codes, and messages on stderr alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
COMMANDS = [
    ("search", "AAV"), ("similar", "P04"), ("match", "capability", "C01"), ("ask", "2"), ("query", "ASK { }"), ("check",),
    ("index",), ("export",), ("report", "--to", "x.md"), ("load", "x.ttl"),
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("--nope",), ("nothing",), ("search", "a", "--nope"), ("search",), ("search", "a", "--limit", "0"),
        ("search", "a", "--format", "xml"), ("search", "a", "--viewer", "nobody"), ("search", ""),
        ("search", "a", "--vector", "AVV9"), ("search", "a", "--min-score", "2"), ("similar",),
        ("similar", "P01", "--same", "colour"), ("similar", "P01", "--unlike", "P01"),
        ("match", "thing", "P01"), ("ask", "99"), ("ask", "1", "centre"),
        ("ask", "1", "colour=red"), ("ask", "4", "limit=many"), ("export", "--format", "xml"),
    ],
)  # fmt: skip
def test_wrong_usage_is_2(run: Run, words: tuple[str, ...]) -> None:
    """An unknown command or option, or a value that cannot be meant, ends with 2 and a message on stderr."""
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()


@pytest.mark.parametrize(
    "words",
    [
        ("similar", "P99"), ("match", "need", "N999"), ("match", "people", "P99"), ("ask", "1", "centre=nowhere"),
        ("ask", "4", "project=P99"), ("query", "SELEC"), ("query", ""),
        ("query", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"), ("query", "@nothing.rq"), ("query", "@."),
        ("load", "nothing.xlsx"), ("check", "nothing.xlsx"), ("init",), ("report", "--to", "x.md", "--centre", "nowhere"),
    ],
)  # fmt: skip
def test_what_fails_is_1(run: Run, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for rightly and cannot be done ends with 1 and one line on stderr, after the question if any."""
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("atmp: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", COMMANDS)
def test_a_missing_store_names_init(run: Run, words: tuple[str, ...], tmp_path: Path) -> None:
    """Without a store every command ends with 1, says how to make one, and makes none."""
    done = run(*words, db=tmp_path / "none.atlas")
    assert (done.code, done.out) == (1, "")
    assert "atmp init" in done.err
    assert "none.atlas" in done.err
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_left_alone(run: Run, tmp_path: Path) -> None:
    """A file of another kind is no store, and stays as it is."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear survey manager, " * 100, encoding="utf-8")
    done = run("search", "AAV", db=path)
    assert (done.code, done.out) == (1, "")
    assert "not an atlas store" in done.err
    assert path.read_text(encoding="utf-8") == "Dear survey manager, " * 100


@pytest.mark.parametrize("words", [("ask", "1"), ("query", "SELECT * { ?s ?p ?o } LIMIT 1"), ("check",), ("export",)])
def test_a_store_damaged_in_its_middle_is_said(
    run: Run, words: tuple[str, ...], demo_file: Path, tmp_path: Path
) -> None:
    """What is found out while reading ends with 1 and one line too, and the file stays as it is."""
    path = tmp_path / "broken.atlas"
    data = bytearray(demo_file.read_bytes())
    data[len(data) // 4 : len(data) // 2] = b"\xa5" * (len(data) // 2 - len(data) // 4)
    path.write_bytes(data)
    done = run(*words, db=path)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("atmp: ")
    assert "is damaged" in done.err
    assert path.read_bytes() == bytes(data)
