"""The survey workbook, or the same as a folder of CSV files."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from ..errors import Place, SourceError, UsageError
from ..findings import Finding, Severity
from ..iris import slug
from ..records import KINDS, Centre, Record, Round
from ..rounds import source_key
from ..source import Reading, Row, Source
from ..tiers import Tier
from ..triples import columns
from .answers import Answer, Answers
from .cells import Cells
from .columns import FIELDS, SCHEMA, SHEETS, SURVEY, Sort, id_column, kind_of
from .consent import SIGNED, Consent
from .interface import Context
from .package import version
from .sheets import Sheet, SheetRow, digest, read_sheets, sheet_names


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


class SurveyImporter:
    """Reads the survey: sheets Survey, Projects, Investigators, Organisations, Needs, Capabilities."""

    name = "survey"
    title = "the survey workbook (.xlsx), or a folder of its sheets as CSV"

    def recognises(self, path: Path) -> bool:
        """Return whether the path has at least one of the survey's sheets."""
        return any(name.strip().lower() in {sheet.lower() for sheet in SHEETS} for name in sheet_names(path))

    def read(self, path: Path, context: Context) -> Reading:
        """Return the survey and its rows; raises SourceError where it cannot be read at all."""
        sheets = read_sheets(path, [SURVEY, *SHEETS])
        if not set(sheets) & set(SHEETS):
            raise SourceError(f"it has none of the sheets {', '.join(SHEETS)}", Place(path.name))
        if not any(sheets[name].rows for name in SHEETS if name in sheets):
            raise SourceError("every sheet is empty: there is nothing to load", Place(path.name))
        return survey_reading(path, sheets, context)


def survey_reading(
    path: Path, sheets: dict[str, Sheet], context: Context, form: str = "survey", part: str | None = None
) -> Reading:
    """Return the survey that sheets hold, wherever they are from.

    `form` is the format's name; `part` names a file that is loaded beside others of the same round.
    """
    frame, findings = _frame(path, sheets.get(SURVEY), context)
    for name, sheet in sheets.items():
        findings += sheet.findings
        findings += _headers(sheet) if name != SURVEY else []
    whose = f", answers of {frame.respondent}" if frame.respondent else f", {part}" if part else ""
    source = Source(
        source_key(frame.centre, frame.round, frame.respondent or part),
        f"Survey of {frame.label}, {frame.round}{whose}",
        form,
        frame.held,
        file=path.name,
        sha256=digest(path),
        publisher=frame.label,
        synthetic=frame.synthetic,
    )
    findings += [
        *_stranger(path, sheets, frame, context),
        *_other_version(path),
        *_later_round(path, frame, context),
    ]
    consent = _consent(sheets, frame, context)
    findings += consent.finding(
        Place(path.name, SURVEY), lambda row: frame.tier.stricter(_tier(Cells(row, context)) or frame.tier)
    )
    place = sheets[SURVEY].place if SURVEY in sheets else Place(path.name, SURVEY)
    rows = [_frame_row(place, frame, context), *_rows(sheets, frame, context, consent)]
    return Reading(source, frame.centre, frame.tier, rows, tuple(findings))


def _frame(path: Path, sheet: Sheet | None, context: Context) -> tuple[Frame, list[Finding]]:
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
    tier = context.tier or _tier(read) or Tier.INTERNAL
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


def _consent(sheets: dict[str, Sheet], frame: Frame, context: Context) -> Consent:
    """Return who signed off: in the file, or in the store by another source of the same round."""
    key = source_key(frame.centre, frame.round, frame.respondent)

    def signed(person: str) -> bool:
        return context.signed(context.names.record(frame.centre, "response", f"{frame.round}-{person}"), key)

    whole = frame.signed is not None and frame.signed <= context.today
    return Consent(sheets, context, signed, frame.tier, whole=whole)


