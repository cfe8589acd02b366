"""Loading: one import is one revision, withdraws what it no longer says, and lands whole or not at all."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import FindingsError, UnknownRecordError
from atmp.kg.findings import Severity
from atmp.kg.iris import Names
from atmp.kg.ledger import Entry, Quad
from atmp.kg.load import Receipt, load
from atmp.kg.records import DCT, PROV, Project, Trial
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER

P01 = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
P02 = {"Project id": "P02", "Title": "Another therapy", "ATMP class": "TEP", "Stage": "2"}
NEED = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay"}
PERSON = {"Investigator id": "I1", "Name": "Synthetic investigator 01"}
LATER = {"Round": "2024", "Date": "2024-06-01"}
NAMES = Names()


def _load(store: Store, path: Path, **options: Any) -> Receipt:
    return load(store, path, agent="test", **options)


def _state(store: Store) -> tuple[int, str]:
    return store.revision(), store.view(OWNER).digest()


def _project(store: Store, key: str = "P01") -> Project:
    found = store.view(OWNER).find("project", key)
    assert isinstance(found, Project)
    return found


def _facts(store: Store) -> list[bytes]:
    """What stands, without the times of loading."""
    return [line for line in store.view(OWNER).nquads() if f"<{PROV}generatedAtTime>".encode() not in line]


def _again(folder: Path, survey: Any, fields: dict[str, str] | None = None, **sheets: Any) -> Path:
    """Write the survey anew in place of an older edition, under the older one's name."""
    fresh = survey(fields, **sheets)
    for file in fresh.glob("*.csv"):
        file.replace(folder / file.name)
    return folder


def test_an_import_is_one_revision(store: Store, survey: Any) -> None:
    """However many rows a source has, loading it makes one revision, and the receipt says what came."""
    receipt = _load(store, survey(Projects=[P01, P02], Needs=[NEED]))
    assert (receipt.revision, store.revision()) == (1, 1)
    assert (receipt.records["project"], receipt.records["need"], receipt.removed) == (2, 1, 0)
    assert receipt.added == len(list(store.view(OWNER).nquads()))


def test_repeating_an_import_changes_nothing(store: Store, survey: Any) -> None:
    """The same file a second time makes no revision and leaves every fact as it was."""
    folder = survey(Projects=[P01, P02], Needs=[NEED])
    _load(store, folder)
    before = _state(store)
    receipt = _load(store, folder)
    assert _state(store) == before
    assert (receipt.revision, receipt.added, receipt.removed) == (None, 0, 0)
    assert receipt.unchanged == receipt.rows == 4


def test_a_changed_row_updates_its_record(store: Store, survey: Any) -> None:
    """A row that says something else replaces what it said, and leaves its neighbours alone."""
    folder = survey(Projects=[P01, P02])
    _load(store, folder)
    receipt = _load(store, _again(folder, survey, Projects=[P01 | {"Title": "A better therapy"}, P02]))
    assert receipt.revision == 2
    assert (_project(store).label, _project(store, "P02").label) == ("A better therapy", "Another therapy")
    assert store.view(OWNER, at=1).record(_project(store).iri).label == "A therapy"


def test_a_row_that_is_gone_takes_its_record_along(store: Store, survey: Any) -> None:
    """What only the missing row had said is withdrawn, product and stage included."""
    folder = survey(Projects=[P01, P02])
    _load(store, folder)
    receipt = _load(store, _again(folder, survey, Projects=[P01]))
    view = store.view(OWNER)
    assert [one.identifier for kind in ("project", "product") for one in view.records(kind)] == ["P01", "P01"]
    assert len(view.records("stage-observation")) == 1
    assert receipt.removed > receipt.added


def test_what_another_source_also_said_keeps_standing(store: Store, survey: Any) -> None:
    """A withdrawn row takes away only what it alone had said."""
    _load(store, survey(Projects=[P01, P02]))
    later = survey(LATER, Projects=[P01, P02 | {"Aim": "A first trial"}])
    _load(store, later)
    assert _project(store, "P02").aim == "A first trial"
    _load(store, _again(later, survey, LATER, Projects=[P01]))
    assert (_project(store, "P02").label, _project(store, "P02").aim) == ("Another therapy", None)


