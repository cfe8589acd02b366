"""One trial from many sources, on the real files: one record, each source's word kept, the newest word first."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.importers.interface import Context, detect
from atmp.kg.load import load
from atmp.kg.records import Trial
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER

STATED = {
    "trials-101k-title-summary.jsonl.gz": date(2021, 5, 1),
    "trials-atmp-core-1077.jsonl.gz": date(2021, 6, 1),
    "trials-msc-1536.jsonl.gz": None,
    "clinicaltrials-csv/export-2022-27-columns.csv": None,
    "clinicaltrials-csv/export-20-columns.csv": date(2024, 6, 1),
}
"""The files that speak of trials, with the day that whoever loads them names where they name none."""
TEXTS, CORE, FULL, OLD_TABLE, NEW_TABLE = STATED
ORDERS = [*permutations(STATED)][::17]
_FACTS = (
    "SELECT ts.value, tp.value, tob.value FROM span JOIN quad q ON q.id = span.quad AND span.went IS NULL"
    " JOIN term ts ON ts.id = q.s JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o"
    " WHERE tp.value NOT LIKE '%generatedAtTime>'"
)
_SAID = (
    "SELECT src.key, ts.value, tp.value, tob.value FROM assertion a JOIN source_row r ON r.id = a.row AND a.went IS NULL"
    " JOIN source src ON src.id = r.source JOIN quad q ON q.id = a.quad JOIN term ts ON ts.id = q.s"
    " JOIN term tp ON tp.id = q.p JOIN term tob ON tob.id = q.o WHERE tp.value NOT LIKE '%generatedAtTime>'"
)
Facts = set[tuple[Any, ...]]


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the lines of a file with the id of the trial that each is about; the header's is empty."""
    if path.suffix == ".gz":
        for line in _text(path).splitlines():
            said = json.loads(line)
            yield str(said.get("nct") or said["NCTId"][0]), line
        return
    table = csv.reader(io.StringIO(_text(path), newline=""))
    headers = next(table)
    for cells in (headers, *table):
        out = io.StringIO(newline="")
        csv.writer(out).writerow(cells)
        yield "" if cells is headers else cells[headers.index("NCT Number")], out.getvalue().rstrip("\r\n")


def _cut(path: Path, to: Path, ids: Collection[str]) -> None:
    to.parent.mkdir(exist_ok=True)
    text = "".join(f"{line}\n" for identifier, line in _rows(path) if not identifier or identifier in ids)
    to.write_bytes(gzip.compress(text.encode()) if to.suffix == ".gz" else text.encode())


