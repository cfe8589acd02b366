"""JSON records are found in whatever wrapping they come, in one walk through the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO

import pytest
from atmp.kg.importers.meter import Meter
from atmp.kg.importers.nested import items

RECORDS = [{"id": "a", "within": {"studies": [1]}}, {"id": "b"}]
WRAPPED = {
    "lines": "\n".join(map(json.dumps, RECORDS)),
    "list": json.dumps(RECORDS),
    "page": json.dumps({"total": 2, "studies": RECORDS}),
    "pages": json.dumps({"studies": RECORDS[:1]}) + json.dumps({"studies": RECORDS[1:], "next": None}),
    "empty page first": json.dumps({"studies": []}) + json.dumps({"studies": RECORDS}),
}


class _Counting(Meter):
    walks = 0

    def watch(self, path: Path, file: BinaryIO) -> None:
        self.walks += 1
        super().watch(path, file)


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_records_are_the_same_in_any_wrapping(wrapping: str, tmp_path: Path) -> None:
    """Lines, a list, a page or several give the same records with their numbers, and are walked through once."""
    path = tmp_path / "records.json"
    path.write_text(WRAPPED[wrapping])
    meter = _Counting(lambda *_: None)
    assert list(meter.taken(items(path, "studies", meter))) == list(enumerate(RECORDS, start=1))
    assert meter.walks == 1


@pytest.mark.parametrize("text", ["[]", '{"studies": []}'])
def test_nothing_is_no_record(text: str, tmp_path: Path) -> None:
    """An empty list or page holds no record."""
    path = tmp_path / "records.json"
    path.write_text(text)
    assert list(items(path, "studies")) == []
