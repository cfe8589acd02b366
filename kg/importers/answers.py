"""A survey's row as records: what each sheet's columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ..records import (
    ATMP,
    Capability,
    MethodUse,
    Need,
    Organisation,
    Person,
    Product,
    Project,
    Record,
    Response,
    StageObservation,
)
from .cells import Cells
from .columns import SHEETS
from .interface import Context

KINDS = {
    "Projects": "project",
    "Investigators": "person",
    "Organisations": "organisation",
    "Needs": "need",
    "Capabilities": "capability",
}
"""The kind of record that each sheet's ids name."""

ROLES = {"Methods in the product": "part-of-product", "Methods planned": "planned", "Research methods": "research-tool"}
_HORIZONS = ((3, "1-2"), (5, "3-4"), (10, "5-10"))


@dataclass(frozen=True)
class Answer:
    """One row with its id, and the IRIs that its columns of ids refer to."""

    id: str
    cells: Cells
    links: dict[str, tuple[str, ...]]

    def link(self, header: str) -> str | None:
        """Return the one IRI that a column refers to."""
        return next(iter(self.links.get(header, ())), None)


@dataclass(frozen=True)
class Answers:
    """Makes records of the rows of one survey."""

    context: Context
    centre: str
    round: str
    held: date
    synthetic: bool | None

    def iri(self, kind: str, identifier: str) -> str:
        """Return the IRI of a record of this centre."""
        return self.context.names.record(self.centre, kind, identifier)

    def records(self, sheet: str, answer: Answer) -> list[Record]:
        """Return the records of one row, the one its id names first."""
        read = {
            column.header: answer.cells.read(column)
            for column in SHEETS[sheet]
            if column.sheet is None and column.scheme != "tier"
        }
        makers = {
            "Projects": self._project,
            "Investigators": self._investigator,
            "Organisations": self._organisation,
            "Needs": self._need,
            "Capabilities": self._capability,
        }
        return makers[sheet](answer, read)

    def _frame(self, kind: str, identifier: str, read: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what every record of the survey has."""
        notes = (read["Notes"],) if read and read.get("Notes") else ()
        return {
            "iri": self.iri(kind, identifier),
            "identifier": identifier,
            "centre": self.context.names.centre(self.centre),
            "synthetic": self.synthetic,
            "notes": notes,
        }

    def _project(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        product = self._product(answer, read)
        project = Project(
            **self._frame("project", answer.id, read),
            label=read["Title"],
            description=read["Description"],
            aim=read["Aim"],
            develops=(product.iri,),
            lead=answer.links["Lead investigator ids"],
            investigators=answer.links["Co-investigator ids"],
            organisations=answer.links["Organisation ids"],
            activity=read["Activity"],
            started=read["Started"],
            trial_planned=read["Trial planned"],
            trial_ids=answer.cells.texts("Trial ids"),
            uses_capabilities=answer.links["Capabilities used"],
            hurdles=read["Hurdles"],
            advice=read["Advice received"],
            funding=read["Funding"],
            property_rights=read["Intellectual property"],
            publications=answer.cells.texts("Publications"),
            rounds=(self.iri("round", self.round),),
        )
        return [project, product, *self._stage(answer, read), *self._methods(answer, read)]

    def _product(self, answer: Answer, read: dict[str, Any]) -> Product:
        return Product(
            **self._frame("product", answer.id),
            label=read["Title"],
            atmp_class=read["ATMP class"],
            class_reason=read["Class reason"],
            class_advised=read["CAT classified"],
            hospital_exemption=read["Hospital exemption"],
            orphan=read["Orphan"],
            prime=read["PRIME"],
            combined=read["Combined"],
            delivery=read["Delivery"],
            gmo=read["GMO"],
            donor_type=read["Donor type"],
            cell_sources=read["Cell sources"],
            starting_tissue=read["Starting tissue"],
            cell_line=read["Cell line"],
            vectors=read["Vectors"],
            platforms=read["Platforms"],
            transgene=read["Transgene"],
            target=read["Target"],
            scaffold=read["Scaffold"],
            mechanism=read["Mechanism"],
            route=read["Route"],
            indication_text=read["Indication"],
            indications=read["Indication MONDO ids"],
            area=read["Disease area"],
            rare=read["Rare disease"],
            population=read["Population"],
        )

    def _stage(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        if read["Stage"] is None:
            return []  # the empty cell has its finding
        seen = read["Stage date"] or self.held
        if seen > self.held:
            answer.cells.warning(
                "Stage date", f"the stage was seen on {seen}, after the survey's date {self.held}",
                "give the day on which the project was at this stage, or leave the cell empty", str(seen),
            )  # fmt: skip
        frame = self._frame("stage-observation", f"{answer.id}-{seen}")
        return [StageObservation(**frame, project=self.iri("project", answer.id), stage=read["Stage"], observed=seen)]

    def _methods(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        uses = []
        for header, role in ROLES.items():
            for method in dict.fromkeys(read[header]):
                notation = method.removeprefix(f"{ATMP}method-")
                uses.append(
                    MethodUse(
                        **self._frame("method-use", f"{answer.id}-{notation}-{role}"),
                        project=self.iri("project", answer.id),
                        method=method,
                        role=f"{ATMP}method-role-{role}",
                    )
                )
        return [*uses]

    def _investigator(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        person = Person(
            **self._frame("person", answer.id, read),
            label=read["Name"],
            email=read["E-mail"],
            orcid=answer.cells.iri("ORCID", "https://orcid.org/"),
            organisations=answer.links["Organisation ids"],
            expertise=read["Expertise"],
        )
        if read["Response"] is None:
            return [person]
        response = Response(
            **self._frame("response", f"{self.round}-{answer.id}"),
            respondent=person.iri,
            round=self.iri("round", self.round),
            outcome=read["Response"],
            answered=read["Response date"],
        )
        return [person, response]

    def _organisation(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        organisation = Organisation(
            **self._frame("organisation", answer.id, read),
            label=read["Name"],
            description=read["Description"],
            organisation_type=read["Type"],
            part_of=answer.link("Part of"),
            place=read["Place"],
            country=read["Country"],
            ror=answer.cells.iri("ROR", "https://ror.org/"),
        )
        return [organisation]

    def _need(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        need = Need(
            **self._frame("need", answer.id, read),
            label=read["Title"],
            description=read["Description"],
            project=answer.link("Project id"),
            category=read["Category"],
            platforms=read["Platforms"],
            grade=read["Grade"],
            needed_from=read["Needed from"],
            needed_from_stage=read["Needed from stage"],
            horizon=self._horizon(read["Needed from"]) or read["Horizon"],
            urgency=read["Urgency"],
            status=read["Status"] or f"{ATMP}need-status-open",
        )
        return [need]

    def _horizon(self, due: date | None) -> str | None:
        """Return the horizon of a date, counted in whole years from the round."""
        if due is None:
            return None
        years = (due - self.held).days / 365.25
        return f"{ATMP}horizon-{next((name for limit, name in _HORIZONS if years < limit), 'beyond')}"

    def _capability(self, answer: Answer, read: dict[str, Any]) -> list[Record]:
        capability = Capability(
            **self._frame("capability", answer.id, read),
            label=read["Title"],
            description=read["Description"],
            provider=answer.link("Provider id"),
            category=read["Category"],
            platforms=read["Platforms"],
            grade=read["Grade"],
            licence=read["Licence"],
            biosafety_level=read["Biosafety level"],
            capacity=read["Capacity"],
            place=read["Place"],
            available_from=read["Available from"],
            contact=read["Contact"],
            price_note=read["Price note"],
        )
        return [capability]
