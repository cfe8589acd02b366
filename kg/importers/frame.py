"""What the sheet Survey says of all rows: whose answers they are, of which round and day, and who may see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..errors import Place, SourceError, UsageError
from ..findings import Finding
from ..iris import slug
from ..records import Centre, Round
from ..source import Row
from ..tiers import Tier
from .cells import Cells
from .columns import FIELDS, SURVEY
from .consent import SIGNED
from .interface import Context
from .sheets import Sheet, SheetRow


@dataclass(frozen=True)
class Frame:
    """What the sheet Survey says of all rows."""

    centre: str
    label: str
    round: str
    held: date
    tier: Tier
    synthetic: bool
    respondent: str | None = None
    signed: date | None = None


def read_frame(path: Path, sheet: Sheet | None, context: Context) -> tuple[Frame, list[Finding]]:
    """Return what the sheet says, and what was found; raises SourceError where no centre is named."""
    said = {str(row.cells.get("Field", "")).strip().rstrip("*").lower(): row for row in (sheet.rows if sheet else ())}
    place = sheet.place if sheet else Place(path.name, SURVEY)
    form = "fill in the sheet Survey" if place.sheet else "write it into the mapping"
    cells = {}
    for column in FIELDS:
        row = said.get(column.header.lower())
        value = row.cells.get("Value") if row else None
        cells[column.header] = value
    read = Cells(SheetRow(place, {key: value for key, value in cells.items() if value is not None}), context)
    centre = context.centre or slug(read.text("Centre") or "")
    if not centre:
        raise SourceError(f"the centre is not named: {form} (Centre), or give --centre", place)
    try:
        context.names.centre(centre)
    except UsageError as error:
        raise SourceError(str(error), place) from None
    held = context.stated or read.date("Date") or context.today
    tier = context.tier or tier_of(read) or Tier.INTERNAL
    frame = Frame(
        centre,
        read.text("Centre name") or centre,
        context.round or read.text("Round") or str(held.year),
        held,
        tier,
        bool(read.yes_no("Synthetic")),
        read.text("Respondent id"),
        read.date(SIGNED),
    )
    for header, given, taken in (("Round", context.round, frame.round), ("Date", context.stated, held)):
        if cells[header] is None and given is None:
            read.warning(header, f"the {header.lower()} of the survey is not stated; taken as {taken}", form)
    if held > context.today:
        read.warning(
            "Date", f"the survey's date {held} is still to come", "give the day at which the answers hold", str(held)
        )
    return frame, read.findings


def tier_of(cells: Cells) -> Tier | None:
    """Return the tier that a row names, if it names one."""
    text = cells.text("Tier")
    if text is None:
        return None
    concept = cells.context.vocabulary.find(text, "tier")
    if concept is None:  # guessing who may see a row would be worse than refusing it
        cells.violation("Tier", f"'{text}' is no tier", "choose public, partner, internal or confidential", text)
        return None
    return Tier(concept.notation)


def frame_row(place: Place, frame: Frame, context: Context) -> Row:
    """Return the centre and its round, as one row."""
    names, synthetic = context.names, frame.synthetic or None
    centre = Centre(iri=names.centre(frame.centre), identifier=frame.centre, label=frame.label, synthetic=synthetic)
    round_ = Round(
        iri=names.record(frame.centre, "round", frame.round), identifier=frame.round, label=f"{frame.label}, {frame.round}",
        centre=centre.iri, held=frame.held, signed=frame.signed, synthetic=synthetic,
    )  # fmt: skip
    return Row(f"{SURVEY}/{frame.round}", replace(place, row=2 if place.sheet else None), (centre, round_))
