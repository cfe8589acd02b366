"""ClinicalTrials.gov records: trials without a centre, and broken files named by line."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.importers.interface import Context, detect, importer
from atmp.kg.importers.studyfields import StudyFieldsImporter
from atmp.kg.records import ATMP, Trial
from atmp.kg.triples import facts

TRIAL = {"NCTId": ["NCT00000001"], "BriefTitle": ["Cells"], "Phase": ["Phase 1", "Phase 2"], "Condition": ["GvHD"],
         "LastUpdatePostDate": ["December 4, 2014"], "StartDate": ["March 2012"], "EnrollmentCount": ["12"]}  # fmt: skip


def _file(path: Path, *trials: object) -> Path:
    path.write_text("".join(f"{json.dumps(trial)}\n" for trial in trials), encoding="utf-8")
    return path


def test_a_trial_is_a_reference_record(tmp_path: Path, context: Context) -> None:
    """A trial stands in the base's own namespace, with its stage, dates and disease."""
    reading = StudyFieldsImporter().read(_file(tmp_path / "t.jsonl", TRIAL), context)
    (row,) = reading.rows
    (trial,) = row.records
    assert isinstance(trial, Trial)
    assert (reading.centre, reading.source.collection, reading.source.stated) == (
        None,
        "clinicaltrials",
        date(2014, 12, 4),
    )
    assert (trial.iri, trial.stage) == ("https://w3id.org/atmp/id/trial/NCT00000001", f"{ATMP}stage-8")
    assert (trial.started, trial.enrolment) == (date(2012, 3, 1), 12)
    assert trial.indications == ("http://purl.obolibrary.org/obo/MONDO_0013730",)


@pytest.mark.parametrize(
    ("phase", "stage"), [([], "not-stated"), (["Not Applicable"], "not-stated"), (["Phase 4"], "10")]
)
def test_phases_become_stages(phase: list[str], stage: str, tmp_path: Path, context: Context) -> None:
    """A register's N/A is not stated; phase 4 is an authorised medicine."""
    (row,) = StudyFieldsImporter().read(_file(tmp_path / "t.jsonl", TRIAL | {"Phase": phase}), context).rows
    (trial,) = row.records
    assert isinstance(trial, Trial)
    assert trial.stage == f"{ATMP}stage-{stage}"


def test_a_trial_without_an_id_is_a_violation_at_its_line(tmp_path: Path, context: Context) -> None:
    """The other trials are read, and the line is named."""
    path = _file(tmp_path / "t.jsonl", TRIAL, {"BriefTitle": ["Nameless"]}, TRIAL)
    first, second, third = StudyFieldsImporter().read(path, context).rows
    assert len(first.records) == 1
    assert [finding.message for finding in second.findings] == ["the trial has no id"]
    assert second.place.row == 2
    assert "line 1 already" in third.findings[0].message


@pytest.mark.parametrize(
    ("text", "words"), [("{broken\n", "line is no JSON"), ("[1]\n", "no JSON object"), ("\n", "no trial")]
)
def test_broken_lines_are_refused(text: str, words: str, tmp_path: Path, context: Context) -> None:
    """What is no record ends the reading, in words."""
    path = tmp_path / "t.jsonl"
    path.write_text(text)
    with pytest.raises(SourceError, match=words):
        StudyFieldsImporter().read(path, context)


def test_a_truncated_gzip_is_refused(tmp_path: Path, context: Context) -> None:
    """A download that was cut short is an error, and is not recognised as anything else."""
    path = tmp_path / "t.jsonl.gz"
    whole = gzip.compress("".join(f"{json.dumps(TRIAL | {'NCTId': [f'NCT{n:08}']})}\n" for n in range(2000)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="cut short"):
        StudyFieldsImporter().read(path, context)


def test_latin1_is_refused(tmp_path: Path, context: Context) -> None:
    """Text in another encoding is an error with its line."""
    path = tmp_path / "t.jsonl"
    path.write_bytes(json.dumps(TRIAL, ensure_ascii=False).encode() + b'\n{"NCTId": ["\xe5"]}\n')
    with pytest.raises(SourceError, match="not UTF-8"):
        StudyFieldsImporter().read(path, context)


def test_the_real_file_reads_whole(shared: Path, context: Context) -> None:
    """All 1,536 real trials are read without a violation, and most have a disease."""
    path = shared / "trials-msc-1536.jsonl.gz"
    assert StudyFieldsImporter().recognises(path)
    rows = list(StudyFieldsImporter().read(path, context).rows)
    trials = [record for row in rows for record in row.records if isinstance(record, Trial)]
    assert (len(trials), [finding for row in rows for finding in row.findings]) == (1536, [])
    assert sum(bool(trial.indications) for trial in trials) > 1200


def test_half_characters_and_byte_order_marks_are_no_errors(tmp_path: Path, context: Context) -> None:
    """JSON can hold half a character, which no file can; a mark stands in its place."""
    path = tmp_path / "trials.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"NCTId": ["NCT00000001"], "BriefTitle": ["a\\ud800b", null], "Keyword": [null]}\n')
    (row,) = importer("studyfields").read(path, context).rows
    (trial,) = row.records
    assert (trial.label, trial.keywords) == ("a\ufffdb", ())  # type: ignore[attr-defined]
    assert list(facts(trial))


def test_deep_json_is_no_format(tmp_path: Path) -> None:
    """What nests beyond all bounds is refused in words by every importer."""
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    with pytest.raises(SourceError, match="no known format"):
        detect(path)
