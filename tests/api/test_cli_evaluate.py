"""The command line on how good search is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """Return a small judged folder."""
    folder = tmp_path / "set"
    folder.mkdir()
    documents = [
        {"_id": f"d{n}", "title": word, "text": f"About {word}."} for n, word in enumerate(("cornea", "cartilage"))
    ]
    asked = [{"_id": "q1", "text": "the cornea of the eye"}, {"_id": "q2", "text": "cartilage of the knee"}]
    for name, lines in (("corpus", documents), ("queries", asked)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td0\t1\nq2\td1\t1\n", encoding="utf-8")
    return folder


def test_a_folder_is_measured(run: Run, judged: Path, tmp_path: Path) -> None:
    """Figures by mode as JSON, as CSV with intervals and as a table; a kept index is used again."""
    kept = tmp_path / "kept.atlas"
    done = run("evaluate", "search", str(judged), "--keep", str(kept), "--format", "json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert set(found) == {"hybrid", "text", "dense", "concepts"}
    assert found["text"] == {"ndcg@10": 1.0, "recall@100": 1.0, "mrr": 1.0, "mrr@10": 1.0}
    assert "2 questions" in done.err
    again = run("evaluate", "search", str(judged), "--keep", str(kept), "--format", "csv")
    rows = {row["by"]: row for row in csv.DictReader(io.StringIO(again.out))}
    assert float(rows["text"]["mrr"]) == float(rows["text"]["mrr_from"]) == 1.0
    assert "1.000 (1.000 to 1.000)" in run("evaluate", "search", str(judged)).out


def test_own_questions_are_asked_of_the_store(run: Run, judged: Path, demo_file: Path) -> None:
    """Without a corpus the judgements name the store's records."""
    (judged / "corpus.jsonl").unlink()
    (judged / "qrels.tsv").write_text("q1\tHOLOCLAR\t1\nq2\tnothing\t1\n", encoding="utf-8")
    done = run("evaluate", "search", str(judged), db=demo_file)
    assert done.code == 1
    assert "no judged document" in done.err
    first = json.loads(run("search", "the cornea of the eye", "--format", "json", db=demo_file).out)[0]["id"]
    (judged / "qrels.tsv").write_text(f"q1\t{first}\t1\n", encoding="utf-8")
    done = run("evaluate", "search", str(judged), "--format", "json", db=demo_file)
    assert json.loads(done.out)["hybrid"]["mrr"] == 1.0


def test_trials_are_measured(run: Run, tmp_path: Path) -> None:
    """Trials that share a condition are found from each other's text."""
    words = ("cornea", "cornea", "knee")
    lines = [
        {"NCTId": [f"NCT0000000{n}"], "BriefTitle": [f"Cells for the {word}"], "BriefSummary": [f"Trial of the {word}."],
         "ConditionMeshTerm": [word]}
        for n, word in enumerate(words)
    ]  # fmt: skip
    path = tmp_path / "trials.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = run("evaluate", "similar", str(path), "--format", "json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["text"]["mrr"] == 1.0


@pytest.mark.parametrize("words", [("search", "nowhere"), ("similar", "nowhere.jsonl")])
def test_a_path_of_nothing_is_said(run: Run, words: tuple[str, ...]) -> None:
    """A folder or file that is not there fails with 1, in one line."""
    done = run("evaluate", *words)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.strip().splitlines()) == 1


@pytest.fixture
def grants(tmp_path: Path) -> Path:
    """Return a table of grants in which two who never met work together in 2016."""
    rows = [("G1", "Cells of the cornea", "one;two", "2012-01-01"), ("G2", "The cornea of the eye", "three", "2013-01-01"),
            ("G3", "Cartilage of the knee", "four;five", "2014-01-01"), ("G4", "Corneal cells", "one;three", "2016-05-01")]  # fmt: skip
    mapping = ('kind = "grant"\ncollection = "made"\nid = "Id"\n[fields]\nlabel = "Title"\nstarted = "Start"\n'
               'officials = { column = "People", split = ";" }\n')  # fmt: skip
    (tmp_path / "made.toml").write_text(mapping, encoding="utf-8")
    lines = ["Id,Title,People,Start", *(",".join(row) for row in rows)]
    (tmp_path / "grants.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "grants.csv"


def test_partners_are_foreseen(run: Run, grants: Path, tmp_path: Path) -> None:
    """Figures of every way of ranking, who was linked, and the same from kept embeddings."""
    words = ("evaluate", "people", str(grants), "--mapping", str(tmp_path / "made.toml"), "--before", "2016-01-01")
    kept = ("--keep", str(tmp_path / "kept.npz"))
    done = run(*words, *kept, "--format", "json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert set(found) == {
        "ours", "text", "text_and_adamic_adar", "adamic_adar", "common_neighbours", "activity", "random",
    }  # fmt: skip
    assert found["ours"] == {"hits@5": 1.0, "hits@10": 1.0, "mrr": 1.0}
    assert "people of grants: 2 of them found 1 new partner" in done.err
    again = run(*words, *kept, "--format", "csv")
    rows = {row["by"]: row for row in csv.DictReader(io.StringIO(again.out))}
    assert float(rows["ours"]["mrr_from"]) == 1.0
    assert "hits@10" in run(*words).out


def test_a_day_of_nothing_is_said(run: Run, grants: Path, tmp_path: Path) -> None:
    """A word that is no date, or a day after which nobody met, fails with 2 and says what to do."""
    words = ("evaluate", "people", str(grants), "--mapping", str(tmp_path / "made.toml"), "--before")
    assert "is no date" in run(*words, "soon").err
    done = run(*words, "2020-01-01")
    assert done.code == 2
    assert "--years" in done.err
    assert run(*words, "2016-01-01", "--learn").out.split()[:2] == ["part", "weight"]