def test_a_blank_field_erases_nothing(store: Store, survey: Any) -> None:
    """A later survey that leaves a field empty keeps the earlier survey's answer."""
    _load(store, survey(Projects=[P01 | {"Aim": "A first trial", "Hurdles": "The price of vectors"}]))
    _load(store, survey(LATER, Projects=[P01 | {"Aim": "  ", "Description": "Now in words."}]))
    kept = _project(store)
    assert (kept.aim, kept.hurdles, kept.description) == ("A first trial", "The price of vectors", "Now in words.")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_answers_the_later_stated_stands(order: tuple[int, int], store: Store, survey: Any) -> None:
    """The date of the survey counts, not the day on which it was loaded."""
    said = survey(Projects=[P01 | {"Aim": "old"}]), survey(LATER, Projects=[P01 | {"Aim": "new"}])
    for which in order:
        _load(store, said[which])
    assert _project(store).aim == "new"
    assert sum(b"ontology/aim>" in line for line in store.view(OWNER).nquads()) == 1


def test_a_day_that_is_given_goes_before_the_sources_own(store: Store, survey: Any) -> None:
    """A source that is said to hold later than it says itself replaces what would else be later."""
    _load(store, survey(LATER, Projects=[P01 | {"Aim": "of 2024"}]))
    receipt = _load(store, survey(Projects=[P01 | {"Aim": "of 2023"}]), stated=date(2025, 1, 1))
    assert receipt.source.stated == date(2025, 1, 1)
    assert _project(store).aim == "of 2023"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_trial_of_several_sources_is_one_record(order: tuple[int, int], store: Store, tmp_path: Path) -> None:
    """Each source's statements are kept; older ones replace nothing, and what one does not say erases nothing."""
    older = {"NCTId": ["NCT00000001"], "BriefTitle": ["Old"], "OverallStatus": ["Recruiting"], "EnrollmentCount": ["12"],
             "LastUpdatePostDate": ["March 1, 2020"]}  # fmt: skip
    newer = "NCT Number,Study Title,Study Status,Last Update Posted\nNCT00000001,New,COMPLETED,2024-05-01\n"
    (tmp_path / "older.jsonl").write_text(json.dumps(older))
    (tmp_path / "newer.csv").write_text(newer)
    for which in order:
        _load(store, tmp_path / ("older.jsonl", "newer.csv")[which])
    view = store.view(OWNER)
    (trial,) = view.records("trial")
    assert isinstance(trial, Trial)
    assert (trial.label, trial.status, trial.enrolment) == ("New", "Completed", 12)
    rows = view.select(f"SELECT ?row {{ <{trial.iri}> <{PROV}wasDerivedFrom> ?row }}").rows
    assert len(rows) == 2


@pytest.mark.parametrize("edition", [{}, {"Aim": "old"}, {"Aim": "third"}])
def test_a_withdrawn_answer_gives_its_place_back(edition: dict[str, str], store: Store, survey: Any) -> None:
    """Once the later source no longer says it, the earlier answer stands again."""
    _load(store, survey(Projects=[P01 | {"Aim": "old"}]))
    later = survey(LATER, Projects=[P01 | {"Aim": "new"}])
    _load(store, later)
    _load(store, _again(later, survey, LATER, Projects=[P01 | edition]))
    assert _project(store).aim == edition.get("Aim", "old")


def test_a_violation_blocks_the_whole_load(store: Store, survey: Any) -> None:
    """One bad row keeps the good ones out too, and the store is as it was."""
    _load(store, survey(Projects=[P01]))
    before = _state(store)
    bad = survey(LATER, Projects=[P01 | {"Title": "New"}, P02 | {"Stage": ""}])
    with pytest.raises(FindingsError, match=r"1 violation\. Nothing was changed") as raised:
        _load(store, bad)
    assert _state(store) == before
    grave = [finding for finding in raised.value.findings if finding.severity is Severity.VIOLATION]
    assert [(one.place.sheet, one.place.row, one.place.column) for one in grave] == [("Projects", 3, "Stage")]


def test_keep_going_loads_the_good_rows_and_names_the_others(store: Store, survey: Any) -> None:
    """With keep_going the bad row stays out, and so does the row that points at it."""
    needs = [NEED, NEED | {"Need id": "N2", "Project id": "P02"}]
    receipt = _load(store, survey(Projects=[P01, P02 | {"Stage": ""}], Needs=needs), keep_going=True)
    assert receipt.left_out == ("Needs/N2", "Projects/P02")
    view = store.view(OWNER)
    assert [one.identifier for kind in ("project", "need") for one in view.records(kind)] == ["P01", "N1"]
    with pytest.raises(UnknownRecordError):
        view.find("project", "P02")


