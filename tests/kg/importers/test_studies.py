"""ClinicalTrials.gov API v2: studies in any wrapping become the same trials as in the register's other forms."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.interface import Context, detect
from atmp.kg.importers.studies import StudiesImporter
from atmp.kg.records import ATMP, Trial

STUDY = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "Cells", "officialTitle": "A trial of cells"},
        "statusModule": {
            "overallStatus": "ACTIVE_NOT_RECRUITING",
            "startDateStruct": {"date": "2012-03"},
            "lastUpdatePostDateStruct": {"date": "2014-12-04", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "A sponsor"}, "collaborators": [{"name": "One"}, {"name": "Two"}]},
        "conditionsModule": {"conditions": ["GvHD"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"], "enrollmentInfo": {"count": 12}},
        "armsInterventionsModule": {"interventions": [{"type": "BIOLOGICAL", "name": "Stromal cells"}]},
        "contactsLocationsModule": {"locations": [{"country": "Sweden"}, {"country": "Denmark"}, {"country": "Sweden"}]},
    },
    "derivedSection": {"conditionBrowseModule": {"meshes": [{"id": "D006086", "term": "Graft vs Host Disease"}]}},
    "hasResults": False,
}  # fmt: skip
WRAPPINGS = {
    "a page": {"studies": [STUDY], "nextPageToken": "x", "totalCount": 1},
    "a list": [STUDY],
    "one study": STUDY,
}


def _file(folder: Path, text: str) -> Path:
    path = folder / "ctg-studies.json"
    path.write_text(text, encoding="utf-8")
    return path


def _trials(path: Path, context: Context) -> list[Any]:
    return [record for row in StudiesImporter().read(path, context).rows for record in row.records]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_studies_are_found_in_every_wrapping(wrapping: str, tmp_path: Path, context: Context) -> None:
    """A page of the API, the site's list and a single study say the same."""
    path = _file(tmp_path, json.dumps(WRAPPINGS[wrapping]))
    assert detect(path).name == "studies"
    (trial,) = _trials(path, context)
    assert isinstance(trial, Trial)
    assert (trial.iri, trial.label, trial.title) == (
        "https://w3id.org/atmp/id/trial/NCT00000001",
        "Cells",
        "A trial of cells",
    )
    assert (trial.status, trial.study_type, trial.stage) == (
        "Active, not recruiting",
        "Interventional",
        f"{ATMP}stage-8",
    )
    assert (trial.phases, trial.started, trial.enrolment) == (("Phase 1", "Phase 2"), date(2012, 3, 1), 12)
    assert (trial.sponsor, trial.collaborators, trial.countries) == ("A sponsor", ("One", "Two"), ("Denmark", "Sweden"))
    assert (trial.interventions, trial.indications) == (
        ("Stromal cells",),
        ("http://purl.obolibrary.org/obo/MONDO_0013730",),
    )


def test_studies_a_line_are_read(tmp_path: Path, context: Context) -> None:
    """Studies may follow one another, one a line."""
    second = json.dumps(STUDY).replace("NCT00000001", "NCT00000002")
    path = _file(tmp_path, f"{json.dumps(STUDY)}\n{second}\n")
    assert [trial.identifier for trial in _trials(path, context)] == ["NCT00000001", "NCT00000002"]


def test_what_a_study_does_not_say_is_not_said(tmp_path: Path, context: Context) -> None:
    """A study of little more than its id leaves the rest unsaid; without phases it is not staged."""
    bare = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}, "statusModule": None}}
    (trial,) = _trials(_file(tmp_path, json.dumps([bare])), context)
    assert isinstance(trial, Trial)
    assert (trial.label, trial.status, trial.conditions) == (None, None, ())
    assert trial.stage == f"{ATMP}stage-not-stated"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps([STUDY])[:-20], "broken"),
        ('{"studies": [1], "protocolSection": 0}', "no JSON object"),
        ('{"studies": [], "x": "protocolSection"}', "no trial"),
        (json.dumps([STUDY]) + "}", "broken"),
    ],
)
def test_broken_json_is_refused(text: str, words: str, tmp_path: Path, context: Context) -> None:
    """JSON that is cut short, or holds no studies, ends the reading in words."""
    with pytest.raises(SourceError, match=words):
        StudiesImporter().read(_file(tmp_path, text), context)


def test_a_study_without_an_id_is_a_violation(tmp_path: Path, context: Context) -> None:
    """The study is named by its place in the file."""
    (row,) = StudiesImporter().read(_file(tmp_path, '[{"protocolSection": {}}]'), context).rows
    assert [(finding.message, finding.place.row) for finding in row.findings] == [("the trial has no id", 1)]