@pytest.fixture(scope="module")
def cut(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of the five files with the same few trials each, as far as it has them."""
    ids = {name: {identifier for identifier, _ in _rows(shared / name)} - {""} for name in STATED}
    chosen = [
        *sorted(ids[TEXTS] & ids[FULL] & ids[OLD_TABLE])[::20],
        *sorted(ids[CORE] & ids[FULL])[:6],
        *sorted(ids[CORE] & ids[NEW_TABLE])[:12],
        *sorted(ids[FULL] - ids[TEXTS])[:4],
    ]
    folder = tmp_path_factory.mktemp("cut")
    for name in STATED:
        _cut(shared / name, folder / name, set(chosen))
    return folder


def _loaded(folder: Path, names: Iterable[str], path: Path) -> Store:
    store = Store.create(path)
    for name in names:
        load(store, folder / name, agent="test", stated=STATED[name])
    return store


def _asked(store: Store, query: str) -> Facts:
    return set(store.connect().execute(query))


def test_what_the_files_share(shared: Path) -> None:
    """The long file repeats all of the 1,077 and 406 of the 1,536: what follows is about something."""
    ids = {name: {identifier for identifier, _ in _rows(shared / name)} for name in (TEXTS, CORE, FULL)}
    assert (len(ids[TEXTS]), len(ids[TEXTS] & ids[CORE]), len(ids[TEXTS] & ids[FULL])) == (101_016, 1_077, 406)


def test_any_order_ends_as_one_record_a_trial(cut: Path, tmp_path: Path) -> None:
    """However the files come, the same facts stand, and each trial has one record with one name and one status."""
    first: Facts | None = None
    for number, order in enumerate(ORDERS):
        with _loaded(cut, order, tmp_path / f"{number}.atlas") as store:
            found = _asked(store, _FACTS)
            first = first or found
            assert found == first
            trials = store.view(OWNER).records("trial")
            assert len(trials) == len({identifier for name in STATED for identifier, _ in _rows(cut / name)} - {""})


def test_each_source_keeps_its_word(cut: Path, tmp_path: Path) -> None:
    """With all files loaded, what each asserts is what it asserts alone."""
    alone: Facts = set()
    for number, name in enumerate(STATED):
        with _loaded(cut, [name], tmp_path / f"alone{number}.atlas") as store:
            alone |= _asked(store, _SAID)
    with _loaded(cut, STATED, tmp_path / "all.atlas") as store:
        assert _asked(store, _SAID) == alone


@pytest.mark.parametrize("order", [(FULL, OLD_TABLE), (OLD_TABLE, FULL)], ids=["newer first", "older first"])
def test_the_newer_word_stands(order: tuple[str, ...], cut: Path, tmp_path: Path) -> None:
    """Of status, dates and name, the file of October 2022 goes before that of February, whichever is loaded first."""
    with _loaded(cut, [FULL], tmp_path / "new.atlas") as newer, _loaded(cut, order, tmp_path / "both.atlas") as both:
        said = {one.iri: one for one in newer.view(OWNER).records("trial") if isinstance(one, Trial)}
        found = {one.iri: one for one in both.view(OWNER).records("trial") if isinstance(one, Trial)}
    for iri, one in said.items():
        for name in ("label", "status", "started", "completed", "sponsor", "stage", "enrolment", "why_stopped"):
            assert getattr(one, name) in {None, getattr(found[iri], name)}, (iri, name)


def test_what_a_newer_source_leaves_out_stays(cut: Path, tmp_path: Path) -> None:
    """A later file of titles and summaries changes these two, and takes nothing else away."""
    with _loaded(cut, [FULL], tmp_path / "kept.atlas") as store:
        before = {one.iri: one for one in store.view(OWNER).records("trial")}
        load(store, cut / TEXTS, agent="test", stated=date(2026, 1, 1))
        after = {one.iri: one for one in store.view(OWNER).records("trial")}
        assert before != after
        for iri, one in before.items():
            changed = {"label": after[iri].label, "description": after[iri].description}
            assert after[iri] == one.model_copy(update=changed)


def test_loading_again_changes_nothing(cut: Path, tmp_path: Path) -> None:
    """No file makes a revision a second time, in whatever order it comes again."""
    with _loaded(cut, STATED, tmp_path / "again.atlas") as store:
        before = (store.revision(), store.view(OWNER).digest())
        for name in reversed(STATED):
            assert load(store, cut / name, agent="test", stated=STATED[name]).revision is None
        assert (store.revision(), store.view(OWNER).digest()) == before


def _study(said: dict[str, list[str]]) -> dict[str, Any]:
    """Return a record of StudyFields as API v2 would say it."""

    def one(name: str) -> str | None:
        return next(iter(said.get(name, [])), None)

    def day(name: str) -> dict[str, Any]:
        return {"date": one(name)} if one(name) else {}

    code = (one("OverallStatus") or "").upper().replace(",", "").replace(" STATUS", "").replace(" ", "_")
    phases = ["NA" if phase == "Not Applicable" else phase.upper().replace(" ", "") for phase in said.get("Phase", [])]
    return {"protocolSection": {
        "identificationModule": {"nctId": one("NCTId"), "briefTitle": one("BriefTitle")},
        "statusModule": {"overallStatus": code, "startDateStruct": day("StartDate"),
                         "completionDateStruct": day("CompletionDate")},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": one("LeadSponsorName")},
                                       "collaborators": [{"name": name} for name in said.get("CollaboratorName", [])]},
        "conditionsModule": {"conditions": said.get("Condition", [])},
        "designModule": {"studyType": (one("StudyType") or "").upper(),
                         "phases": [phase.replace("EARLYPHASE1", "EARLY_PHASE1") for phase in phases],
                         "enrollmentInfo": {"count": one("EnrollmentCount")}},
        "armsInterventionsModule": {"interventions": [{"name": name} for name in said.get("InterventionName", [])]},
        "contactsLocationsModule": {"locations": [{"country": name} for name in said.get("LocationCountry", [])]},
    }}  # fmt: skip


def _table(records: Iterable[dict[str, list[str]]], *, new: bool) -> str:
    """Return records of StudyFields as the site's table, in its older or its newer style."""
    out = io.StringIO(newline="")
    sponsors = ["Sponsor", "Collaborators"] if new else ["Sponsor/Collaborators"]
    title, status = ("Study Title", "Study Status") if new else ("Title", "Status")
    writer = csv.DictWriter(out, ["NCT Number", title, status, "Conditions", "Interventions", *sponsors, "Phases",
                                  "Enrollment", "Study Type", "Start Date", "Completion Date", "Locations"])  # fmt: skip
    writer.writeheader()
    for said in records:
        study = _study(said)["protocolSection"]
        design, lead, others = study["designModule"], said["LeadSponsorName"], said.get("CollaboratorName", [])
        codes = [design["phases"], [study["statusModule"]["overallStatus"]], [design["studyType"]]]
        words = [said.get("Phase", []), said["OverallStatus"], said.get("StudyType", [])]
        phases, state, kind = ("|".join(values) for values in (codes if new else words))
        together = {"Sponsor": lead[0], "Collaborators": "|".join(others)}
        writer.writerow({
            "NCT Number": said["NCTId"][0], title: said["BriefTitle"][0], status: state, "Phases": phases, "Study Type": kind,
            "Conditions": "|".join(said.get("Condition", [])), "Enrollment": "".join(said.get("EnrollmentCount", [])),
            "Interventions": "|".join(f"Drug: {name}" for name in said.get("InterventionName", [])),
            "Start Date": "".join(said.get("StartDate", [])), "Completion Date": "".join(said.get("CompletionDate", [])),
            "Locations": "|".join(f"A clinic, A town, {name}" for name in said.get("LocationCountry", [])),
            **(together if new else {"Sponsor/Collaborators": "|".join([*lead, *others])}),
        })  # fmt: skip
    return out.getvalue()


def test_every_form_of_a_trial_makes_one_record(cut: Path, tmp_path: Path, context: Context) -> None:
    """API v2, StudyFields and both styles of the table, made of the same real trials, make the same records."""
    same = {"iri", "label", "status", "started", "completed", "sponsor", "collaborators", "conditions", "phases", "stage",
            "study_type", "enrolment", "interventions", "countries"}  # fmt: skip
    named = {"NCTId", "BriefTitle", "OverallStatus", "StartDate", "CompletionDate", "LeadSponsorName", "CollaboratorName",
             "Condition", "Phase", "StudyType", "EnrollmentCount", "InterventionName", "LocationCountry"}  # fmt: skip
    full = [json.loads(line) for _, line in _rows(cut / FULL)]
    said = [{name: values for name, values in one.items() if name in named} for one in full]
    texts = {
        "fields.jsonl": "".join(f"{json.dumps(one)}\n" for one in said),
        "studies.json": json.dumps([_study(one) for one in said]),
        "old.csv": _table(said, new=False),
        "new.csv": _table(said, new=True),
    }
    found = {}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        rows = detect(tmp_path / name).read(tmp_path / name, context).rows
        found[name] = [record.model_dump(include=same) for row in rows for record in row.records]
    assert len(found["fields.jsonl"]) == len(said) > 20
    for name, records in found.items():
        for record, expected in zip(records, found["fields.jsonl"], strict=True):
            assert record == expected, name
