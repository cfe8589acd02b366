"""The command line: exit codes, what goes to stdout and what to stderr, and formats."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.catalogue import questions

Run = Callable[..., Any]
HEAVY = ("torch", "fastapi", "rdflib", "pyoxigraph", "onnxruntime")
ANSWERING = {
    "search": ("search", "AAV for the retina"),
    "similar": ("similar", "P04"),
    "match": ("match", "capability", "C01"),
    "ask": ("ask", "2"),
    "query": ("query", "SELECT ?s { ?s a <https://w3id.org/atmp/ontology/Project> } ORDER BY ?s"),
}


@pytest.mark.parametrize("words", ANSWERING.values(), ids=ANSWERING)
def test_three_formats_say_the_same(run: Run, words: tuple[str, ...]) -> None:
    """JSON and CSV have the same rows under the same columns, and the table is drawn; data go to stdout alone."""
    as_json, as_csv, drawn = (run(*words, "--format", form) for form in ("json", "csv", "table"))
    assert (as_json.code, as_csv.code, drawn.code) == (0, 0, 0)
    rows = json.loads(as_json.out)
    table = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert rows
    assert [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows] == table
    assert "─" in drawn.out
    assert not any(mark in drawn.err for mark in ("─", "{"))
    assert run(*words).out == drawn.out


def test_check_in_three_formats(run: Run, tmp_path: Path) -> None:
    """A store without findings gives an empty list, a header and an empty table, says so on stderr, and ends with 0."""
    empty = tmp_path / "empty.atlas"
    assert run("init", db=empty).code == 0
    found = {form: run("check", "--format", form, db=empty) for form in ("json", "csv", "table")}
    assert {done.code for done in found.values()} == {0}
    assert json.loads(found["json"].out) == []
    assert found["csv"].out == "severity,place,record,finding,how_to_mend\n"
    assert all("no findings" in done.err for done in found.values())


def test_check_finds_what_the_demonstration_leaves_to_mend(run: Run) -> None:
    """A class that contradicts the facts and a trial without its id are warnings, by record, and end with 3."""
    done = run("check", "--format", "json")
    found = json.loads(done.out)
    assert done.code == 3
    assert [(one["severity"], one["record"].rpartition("/")[2]) for one in found] == [
        ("warning", "P14"),
        ("warning", "P23"),
    ]
    assert all(one["how_to_mend"] and one["place"].startswith("lund-survey.xlsx, sheet Projects") for one in found)


def test_ask_says_the_question_on_stderr(run: Run) -> None:
    """The question and its note are messages, and the answer is data; without a number there is the list."""
    done = run("ask", "3", "--format", "csv")
    one = next(one for one in questions() if one.number == 3)
    assert one.text in done.err
    assert one.note in done.err
    assert "AAV vector" in done.out
    assert [row["number"] for row in json.loads(run("ask", "--format", "json").out)] == [q.number for q in questions()]


def test_a_query_from_a_file(run: Run, tmp_path: Path) -> None:
    """A query is read from a file that is named after @."""
    path = tmp_path / "query.rq"
    path.write_text(ANSWERING["query"][1], encoding="utf-8")
    assert run("query", f"@{path}", "--format", "csv") == run(*ANSWERING["query"], "--format", "csv")


def test_json_has_no_number_that_is_none(run: Run) -> None:
    """Infinity and NaN, which JSON does not know, are said as SPARQL writes them; other numbers stay numbers."""
    done = run("query", "SELECT (1e0/0 AS ?a) (-1e0/0 AS ?b) (0e0/0 AS ?c) (1.5 AS ?d) {}", "--format", "json")
    assert json.loads(done.out, parse_constant=pytest.fail) == [{"a": "INF", "b": "-INF", "c": "NaN", "d": 1.5}]


@pytest.mark.parametrize(("form", "shown"), [("json", "å😀"), ("csv", "å?"), ("table", "å?")])
def test_a_terminal_that_lacks_a_mark_gets_the_rest(demo_file: Path, form: str, shown: str) -> None:
    """In an encoding without a mark JSON escapes it, and a table and CSV show a question mark for it."""
    query = "SELECT ('\\u00E5\\U0001F600' AS ?x) {}"
    done = subprocess.run(
        [sys.executable, "-c", "from atmp.api.cli import main; main()", "query", query, "--format", form],
        capture_output=True, check=True, env={**os.environ, "ATMP_DB": str(demo_file), "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    text = done.stdout.decode("latin-1")
    assert shown in (json.loads(text)[0]["x"] if form == "json" else text)


def test_every_filter_of_search_is_an_option(run: Run) -> None:
    """What HTTP filters by, the command line filters by: each narrows, and a word that is none is refused."""
    words = ("search", "cells", "--limit", "1000", "--format", "json")
    everything = len(json.loads(run(*words).out))
    for name, word in {"kind": "project", "class": "TEP", "stage": "8", "indication": "Parkinson disease", "vector": "AAV",
                       "cell": "iPSC"}.items():  # fmt: skip
        assert 0 < len(json.loads(run(*words, f"--{name}", word).out)) < everything, name
        assert run(*words, f"--{name}", "zzzz").code == 2, name


def test_the_list_of_commands_says_whole_sentences(run: Run) -> None:
    """In a terminal of 80 columns no command's line is cut short."""
    import typer
    from atmp.api.cli import app

    shown = [command.get_short_help_str(60) for command in typer.main.get_group(app).commands.values()]
    assert [line for line in shown if line.endswith("...")] == []
    assert all(line.endswith(".") for line in shown)


