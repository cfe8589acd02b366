"""A returned workbook's copy with what was found in it: at its cells, and as a list on a first sheet.

The copy is the workbook itself with parts added, so that all that is in it stays: drop-downs, pictures, charts, the
results of formulas. Only macros are left behind. A cell is marked by a comment and a rule that hatches it, which leave
its value and format alone, and which the next check takes away again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from .comments import boxed, commented
from .errorlist import Told, error_list, is_list, styled
from .errors import Place, SourceError, UsageError
from .findings import Finding, Severity
from .guide import ERRORS, GUIDE, SEVERITIES, language_of
from .importers.columns import SURVEY
from .importers.package import guard
from .importers.sheets import headed, leafed, sheet_names
from .outbox import new_file
from .parts import MAIN, RELATED, Package, insert, remove

_TRUE = 'N("ATMP Atlas")=0'
"""The condition of a mark: always true, and ours to see."""
_AREA = 200  # cells that one rule names
_HEADER_WITHIN = 30  # rows; tables of others have lines above their headers
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OTHERS = (
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
    f"{_SHEET}.template.main+xml",
)
_AFTER_RULES = ("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
                "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
                "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")  # fmt: skip
_AFTER_COMMENTS = _AFTER_RULES[_AFTER_RULES.index("legacyDrawingHF") :]


def may_copy(to: Path) -> Path:
    """Return where a copy may be written; raises UsageError where something is there, or it would be no workbook."""
    return new_file(to, ".xlsx", f"the copy with the findings is a workbook: name it .xlsx, not '{to.name}'")


def correct(path: Path, findings: Iterable[Finding], to: Path) -> None:
    """Write a copy of a workbook with findings about it; of any other source, a workbook with their list alone.

    Raises UsageError where it cannot be written, SourceError where the workbook cannot be read.
    """
    may_copy(to)
    guard(path)
    if path.is_dir() or not sheet_names(path):
        told, package, looked = [Told(one) for one in findings], _blank(), _Looked("en", None, {}, [])
    else:
        looked = _look(path)
        told, package = [looked.told(one) for one in findings], Package(path)
    try:
        _Copy(package, looked).mark(told)
    except (KeyError, ValueError, StopIteration, ET.ParseError):
        raise SourceError(
            "what was found cannot be written into it, for its parts are put together oddly: save it again as .xlsx",
            Place(path.name),
        ) from None
    try:
        package.write(to)
    except OSError as error:
        raise UsageError(f"{to} cannot be written ({error.strerror}): choose another file or folder") from None


def _blank() -> Package:
    """Return a workbook with one empty sheet, to take a list."""
    import io

    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.add_worksheet(GUIDE)
    book.close()
    return Package(held)


@dataclass(frozen=True)
class _Looked:
    """What must be seen of a workbook's cells: its language, its earlier list, where its headers stand, its tables."""

    language: str
    listed: str | None
    headers: dict[str, dict[str, str]]
    tables: list[str]

    def told(self, finding: Finding) -> Told:
        """Return a finding with the cell that it is about: of a whole row its first, of a whole sheet that one's first."""
        place = finding.place
        wanted = (place.sheet or "").strip().lower()
        first = self.tables[0] if self.tables and place.row else None
        sheet = next((name for name in self.tables if name.strip().lower() == wanted), None if wanted else first)
        if sheet is None:
            return Told(finding)
        at = self.headers[sheet].get(place.column or "", "")
        if wanted == SURVEY.lower() and not place.row:
            return Told(finding, sheet, at or "A1")
        column = re.sub(r"\d", "", at) or (place.column if re.fullmatch("[A-Z]{1,3}", place.column or "") else "A")
        return Told(finding, sheet, f"{column}{place.row or 1}")


def _look(path: Path) -> _Looked:
    from openpyxl.utils import get_column_letter

    with leafed(path) as book:
        tables = [sheet.title for sheet in book.worksheets]
        top = {name: list(book[name].iter_rows(max_row=_HEADER_WITHIN, values_only=True)) for name in tables}
    guide = top.get(GUIDE) or [()]
    headers: dict[str, dict[str, str]] = {}
    for name, rows in top.items():
        headers[name] = {}
        survey = name.strip().lower() == SURVEY.lower()
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row[:1] if survey else row, start=1):
                if headed(cell):
                    headers[name].setdefault(headed(cell), f"{'B' if survey else get_column_letter(at)}{number}")
    listed = next((name for name in tables if name == ERRORS and is_list(top[name][:5])), None)
    language = language_of(str((guide[0] or ("",))[0] if guide[0] else ""))
    return _Looked(language, listed, headers, [name for name in tables if name != listed])


