"""The command line on what is the same: reconcile, list, state, undo."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
_CSV = dict.fromkeys(("match", "search", "ask", "query"), ("--format", "csv"))


def test_names_are_reconciled_listed_and_undone(run: Run, demo_file: Path, tmp_path: Path) -> None:
    """What is certain and what is proposed is listed; a proposal is accepted and undone; two names are stated the same."""
    db = Path(shutil.copy(demo_file, tmp_path / "same.atlas"))
    path = tmp_path / "trials.jsonl"
    names = ("Karolinska Inst.", "KI, Stockholm", "Rhododendron AB", "Rhododendron, Inc.", "Quite Another")
    trials = [
        {"NCTId": [f"NCT{number:08}"], "BriefTitle": ["Cells"], "LeadSponsorName": [name]}
        for number, name in enumerate(names, 1)
    ]
    path.write_text("".join(f"{json.dumps(one)}\n" for one in trials), encoding="utf-8")
    assert run("load", str(path), db=db).code in {0, 3}
    done = run("reconcile", "--kind", "organisation", "--format", "json", "--limit", "1000", db=db)
    assert done.code == 0
    rows = {(row["status"], row["name"], row["same_as"]) for row in json.loads(done.out)}
    assert ("certain", "KI, Stockholm", "Karolinska Institutet") in rows
    listed = json.loads(run("proposals", "--format", "json", db=db).out)
    (one,) = (row for row in listed if {row["record"], row["term"]} == {"Rhododendron AB", "Rhododendron, Inc."})
    assert run("decide", "accept", one["id"], db=db).code == 0
    assert one["id"] not in {row["id"] for row in json.loads(run("proposals", "--format", "json", db=db).out)}
    assert run("decide", "undo", one["id"], db=db).code == 0
    assert one in json.loads(run("proposals", "--format", "json", db=db).out)
    assert "are the same" in run("same", "Rhododendron AB", "Quite Another", db=db).err
    assert run("different", "Rhododendron AB", "Nobody at all", db=db).code == 1


def test_a_list_shows_one(demo_file: Path, tmp_path: Path) -> None:
    """The page that lists organisations leaves out the one that another stands for, and counts it once."""
    from atmp.api.app import create_app
    from atmp.api.atlas import Atlas
    from atmp.kg.reviews import state
    from atmp.kg.store import Store
    from fastapi.testclient import TestClient

    db = Path(shutil.copy(demo_file, tmp_path / "listed.atlas"))
    with Store.open(db) as store, TestClient(create_app(Atlas(store, model="hashing"))) as client:
        before = client.get("/organisation").text
        assert "O01" in before
        assert "O02" in before
        state(store, "O01", "O02", agent="test", same=True)
        after = client.get("/organisation").text
        assert ("/O01" in after) != ("/O02" in after)
        assert "Also recorded as" in client.get(f"/lund/organisation/{'O01' if '/O01' in after else 'O02'}").text


def test_every_way_in_follows_a_decision(run: Run, demo_file: Path, tmp_path: Path) -> None:
    """People, offers, the report and queries show one where it was decided so, and as before once that is undone."""
    db = Path(shutil.copy(demo_file, tmp_path / "followed.atlas"))
    count = "SELECT (COUNT(?one) AS ?many) { ?one a <https://w3id.org/atmp/ontology/%s> }"

    def told() -> list[str]:
        asked = [
            ("match", "people", "P11", "--limit", "50"),
            ("search", "inherited blindness"),
            ("ask", "33"),
            ("query", count % "Organisation"),
            ("query", count % "Investigator"),
            ("export",),
        ]
        report = tmp_path / "report.md"
        report.unlink(missing_ok=True)
        assert run("report", "--to", str(report), db=db).code == 0
        text = re.sub(r"revision \d+", "", report.read_text(encoding="utf-8"))
        return [*(run(*words, *_CSV.get(words[0], ()), db=db).out for words in asked), text]

    before = told()
    assert run("same", "I07", "I18", db=db).code == run("same", "O03", "O05", db=db).code == 0
    people, found, offers, organisations, investigators, _, report = told()
    assert (",I07," in people) + (",I18," in people) == 1
    assert found == before[1]
    assert (
        len({row["provider"] for row in csv.DictReader(offers.splitlines())})
        == len({row["provider"] for row in csv.DictReader(before[2].splitlines())}) - 1
    )
    assert int(organisations.split()[-1]) == int(before[3].split()[-1]) - 1
    assert int(investigators.split()[-1]) == int(before[4].split()[-1]) - 1
    assert "43 investigators" in report
    for one in json.loads(run("proposals", "--status", "accepted", "--format", "json", db=db).out):
        assert run("decide", "undo", one["id"], db=db).code == 0
    assert told() == before
