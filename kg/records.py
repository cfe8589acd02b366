"""Records: one thing as Python sees it, before or after triples.

A field's annotation carries the property that says it; `triples` reads these annotations in both directions,
so a field that is declared here is stored, validated and given back without another line of code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

ATMP = "https://w3id.org/atmp/ontology/"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
VIVO = "http://vivoweb.org/ontology/core#"
SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True)
class Says:
    """The property of a field; `scheme` for a concept, `to` for a link's kind, `private` for contact details."""

    property: str
    scheme: str | None = None
    to: str | None = None
    private: bool = False


Text = str
Iri = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$")]


def _a(name: str) -> str:
    return ATMP + name


class Record(BaseModel):
    """What every record has: its IRI, and optionally an id, a label and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str] = ""
    type: ClassVar[str] = ""

    iri: Iri
    identifier: Annotated[Text | None, Says(DCT + "identifier")] = None
    label: Annotated[Text | None, Says(RDFS + "label")] = None
    description: Annotated[Text | None, Says(DCT + "description")] = None
    centre: Annotated[Iri | None, Says(_a("centre"), to="centre")] = None
    synthetic: Annotated[bool | None, Says(_a("synthetic"))] = None
    as_written: Annotated[tuple[Text, ...], Says(_a("asWritten"))] = ()
    open_answers: Annotated[tuple[Text, ...], Says(_a("openAnswer"))] = ()
    notes: Annotated[tuple[Text, ...], Says(_a("note"))] = ()

    @field_validator("*", mode="after")
    @classmethod
    def _as_a_set(cls, value: Any) -> Any:
        """Several values are a set: sorted and single, so that equal records compare equal."""
        return tuple(sorted(set(value))) if isinstance(value, tuple) else value


class Centre(Record):
    """A centre whose pipeline the atlas holds."""

    kind = "centre"
    type = _a("Centre")


class Project(Record):
    """The work of a group towards a therapy."""

    kind = "project"
    type = _a("Project")

    aim: Annotated[Text | None, Says(_a("aim"))] = None
    develops: Annotated[tuple[Iri, ...], Says(_a("develops"), to="product")] = ()
    lead: Annotated[tuple[Iri, ...], Says(_a("leadInvestigator"), to="person")] = ()
    investigators: Annotated[tuple[Iri, ...], Says(_a("investigator"), to="person")] = ()
    organisations: Annotated[tuple[Iri, ...], Says(_a("organisation"), to="organisation")] = ()
    activity: Annotated[Iri | None, Says(_a("activity"), scheme="activity")] = None
    started: Annotated[date | None, Says(_a("startDate"))] = None
    trial_planned: Annotated[date | None, Says(_a("plannedTrialDate"))] = None
    trial_ids: Annotated[tuple[Text, ...], Says(_a("trialId"))] = ()
    uses_capabilities: Annotated[tuple[Iri, ...], Says(_a("usesCapability"), to="capability")] = ()
    not_with: Annotated[tuple[Iri, ...], Says(_a("notWith"), to="record")] = ()
    hurdles: Annotated[Text | None, Says(_a("hurdle"))] = None
    advice: Annotated[Text | None, Says(_a("adviceReceived"))] = None
    funding: Annotated[Text | None, Says(_a("fundingNote"))] = None
    property_rights: Annotated[Text | None, Says(_a("intellectualProperty"))] = None
    publications: Annotated[tuple[Text, ...], Says(_a("publication"))] = ()
    rounds: Annotated[tuple[Iri, ...], Says(_a("round"), to="round")] = ()
    chosen_tier: Annotated[Iri | None, Says(_a("chosenTier"), scheme="tier")] = None


class StageObservation(Record):
    """A project's stage on a date; the current stage is the latest."""

    kind = "stage-observation"
    type = _a("StageObservation")

    project: Annotated[Iri | None, Says(_a("observedProject"), to="project")] = None
    stage: Annotated[Iri | None, Says(_a("stage"), scheme="stage")] = None
    observed: Annotated[date | None, Says(DCT + "date")] = None


