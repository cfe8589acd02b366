"""The sheet Errors: what was found in a workbook, one row a finding, each with a link to its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from .findings import Finding, Severity
from .guide import ERROR_HEADS, ERROR_NOTES, SEVERITIES
from .parts import MAIN, Package, append, legible

_WIDTHS = (12, 16, 6, 24, 8, 70, 70)
_LONGEST = 32_000  # characters; a cell may have 32,767


class Told(NamedTuple):
    """A finding with the sheet and cell that it is about, as far as it has any."""

    finding: Finding
    sheet: str | None = None
    cell: str | None = None


class Styles(NamedTuple):
    """The numbers, in a workbook's styles, of the formats that the list and the marks are written in."""

    head: int
    words: int
    link: int
    hatched: dict[Severity, int]


def is_list(rows: Iterable[Sequence[object]]) -> bool:
    """Return whether a sheet that begins with these rows is such a list."""
    return any(tuple(row[: len(heads)]) == heads for row in rows for heads in ERROR_HEADS.values())


def error_list(told: Sequence[Told], language: str, styles: Styles) -> bytes:
    """Return the sheet as a part: the gravest findings first."""
    gravest = sorted(told, key=lambda one: list(Severity).index(one.finding.severity))
    lines = [_row(number, (note,), 0) for number, note in enumerate(ERROR_NOTES[language], start=1)]
    top = len(lines) + 1
    lines.append(_row(top, ERROR_HEADS[language], styles.head))
    links = []
    for number, one in enumerate(gravest, start=top + 1):
        place = one.finding.place
        words = (
            SEVERITIES[language][one.finding.severity], one.sheet or place.sheet or "", str(place.row or ""),
            place.column or "", one.cell or "", one.finding.message, one.finding.mend or "",
        )  # fmt: skip
        lines.append(_row(number, words, styles.words, {4: styles.link} if one.cell else {}))
        if one.cell:
            target = "'{}'!{}".format((one.sheet or "").replace("'", "''"), one.cell)
            links.append(f'<hyperlink ref="E{number}" location={quoteattr(target)}/>')
    return "".join(_sheet(lines, links, top)).encode()


def _sheet(lines: Iterable[str], links: Sequence[str], top: int) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}">'
    yield '<sheetViews><sheetView tabSelected="1" workbookViewId="0">'
    yield f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    widths = (f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(_WIDTHS, 1))
    yield f"<cols>{''.join(widths)}</cols><sheetData>"
    yield from lines
    yield "</sheetData>"
    if links:
        yield f"<hyperlinks>{''.join(links)}</hyperlinks>"
    yield "</worksheet>"


def _row(number: int, words: Sequence[str], form: int, forms: dict[int, int] | None = None) -> str:
    """Return a row of texts: never a formula, whatever they begin with."""
    cells = (
        f'<c r="{chr(65 + at)}{number}" s="{(forms or {}).get(at, form)}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(legible(word)[:_LONGEST])}</t></is></c>"
        for at, word in enumerate(words)
        if word
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles",
          "colors", "extLst")  # fmt: skip
_HATCHES = {Severity.VIOLATION: ("darkUp", "FFC00000"), Severity.WARNING: ("lightUp", "FFBF8F00"),
            Severity.INFO: ("lightDown", "FF7F7F7F")}  # fmt: skip
"""How a cell is hatched, so that it is told apart without its colour."""


def styled(package: Package, part: str) -> Styles:
    """Put the formats into a workbook's styles, and return their numbers."""
    fonts = [_append(package, part, "fonts", f'<font xmlns="{MAIN}">{inner}<sz val="11"/>{colour}<name val="Calibri"/></font>')
             for inner, colour in (("<b/>", ""), ("", ""), ("<u/>", '<color rgb="FF0563C1"/>'))]  # fmt: skip
    forms = [
        _append(package, part, "cellXfs",
                f'<xf xmlns="{MAIN}" numFmtId="0" fontId="{font}" fillId="0" borderId="0" xfId="0" applyFont="1"'
                ' applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>')
        for font in fonts
    ]  # fmt: skip
    hatched = {
        severity: _append(package, part, "dxfs",
                          f'<dxf xmlns="{MAIN}"><font><b/></font><fill><patternFill patternType="{pattern}">'
                          f'<fgColor rgb="{colour}"/><bgColor rgb="FFFFF4E5"/></patternFill></fill></dxf>')
        for severity, (pattern, colour) in _HATCHES.items()
    }  # fmt: skip
    head, words, link = forms
    return Styles(head, words, link, hatched)


def _append(package: Package, part: str, name: str, member: str) -> int:
    package.parts[part], number = append(package.parts[part], name, member, _ORDER[_ORDER.index(name) + 1 :])
    return number
