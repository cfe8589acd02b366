"""The command line on data: making a store, loading, checking, exporting, and findings with exit code 3."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC

Run = Callable[..., Any]
Survey = Callable[..., Path]
WRONG = {"Project id": "P02", "Title": "Another therapy", "Lead investigator ids": "I99"}
RIGHT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
FORMATS = {"n-quads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE,
           "json-ld": ox.RdfFormat.JSON_LD}  # fmt: skip


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with nothing in it but the vocabulary."""
    from atmp.api.atlas import Atlas

    path = tmp_path_factory.mktemp("made") / "new.atlas"
    Atlas.create(path, model="hashing").close()
    return path


@pytest.fixture
def new(made_once: Path, tmp_path: Path) -> Path:
    """Return a copy of that store, for writing."""
    return Path(shutil.copy(made_once, tmp_path / "new.atlas"))


def _state(path: Path) -> tuple[int, str]:
    with Store.open(path) as store:
        return store.revision(), store.view(OWNER).digest()


def test_init_makes_a_store_once(run: Run, tmp_path: Path) -> None:
    """Init makes a store that can be asked at once; a second time it refuses and leaves the store as it is."""
    path = tmp_path / "first.atlas"
    done = run("init", db=path)
    assert (done.code, done.out) == (0, "")
    assert "atmp load" in done.err
    before = _state(path)
    again = run("init", db=path)
    assert (again.code, again.out) == (1, "")
    assert _state(path) == before
    assert run("ask", "1", "--format", "csv", db=path).out == "class,projects\n"


def test_a_load_is_found_at_once(run: Run, new: Path, survey: Survey) -> None:
    """What was loaded is searched and counted at once; loaded again it is nothing new."""
    folder = survey()
    done = run("load", str(folder), db=new)
    assert done.code == 0
    assert "1 project" in done.err
    assert "A therapy" in run("search", "therapy", "--format", "csv", db=new).out
    assert run("ask", "1", "--format", "csv", db=new).out == "class,projects\nGTMP,1\n"
    before = _state(new)
    again = run("load", str(folder), db=new)
    assert again.code == 0
    assert "nothing new" in again.err
    assert _state(new) == before


def test_a_dry_run_changes_nothing(run: Run, new: Path, survey: Survey) -> None:
    """A dry run says what would be loaded, and leaves facts, revision and index as they were."""
    before, content = _state(new), new.read_bytes()
    done = run("load", "--dry-run", str(survey()), db=new)
    assert done.code == 0
    assert "would load" in done.err
    assert "Nothing was changed" in done.err
    assert _state(new) == before
    assert new.read_bytes() == content


def test_a_load_may_say_when_its_facts_hold(run: Run, new: Path, survey: Survey) -> None:
    """The day given with --stated is the source's; what is no day is wrong usage."""
    assert run("load", str(survey()), "--stated", "2030-01-02", db=new).code == 0
    query = "SELECT ?day { ?source a <https://w3id.org/atmp/ontology/Source> ; <http://purl.org/dc/terms/date> ?day }"
    assert run("query", query, "--format", "csv", db=new).out == "day\n2030-01-02\n"
    assert run("load", str(survey()), "--stated", "yesterday", db=new).code == 2


def test_findings_end_with_3(run: Run, new: Path, survey: Survey) -> None:
    """A source with a violation is listed on stdout, not loaded, and ends with 3; so does a dry run of it."""
    folder, before = str(survey(Projects=[RIGHT, WRONG])), _state(new)
    for words in (("load", folder), ("load", "--dry-run", folder), ("check", folder)):
        done = run(*words, db=new)
        assert done.code == 3
        assert "I99" in done.out
        assert "violation" in done.err
        assert _state(new) == before


def test_keep_going_loads_the_good_rows(run: Run, new: Path, survey: Survey) -> None:
    """With --keep-going the good rows are loaded, the others are named, and the exit code is still 3."""
    done = run("load", "--keep-going", str(survey(Projects=[RIGHT, WRONG])), db=new)
    assert done.code == 3
    assert "left out 1 rows" in done.err
    assert run("ask", "1", "--format", "csv", db=new).out == "class,projects\nGTMP,1\n"


def test_check_lists_findings_of_a_source_without_a_store(run: Run, survey: Survey, tmp_path: Path) -> None:
    """A source can be checked where there is no store: its findings are data, and say how to mend them."""
    done = run("check", str(survey(Projects=[WRONG])), "--format", "csv", db=tmp_path / "none.atlas")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert done.code == 3
    assert [row["severity"] for row in rows if "I99" in row["finding"]] == ["violation"]
    assert all(row["place"] for row in rows)
    assert not (tmp_path / "none.atlas").exists()


def test_warnings_do_not_keep_a_source_out(run: Run, new: Path, survey: Survey) -> None:
    """Warnings alone are listed as data, and the load ends with 0; a check for its own sake ends with 3."""
    folder = str(survey())
    for words, code in ((("load", folder), 0), (("check", folder), 3), (("check",), 3)):
        done = run(*words, db=new)
        assert done.code == code
        assert "warning" in done.out
        assert "warning" in done.err


def test_a_file_that_is_not_there_loads_nothing_of_itself(run: Run, new: Path, survey: Survey) -> None:
    """A file that does not exist is named; the one before it is loaded."""
    done = run("load", str(survey()), "nothing.xlsx", db=new)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1].startswith("atmp: nothing.xlsx: there is no such file")
    assert run("ask", "1", "--format", "csv", db=new).out == "class,projects\nGTMP,1\n"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("viewer", ["owner", "public"])
def test_an_export_reads_back(run: Run, new: Path, survey: Survey, form: str, viewer: str) -> None:
    """An export in any format holds the facts that the viewer sees, and an e-mail address only for the owner."""
    person = {"Investigator id": "I01", "Name": "A person", "E-mail": "person@example.org"}
    assert run("load", str(survey(Investigators=[person])), db=new).code == 0
    done = run("export", "--format", form, "--viewer", viewer, db=new)
    read = set(ox.parse(done.out.encode(), format=FORMATS[form]))
    with Store.open(new) as store:
        quads = ox.parse(
            b"".join(store.view(OWNER if viewer == "owner" else PUBLIC).nquads()), format=FORMATS["n-quads"]
        )
        seen = set(quads)
    names = {False: lambda quad: quad.triple, True: lambda quad: quad}[form != "turtle"]
    blank = (ox.BlankNode,)
    assert len(read) == len({names(quad) for quad in seen})
    assert {names(q) for q in read if not isinstance(q.subject, blank) and not isinstance(q.object, blank)} == {
        names(q) for q in seen if not isinstance(q.subject, blank) and not isinstance(q.object, blank)
    }
    assert ("person@example.org" in done.out) is (viewer == "owner")
    assert done.err == ""
