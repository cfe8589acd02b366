"""The command line on what is the same: reconcile, list, state, undo."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


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
