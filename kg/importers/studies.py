"""ClinicalTrials.gov records as its API v2 gives them: JSON, read piece by piece however long the file is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import Place, SourceError
from ..source import Reading
from .interface import Context
from .packed import UNREADABLE, open_bytes, open_text, readable, stem
from .trials import Said, reading

_HEAD = 100_000  # characters in which the first study begins
_PREFIXES = ("studies.item", "item", "")
"""Where studies stand: in a page of the API, in a list as the site's download has it, or one study alone."""

FIELDS: Mapping[str, str] = {
    "NCTId": "protocolSection.identificationModule.nctId",
    "BriefTitle": "protocolSection.identificationModule.briefTitle",
    "OfficialTitle": "protocolSection.identificationModule.officialTitle",
    "OverallStatus": "protocolSection.statusModule.overallStatus",
    "StartDate": "protocolSection.statusModule.startDateStruct.date",
    "CompletionDate": "protocolSection.statusModule.completionDateStruct.date",
    "LastUpdatePostDate": "protocolSection.statusModule.lastUpdatePostDateStruct.date",
    "WhyStopped": "protocolSection.statusModule.whyStopped",
    "LeadSponsorName": "protocolSection.sponsorCollaboratorsModule.leadSponsor.name",
    "CollaboratorName": "protocolSection.sponsorCollaboratorsModule.collaborators.name",
    "BriefSummary": "protocolSection.descriptionModule.briefSummary",
    "DetailedDescription": "protocolSection.descriptionModule.detailedDescription",
    "Condition": "protocolSection.conditionsModule.conditions",
    "Keyword": "protocolSection.conditionsModule.keywords",
    "StudyType": "protocolSection.designModule.studyType",
    "Phase": "protocolSection.designModule.phases",
    "EnrollmentCount": "protocolSection.designModule.enrollmentInfo.count",
    "InterventionName": "protocolSection.armsInterventionsModule.interventions.name",
    "OverallOfficialName": "protocolSection.contactsLocationsModule.overallOfficials.name",
    "LocationCountry": "protocolSection.contactsLocationsModule.locations.country",
    "ConditionMeshTerm": "derivedSection.conditionBrowseModule.meshes.term",
}
"""Where API v2 keeps what StudyFields calls so; a step into a list goes into each of its members."""


class StudiesImporter:
    """Reads trials of API v2; each becomes a record of its own, without a centre."""

    name = "studies"
    title = "ClinicalTrials.gov studies as API v2 or the site's download gives them (.json, .json.gz, .jsonl)"

    def recognises(self, path: Path) -> bool:
        """Return whether the text begins as JSON and soon has a protocol section."""
        if not path.is_file():
            return False
        try:
            with open_text(path) as file:
                head = file.read(_HEAD)
        except UNREADABLE:
            return False
        return head.lstrip()[:1] in {"{", "["} and '"protocolSection"' in head

    def read(self, path: Path, context: Context) -> Reading:
        """Return the trials; raises SourceError where the file is no JSON, or holds no study."""
        return reading(path, self.name, stem(path), _trials(path), context)


def _trials(path: Path) -> Iterator[tuple[int, Said]]:
    for number, study in enumerate(_studies(path), start=1):
        if not isinstance(study, dict):
            raise SourceError("a study is no JSON object", Place(path.name, None, number))
        yield number, {name: tuple(_at(study, where.split("."))) for name, where in FIELDS.items()}


def _studies(path: Path) -> Iterator[Any]:
    """Yield the studies, whatever they are wrapped in; several JSON texts may follow one another, as in JSON lines."""
    import ijson

    try:
        with readable(path):
            for prefix in _PREFIXES:
                with open_bytes(path) as file:
                    found = False
                    for study in ijson.items(file, prefix, multiple_values=True):
                        if prefix or not (isinstance(study, dict) and "studies" in study):  # an empty page is no study
                            found = True
                            yield study
                if found:
                    return
    except (ijson.JSONError, json.JSONDecodeError) as error:
        raise SourceError(f"the JSON is broken ({error}): fetch it again", Place(path.name)) from None


def _at(value: Any, steps: list[str]) -> Iterator[str]:
    """Yield the texts that stand where the steps lead."""
    if isinstance(value, list):
        for one in value:
            yield from _at(one, steps)
    elif steps:
        if isinstance(value, dict):
            yield from _at(value.get(steps[0]), steps[1:])
    elif value is not None and not isinstance(value, dict):
        yield str(value)