def _stranger(path: Path, sheets: dict[str, Sheet], frame: Frame, context: Context) -> list[Finding]:
    """Find a respondent who is nobody: the answers would stand under a name that is never seen again."""
    who, names = frame.respondent, context.names
    if who is None or who in (_ids(sheets["Investigators"]) if "Investigators" in sheets else {}):
        return []
    if context.known(names.record(frame.centre, "person", who)):
        return []
    mend = "write the id of the investigator whose answers these are, or empty the cell where they are those of several"
    place = Place(path.name, SURVEY, None, "Respondent id")
    said = f"{who} is no id of the sheet Investigators"
    return [Finding(Severity.VIOLATION, said, place, value=who, mend=mend)]


def _other_version(path: Path) -> Iterator[Finding]:
    """Yield that the workbook has the columns of another version."""
    said = version(path)
    if said is not None and said != SCHEMA:
        mend = (
            "look at the columns that are said to be unknown; `atmp survey new` writes a workbook with today's columns"
        )
        if said > SCHEMA:
            mend = "upgrade with `pip install --upgrade atmp-atlas`, which knows them"
        message = f"the workbook has the survey's columns in version {said}, and version {SCHEMA} is read"
        yield Finding(Severity.WARNING, message, Place(path.name), value=str(said), mend=mend)


def _later_round(path: Path, frame: Frame, context: Context) -> Iterator[Finding]:
    """Yield that the store has answers of a later round, and what that means for these."""
    later = {name: held for name, held in context.rounds(frame.centre).items() if held > frame.held}
    if later and slug(frame.round) not in map(slug, later):
        last = max(later, key=lambda name: (later[name], name))
        message = (
            f"the store has a later round, {last} of {later[last]}: these count as answers of {frame.round},"
            f" and where the two disagree, what was said in {last} stands"
        )
        mend = f"if they answer the round {last}, write it and their date in the sheet Survey; otherwise leave them so"
        yield Finding(Severity.WARNING, message, Place(path.name, SURVEY, None, "Round"), value=frame.round, mend=mend)


def _tier(cells: Cells) -> Tier | None:
    text = cells.text("Tier")
    if text is None:
        return None
    concept = cells.context.vocabulary.find(text, "tier")
    if concept is None:  # guessing who may see a row would be worse than refusing it
        cells.violation("Tier", f"'{text}' is no tier", "choose public, partner, internal or confidential", text)
        return None
    return Tier(concept.notation)


def _frame_row(place: Place, frame: Frame, context: Context) -> Row:
    names, synthetic = context.names, frame.synthetic or None
    centre = Centre(iri=names.centre(frame.centre), identifier=frame.centre, label=frame.label, synthetic=synthetic)
    round_ = Round(
        iri=names.record(frame.centre, "round", frame.round), identifier=frame.round, label=f"{frame.label}, {frame.round}",
        centre=centre.iri, held=frame.held, signed=frame.signed, synthetic=synthetic,
    )  # fmt: skip
    return Row(f"{SURVEY}/{frame.round}", replace(place, row=2 if place.sheet else None), (centre, round_))


def _headers(sheet: Sheet) -> list[Finding]:
    columns = SHEETS[sheet.name]
    known = [column.header for column in columns]
    found = []
    for header in sheet.headers:
        if header and header not in known:
            close = difflib.get_close_matches(header, known, n=1)
            mend = f"did you mean '{close[0]}'?" if close else f"known are {', '.join(known)}"
            place = Place(sheet.place.file, sheet.place.sheet, 1, header)
            found.append(
                Finding(
                    Severity.WARNING,
                    f"the column '{header}' is unknown; it was not read",
                    place,
                    value=header,
                    mend=mend,
                )
            )
    if not sheet.rows:
        found.append(
            Finding(Severity.INFO, f"the sheet {sheet.name} is empty", sheet.place, mend="fill it in, or leave it so")
        )
    found += [
        Finding(
            Severity.VIOLATION, f"the column '{column.header}' is missing", sheet.place, mend=f"add it: {column.help}"
        )
        for column in columns
        if column.required and column.header not in sheet.headers and sheet.rows
    ]
    return found


