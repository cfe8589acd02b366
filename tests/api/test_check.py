"""`atmp check`: the same findings on every way in, and as SHACL's own report."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from atmp.api.app import create_app
from atmp.api.atlas import Atlas
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER
from atmp.kg.workbook import fill
from fastapi.testclient import TestClient
from rdflib.namespace import RDF, SH

BROKEN = {"Project id": "P01", "Title": "A therapy", "ATMP class": "TEP", "Stage": "8", "Vectors": "lentivirus"}
PERSON = {"Investigator id": "I1", "Name": "Synthetic investigator 01", "ORCID": "0000-0002-1825-0079"}
FORMS = {
    "nq": ox.RdfFormat.N_QUADS,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
}


@pytest.fixture
def ways(run: Any, survey: Any, tmp_path: Path) -> dict[str, Path]:
    """Return one broken survey as a folder, a workbook, and in four syntaxes of RDF."""
    folder = survey(Projects=[BROKEN], Investigators=[PERSON])
    found = {"csv": folder, "xlsx": tmp_path / "survey.xlsx"}
    fill(found["xlsx"], folder)
    new = tmp_path / "way.atlas"
    assert run("init", db=new).code == 0
    assert run("load", str(folder), db=new).code == 0
    with Store.open(new) as store:
        quads = [
            quad
            for quad in ox.parse(b"".join(store.view(OWNER).nquads()), format=ox.RdfFormat.N_QUADS)
            if isinstance(quad.graph_name, ox.NamedNode) and "/graph/lund/" in quad.graph_name.value
            and "derived" not in quad.predicate.value.lower()
        ]  # fmt: skip
    for ending, form in FORMS.items():
        found[ending] = tmp_path / f"way.{ending}"
        plain = quads if ending in {"nq", "jsonld"} else [quad.triple for quad in quads]
        found[ending].write_bytes(bytes(ox.serialize(plain, format=form) or b""))
    return found


def _found(out: str) -> set[tuple[str, str, str, str]]:
    rows = csv.DictReader(io.StringIO(out))
    return {(row["severity"], row["record"], row["finding"], row["how_to_mend"]) for row in rows}


def test_every_way_in_finds_the_same(run: Any, ways: dict[str, Path], tmp_path: Path) -> None:
    """A workbook, a folder and RDF in four syntaxes with the same faults have the same findings, by record."""
    found = {}
    for way, path in ways.items():
        done = run("check", str(path), "--centre", "lund", "--format", "csv", db=tmp_path / "none.atlas")
        assert done.code == 3, way
        found[way] = {one for one in _found(done.out) if one[1]}
    store = run("check", "--format", "csv", db=tmp_path / "way.atlas")
    assert {way for way, findings in found.items() if findings != _found(store.out)} == set()
    said = " ".join(one[2] for one in found["csv"])
    assert "check digits" in said
    assert "names no trial" in said
    assert "points to a gene therapy" in said


def test_every_way_finds_the_same_over_http(run: Any, ways: dict[str, Path], tmp_path: Path) -> None:
    """As a body, as a form and on the command line: the same rows, place by place; and by record the same on every way."""
    atlas = Atlas.create(tmp_path / "empty.atlas", model="hashing")
    by_record = set()
    with TestClient(create_app(atlas), raise_server_exceptions=False) as client:
        for way, path in ways.items():
            told = run("check", str(path), "--centre", "lund", "--format", "csv", db=tmp_path / "empty.atlas")
            rows = list(csv.DictReader(io.StringIO(told.out)))
            by_record.add(frozenset(one for one in _found(told.out) if one[1]))
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            form = {"files": [("file", (one.name, one.read_bytes())) for one in files]}
            asked = {"params": {"centre": "lund", "name": path.name}, "headers": {"accept": "text/csv"}}
            for sent in [form, {"content": path.read_bytes()}] if path.is_file() else [form]:
                answer = client.post("/api/v1/check", **asked, **sent)
                assert list(csv.DictReader(io.StringIO(answer.text))) == rows, way
                said = client.post("/api/v1/check", params=asked["params"], **sent).json()
                assert [(one["severity"], one["message"], one["mend"] or "") for one in said["findings"]] == [
                    (row["severity"], row["finding"], row["how_to_mend"]) for row in rows
                ]
    atlas.close()
    assert len(by_record) == 1
    assert len(by_record.pop()) >= 3


def test_a_report_is_shacls_own(run: Any, ways: dict[str, Path], tmp_path: Path) -> None:
    """The report reads back with a result for each finding: severity, focus, path, message, place and mending."""
    new, file = tmp_path / "none.atlas", tmp_path / "findings.ttl"
    rows = json.loads(run("check", str(ways["csv"]), "--format", "json", db=new).out)
    done = run("check", str(ways["csv"]), "--format", "shacl", "--report", str(file), db=new)
    assert done.code == 3
    for text in (done.out, file.read_text(encoding="utf-8")):
        graph = rdflib.Graph().parse(data=text, format="turtle")
        whole = graph.value(None, RDF.type, SH.ValidationReport)
        assert graph.value(whole, SH.conforms) == rdflib.Literal(False)
        results = list(graph.objects(whole, SH.result))
        for part in (SH.resultSeverity, SH.focusNode, SH.resultMessage, SH.sourceConstraintComponent):
            assert {len(list(graph.objects(one, part))) for one in results} == {1}
        assert sorted(str(graph.value(one, SH.resultMessage)) for one in results) == sorted(
            row["finding"] for row in rows
        )
        focus = {str(graph.value(one, SH.focusNode)) for one in results}
        assert {row["record"] for row in rows if row["record"]} <= focus
        (digits,) = [one for one in results if "check digits" in str(graph.value(one, SH.resultMessage))]
        assert graph.value(digits, SH.resultPath) == rdflib.URIRef("http://vivoweb.org/ontology/core#orcidId")
        assert graph.value(digits, SH.value) == rdflib.URIRef("https://orcid.org/0000-0002-1825-0079")
        assert graph.value(digits, SH.resultSeverity) == SH.Warning


def test_a_report_without_findings_conforms(run: Any, tmp_path: Path) -> None:
    """Where nothing is found the report says so, and the command ends with 0."""
    new = tmp_path / "empty.atlas"
    assert run("init", db=new).code == 0
    done = run("check", "--format", "shacl", db=new)
    graph = rdflib.Graph().parse(data=done.out, format="turtle")
    assert done.code == 0
    assert list(graph.objects(None, SH.conforms)) == [rdflib.Literal(True)]
    assert not list(graph.objects(None, SH.result))


def test_a_report_takes_the_place_of_an_older_one(run: Any, tmp_path: Path) -> None:
    """A file that is there is written anew, as a report is."""
    file = tmp_path / "r.ttl"
    file.write_text("old")
    assert run("check", "--report", str(file)).code == 3
    assert "ValidationReport" in file.read_text()


@pytest.mark.parametrize("name", [".", "nowhere/r.ttl", "/proc/r.ttl"])
def test_a_report_that_cannot_be_written_is_wrong_usage(
    run: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, a folder that does not exist, and a place without rights: exit code 2, words, and no output."""
    monkeypatch.chdir(tmp_path)
    done = run("check", "--report", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith("atmp: ")
    assert list(tmp_path.iterdir()) == []
