"""ClinicalTrials.gov records as StudyFields JSON lines, plain or gzipped: a reference collection of trials."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from atmp.ontology.vocabulary import iri_of

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..records import Trial
from ..source import Reading, Row, Source
from ..tiers import Tier
from .interface import Context

COLLECTION = "clinicaltrials"
_ID = re.compile(r"NCT\d{8}")
_STAGES = {"early phase 1": "8", "phase 1": "8", "phase 2": "9", "phase 3": "9", "phase 4": "10"}
_UNDATED = date(2000, 1, 1)  # for records that name no date of their own: any dated source is later


class StudyFieldsImporter:
    """Reads trials; each becomes a record of its own, without a centre."""

    name = "studyfields"
    title = "ClinicalTrials.gov StudyFields records, one JSON object a line (.jsonl, .jsonl.gz)"

    def recognises(self, path: Path) -> bool:
        """Return whether the first line is a JSON object with the register's field names."""
        if not path.is_file():
            return False
        try:
            with _open(path) as file:
                first = json.loads(file.readline(10_000_000))
        except (OSError, EOFError, zlib.error, ValueError, RecursionError):
            return False
        return isinstance(first, dict) and bool({"NCTId", "BriefTitle", "OverallStatus"} & set(first))

    def read(self, path: Path, context: Context) -> Reading:
        """Return the trials; raises SourceError with the line where the file cannot be read."""
        trials = list(_lines(path))
        if not trials:
            raise SourceError("it holds no trial: there is nothing to load", Place(path.name))
        stated = max((_date(one, "LastUpdatePostDate") or _UNDATED for _, one in trials), default=_UNDATED)
        stem = path.name.removesuffix(".gz").removesuffix(".jsonl")
        source = Source(
            f"studyfields-{stem}", f"ClinicalTrials.gov, {stem}", self.name, stated, file=path.name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(), collection=COLLECTION, publisher="ClinicalTrials.gov",
        )  # fmt: skip
        return Reading(source, None, Tier.PUBLIC, _rows(path.name, trials, context))


def _open(path: Path) -> IO[str]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", encoding="utf-8-sig") if packed else path.open(encoding="utf-8-sig")


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _object(path, number, line)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SourceError(
            "the file is cut short or damaged: fetch it again", Place(path.name, None, number + 1)
        ) from None
    except UnicodeDecodeError:
        raise SourceError("the text is not UTF-8", Place(path.name, None, number + 1)) from None


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the line is no JSON ({error})", Place(path.name, None, number)) from None
    if not isinstance(found, dict):
        raise SourceError("the line is no JSON object", Place(path.name, None, number))
    return found


def _rows(name: str, trials: Iterable[tuple[int, dict[str, Any]]], context: Context) -> Iterator[Row]:
    seen: dict[str, int] = {}
    indications = _indications(context)
    for number, said in trials:
        place = Place(name, None, number)
        identifier = _first(said, "NCTId") or ""
        if not _ID.fullmatch(identifier):
            message = f"'{identifier}' is no trial id" if identifier else "the trial has no id"
            yield _refused(f"line {number}", place, message, "every trial needs its id, such as NCT00081055")
        elif identifier in seen:
            mend = "keep one of the two lines"
            yield _refused(
                f"{identifier} in line {number}", place, f"{identifier} stands in line {seen[identifier]} already", mend
            )
        else:
            seen[identifier] = number
            yield Row(identifier, place, (_trial(identifier, said, context, indications),))


def _refused(key: str, place: Place, message: str, mend: str) -> Row:
    column = Place(place.file, None, place.row, "NCTId")
    return Row(key, place, findings=(Finding(Severity.VIOLATION, message, column, mend=mend),))


def _indications(context: Context) -> Callable[[str], str | None]:
    found: dict[str, str | None] = {}

    def find(condition: str) -> str | None:
        if condition not in found:
            found[condition] = context.vocabulary.diseases.find(condition)
        return found[condition]

    return find


def _trial(identifier: str, said: dict[str, Any], context: Context, find: Callable[[str], str | None]) -> Trial:
    conditions, headings = _all(said, "Condition"), _all(said, "ConditionMeshTerm")
    return Trial(
        iri=context.names.record(None, "trial", identifier),
        identifier=identifier,
        label=_first(said, "BriefTitle") or _first(said, "OfficialTitle"),
        title=_first(said, "OfficialTitle"),
        description=_first(said, "BriefSummary"),
        detail=_first(said, "DetailedDescription"),
        phases=_all(said, "Phase"),
        stage=iri_of("stage", _stage(_all(said, "Phase"))),
        status=_first(said, "OverallStatus"),
        study_type=_first(said, "StudyType"),
        conditions=conditions,
        mesh_terms=headings,
        indications=tuple(iri for iri in map(find, (*conditions, *headings)) if iri),
        interventions=_all(said, "InterventionName"),
        keywords=_all(said, "Keyword"),
        sponsor=_first(said, "LeadSponsorName"),
        collaborators=_all(said, "CollaboratorName"),
        officials=_all(said, "OverallOfficialName"),
        countries=_all(said, "LocationCountry"),
        enrolment=_number(said, "EnrollmentCount"),
        started=_date(said, "StartDate"),
        completed=_date(said, "CompletionDate"),
        why_stopped=_first(said, "WhyStopped"),
    )


def _all(said: dict[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(text for text in (_clean(str(one)) for one in values if one is not None) if text)


def _clean(text: str) -> str:
    """Return text without NUL, and with a mark in place of half a character, which JSON can hold and UTF-8 cannot."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text.replace("\x00", "")).strip()


def _first(said: dict[str, Any], name: str) -> str | None:
    return next(iter(_all(said, name)), None)


def _number(said: dict[str, Any], name: str) -> int | None:
    text = _first(said, name) or ""
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def _date(said: dict[str, Any], name: str) -> date | None:
    text = _first(said, name) or ""
    for form in ("%B %d, %Y", "%B %Y", "%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _stage(phases: Iterable[str]) -> str:
    """Return the notation of the stage that phases mean: the earliest of I and I/II, else the later ones."""
    known = sorted(int(_STAGES[phase.lower()]) for phase in phases if phase.lower() in _STAGES)
    return str(known[0]) if known else "not-stated"
