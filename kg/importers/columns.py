"""The survey workbook's sheets and columns: one table for reading it and for making the blank one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

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
    """One column: its header, the field of a record that it says, what a cell holds, and help.

    `field` is a kind of record and its field, such as `product.atmp_class`; a column without one says something of
    the whole row. `role` is what a method is used for. A drop-down offers a `scheme`, ids stand in a `sheet`, and a
    bare id of a web address is put behind `stem`.
    """

    header: str
    field: str
    sort: Sort
    help: str
    scheme: str | None = None
    sheet: str | None = None
    required: bool = False
    recommended: bool = False
    role: str | None = None
    stem: str = ""

    @cached_property
    def kind(self) -> str:
        """Return the kind of record that the column says something of."""
        return self.field.partition(".")[0]

    @cached_property
    def name(self) -> str:
        """Return the name of the field."""
        return self.field.partition(".")[2]


def _text(header: str, field: str, help_: str, *, required: bool = False, recommended: bool = False) -> Column:
    return Column(header, field, Sort.TEXT, help_, required=required, recommended=recommended)


def _one(
    header: str, field: str, scheme: str, help_: str, *, required: bool = False, recommended: bool = False
) -> Column:
    return Column(header, field, Sort.CONCEPT, help_, scheme, required=required, recommended=recommended)


def _some(header: str, field: str, scheme: str, help_: str, role: str | None = None) -> Column:
    return Column(header, field, Sort.CONCEPTS, f"{help_} Several are parted by semicolons.", scheme, role=role)


def _ids(header: str, field: str, sheet: str, help_: str, *, recommended: bool = False) -> Column:
    told = f"{help_} Ids of the sheet {sheet}, parted by semicolons."
    return Column(header, field, Sort.IDS, told, sheet=sheet, recommended=recommended)


def _id(header: str, field: str, help_: str) -> Column:
    return Column(header, field, Sort.ID, f"{help_} Keep it from year to year.", required=True)


def _notes(kind: str) -> Column:
    return _text("Notes", f"{kind}.notes", "Anything else.")


_TIER = _one("Tier", "", "tier", "Who may see this row, where it is stricter than the rest.")

SURVEY, FIELD, VALUE = "Survey", "Field", "Value"
FIELDS: tuple[Column, ...] = (
    _text(
        "Centre",
        "centre.identifier",
        "The centre's key: lower case letters, digits, hyphens, such as lund.",
        required=True,
    ),
    _text("Centre name", "centre.label", "The centre's name."),
    _text("Round", "round.identifier", "What the round is called, such as 2023.", required=True),
    Column("Date", "round.held", Sort.DATE, "The date at which the answers hold.", required=True),
    _one("Tier", "", "tier", "Who may see the answers: internal unless said otherwise."),
    Column("Synthetic", "round.synthetic", Sort.YES_NO, "Yes, where the answers are made up for a demonstration."),
    Column(
        "Respondent id",
        "",
        Sort.ID,
        "Whose answers these are, where the file holds those of one investigator only; otherwise leave it empty.",
        sheet="Investigators",
    ),
    Column(
        "Signed off",
        "round.signed",
        Sort.DATE,
        "Where every investigator agreed that the answers may be read as far as their tier says: when."
        " Otherwise each signs in the sheet Investigators; what is not signed stays internal.",
    ),
)
"""The sheet Survey has two columns, and these fields in the first."""

SHEETS: dict[str, tuple[Column, ...]] = {
    "Projects": (
        _id("Project id", "project.identifier", "A short id of the project, such as P01."),
        _text("Title", "project.label", "A short title.", required=True),
        _text("Description", "project.description",
              "What is developed, for whom and how, in a few sentences: what search reads.", recommended=True),
        _text("Aim", "project.aim", "What the project wants to reach."),
        _ids("Lead investigator ids", "project.lead", "Investigators", "Who leads the project.", recommended=True),
        _ids("Co-investigator ids", "project.investigators", "Investigators", "Who else takes part."),
        _ids("Organisation ids", "project.organisations", "Organisations", "Where the work is done."),
        _one("ATMP class", "product.atmp_class", "class", "The class as you see it; only the CAT decides.", required=True),
        _text("Class reason", "product.class_reason", "Why it is of this class."),
        Column("CAT classified", "product.class_advised", Sort.DATE, "When the CAT gave its recommendation on the class, if it did."),
        Column("Combined", "product.combined", Sort.YES_NO, "Whether a device is an integral part."),
        _one("Delivery", "product.delivery", "delivery", "In the body, or on cells outside it."),
        Column("GMO", "product.gmo", Sort.YES_NO, "Whether it contains or is a genetically modified organism."),
        Column("Orphan", "product.orphan", Sort.YES_NO, "Whether it is designated as an orphan medicine."),
        Column("PRIME", "product.prime", Sort.YES_NO, "Whether it has support by PRIME."),
        Column("Hospital exemption", "product.hospital_exemption", Sort.YES_NO, "Whether it is made for use under the hospital exemption."),
        _one("Donor type", "product.donor_type", "donor", "Whose cells."),
        _some("Cell sources", "product.cell_sources", "cell", "The cells it consists of or is made from."),
        _text("Starting tissue", "product.starting_tissue", "The tissue that manufacture starts from."),
        _text("Cell line", "product.cell_line", "The pluripotent or other line it is made from, by its name."),
        _some("Vectors", "product.vectors", "vector", "What carries genetic material in the product."),
        _some("Platforms", "product.platforms", "platform", "Technologies that cells and vectors do not say already."),
        _text("Transgene", "product.transgene", "The gene or sequence that is delivered."),
        _text("Target", "product.target", "The gene, antigen or cell it acts on."),
        _text("Scaffold", "product.scaffold", "The supporting material."),
        _text("Mechanism", "product.mechanism", "How it works."),
        _one("Route", "product.route", "route", "How it reaches the patient."),
        _text("Indication", "product.indication_text", "The disease, in words.", recommended=True),
        Column("Indication MONDO ids", "product.indications", Sort.DISEASES,
               "MONDO ids such as MONDO:0005180, parted by semicolons.", recommended=True),
        _one("Disease area", "product.area", "area", "The field of medicine."),
        Column("Rare disease", "product.rare", Sort.YES_NO, "Whether the disease is rare."),
        _text("Population", "product.population", "Who would be treated: adults, children, which patients."),
        _one("Stage", "stage-observation.stage", "stage", "The stage at the date of the survey.", required=True),
        Column("Stage date", "stage-observation.observed", Sort.DATE, "When that stage was seen, where it is not the survey's date."),
        _one("Activity", "project.activity", "activity", "Whether work goes on."),
        Column("Started", "project.started", Sort.DATE, "When the project began."),
        Column("Trial planned", "project.trial_planned", Sort.DATE, "When a first trial is meant to begin."),
        Column("Trial ids", "project.trial_ids", Sort.TEXTS, "Register ids of its trials, parted by semicolons."),
        _some("Methods in the product", "method-use.method", "method",
              "Methods that the product given to patients is made with.", "part-of-product"),
        _some("Methods planned", "method-use.method", "method", "Methods to be used later.", "planned"),
        _some("Research methods", "method-use.method", "method", "Methods that study the product and are not in it.", "research-tool"),
        _ids("Capabilities used", "project.uses_capabilities", "Capabilities", "What is used of what facilities offer."),
        _text("Hurdles", "project.hurdles", "What stands in the way."),
        _text("Advice received", "project.advice", "Advice from an authority or expert, with its date."),
        _text("Funding", "project.funding", "How it is funded."),
        _text("Intellectual property", "project.property_rights", "Patents, licences and agreements."),
        Column("Publications", "project.publications", Sort.TEXTS, "DOIs or references, parted by semicolons."),
        _notes("project"),
        _TIER,
    ),
    "Investigators": (
        _id("Investigator id", "person.identifier", "A short id, such as I01."),
        _text("Name", "person.label", "The name.", required=True),
        _text("E-mail", "person.email", "Never public."),
        Column("ORCID", "person.orcid", Sort.IRI, "The ORCID, as https://orcid.org/...", stem="https://orcid.org/"),
        _ids("Organisation ids", "person.organisations", "Organisations", "Where she or he works."),
        _some("Expertise", "person.expertise", "method", "Methods mastered."),
        _one("Response", "response.outcome", "response-outcome", "What came of asking."),
        Column("Response date", "response.answered", Sort.DATE, "When the answer came."),
        Column("Signed off", "response.signed", Sort.DATE,
               "When she or he agreed that the own answers may be read as far as their tier says; until then they stay internal."),
        _notes("person"),
        _TIER,
    ),
    "Organisations": (
        _id("Organisation id", "organisation.identifier", "A short id, such as O01."),
        _text("Name", "organisation.label", "The name.", required=True),
        _one("Type", "organisation.organisation_type", "organisation-type", "What kind it is; a facility offers capabilities."),
        Column("Part of", "organisation.part_of", Sort.ID, "The id of the organisation it belongs to.", sheet="Organisations"),
        _text("Place", "organisation.place", "The town."),
        _text("Country", "organisation.country", "The country."),
        Column("ROR", "organisation.ror", Sort.IRI, "The ROR id, as https://ror.org/...", stem="https://ror.org/"),
        _text("Description", "organisation.description", "What it does."),
        _notes("organisation"),
        _TIER,
    ),
    "Needs": (
        _id("Need id", "need.identifier", "A short id, such as N001."),
        Column("Project id", "need.project", Sort.ID, "The project that has the need.", sheet="Projects", required=True),
        _one("Category", "need.category", "category", "What kind of support is wanted.", required=True),
        _text("Title", "need.label", "The need in a few words."),
        _text("Description", "need.description", "The need in a sentence or two."),
        _some("Platforms", "need.platforms", "platform", "For which technologies."),
        _one("Grade", "need.grade", "grade", "The grade that is wanted."),
        Column("Needed from", "need.needed_from", Sort.DATE, "From when; the horizon is computed from it.", recommended=True),
        _one("Needed from stage", "need.needed_from_stage", "stage", "From which stage, where no date is known."),
        _one("Horizon", "need.horizon", "horizon", "How soon, where no date is known.", recommended=True),
        _one("Urgency", "need.urgency", "urgency", "How much the project waits for it."),
        _one("Status", "need.status", "need-status", "Whether it is still open."),
        _notes("need"),
        _TIER,
    ),
    "Capabilities": (
        _id("Capability id", "capability.identifier", "A short id, such as C01."),
        Column("Provider id", "capability.provider", Sort.ID, "The organisation that offers it.", sheet="Organisations", required=True),
        _one("Category", "capability.category", "category", "What kind of support is offered.", required=True),
        _text("Title", "capability.label", "The offer in a few words."),
        _text("Description", "capability.description", "The offer in a sentence or two."),
        _some("Platforms", "capability.platforms", "platform", "For which technologies."),
        _one("Grade", "capability.grade", "grade", "The grade that is offered.", recommended=True),
        _text("Licence", "capability.licence", "The licence it is offered under."),
        Column("Biosafety level", "capability.biosafety_level", Sort.NUMBER, "1 to 4."),
        _text("Capacity", "capability.capacity", "How much is offered."),
        _text("Place", "capability.place", "Where it is."),
        Column("Available from", "capability.available_from", Sort.DATE, "From when."),
        _text("Contact", "capability.contact", "Whom to ask. Never public."),
        _text("Price note", "capability.price_note", "What it costs, in words."),
        _notes("capability"),
        _TIER,
    ),
}  # fmt: skip


def id_column(sheet: str) -> Column:
    """Return the column that names a sheet's rows."""
    return SHEETS[sheet][0]


def kind_of(sheet: str) -> str:
    """Return the kind of record that a sheet's ids name."""
    return id_column(sheet).kind