def test_help_loads_nothing_heavy() -> None:
    """`atmp --help`, and the help of each command, import no heavy library."""
    code = (
        "import sys\nfrom atmp.api.cli import main\nsys.argv = ['atmp', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print(sorted({{*{HEAVY}}} & {{*sys.modules}}), file=sys.stderr)"
    )
    for words in ((), ("search",), ("load",), ("serve",), ("ask",)):
        done = subprocess.run(
            [sys.executable, "-c", code, *words, "--help"], capture_output=True, text=True, check=True
        )
        assert done.stderr.strip() == "[]"
        assert "Usage: atmp" in done.stdout


def test_a_pipe_whose_reader_left_ends_quietly(demo_file: Path) -> None:
    """When the reader of a pipe goes away, as `head` does, nothing is said and the exit code is 1."""
    words = [shutil.which("atmp", path=str(Path(sys.executable).parent)) or "atmp", "export"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "ATMP_DB": str(demo_file)}
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"<")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_like_these_but_not_those_and_a_paper(run: Run, tmp_path: Path) -> None:
    """Several projects, unwanted ones, a text from a file and a paper count together; a note stands on stderr."""
    columns = ("--format", "json", "--limit", "50")
    hits = json.loads(run("similar", "P04", "P07", "--unlike", "P15", *columns).out)
    assert not {"P04", "P07", "P15"} & {hit["id"] for hit in hits}
    assert any((hit["unlike"] or 0) < 0 for hit in hits)
    path = tmp_path / "paper.txt"
    path.write_text("Gene therapy of the retina. " * 2_000, encoding="utf-8")
    done = run("similar", "--file", str(path), *columns)
    assert done.code == 0
    assert "its first 20000 characters were read" in done.err
    assert json.loads(done.out) == json.loads(run("similar", "--text", f"@{path}", *columns).out)
    other = run("similar", "P04", "--same", "modality", "--other", "indication", *columns)
    assert "P07" in {hit["id"] for hit in json.loads(other.out)}


def test_a_paper_without_text_is_1(run: Run, tmp_path: Path) -> None:
    """It fails with its name and the reason."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    done = run("similar", "--file", str(path))
    assert (done.code, "scan.pdf: is a broken PDF" in done.err) == (1, True)
