"""Papers: their text, and a clear word where there is none; whatever they hold harms nobody."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.kg.paper import LARGEST, TEXT, Paper
from docx import Document
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject

LOCKED = "x"
SAID = "AAV gene therapy for the retina"


def page(writer: PdfWriter, stream: StreamObject) -> None:
    """Add a page that is drawn by a stream, with a font."""
    made = writer.add_blank_page(300, 300)
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(value) for name, value in names.items()})
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    made[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    made[NameObject("/Contents")] = writer._add_object(stream)


def pdf(*texts: str, password: str | None = None) -> bytes:
    """Return a PDF with a page for each text."""
    writer = PdfWriter()
    for text in texts:
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page(writer, stream)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    """Return a PDF as bytes."""
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def docx(*paragraphs: str, cell: str = "") -> bytes:
    """Return a DOCX with paragraphs and a table of one cell."""
    document, made = Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.add_table(1, 1).cell(0, 0).text = cell
    document.save(made)
    return made.getvalue()


def packed(**parts: bytes) -> bytes:
    """Return a ZIP file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def inflating(size: int) -> bytes:
    """Return a PDF whose page is so many bytes long when it is unpacked, three times over."""
    writer, stream = PdfWriter(), StreamObject()
    stream._data = zlib.compress(zlib.compress(zlib.compress(b"(a) Tj " * (size // 7), 9), 9), 9)
    flate = NameObject("/FlateDecode")
    stream[NameObject("/Length")] = NumberObject(len(stream._data))
    stream[NameObject("/Filter")] = ArrayObject([flate, flate, flate])
    page(writer, stream)
    return written(writer)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (pdf(SAID, "Second page"), f"{SAID}\nSecond page"),
        (pdf(SAID, password=""), SAID),
        (docx(SAID, "Second", cell="In a table"), f"{SAID}\nSecond\nIn a table"),
        (f"\ufeff{SAID}\r\n\r\nÅterställd syn".encode(), f"{SAID}\nÅterställd syn"),
    ],
    ids=["pdf", "pdf that anybody may open", "docx", "text"],
)
def test_the_text_of_a_paper(data: bytes, text: str) -> None:
    """Paragraph by paragraph, whatever the file's name says."""
    assert Paper.heard(data, "paper") == Paper(text, cut=False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pdf(SAID, password=LOCKED), "is encrypted"),
        (pdf(SAID)[:300], "is a broken PDF"),
        (b"%PDF-1.7\n", "is a broken PDF"),
        (pdf(""), "only pictures or nothing"),
        (docx(), "only pictures or nothing"),
        (docx(SAID)[:2000], "is no DOCX"),
        (packed(**{"word/document.xml": b"<a>"}), "is no DOCX"),
        (packed(**{"word/document.xml": b" " * 120_000_000}), "more than 100 MB when unpacked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind, or encrypted"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "neither PDF nor DOCX"),
        (b"", "only pictures or nothing"),
        (b"?!", "only pictures or nothing"),
        (b" " * (LARGEST + 1), "is larger than 10 MB"),
    ],
)
def test_what_has_no_text_says_why(data: bytes, words: str) -> None:
    """In words that tell how to mend it, with the file's name before them."""
    with pytest.raises(SourceError, match=f"paper.pdf: .*{words}"):
        Paper.heard(data, "paper.pdf")


def test_a_long_paper_is_cut() -> None:
    """As much is read as a question may have, and it is said."""
    paper = Paper.heard(docx(*(["All about cells. " * 10] * 200)), "long")
    assert (len(paper.text), paper.cut) == (TEXT, True)


def test_a_paper_that_takes_too_long_is_ended() -> None:
    """The process is gone when the error is told."""
    with pytest.raises(SourceError, match=r"takes longer than 0\.05 seconds"):
        Paper.heard(pdf(SAID), "slow.pdf", seconds=0.05)


def test_a_paper_that_takes_too_much_memory_is_ended() -> None:
    """What unpacks to far more than it seems fills no memory of ours."""
    with pytest.raises(SourceError, match="is broken"):
        Paper.heard(inflating(400_000_000), "bomb.pdf", memory=100)


def test_a_file_is_read_from_its_place(tmp_path: Path) -> None:
    """And one that is not there is an error that names it."""
    path = tmp_path / "paper.docx"
    path.write_bytes(docx(SAID))
    assert Paper.read(path).text == SAID
    with pytest.raises(SourceError, match=r"nowhere\.pdf: cannot be read"):
        Paper.read(tmp_path / "nowhere.pdf")