def _rows(sheets: dict[str, Sheet], frame: Frame, context: Context, consent: Consent) -> Iterator[Row]:
    ids = {name: _ids(sheets[name]) if name in sheets else {} for name in SHEETS}
    answers = Answers(context, frame.centre, frame.round, frame.held, frame.synthetic or None, frame.respondent)
    for name in SHEETS:
        for row in sheets[name].rows if name in sheets else ():
            yield _row(name, row, ids, answers, consent)


def _ids(sheet: Sheet) -> dict[str, int]:
    """Return the first row of every id."""
    found: dict[str, int] = {}
    header = id_column(sheet.name).header
    for row in sheet.rows:
        identifier = str(row.cells.get(header) or "").strip()
        if identifier:
            found.setdefault(identifier, row.place.row or 0)
    return found


def _row(sheet: str, row: SheetRow, ids: dict[str, dict[str, int]], answers: Answers, consent: Consent) -> Row:
    cells = Cells(row, answers.context)
    header = id_column(sheet).header
    identifier = cells.text(header)
    if identifier is None:
        cells.violation(header, "the row has no id", f"give it one, and keep it: {id_column(sheet).help}")
        return Row(f"{sheet}/row {row.place.row}", row.place, findings=tuple(cells.findings))
    first = ids[sheet].get(identifier)
    if first is not None and first != row.place.row:
        cells.violation(
            header,
            f"the id {identifier} stands in row {first} already",
            "give one of the two rows another id",
            identifier,
        )
        return Row(f"{sheet}/{identifier} in row {row.place.row}", row.place, findings=tuple(cells.findings))
    for column in SHEETS[sheet]:
        if column.required and cells.text(column.header) is None:
            cells.violation(column.header, f"the {column.header} is empty", column.help)
    records = answers.records(sheet, Answer(identifier, cells, _links(sheet, cells, ids, answers)))
    project = identifier if sheet == "Projects" else cells.text("Project id") if sheet == "Needs" else None
    held = consent.holds(sheet, identifier, project)
    records[0], tier = consent.placed(records[0], _tier(cells), held=held)
    return Row(
        f"{sheet}/{identifier}", row.place, tuple(_kept(records, cells)), (), tier, project, tuple(cells.findings),
        {
            property_: cells.place(header).column or header
            for property_, header in _headed(sheet).items()
            if not row.places or header in row.places
        },
    )  # fmt: skip


@lru_cache
def _headed(sheet: str) -> dict[str, str]:
    """Return the column that says a property; one that several columns say, as roles of methods, has none."""
    found: dict[str, set[str]] = {}
    for column in SHEETS[sheet]:
        for field in columns(KINDS[column.kind]) if column.field else ():
            if field.name == column.name:
                found.setdefault(field.says.property, set()).add(column.header)
    return {property_: next(iter(headers)) for property_, headers in found.items() if len(headers) == 1}


def _kept(records: list[Record], cells: Cells) -> list[Record]:
    """Put the words that no term was found for, and the answers that name no value, on the row's first record."""
    kept = {"as_written": tuple(sorted(set(cells.unread))), "open_answers": tuple(sorted(set(cells.open)))}
    first = records[0].model_copy(update=kept)
    return [first, *records[1:]]


def _links(sheet: str, cells: Cells, ids: dict[str, dict[str, int]], answers: Answers) -> dict[str, tuple[str, ...]]:
    """Return the IRIs that each column of ids refers to; an id of nowhere is a violation at its cell."""
    found = {}
    for column in SHEETS[sheet]:
        if column.sheet is None:
            continue
        there = cells.texts(column.header) if column.sort is Sort.IDS else filter(None, (cells.text(column.header),))
        iris = []
        for identifier in there:
            iri = answers.iri(kind_of(column.sheet), identifier)
            if identifier in ids[column.sheet] or cells.context.known(iri):
                iris.append(iri)
            elif not cells.opened(column.header, identifier):
                cells.violation(column.header, f"{identifier} is no id of the sheet {column.sheet}",
                                f"correct it, or add {identifier} to the sheet {column.sheet}", identifier)  # fmt: skip
        found[column.header] = tuple(iris)
    return found
