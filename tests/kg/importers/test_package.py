"""Unfriendly packages: bombs are refused before they go off, and what is no cell is neither run nor followed."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.findings import Severity
from atmp.kg.importers import package, packed
from atmp.kg.importers.interface import detect
from atmp.kg.importers.interface import names as formats
from atmp.kg.importers.sheets import open_workbook
from atmp.kg.load import load, prepare
from atmp.kg.store import Store
from atmp.kg.workbook import fill

ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
DOCTYPE = f'<?xml version="1.0"?><!DOCTYPE worksheet [{ENTITIES}]>'
FILE = '<?xml version="1.0"?><!-- x --><!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'


@pytest.fixture
def workbook(survey: Any, tmp_path: Path) -> Path:
    """Return a filled workbook."""
    path = tmp_path / "survey.xlsx"
    fill(path, survey())
    return path


def _with(path: Path, parts: dict[str, bytes]) -> Path:
    """Return a copy of a workbook with further or other parts."""
    copy = path.with_name("strange.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return copy


def test_a_zip_bomb_is_refused_by_its_unpacked_size(
    workbook: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is held against what the directory declares: no part is opened, and nothing is loaded."""
    bomb = _with(workbook, {"xl/media/image1.png": bytes(package.UNPACKED)})
    assert bomb.stat().st_size < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(SourceError, match=r"strange\.xlsx: it would unpack to 100 MB, 100 MB are read at most"):
        load(store, bomb, agent="test")
    assert store.revision() == 0


@pytest.mark.parametrize("form", [None, *(name for name in formats() if name in {"survey", "ema", "cat", "cirm"})])
def test_no_format_unpacks_a_bomb(form: str | None, workbook: Path, store: Store) -> None:
    """Whatever a packed file is said to be, it is refused in the same words."""
    with pytest.raises(SourceError, match="would unpack to"):
        prepare(store, _with(workbook, {"xl/x.bin": bytes(package.UNPACKED)}), as_format=form)


@pytest.mark.parametrize("head", [DOCTYPE, FILE])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet3.xml", "xl/sharedStrings.xml", "docProps/core.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_that_declares_entities_is_refused(head: str, part: str, encoding: str, workbook: Path) -> None:
    """Entities that grow without end, or name a file of this machine, are not read, in any encoding and any part."""
    with zipfile.ZipFile(workbook) as old:
        text = old.read(part).decode().partition("?>")[2]
    head = head.replace('"1.0"', f'"1.0" encoding="{encoding}"')
    bomb = _with(workbook, {part: (head + text).encode(encoding)})
    for form in (None, "survey", "ema"):
        with pytest.raises(SourceError, match=f"its part {part} declares entities"):
            detect(bomb, form)
    with pytest.raises(SourceError, match=f"its part {part} declares entities"):
        open_workbook(bomb)


def test_a_picture_may_say_what_it_is(workbook: Path) -> None:
    """A drawing's document type without entities is harmless, and common."""
    picture = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
    assert detect(_with(workbook, {"xl/media/image1.svg": picture})).name == "survey"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("xl/connections.xml", "connections to data elsewhere"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
    ],
)
def test_what_is_no_cell_is_ignored_and_said(part: str, words: str, workbook: Path, store: Store) -> None:
    """Macros, links and objects change nothing of what is read, and are told once, as a warning."""
    receipt = load(store, _with(workbook, {part: b"\x00strange"}), agent="test")
    (told,) = [finding for finding in receipt.findings if "ignored" in finding.message]
    assert (told.severity, str(told.place)) == (Severity.WARNING, "strange.xlsx")
    assert told.message == f"the workbook has {words}: they were ignored, and only the cells read"
    assert receipt.records["project"] == 1


def test_a_plain_workbook_has_nothing_strange(workbook: Path) -> None:
    """Our own workbook is not complained of, nor is a file that is no workbook."""
    assert list(package.oddities(workbook)) == []
    assert list(package.oddities(workbook.parent)) == []


@pytest.mark.parametrize("text", [b"NCT Number,Title\n", b'{"a": 1}\n', b""])
def test_a_gzipped_bomb_is_refused_while_it_is_read(
    text: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size stands nowhere that could be trusted, so it is counted; the bound holds for lines and for one long line."""
    monkeypatch.setattr(packed, "UNPACKED", 1_000_000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(text + b" " * 20_000_000))
    assert packed.TIMES * path.stat().st_size < 20_000_000
    with pytest.raises(SourceError, match=r"bomb\.gz: it unpacks to more than"):
        list(packed.lines(path))
    with pytest.raises(SourceError, match="it unpacks to more than"):
        packed.open_bytes(path).read()


def test_an_honest_gzipped_file_may_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than the bound, but not to many times its size, is read to its end."""
    monkeypatch.setattr(packed, "UNPACKED", 1_000)
    path = tmp_path / "trials.gz"
    text = "".join(f"line {number * number}\n" for number in range(5_000))
    path.write_bytes(gzip.compress(text.encode()))
    assert "".join(line for _, line in packed.lines(path)) == text


def _sheet(path: Path) -> str:
    """Return the name of the part that is the sheet of projects."""
    with zipfile.ZipFile(path) as packed:
        return max(
            (one for one in packed.infolist() if "/worksheets/" in one.filename), key=lambda one: one.file_size
        ).filename


@pytest.mark.parametrize("cell", ["<c><f>1+1</f></c>", '<x:c xmlns:x="a"><x:f t="shared"/></x:c>', "<f\n>1</f>"])
def test_a_formula_is_seen_however_it_is_spelled(workbook: Path, cell: str) -> None:
    """A workbook of values has none; an element of any prefix is one, and so is one in UTF-16, which is not looked into."""
    assert not package.has_formulas(workbook)
    name = _sheet(workbook)
    assert package.has_formulas(_with(workbook, {name: f"<worksheet>{cell}</worksheet>".encode()}))
    assert package.has_formulas(_with(workbook, {name: "<?xml version='1.0'?><worksheet/>".encode("utf-16")}))
    assert not package.has_formulas(_with(workbook, {name: b"<worksheet><formula1>a</formula1></worksheet>"}))


def test_a_damaged_workbook_may_have_formulas(workbook: Path) -> None:
    """What cannot be looked into is read as if it had some: reading says what is wrong with it."""
    workbook.write_bytes(workbook.read_bytes()[:-200])
    assert package.has_formulas(workbook)
