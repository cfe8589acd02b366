"""`atmp export --to`: a file a record, the survey's sheets, one file of RDF; for a viewer, and over nothing that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from atmp.kg.store import Store
from atmp.kg.view import View
from atmp.kg.viewer import OWNER, PUBLIC

PROJECT = {
    "Project id": "P01",
    "Title": "=HYPERLINK(A1)",
    "ATMP class": "GTMP",
    "Stage": "4",
    "Aim": "'+1",
    "Notes": "@x",
}
HIDDEN = {"Project id": "P02", "Title": "A hidden one", "ATMP class": "TEP", "Stage": "2", "Tier": "internal"}
PERSON = {"Investigator id": "I01", "Name": "Synthetic investigator 01", "E-mail": "person@example.org"}


@pytest.fixture
def new(run: Any, survey: Any, tmp_path: Path) -> Path:
    """Return a store with two projects, one of them hidden, and an address."""
    path = tmp_path / "new.atlas"
    assert run("init", db=path).code == 0
    assert run("load", str(survey(Projects=[PROJECT, HIDDEN], Investigators=[PERSON])), db=path).code == 0
    return path


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _records(view: View) -> set[tuple[str, str, str]]:
    """Return what a viewer sees of records, without where it was read."""
    graph = view.engine.oxigraph
    quads = [quad for quad in graph if "/graph/lund/" in str(quad.graph_name)]
    subjects = {quad.subject for quad in quads if "/source/" not in str(quad.subject)}
    return {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in quads
        if q.subject in subjects and not str(q.predicate).endswith("wasDerivedFrom>")
    }


@pytest.mark.parametrize("viewer", ["owner", "public"])
def test_each_record_has_one_file(run: Any, new: Path, viewer: str, tmp_path: Path) -> None:
    """The files together hold the facts that the viewer sees of records, each in the file of its subject."""
    done = run("export", "--to", str(tmp_path / "out"), "--format", "turtle-records", "--viewer", viewer, db=new)
    assert (done.code, done.out) == (0, "")
    files = _files(tmp_path / "out")
    told = set()
    for name, content in files.items():
        if name.endswith(".ttl"):
            triples = list(ox.parse(content, format=ox.RdfFormat.TURTLE))
            assert len({str(one.subject) for one in triples}) == 1
            told |= {(str(one.subject), str(one.predicate), str(one.object)) for one in triples}
    with Store.open(new) as store:
        assert told == _records(store.view(OWNER if viewer == "owner" else PUBLIC))
    whole = b"".join(files.values())
    assert (b"person@example.org" in whole, b"A hidden one" in whole) == (viewer == "owner", viewer == "owner")
    assert ("lund/project/P02.ttl" in files) is (viewer == "owner")


def test_what_did_not_change_is_not_written(run: Any, new: Path, survey: Any, tmp_path: Path) -> None:
    """Two exports are equal byte for byte; after a load one file has changed, and that of a lost record is gone."""
    words = ("export", "--to", str(tmp_path / "out"), "--format", "turtle-records")
    assert run(*words, db=new).code == 0
    first = _files(tmp_path / "out")
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.ttl")}
    assert run(*words, db=new).code == 0
    assert _files(tmp_path / "out") == first
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    changed = survey(Projects=[PROJECT | {"Aim": "Another aim"}], Investigators=[PERSON])
    assert run("load", str(changed), db=new).code == 0
    (tmp_path / "out" / "lund" / "mine.ttl").write_text("keep me")
    assert run(*words, db=new).code == 0
    second = _files(tmp_path / "out")
    assert {name for name in first if name in second and first[name] != second[name]} == {
        "lund/project/P01.ttl",
        ".atmp-export",
    }
    assert {"lund/project/P02.ttl", "lund/product/P02.ttl"} <= set(first) - set(second)
    assert second["lund/mine.ttl"] == b"keep me"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sheets_come_back_unharmed(run: Any, new: Path, form: str, tmp_path: Path) -> None:
    """The survey's sheets load into an empty store, and give the same records; nothing in them is a formula."""
    to = tmp_path / ("out.xlsx" if form == "xlsx" else "out")
    assert run("export", "--to", str(to), *(("--format", "csv") if form == "csv" else ()), db=new).code == 0
    other = tmp_path / "other.atlas"
    assert run("init", db=other).code == 0
    assert run("load", str(to), db=other).code == 0
    with Store.open(new) as one, Store.open(other) as two:
        assert _records(one.view(OWNER)) == _records(two.view(OWNER))
        assert _records(one.view(PUBLIC)) == _records(two.view(PUBLIC))
    if form == "csv":
        text = (to / "projects.csv").read_text(encoding="utf-8")
        assert not [
            cell for line in text.splitlines() for cell in line.split(",") if cell.strip('"')[:1] in set("=+-@")
        ]
    else:
        kinds = {cell.data_type for sheet in openpyxl.load_workbook(to) for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sheets_show_a_viewer_what_it_may_see(run: Any, new: Path, form: str, tmp_path: Path) -> None:
    """The public's sheets have no hidden project, and no address."""
    to = tmp_path / ("out.xlsx" if form == "xlsx" else "out")
    assert run("export", "--to", str(to), "--format", form, "--viewer", "public", db=new).code == 0
    if form == "csv":
        text = b"".join(_files(to).values()).decode()
    else:
        cells = (cell.value for sheet in openpyxl.load_workbook(to) for row in sheet.iter_rows() for cell in row)
        text = " ".join(str(cell) for cell in cells)
    assert "P01" in text
    assert [word for word in ("P02", "A hidden one", "person@example.org") if word in text] == []


def test_rdf_goes_into_a_file_too(run: Any, new: Path, tmp_path: Path) -> None:
    """--to writes what stdout would have had."""
    shown = run("export", "--format", "trig", db=new)
    assert run("export", "--format", "trig", "--to", str(tmp_path / "all.trig"), db=new).code == 0
    assert (tmp_path / "all.trig").read_text(encoding="utf-8") == shown.out


def test_what_cannot_be_written_is_wrong_usage_and_harms_nothing(run: Any, new: Path, tmp_path: Path) -> None:
    """A folder that is a file, other people's files, no rights, a file that is there, no folder at all: 2, in words."""
    file, folder = tmp_path / "answers.xlsx", tmp_path / "mine"
    file.write_text("keep me")
    folder.mkdir()
    (folder / "notes.csv").write_text("keep me")
    assert run("export", "--to", str(tmp_path / "sheets"), "--format", "csv", db=new).code == 0
    before = _files(tmp_path / "sheets")
    for words, said in (
        (("--to", str(file), "--format", "turtle-records"), "is a file"),
        (("--to", str(file), "--format", "csv"), "is a file"),
        (("--to", str(file)), "is there already"),
        (("--to", str(file), "--format", "trig"), "is there already"),
        (("--to", str(folder), "--format", "csv"), "holds files"),
        (("--to", str(folder), "--format", "turtle-records"), "holds files"),
        (("--to", str(folder)), "is there already"),
        (("--to", str(tmp_path / "sheets"), "--format", "turtle-records"), "holds an export as csv"),
        (("--to", str(tmp_path / "no" / "where"), "--format", "csv"), "does not exist"),
        (("--to", str(tmp_path / "no" / "where.xlsx")), "does not exist"),
        (("--to", "/proc/out", "--format", "turtle-records"), "cannot be written"),
        (("--to", "/proc/out.xlsx"), "cannot be written"),
        (("--to", "/proc/out.nq"), "cannot be written"),
        (("--format", "turtle-records"), "name it with --to"),
        (("--format", "csv"), "name it with --to"),
        (("--format", "xlsx"), "name it with --to"),
        (("--format", "trig", "--centre", "lund"), "--centre goes with csv and xlsx"),
    ):
        done = run("export", *words, db=new)
        assert (done.code, done.out) == (2, ""), words
        assert said in done.err, words
    done = run("export", "--format", "csv", "--to", str(tmp_path / "x"), "--centre", "uppsala", db=new)
    assert (done.code, done.out, "there is no centre uppsala" in done.err) == (1, "", True)
    assert (file.read_text(), (folder / "notes.csv").read_text()) == ("keep me", "keep me")
    assert _files(tmp_path / "sheets") == before
    assert not (tmp_path / "x").exists()


def test_ids_that_a_disk_would_mix_up_have_files_of_their_own(run: Any, new: Path, survey: Any, tmp_path: Path) -> None:
    """P1 and p1, an id with slashes, and a long one: each has its file within the folder."""
    ids = ["P1", "p1", "../../up", "x" * 300]
    rows = [PROJECT | {"Project id": one, "Title": f"Therapy {number}"} for number, one in enumerate(ids)]
    assert run("load", str(survey({"Round": "2024"}, Projects=rows)), db=new).code == 0
    assert run("export", "--to", str(tmp_path / "out"), "--format", "turtle-records", db=new).code == 0
    names = [path.name for path in (tmp_path / "out" / "lund" / "project").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == 6