class Product(Record):
    """What a project develops, or an authorised medicine of a reference collection."""

    kind = "product"
    type = _a("Product")

    atmp_class: Annotated[Iri | None, Says(_a("atmpClass"), scheme="class")] = None
    class_reason: Annotated[Text | None, Says(_a("classReason"))] = None
    class_advised: Annotated[date | None, Says(_a("classificationDate"))] = None
    hospital_exemption: Annotated[bool | None, Says(_a("hospitalExemption"))] = None
    combined: Annotated[bool | None, Says(_a("combined"))] = None
    delivery: Annotated[Iri | None, Says(_a("delivery"), scheme="delivery")] = None
    gmo: Annotated[bool | None, Says(_a("gmo"))] = None
    donor_type: Annotated[Iri | None, Says(_a("donorType"), scheme="donor")] = None
    cell_sources: Annotated[tuple[Iri, ...], Says(_a("cellSource"), scheme="cell")] = ()
    starting_tissue: Annotated[Text | None, Says(_a("startingTissue"))] = None
    cell_line: Annotated[Text | None, Says(_a("cellLine"))] = None
    vectors: Annotated[tuple[Iri, ...], Says(_a("vector"), scheme="vector")] = ()
    platforms: Annotated[tuple[Iri, ...], Says(_a("platform"), scheme="platform")] = ()
    transgene: Annotated[Text | None, Says(_a("transgene"))] = None
    target: Annotated[Text | None, Says(_a("target"))] = None
    scaffold: Annotated[Text | None, Says(_a("scaffold"))] = None
    mechanism: Annotated[Text | None, Says(_a("mechanism"))] = None
    route: Annotated[Iri | None, Says(_a("route"), scheme="route")] = None
    indications: Annotated[tuple[Iri, ...], Says(_a("indication"), to="disease")] = ()
    indication_text: Annotated[Text | None, Says(_a("indicationText"))] = None
    area: Annotated[Iri | None, Says(_a("diseaseArea"), scheme="area")] = None
    rare: Annotated[bool | None, Says(_a("rareDisease"))] = None
    population: Annotated[Text | None, Says(_a("population"))] = None
    inn: Annotated[Text | None, Says(_a("inn"))] = None
    holder: Annotated[Text | None, Says(_a("holder"))] = None
    authorisation: Annotated[Iri | None, Says(_a("authorisationStatus"), scheme="authorisation")] = None
    authorised: Annotated[date | None, Says(_a("authorisationDate"))] = None
    withdrawn: Annotated[date | None, Says(_a("withdrawalDate"))] = None
    orphan: Annotated[bool | None, Says(_a("orphan"))] = None
    prime: Annotated[bool | None, Says(_a("prime"))] = None
    atc_code: Annotated[Text | None, Says(_a("atcCode"))] = None
    pages: Annotated[tuple[Iri, ...], Says(RDFS + "seeAlso")] = ()


class MethodUse(Record):
    """A method in a project, with its role there."""

    kind = "method-use"
    type = _a("MethodUse")

    project: Annotated[Iri | None, Says(_a("usedIn"), to="project")] = None
    method: Annotated[Iri | None, Says(_a("usesMethod"), scheme="method")] = None
    role: Annotated[Iri | None, Says(_a("methodRole"), scheme="method-role")] = None


class Person(Record):
    """An investigator, or someone who answers for a facility."""

    kind = "person"
    type = _a("Investigator")

    orcid: Annotated[Iri | None, Says(VIVO + "orcidId")] = None
    email: Annotated[Text | None, Says(FOAF + "mbox", private=True)] = None
    organisations: Annotated[tuple[Iri, ...], Says(_a("memberOf"), to="organisation")] = ()
    expertise: Annotated[tuple[Iri, ...], Says(_a("hasExpertise"), scheme="method")] = ()
    not_with: Annotated[tuple[Iri, ...], Says(_a("notWith"), to="record")] = ()
    chosen_tier: Annotated[Iri | None, Says(_a("chosenTier"), scheme="tier")] = None
    same_as: Annotated[Iri | None, Says(_a("sameAs"), to="person")] = None


class Organisation(Record):
    """A university, hospital, company, or a facility within one."""

    kind = "organisation"
    type = _a("Organisation")

    organisation_type: Annotated[Iri | None, Says(_a("organisationType"), scheme="organisation-type")] = None
    part_of: Annotated[Iri | None, Says(_a("partOf"), to="organisation")] = None
    place: Annotated[Text | None, Says(_a("place"))] = None
    country: Annotated[Text | None, Says(_a("country"))] = None
    ror: Annotated[Iri | None, Says(_a("ror"))] = None
    written_names: Annotated[tuple[Text, ...], Says(_a("writtenName"))] = ()
    same_as: Annotated[Iri | None, Says(_a("sameAs"), to="organisation")] = None


