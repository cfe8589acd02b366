"""ClinicalTrials.gov records as its API v2 gives them: JSON, read piece by piece however long the file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..source import Reading
from .interface import Context
from .meter import Meter
from .nested import items, speaks_of, texts
from .packed import stem
from .trials import Said, reading

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
        """Return whether the text is JSON and soon has a protocol section."""
        return speaks_of(path, "protocolSection")

    def read(self, path: Path, context: Context) -> Reading:
        """Return the trials; raises SourceError where the file is no JSON, or holds no study."""
        meter = Meter(context.tell)
        return reading(path, self.name, stem(path), meter.taken(_trials(path, meter)), context)


def _trials(path: Path, meter: Meter) -> Iterator[tuple[int, Said]]:
    for number, study in items(path, "studies", meter):
        yield number, {name: tuple(texts(study, where.split("."))) for name, where in FIELDS.items()}
