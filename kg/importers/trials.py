"""Trials of ClinicalTrials.gov, whatever form they come in: a reference collection, under the register's field names.

Each form of the register's data says the same under names of its own; its importer gives the values under the names
of StudyFields (`NCTId`, `BriefTitle` ...), and here they become records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from atmp.ontology.vocabulary import iri_of

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..records import Trial
from ..register import Register
from ..source import Reading, Row, Source
from ..tiers import Tier
from .interface import Context
from .packed import clean
from .sheets import digest

COLLECTION = "clinicaltrials"
UNDATED = date(2000, 1, 1)
"""For files that name no date of their own: any dated source is later."""

Said = Mapping[str, Sequence[str]]
"""What a source says of one trial: values by StudyFields name."""

Lines = Collection[tuple[int, Said]]
"""Trials with the line or row they stand in."""

_ID = re.compile(r"NCT\d{8}")
_STAGES = {"early phase 1": "8", "phase 1": "8", "phase 2": "9", "phase 3": "9", "phase 4": "10"}
_DATES = ("%B %d, %Y", "%B %Y", "%Y-%m-%d", "%Y-%m", "%Y", "%m/%d/%Y")


def reading(
    path: Path,
    form: str,
    stem: str,
    trials: Lines,
    context: Context,
    odd: tuple[Finding, ...] = (),
) -> Reading:
    """Return the reading of a file in the form `form`; raises SourceError where it holds no trial.

    `odd` is what was odd about the file.
    """
    if not trials:
        raise SourceError("it holds no trial: there is nothing to load", Place(path.name))
    stated = max((day(first(said, "LastUpdatePostDate")) or UNDATED for _, said in trials), default=UNDATED)
    source = Source(
        f"{form}-{stem}", f"ClinicalTrials.gov, {stem}", form, stated, file=path.name,
        sha256=digest(path), collection=COLLECTION, publisher="ClinicalTrials.gov",
    )  # fmt: skip
    findings = (*odd, *(() if stated > UNDATED else (_undated(path.name),)))
    return Reading(source, None, Tier.PUBLIC, _rows(path.name, trials, context), findings)


def _undated(name: str) -> Finding:
    return Finding(
        Severity.INFO, "no trial of the file says when it was last updated; what any dated source says goes before it",
        Place(name), mend="where it is newer, give the day of its download with --stated",
    )  # fmt: skip


def _rows(name: str, trials: Lines, context: Context) -> Iterator[Row]:
    seen = Register()
    indications = _indications(context)
    for number, said in trials:
        place = Place(name, None, number)
        identifier = first(said, "NCTId") or ""
        if not _ID.fullmatch(identifier):
            message = f"'{identifier}' is no trial id" if identifier else "the trial has no id"
            yield _refused(f"line {number}", place, message, "every trial needs its id, such as NCT00081055")
        elif (line := seen.get(identifier)) is not None:
            mend = "keep one of the two lines"
            yield _refused(f"{identifier} in line {number}", place, f"{identifier} stands in line {line} already", mend)
        else:
            seen.put(identifier, number)
            yield Row(identifier, place, (_trial(identifier, said, context, indications),))


def _refused(key: str, place: Place, message: str, mend: str) -> Row:
    column = Place(place.file, None, place.row, "NCTId")
    return Row(key, place, findings=(Finding(Severity.VIOLATION, message, column, mend=mend),))


def _indications(context: Context) -> Callable[[str], str | None]:
    return lru_cache(maxsize=10_000)(context.vocabulary.diseases.find)


def _trial(identifier: str, said: Said, context: Context, find: Callable[[str], str | None]) -> Trial:
    conditions, headings = _all(said, "Condition"), _all(said, "ConditionMeshTerm")
    phases = tuple(_worded(phase) for phase in _all(said, "Phase"))
    return Trial(
        iri=context.names.record(None, "trial", identifier),
        identifier=identifier,
        label=first(said, "BriefTitle") or first(said, "OfficialTitle"),
        title=first(said, "OfficialTitle"),
        description=first(said, "BriefSummary"),
        detail=first(said, "DetailedDescription"),
        phases=phases,
        stage=iri_of("stage", _stage(phases)) if "Phase" in said else None,
        status=_status(first(said, "OverallStatus")),
        study_type=next((_worded(text) for text in _all(said, "StudyType")), None),
        conditions=conditions,
        mesh_terms=headings,
        indications=tuple(iri for iri in map(find, (*conditions, *headings)) if iri),
        interventions=_all(said, "InterventionName"),
        keywords=_all(said, "Keyword"),
        sponsor=first(said, "LeadSponsorName"),
        collaborators=_all(said, "CollaboratorName"),
        officials=_all(said, "OverallOfficialName"),
        countries=_all(said, "LocationCountry"),
        enrolment=_number(said, "EnrollmentCount"),
        started=day(first(said, "StartDate")),
        completed=day(first(said, "CompletionDate")),
        why_stopped=first(said, "WhyStopped"),
    )


def _all(said: Said, name: str) -> tuple[str, ...]:
    return tuple(text for text in map(clean, said.get(name, ())) if text)


def first(said: Said, name: str) -> str | None:
    """Return the first value of a field that is not empty."""
    return next(iter(_all(said, name)), None)


def _number(said: Said, name: str) -> int | None:
    text = first(said, name) or ""
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def day(text: str | None) -> date | None:
    """Return a date as the register writes it, `March 2012` for its first day; None for anything else."""
    for form in _DATES if text else ():
        try:
            return datetime.strptime(text or "", form).date()
        except ValueError:
            continue
    return None


def _worded(code: str) -> str:
    """Return a phase or type as StudyFields words it: PHASE1 as Phase 1, NA as Not Applicable."""
    if code in {"NA", "N/A"}:
        return "Not Applicable"
    if not code.isupper():
        return code.partition(":")[0]  # Expanded Access:Individual Patients
    return re.sub(r"(?<=[a-z])(?=\d)", " ", code.replace("_", " ").title())


def _status(code: str | None) -> str | None:
    """Return a status as StudyFields words it: ACTIVE_NOT_RECRUITING as Active, not recruiting."""
    if code is None or not code.isupper():
        return code
    plain = code.replace("_", " ").capitalize()
    return {"Active not recruiting": "Active, not recruiting", "Unknown": "Unknown status"}.get(plain, plain)


def _stage(phases: Iterable[str]) -> str:
    """Return the notation of the stage that phases mean: the earliest of I and I/II, else the later ones."""
    known = sorted(int(_STAGES[phase.lower()]) for phase in phases if phase.lower() in _STAGES)
    return str(known[0]) if known else "not-stated"