class Need(Record):
    """Support that a project wants."""

    kind = "need"
    type = _a("Need")

    project: Annotated[Iri | None, Says(_a("neededBy"), to="project")] = None
    category: Annotated[Iri | None, Says(_a("category"), scheme="category")] = None
    platforms: Annotated[tuple[Iri, ...], Says(_a("platform"), scheme="platform")] = ()
    grade: Annotated[Iri | None, Says(_a("grade"), scheme="grade")] = None
    needed_from: Annotated[date | None, Says(_a("neededFrom"))] = None
    needed_from_stage: Annotated[Iri | None, Says(_a("neededFromStage"), scheme="stage")] = None
    horizon: Annotated[Iri | None, Says(_a("horizon"), scheme="horizon")] = None
    urgency: Annotated[Iri | None, Says(_a("urgency"), scheme="urgency")] = None
    status: Annotated[Iri | None, Says(_a("needStatus"), scheme="need-status")] = None
    served_by: Annotated[tuple[Iri, ...], Says(_a("servedBy"), to="capability")] = ()
    only_within: Annotated[tuple[Iri, ...], Says(_a("onlyWithin"), to="record")] = ()
    not_with: Annotated[tuple[Iri, ...], Says(_a("notWith"), to="record")] = ()
    chosen_tier: Annotated[Iri | None, Says(_a("chosenTier"), scheme="tier")] = None


class Capability(Record):
    """A service or a piece of equipment that is offered."""

    kind = "capability"
    type = _a("Capability")

    provider: Annotated[Iri | None, Says(_a("providedBy"), to="organisation")] = None
    category: Annotated[Iri | None, Says(_a("category"), scheme="category")] = None
    platforms: Annotated[tuple[Iri, ...], Says(_a("platform"), scheme="platform")] = ()
    grade: Annotated[Iri | None, Says(_a("grade"), scheme="grade")] = None
    licence: Annotated[Text | None, Says(_a("licence"))] = None
    biosafety_level: Annotated[int | None, Says(_a("biosafetyLevel"))] = None
    capacity: Annotated[Text | None, Says(_a("capacity"))] = None
    place: Annotated[Text | None, Says(_a("place"))] = None
    available_from: Annotated[date | None, Says(_a("availableFrom"))] = None
    contact: Annotated[Text | None, Says(_a("contact"), private=True)] = None
    price_note: Annotated[Text | None, Says(_a("priceNote"))] = None
    projects_at_once: Annotated[int | None, Says(_a("projectsAtOnce"))] = None
    only_within: Annotated[tuple[Iri, ...], Says(_a("onlyWithin"), to="record")] = ()
    not_with: Annotated[tuple[Iri, ...], Says(_a("notWith"), to="record")] = ()


class Round(Record):
    """One survey."""

    kind = "round"
    type = _a("SurveyRound")

    held: Annotated[date | None, Says(DCT + "date")] = None
    signed: Annotated[date | None, Says(_a("signedOff"))] = None


class Response(Record):
    """One answer, or its absence, in a round."""

    kind = "response"
    type = _a("SurveyResponse")

    respondent: Annotated[Iri | None, Says(_a("respondent"), to="person")] = None
    round: Annotated[Iri | None, Says(_a("round"), to="round")] = None
    outcome: Annotated[Iri | None, Says(_a("outcome"), scheme="response-outcome")] = None
    answered: Annotated[date | None, Says(DCT + "date")] = None
    asked: Annotated[date | None, Says(_a("asked"))] = None
    reminded: Annotated[tuple[date, ...], Says(_a("reminded"))] = ()
    noted: Annotated[Iri | None, Says(_a("notedOutcome"), scheme="response-outcome")] = None
    reason: Annotated[Text | None, Says(_a("outcomeReason"))] = None
    signed: Annotated[date | None, Says(_a("signedOff"))] = None


class Trial(Record):
    """A trial of a public register; a reference, never a project. Officials stay literals."""

    kind = "trial"
    type = _a("Trial")

    title: Annotated[Text | None, Says(DCT + "title")] = None
    detail: Annotated[Text | None, Says(_a("detail"))] = None
    phases: Annotated[tuple[Text, ...], Says(_a("phase"))] = ()
    stage: Annotated[Iri | None, Says(_a("stage"), scheme="stage")] = None
    status: Annotated[Text | None, Says(_a("recruitmentStatus"))] = None
    study_type: Annotated[Text | None, Says(_a("studyType"))] = None
    conditions: Annotated[tuple[Text, ...], Says(_a("condition"))] = ()
    mesh_terms: Annotated[tuple[Text, ...], Says(_a("meshTerm"))] = ()
    indications: Annotated[tuple[Iri, ...], Says(_a("indication"), to="disease")] = ()
    interventions: Annotated[tuple[Text, ...], Says(_a("intervention"))] = ()
    keywords: Annotated[tuple[Text, ...], Says(_a("keyword"))] = ()
    sponsor: Annotated[Text | None, Says(_a("sponsor"))] = None
    collaborators: Annotated[tuple[Text, ...], Says(_a("collaborator"))] = ()
    officials: Annotated[tuple[Text, ...], Says(_a("official"))] = ()
    countries: Annotated[tuple[Text, ...], Says(_a("country"))] = ()
    enrolment: Annotated[int | None, Says(_a("enrolment"))] = None
    started: Annotated[date | None, Says(_a("startDate"))] = None
    completed: Annotated[date | None, Says(_a("completionDate"))] = None
    why_stopped: Annotated[Text | None, Says(_a("whyStopped"))] = None


