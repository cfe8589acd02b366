"""ClinicalTrials.gov's table for download, in every style of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..source import Reading
from .delimited import headers, rows, strange
from .interface import Context
from .meter import Meter
from .packed import stem
from .trials import Said, reading

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "NCTId": ("nct number", "nct id", "nctid"),
    "BriefTitle": ("study title", "title", "brief title"),
    "OfficialTitle": ("official title",),
    "OverallStatus": ("study status", "status", "overall status", "recruitment status"),
    "BriefSummary": ("brief summary",),
    "DetailedDescription": ("detailed description",),
    "Condition": ("conditions", "condition"),
    "Keyword": ("keywords", "keyword"),
    "InterventionName": ("interventions", "intervention"),
    "LeadSponsorName": ("sponsor", "lead sponsor"),
    "CollaboratorName": ("collaborators", "collaborator"),
    "Sponsors": ("sponsor/collaborators",),
    "Phase": ("phases", "phase"),
    "StudyType": ("study type", "study types"),
    "EnrollmentCount": ("enrollment", "enrolment"),
    "StartDate": ("start date",),
    "CompletionDate": ("completion date",),
    "LastUpdatePostDate": ("last update posted", "last update posted date", "last updated"),
    "WhyStopped": ("why stopped",),
    "Locations": ("locations", "location"),
}
"""What the styles call each field, in lower case; `Sponsors` and `Locations` say several things in one cell."""

_PARTED = frozenset({"Condition", "Keyword", "InterventionName", "CollaboratorName", "Phase", "Locations", "Sponsors"})
_TYPED = re.compile(r"^[A-Z][A-Za-z_ ]{2,24}: ")  # Biological: or BIOLOGICAL: before an intervention's name

_TURNED = re.compile(r"(?:^|\s)(?:of(?: the)?|occupied)$", re.IGNORECASE)


class DownloadImporter:
    """Reads trials; each becomes a record of its own, without a centre."""

    name = "download"
    title = "ClinicalTrials.gov's table for download (.csv, .tsv)"

    def recognises(self, path: Path) -> bool:
        """Return whether the headers name the register's ids and at least one other of its columns."""
        found = {header.lower() for header in headers(path)}
        known = {name for names in COLUMNS.values() for name in names}
        return bool(found & set(COLUMNS["NCTId"])) and len(found & known) > 1

    def read(self, path: Path, context: Context) -> Reading:
        """Return the trials; raises SourceError where the table cannot be read."""
        recoded: list[int] = []
        meter = Meter(context.tell)
        trials = meter.taken(_trials(path, recoded, meter))
        return reading(path, self.name, stem(path), trials, context, strange(path, recoded))


def _trials(path: Path, recoded: list[int], meter: Meter) -> Iterator[tuple[int, Said]]:
    there = {header.lower(): header for header in headers(path)}
    fields = {field: next((there[name] for name in names if name in there), "") for field, names in COLUMNS.items()}
    for number, cells in rows(path, recoded, meter):
        said = {field: _values(field, cells.get(header, "")) for field, header in fields.items() if header}
        yield number, _apart(said)


def _values(field: str, cell: str) -> tuple[str, ...]:
    values = tuple(part.strip() for part in cell.split("|")) if field in _PARTED else (cell.strip(),)
    if field == "InterventionName":
        values = tuple(_TYPED.sub("", value) for value in values)
    return tuple(value for value in values if value)


def _apart(said: dict[str, tuple[str, ...]]) -> Said:
    """Return the fields with what stands together in one cell taken apart."""
    sponsors, places = said.pop("Sponsors", ()), said.pop("Locations", ())
    if sponsors:
        said |= {"LeadSponsorName": sponsors[:1], "CollaboratorName": sponsors[1:]}
    if places:
        said["LocationCountry"] = tuple(dict.fromkeys(map(_country, places)))
    return said


def _country(place: str) -> str:
    """Return the country that a place ends in; the register turns some round, as in `Korea, Republic of`."""
    parts = [part.strip() for part in place.split(",")]
    return ", ".join(parts[-2:]) if len(parts) > 1 and _TURNED.search(parts[-1]) else parts[-1]