def test_keep_going_leaves_a_bad_rows_record_as_it_was(store: Store, survey: Any) -> None:
    """A row that became bad withdraws nothing: what it said before stands until it is mended."""
    folder = survey(Projects=[P01, P02], Needs=[NEED])
    _load(store, folder)
    edition = [P01 | {"Title": "Unread", "GMO": "perhaps so"}, P02 | {"Title": "Read"}]
    receipt = _load(store, _again(folder, survey, Projects=edition, Needs=[NEED]), keep_going=True)
    assert receipt.left_out == ("Projects/P01",)
    assert (_project(store).label, _project(store, "P02").label) == ("A therapy", "Read")
    assert store.view(OWNER).find("need", "N1").iri


def test_warnings_do_not_block(store: Store, survey: Any) -> None:
    """An unknown word and a missing description are told, and the row loads."""
    receipt = _load(store, survey(Projects=[P01 | {"Vectors": "AVV9"}]))
    assert {one.severity for one in receipt.findings} >= {Severity.WARNING}
    assert not [one for one in receipt.findings if one.severity is Severity.VIOLATION]
    assert (receipt.revision, _project(store).as_written) == (1, ("Vectors: AVV9",))


@pytest.mark.parametrize("broken", [False, True])
def test_a_dry_run_changes_nothing(broken: bool, store: Store, survey: Any) -> None:
    """A dry run tells what would come, or what is wrong, and leaves the store alone."""
    _load(store, survey(Projects=[P01]))
    before = _state(store)
    receipt = _load(store, survey(LATER, Projects=[P01, P02 | ({"Stage": ""} if broken else {})]), dry_run=True)
    assert _state(store) == before
    assert (receipt.revision, receipt.records["project"]) == (None, 1 if broken else 2)
    assert receipt.left_out == (("Projects/P02",) if broken else ())


def test_two_disjoint_sources_give_the_same_facts_in_either_order(tmp_path: Path, survey: Any) -> None:
    """Sources that speak of different records do not mind which of them is loaded first."""
    here = survey(Projects=[P01], Needs=[NEED], Investigators=[PERSON])
    there = survey({"Centre": "malmo", "Tier": "internal"}, Projects=[P02], Investigators=[PERSON])
    found = []
    for name, order in (("a", (here, there)), ("b", (there, here))):
        with Store.create(tmp_path / f"{name}.atlas") as store:
            for path in order:
                _load(store, path)
            found.append(_facts(store))
    assert found[0] == found[1]
    assert len(found[0]) > 60


def _random_entries(choice: random.Random) -> list[Entry]:
    """Rows of one source: a row a subject, one description each, some notes in two graphs."""
    rows = []
    for number in range(4):
        subject, quads = f"<{NAMES.record('lund', 'project', str(number))}>", list[Quad]()
        graphs = [f"<{NAMES.graph('lund', tier)}>" for tier in (Tier.PUBLIC, Tier.INTERNAL)]
        if choice.random() < 0.6:
            quads.append((subject, f"<{DCT}description>", f'"{choice.choice("abc")}"', graphs[0]))
        quads += [(subject, "<urn:note>", f'"{choice.choice("abc")}"', choice.choice(graphs)) for _ in range(2)]
        if choice.random() < 0.8:
            rows.append(Entry(f"row {number}", tuple(quads)))
    return rows


def _standing(store: Store, *, at: int | None = None) -> set[str]:
    return set(store.lines({graph.iri for graph in store.graphs()}, at=at))


@pytest.mark.parametrize("seed", range(8))
def test_what_stands_depends_on_what_is_said_and_not_on_how_it_came_about(seed: int, tmp_path: Path) -> None:
    """After any history of writes the facts are those of a store that was told the last editions only."""
    choice, last = random.Random(seed), dict[str, list[Entry]]()  # noqa: S311
    with Store.create(tmp_path / "long.atlas") as long, Store.create(tmp_path / "short.atlas") as short:
        past: dict[int, set[str]] = {}
        for _ in range(15):
            key = choice.choice(("2021", "2022", "2023"))
            last[key] = _random_entries(choice)
            long.write(key, f"{key}-06-01", last[key], agent="test")
            past[long.revision()] = _standing(long)
        for key, entries in last.items():
            short.write(key, f"{key}-06-01", entries, agent="test")
        assert _standing(long) == _standing(short) != set()
        assert all(_standing(long, at=revision) == lines for revision, lines in past.items())
        replayed = set(past[min(past)])
        for change in long.changes(min(past)):
            (replayed.add if change.added else replayed.discard)(change.line)
        assert replayed == _standing(long)