class Grant(Record):
    """Money awarded to research, in a funder's public list; a reference, never a project."""

    kind = "grant"
    type = _a("Grant")

    title: Annotated[Text | None, Says(DCT + "title")] = None
    detail: Annotated[Text | None, Says(_a("detail"))] = None
    award: Annotated[Text | None, Says(_a("awardNumber"))] = None
    programme: Annotated[Text | None, Says(_a("programme"))] = None
    stage: Annotated[Iri | None, Says(_a("stage"), scheme="stage")] = None
    funder: Annotated[Text | None, Says(_a("funder"))] = None
    recipients: Annotated[tuple[Text, ...], Says(_a("recipient"))] = ()
    officials: Annotated[tuple[Text, ...], Says(_a("official"))] = ()
    countries: Annotated[tuple[Text, ...], Says(_a("country"))] = ()
    indications: Annotated[tuple[Iri, ...], Says(_a("indication"), to="disease")] = ()
    keywords: Annotated[tuple[Text, ...], Says(_a("keyword"))] = ()
    amount: Annotated[int | None, Says(_a("amount"))] = None
    currency: Annotated[Text | None, Says(_a("currency"))] = None
    status: Annotated[Text | None, Says(_a("grantStatus"))] = None
    started: Annotated[date | None, Says(_a("startDate"))] = None
    completed: Annotated[date | None, Says(_a("completionDate"))] = None


class Publication(Record):
    """A publication of a public index; a reference. Its authors stay literals."""

    kind = "publication"
    type = _a("Publication")

    title: Annotated[Text | None, Says(DCT + "title")] = None
    doi: Annotated[Iri | None, Says(_a("doi"))] = None
    venue: Annotated[Text | None, Says(_a("venue"))] = None
    published: Annotated[date | None, Says(DCT + "date")] = None
    publication_type: Annotated[Text | None, Says(_a("publicationType"))] = None
    authors: Annotated[tuple[Text, ...], Says(_a("author"))] = ()
    institutions: Annotated[tuple[Text, ...], Says(_a("affiliation"))] = ()
    countries: Annotated[tuple[Text, ...], Says(_a("country"))] = ()
    indications: Annotated[tuple[Iri, ...], Says(_a("indication"), to="disease")] = ()
    keywords: Annotated[tuple[Text, ...], Says(_a("keyword"))] = ()
    pages: Annotated[tuple[Iri, ...], Says(RDFS + "seeAlso")] = ()


class Statement(Record):
    """What was read off a text: that a record has a property's value, with the words and how sure it is (per cent).

    A yes or no is the `answer`, with no `value`.
    """

    kind = "statement"
    type = _a("Statement")

    about: Annotated[Iri | None, Says(RDF + "subject", to="record")] = None
    property: Annotated[Iri | None, Says(RDF + "predicate")] = None
    value: Annotated[Iri | None, Says(RDF + "object")] = None
    answer: Annotated[bool | None, Says(_a("answer"))] = None
    evidence: Annotated[tuple[Text, ...], Says(_a("evidence"))] = ()
    confidence: Annotated[int | None, Says(_a("confidence"))] = None
    status: Annotated[Iri | None, Says(_a("statementStatus"), scheme="statement-status")] = None


class Wording(Record):
    """A decision that words outside a list mean a term; its label is the words, `as_written` where they stand."""

    kind = "wording"
    type = _a("Wording")

    term_list: Annotated[Text | None, Says(_a("termList"))] = None
    term: Annotated[Iri | None, Says(_a("wordsFor"))] = None


KINDS: dict[str, type[Record]] = {
    model.kind: model
    for model in (
        Centre, Project, StageObservation, Product, MethodUse, Person, Organisation,
        Need, Capability, Round, Response, Trial, Grant, Publication, Statement, Wording,
    )
}  # fmt: skip
TYPES: dict[str, type[Record]] = {model.type: model for model in KINDS.values()}
