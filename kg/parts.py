"""The parts of a workbook's file: read, and added to, without a change to anything that stands beside what is added.

A library that reads a workbook and writes it again keeps what it knows: pictures, charts, form fields and the results
of formulas are gone. Here a part is bytes, and an element is put in between two others.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "[Content_Types].xml"
_TYPED = "http://schemas.openxmlformats.org/package/2006/content-types"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS = f'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'


def legible(text: str) -> str:
    """Return text without the characters that no XML may hold."""
    return _FORBIDDEN.sub("", text)


class Element(NamedTuple):
    """A child of a part's root: its name without prefix, and where its bytes begin and end."""

    name: str
    start: int
    end: int


class Relation(NamedTuple):
    """What a part leads to: the last word of the relation's type, and the other part's name."""

    type: str
    target: str


def children(xml: bytes) -> list[Element]:
    """Return the children of a part's root in order, and last an element named "" at the root's own end tag."""
    found: list[Element] = []
    depth, start = 0, 0
    parser = expat.ParserCreate()

    def begun(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, start
        depth += 1
        if depth == 2:
            start = parser.CurrentByteIndex

    def ended(name: str) -> None:
        nonlocal depth
        at = parser.CurrentByteIndex
        if depth == 2:
            found.append(Element(name.rpartition(":")[2], start, xml.index(b">", at) + 1))
        elif depth == 1:
            found.append(Element("", at, at))
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begun, ended
    parser.Parse(xml, True)
    return found


def insert(xml: bytes, element: str, before: Sequence[str]) -> bytes:
    """Put an element in front of the first child that has one of the names, or at the end."""
    at = next(one.start for one in children(xml) if one.name in {*before, ""})
    return xml[:at] + element.encode() + xml[at:]


def remove(xml: bytes, name: str, mark: str) -> bytes:
    """Take out the children of a name whose text holds the mark."""
    for one in reversed(children(xml)):
        if one.name == name and mark.encode() in xml[one.start : one.end]:
            xml = xml[: one.start] + xml[one.end :]
    return xml


def append(xml: bytes, name: str, member: str, before: Sequence[str]) -> tuple[bytes, int]:
    """Put a member at the end of the root's list of a name, which is made where there is none; return its place in it."""
    held = next((one for one in children(xml) if one.name == name), None)
    if held is None:
        return insert(xml, f'<{name} xmlns="{MAIN}" count="1">{member}</{name}>', before), 0
    old = xml[held.start : held.end]
    count = len(ET.fromstring(xml).findall(f"{{{MAIN}}}{name}/*"))  # noqa: S314 - guarded
    head = old[: old.index(b">") + 1].rstrip(b"/>").rstrip() + b">"
    head = re.sub(rb'count="\d+"', b'count="%d"' % (count + 1), head)
    inner = b"" if old.endswith(b"/>") else old[old.index(b">") + 1 : old.rindex(b"</")]
    tag = re.match(rb"<([\w:]+)", old)
    closing = b"</" + (tag[1] if tag else name.encode()) + b">"
    return xml[: held.start] + head + inner + member.encode() + closing + xml[held.end :], count


class Package:
    """A workbook's parts by name."""

    def __init__(self, path: Path | BytesIO) -> None:
        """Unpack a workbook, which has been read and found to be one."""
        with zipfile.ZipFile(path) as packed:
            self.parts = {one.filename: packed.read(one) for one in packed.infolist() if not one.is_dir()}

    def write(self, path: Path) -> None:
        """Pack the parts into a new file."""
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as packed:
            for name, data in self.parts.items():
                packed.writestr(name, data)

    def relations(self, part: str) -> dict[str, Relation]:
        """Return what a part leads to within the package, by id."""
        data = self.parts.get(_relations_of(part))
        if data is None:
            return {}
        return {
            one.get("Id", ""): Relation(
                one.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", posixpath.dirname(part), one.get("Target", ""))).lstrip("/"),
            )
            for one in ET.fromstring(data)  # noqa: S314 - guarded
            if one.get("TargetMode") != "External"
        }

    def related(self, part: str, type_: str) -> str | None:
        """Return the part of a type that a part leads to."""
        return next((one.target for one in self.relations(part).values() if one.type == type_), None)

    def relate(self, part: str, type_: str, target: str) -> str:
        """Lead from a part to another, and return the relation's id."""
        name = _relations_of(part)
        data = self.parts.get(name, _NO_RELATIONS.encode())
        used = {one.get("Id") for one in ET.fromstring(data)}  # noqa: S314 - guarded
        id_ = next(f"rId{number}" for number in range(1, len(used) + 2) if f"rId{number}" not in used)
        told = f'<Relationship xmlns="{_RELATIONSHIPS}" Id="{id_}" Type="{RELATED}/{type_}" Target={quoteattr("/" + target)}/>'
        self.parts[name] = insert(_opened(data), told, ())
        return id_

    def add(self, stem: str, ending: str, data: bytes, media: str) -> str:
        """Put in a part under a name that is free, and return the name; a part of known ending needs no more."""
        number = next(n for n in range(1, len(self.parts) + 2) if f"{stem}{n}.{ending}" not in self.parts)
        name = f"{stem}{number}.{ending}"
        self.parts[name] = data
        types = self.parts[_TYPES]
        if ending == "xml":
            told = f'<Override xmlns="{_TYPED}" PartName="/{name}" ContentType="{media}"/>'
            self.parts[_TYPES] = insert(types, told, ())
        elif f'Extension="{ending}"'.encode() not in types:
            self.parts[_TYPES] = insert(
                types, f'<Default xmlns="{_TYPED}" Extension="{ending}" ContentType="{media}"/>', ("Override",)
            )
        return name

    def drop(self, word: str) -> None:
        """Take out the parts with a word in their names, and what leads to them."""
        for name in [name for name in self.parts if word in name.lower()]:
            del self.parts[name]
        named = re.compile(rb"<(?:Relationship|Override)\b[^>]*" + word.encode() + rb"[^>]*?(?:/>|>\s*</\w+>)", re.I)
        for name in [name for name in self.parts if name.endswith(".rels") or name == _TYPES]:
            self.parts[name] = named.sub(b"", self.parts[name])

    def retype(self, old: str, new: str) -> None:
        """Give parts of one media type another."""
        self.parts[_TYPES] = self.parts[_TYPES].replace(f'"{old}"'.encode(), f'"{new}"'.encode())


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _opened(xml: bytes) -> bytes:
    """Return a part whose root has an end tag."""
    return re.sub(rb"<Relationships([^>]*)/>\s*$", rb"<Relationships\1></Relationships>", xml)
