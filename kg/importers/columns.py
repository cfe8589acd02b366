"""The survey workbook's sheets and columns: one table for reading it and for making the blank one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SCHEMA = 1
"""The version of the columns, written into a blank workbook."""


class Sort(StrEnum):
    """What a cell holds."""

    ID = "id"
    IDS = "ids"
    TEXT = "text"
    TEXTS = "texts"
    DATE = "date"
    YES_NO = "yes or no"
    NUMBER = "whole number"
    CONCEPT = "one of the list"
    CONCEPTS = "some of the list"
    DISEASES = "MONDO ids"
    IRI = "web address"


@dataclass(frozen=True)
class Column:
    """One column: its header, what a cell holds, the scheme of its drop-down or the sheet its ids stand in, and help."""

    header: str
    sort: Sort
    help: str
    scheme: str | None = None
    sheet: str | None = None
    required: bool = False


def _text(header: str, help_: str, *, required: bool = False) -> Column:
    return Column(header, Sort.TEXT, help_, required=required)


def _one(header: str, scheme: str, help_: str, *, required: bool = False) -> Column:
    return Column(header, Sort.CONCEPT, help_, scheme, required=required)


def _some(header: str, scheme: str, help_: str) -> Column:
    return Column(header, Sort.CONCEPTS, f"{help_} Several are parted by semicolons.", scheme)


def _ids(header: str, sheet: str, help_: str) -> Column:
    return Column(header, Sort.IDS, f"{help_} Ids of the sheet {sheet}, parted by semicolons.", sheet=sheet)


def _id(header: str, help_: str) -> Column:
    return Column(header, Sort.ID, f"{help_} Keep it from year to year.", required=True)


_NOTES = _text("Notes", "Anything else.")
_TIER = _one("Tier", "tier", "Who may see this row, where it is stricter than the rest.")

SURVEY = "Survey"
FIELDS: tuple[Column, ...] = (
    _text("Centre", "The centre's key: lower case letters, digits, hyphens, such as lund.", required=True),
    _text("Centre name", "The centre's name."),
    _text("Round", "What the round is called, such as 2023.", required=True),
    Column("Date", Sort.DATE, "The date at which the answers hold.", required=True),
    _one("Tier", "tier", "Who may see the answers: internal unless said otherwise."),
    Column("Synthetic", Sort.YES_NO, "Yes, where the answers are made up for a demonstration."),
)
"""The sheet Survey has two columns, Field and Value, and these fields."""

SHEETS: dict[str, tuple[Column, ...]] = {
    "Projects": (
        _id("Project id", "A short id of the project, such as P01."),
        _text("Title", "A short title.", required=True),
        _text("Description", "What is developed, for whom and how, in a few sentences: what search reads."),
        _text("Aim", "What the project wants to reach."),
        _ids("Lead investigator ids", "Investigators", "Who leads the project."),
        _ids("Co-investigator ids", "Investigators", "Who else takes part."),
        _ids("Organisation ids", "Organisations", "Where the work is done."),
        _one("ATMP class", "class", "The class as you see it; only the CAT decides.", required=True),
        _text("Class reason", "Why it is of this class."),
        Column("CAT classified", Sort.DATE, "When the CAT gave its recommendation on the class, if it did."),
        Column("Combined", Sort.YES_NO, "Whether a device is an integral part."),
        _one("Delivery", "delivery", "In the body, or on cells outside it."),
        Column("GMO", Sort.YES_NO, "Whether it contains or is a genetically modified organism."),
        Column("Orphan", Sort.YES_NO, "Whether it is designated as an orphan medicine."),
        Column("PRIME", Sort.YES_NO, "Whether it has support by PRIME."),
        Column("Hospital exemption", Sort.YES_NO, "Whether it is made for use under the hospital exemption."),
        _one("Donor type", "donor", "Whose cells."),
        _some("Cell sources", "cell", "The cells it consists of or is made from."),
        _text("Starting tissue", "The tissue that manufacture starts from."),
        _text("Cell line", "The pluripotent or other line it is made from, by its name."),
        _some("Vectors", "vector", "What carries genetic material in the product."),
        _some("Platforms", "platform", "Technologies that cells and vectors do not say already."),
        _text("Transgene", "The gene or sequence that is delivered."),
        _text("Target", "The gene, antigen or cell it acts on."),
        _text("Scaffold", "The supporting material."),
        _text("Mechanism", "How it works."),
        _one("Route", "route", "How it reaches the patient."),
        _text("Indication", "The disease, in words."),
        Column("Indication MONDO ids", Sort.DISEASES, "MONDO ids such as MONDO:0005180, parted by semicolons."),
        _one("Disease area", "area", "The field of medicine."),
        Column("Rare disease", Sort.YES_NO, "Whether the disease is rare."),
        _text("Population", "Who would be treated: adults, children, which patients."),
        _one("Stage", "stage", "The stage at the date of the survey.", required=True),
        Column("Stage date", Sort.DATE, "When that stage was seen, where it is not the survey's date."),
        _one("Activity", "activity", "Whether work goes on."),
        Column("Started", Sort.DATE, "When the project began."),
        Column("Trial planned", Sort.DATE, "When a first trial is meant to begin."),
        Column("Trial ids", Sort.TEXTS, "Register ids of its trials, parted by semicolons."),
        _some("Methods in the product", "method", "Methods that the product given to patients is made with."),
        _some("Methods planned", "method", "Methods to be used later."),
        _some("Research methods", "method", "Methods that study the product and are not in it."),
        _ids("Capabilities used", "Capabilities", "What is used of what facilities offer."),
        _text("Hurdles", "What stands in the way."),
        _text("Advice received", "Advice from an authority or expert, with its date."),
        _text("Funding", "How it is funded."),
        _text("Intellectual property", "Patents, licences and agreements."),
        Column("Publications", Sort.TEXTS, "DOIs or references, parted by semicolons."),
        _NOTES,
        _TIER,
    ),
    "Investigators": (
        _id("Investigator id", "A short id, such as I01."),
        _text("Name", "The name.", required=True),
        _text("E-mail", "Never public."),
        Column("ORCID", Sort.IRI, "The ORCID, as https://orcid.org/..."),
        _ids("Organisation ids", "Organisations", "Where she or he works."),
        _some("Expertise", "method", "Methods mastered."),
        _one("Response", "response-outcome", "What came of asking."),
        Column("Response date", Sort.DATE, "When the answer came."),
        _NOTES,
        _TIER,
    ),
    "Organisations": (
        _id("Organisation id", "A short id, such as O01."),
        _text("Name", "The name.", required=True),
        _one("Type", "organisation-type", "What kind it is; a facility offers capabilities."),
        Column("Part of", Sort.ID, "The id of the organisation it belongs to.", sheet="Organisations"),
        _text("Place", "The town."),
        _text("Country", "The country."),
        Column("ROR", Sort.IRI, "The ROR id, as https://ror.org/..."),
        _text("Description", "What it does."),
        _NOTES,
        _TIER,
    ),
    "Needs": (
        _id("Need id", "A short id, such as N001."),
        Column("Project id", Sort.ID, "The project that has the need.", sheet="Projects", required=True),
        _one("Category", "category", "What kind of support is wanted.", required=True),
        _text("Title", "The need in a few words."),
        _text("Description", "The need in a sentence or two."),
        _some("Platforms", "platform", "For which technologies."),
        _one("Grade", "grade", "The grade that is wanted."),
        Column("Needed from", Sort.DATE, "From when; the horizon is computed from it."),
        _one("Needed from stage", "stage", "From which stage, where no date is known."),
        _one("Horizon", "horizon", "How soon, where no date is known."),
        _one("Urgency", "urgency", "How much the project waits for it."),
        _one("Status", "need-status", "Whether it is still open."),
        _NOTES,
        _TIER,
    ),
    "Capabilities": (
        _id("Capability id", "A short id, such as C01."),
        Column("Provider id", Sort.ID, "The organisation that offers it.", sheet="Organisations", required=True),
        _one("Category", "category", "What kind of support is offered.", required=True),
        _text("Title", "The offer in a few words."),
        _text("Description", "The offer in a sentence or two."),
        _some("Platforms", "platform", "For which technologies."),
        _one("Grade", "grade", "The grade that is offered."),
        _text("Licence", "The licence it is offered under."),
        Column("Biosafety level", Sort.NUMBER, "1 to 4."),
        _text("Capacity", "How much is offered."),
        _text("Place", "Where it is."),
        Column("Available from", Sort.DATE, "From when."),
        _text("Contact", "Whom to ask. Never public."),
        _text("Price note", "What it costs, in words."),
        _NOTES,
        _TIER,
    ),
}  # fmt: skip


def id_column(sheet: str) -> Column:
    """Return the column that names a sheet's rows."""
    return SHEETS[sheet][0]
