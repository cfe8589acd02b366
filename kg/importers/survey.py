"""The survey workbook, or the same as a folder of CSV files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ..errors import Place, SourceError
from ..records import KINDS, Record
from ..rounds import source_key
from ..source import Reading, Row, Source
from ..triples import columns
from . import strays
from .answers import Answer, Answers
from .cells import Cells
from .columns import SHEETS, SURVEY, Sort, id_column, kind_of
from .consent import Consent
from .frame import Frame, frame_row, read_frame, tier_of
from .interface import Context
from .sheets import Sheet, SheetRow, digest, read_sheets, sheet_names


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
        reading = survey_reading(path, sheets, context)
        return replace(reading, findings=(*reading.findings, *strays.others(path)))


def survey_reading(
    path: Path, sheets: dict[str, Sheet], context: Context, form: str = "survey", part: str | None = None
) -> Reading:
    """Return the survey that sheets hold, wherever they are from.

    `form` is the format's name; `part` names a file that is loaded beside others of the same round.
    """
    frame, findings = read_frame(path, sheets.get(SURVEY), context)
    for name, sheet in sheets.items():
        findings += sheet.findings
        findings += strays.fields(sheet) if name == SURVEY else strays.headers(sheet)
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
        *strays.respondent(path, frame, _ids(sheets["Investigators"]) if "Investigators" in sheets else (), context),
        *strays.other_version(path),
        *strays.later_round(path, frame, context),
    ]
    consent = _consent(sheets, frame, context)
    findings += consent.finding(
        Place(path.name, SURVEY), lambda row: frame.tier.stricter(tier_of(Cells(row, context)) or frame.tier)
    )
    place = sheets[SURVEY].place if SURVEY in sheets else Place(path.name, SURVEY)
    rows = [frame_row(place, frame, context), *_rows(sheets, frame, context, consent)]
    return Reading(source, frame.centre, frame.tier, rows, tuple(findings))


def _consent(sheets: dict[str, Sheet], frame: Frame, context: Context) -> Consent:
    """Return who signed off: in the file, or in the store by another source of the same round."""
    key = source_key(frame.centre, frame.round, frame.respondent)

    def signed(person: str) -> bool:
        return context.signed(context.names.record(frame.centre, "response", f"{frame.round}-{person}"), key)

    whole = frame.signed is not None and frame.signed <= context.today
    return Consent(sheets, context, signed, frame.tier, whole=whole)


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
    records[0], tier = consent.placed(records[0], tier_of(cells), held=held)
    return Row(
        f"{sheet}/{identifier}", row.place, tuple(_kept(records, cells)), (), tier, project, tuple(cells.findings),
        _headers_of(sheet, row),
    )  # fmt: skip


def _headers_of(sheet: str, row: SheetRow) -> Mapping[str, str]:
    """Return the columns that properties are read from, as they are headed where they stand."""
    headed = _headed(sheet)
    if not row.places:
        return headed
    return {prop: row.places[header].column or header for prop, header in headed.items() if header in row.places}


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
