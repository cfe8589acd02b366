"""Which importer reads a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from atmp.kg.errors import SourceError, UsageError
from atmp.kg.importers.interface import detect, importer, names


def test_every_name_has_its_importer() -> None:
    """Each word after --as makes an importer of that name, with a title for people."""
    assert [importer(name).name for name in names()] == list(names())
    assert all(importer(name).title for name in names())


def test_an_unknown_format_names_those_that_exist() -> None:
    """A word that is no format is answered with the list."""
    with pytest.raises(UsageError, match="survey"):
        importer("word-perfect")


@pytest.mark.parametrize(
    ("content", "words"), [(None, "no such file"), (b"", "empty"), (b"dear all", "no known format")]
)
def test_what_nobody_reads_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    """A missing, an empty and a strange file each have their own words."""
    path = tmp_path / "letter.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=words):
        detect(path)