@dataclass
class _Copy:
    """A workbook's parts while they are marked."""

    package: Package
    looked: _Looked

    def mark(self, told: Sequence[Told]) -> None:
        """Put the findings into the parts, in place of those of an earlier check."""
        package = self.package
        package.drop("vbaproject")
        package.drop("vbadata")
        for other in _OTHERS:
            package.retype(other, f"{_SHEET}.sheet.main+xml")
        book = package.related("", "officeDocument") or ""
        styles = styled(package, package.related(book, "styles") or "")
        parts = self._sheets(book)
        for name, part in parts.items():
            package.parts[part] = re.sub(rb'\stabSelected="(?:1|true)"', b"", package.parts[part], count=1)
            if name in self.looked.tables:
                self._cells(part, [one for one in told if one.sheet == name], styles.hatched)
        listed = error_list(told, self.looked.language, styles)
        if self.looked.listed is not None:
            package.parts[parts[self.looked.listed]] = listed
            at = list(parts).index(self.looked.listed)
        else:
            self._first(book, package.add("xl/worksheets/errors", "xml", listed, f"{_SHEET}.worksheet+xml"), set(parts))
            at = 0
        package.parts[book] = _opening_at(package.parts[book], at)

    def _sheets(self, book: str) -> dict[str, str]:
        """Return the parts of all sheets, in order, by name."""
        related = self.package.relations(book)
        found = ET.fromstring(self.package.parts[book]).iter(f"{{{MAIN}}}sheet")  # noqa: S314 - guarded
        return {one.get("name", ""): related[one.get(f"{{{RELATED}}}id", "")].target for one in found}

    def _first(self, book: str, part: str, taken: set[str]) -> None:
        """Make a part the first sheet; what is said of the others by their number is said of the next."""
        xml = self.package.parts[book]
        ids = [int(one.get("sheetId", 0)) for one in ET.fromstring(xml).iter(f"{{{MAIN}}}sheet")]  # noqa: S314 - guarded
        low = {name.lower() for name in taken}
        name = next(name for name in (ERRORS, *(f"{ERRORS} {n}" for n in range(2, 1000))) if name.lower() not in low)
        told = (
            f'<sheet xmlns="{MAIN}" xmlns:r="{RELATED}" name="{name}" sheetId="{max(ids) + 1}"'
            f' r:id="{self.package.relate(book, "worksheet", part)}"/>'
        )
        xml = re.sub(rb"(<(?:\w+:)?sheets\b[^>]*>)", lambda found: found[1] + told.encode(), xml, count=1)
        self.package.parts[book] = re.sub(
            rb'localSheetId="(\d+)"', lambda found: b'localSheetId="%d"' % (int(found[1]) + 1), xml
        )

    def _cells(self, part: str, told: Sequence[Told], hatched: dict[Severity, int]) -> None:
        """Mark a sheet's cells, and no others."""
        package = self.package
        xml = remove(package.parts[part], "conditionalFormatting", "ATMP Atlas")
        package.parts[part] = insert(xml, _rules(xml, told, hatched), _AFTER_RULES)
        words: dict[str, list[str]] = {}
        for one in told:
            said = ". ".join(filter(None, (one.finding.message.rstrip("."), one.finding.mend)))
            severity = SEVERITIES[self.looked.language][one.finding.severity]
            words.setdefault(one.cell or "A1", []).append(f"{severity}: {said}")
        noted, drawn = package.related(part, "comments"), package.related(part, "vmlDrawing")
        if not words and noted is None:
            return
        comments, cells = commented(package.parts.get(noted or ""), words)
        boxes = boxed(package.parts.get(drawn or ""), cells)
        if noted is None:
            noted = package.add("xl/commentsErrors", "xml", comments, f"{_SHEET}.comments+xml")
            package.relate(part, "comments", noted)
        if drawn is None:
            drawn = package.add(
                "xl/drawings/vmlErrors", "vml", boxes, f"{_SHEET.replace('spreadsheetml', 'vmlDrawing')}"
            )
            id_ = package.relate(part, "vmlDrawing", drawn)
            box = f'<legacyDrawing xmlns="{MAIN}" xmlns:r="{RELATED}" r:id="{id_}"/>'
            package.parts[part] = insert(package.parts[part], box, _AFTER_COMMENTS)
        package.parts |= {noted: comments, drawn: boxes}


def _rules(xml: bytes, told: Sequence[Told], hatched: dict[Severity, int]) -> str:
    """Return the rules that hatch cells, each in the manner of its gravest finding."""
    gravest: dict[str, Severity] = {}
    for one in sorted(told, key=lambda one: list(Severity).index(one.finding.severity)):
        gravest.setdefault(one.cell or "A1", one.finding.severity)
    priority = max((int(found) for found in re.findall(rb'<(?:\w+:)?cfRule\b[^>]*priority="(\d+)"', xml)), default=0)
    rules = []
    for severity, form in hatched.items():
        cells = [cell for cell, worst in gravest.items() if worst is severity]
        for start in range(0, len(cells), _AREA):
            priority += 1
            rules.append(
                f'<conditionalFormatting xmlns="{MAIN}" sqref="{" ".join(cells[start : start + _AREA])}"><cfRule'
                f' type="expression" dxfId="{form}" priority="{priority}"><formula>{_TRUE}</formula></cfRule>'
                "</conditionalFormatting>"
            )
    return "".join(rules)


def _opening_at(book: bytes, at: int) -> bytes:
    """Return the workbook's part so that it opens at one of its sheets."""
    book = re.sub(rb'\s(?:activeTab|firstSheet)="\d+"', b"", book)
    return re.sub(rb"(<(?:\w+:)?workbookView\b)", rb'\1 activeTab="%d"' % at, book, count=1)
