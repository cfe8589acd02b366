"""Comments on a sheet's cells, in the two parts that a workbook keeps them in: their words, and the boxes they stand in.

What is added begins with a mark on each of its lines, so that it can be told from what somebody wrote, and taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from .parts import MAIN, legible

MARK = "[ATMP Atlas]"
_LONGEST = 30_000  # characters; a comment may have 32,767
_LINE = re.compile(rf"\n?^{re.escape(MARK)}.*$", re.MULTILINE)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CELL = re.compile(r"([A-Z]+)(\d+)")
_SHAPE = re.compile(r"<v:shape\s.*?</v:shape>", re.DOTALL)
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_EMPTY = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    "</o:shapelayout></xml>"
)


def position(cell: str) -> tuple[int, int]:
    """Return row and column of a cell such as B7, both from 1."""
    found = _CELL.fullmatch(cell)
    assert found is not None  # noqa: S101 - cells are named by us and by the workbook's own comments
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def unmarked(text: str) -> str:
    """Return what somebody wrote in a comment, without what an earlier check told there."""
    return _LINE.sub("", text)


def commented(old: bytes | None, told: Mapping[str, list[str]]) -> tuple[bytes, set[str]]:
    """Return the part with comments, and the cells that have one: those that were there, and what is told, by cell.

    What an earlier check told is taken out, and a comment that had nothing else with it.
    """
    authors, kept = _read(old)
    if MARK not in authors:
        authors.append(MARK)
    for cell, lines in told.items():
        author, text = kept.get(cell, (authors.index(MARK), ET.Element("text")))
        run = ET.SubElement(ET.SubElement(text, "r"), "t", {_SPACE: "preserve"})
        words = "\n".join(f"{MARK} {' '.join(legible(line).split())}" for line in lines)[:_LONGEST]
        run.text = f"\n{words}" if len(text) > 1 else words
        kept[cell] = author, text
    root = ET.Element("comments", {"xmlns": MAIN})
    names = ET.SubElement(root, "authors")
    for name in authors:
        ET.SubElement(names, "author").text = name
    held = ET.SubElement(root, "commentList")
    for cell in sorted(kept, key=position):
        author, text = kept[cell]
        ET.SubElement(held, "comment", {"ref": cell, "authorId": str(author)}).append(text)
    return ET.tostring(root, "utf-8", xml_declaration=True), set(kept)


def _read(old: bytes | None) -> tuple[list[str], dict[str, tuple[int, ET.Element]]]:
    """Return authors, and by cell the author's number and the words, without those of an earlier check."""
    if old is None:
        return [], {}
    root = ET.fromstring(old)  # noqa: S314 - guarded
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{MAIN}}}")
    kept = {}
    for one in root.iter("comment"):
        text = one.find("text")
        if text is None:
            continue
        for words in text.iter("t"):
            words.text = unmarked(words.text or "")
        for run in text.findall("r"):
            if not (run.findtext("t") or ""):
                text.remove(run)
        if "".join(text.itertext()).strip():
            kept[one.get("ref", "A1")] = int(one.get("authorId", 0)), text
    return [author.text or "" for author in root.iter("author")], kept


def boxed(old: bytes | None, cells: set[str]) -> bytes:
    """Return the part with the boxes of comments on these cells; boxes and drawings that are there stay as they are."""
    text = old.decode("utf-8", "replace") if old else _EMPTY
    wanted = {position(cell) for cell in cells}
    for shape in _SHAPE.findall(text):
        at = _place(shape)
        if at in wanted:
            wanted.discard(at)
        elif at is not None:
            text = text.replace(shape, "")
    new = "".join(_boxes(sorted(wanted), max(map(int, re.findall(r'id="_x0000_s(\d+)"', text)), default=1024)))
    if wanted and '"_x0000_t202"' not in text:
        new = _TYPE + new
    end = text.rindex("</xml>")
    return (text[:end] + new + text[end:]).encode()


def _place(shape: str) -> tuple[int, int] | None:
    """Return row and column, from 1, of a comment's box; None for another drawing."""
    row, column = (re.search(rf"<x:{name}>\s*(\d+)", shape) for name in ("Row", "Column"))
    if 'ObjectType="Note"' not in shape or row is None or column is None:
        return None
    return int(row[1]) + 1, int(column[1]) + 1


def _boxes(places: list[tuple[int, int]], last: int) -> Iterator[str]:
    for number, (row, column) in enumerate(places, start=last + 1):
        anchor = f"{column}, 15, {max(row - 2, 0)}, 10, {column + 4}, 15, {row + 5}, 4"
        yield (
            f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden"'
            ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black"'
            ' obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div'
            ' style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
            f"<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
            f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
        )
