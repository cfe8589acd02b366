"""ClinicalTrials.gov records as StudyFields JSON lines, plain or gzipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..source import Reading
from .interface import Context
from .meter import Meter
from .nested import json_object, texts
from .packed import UNREADABLE, lines, open_text, stem
from .trials import Said, reading

_HEAD = 10_000_000  # characters of a first line in which a record ends


class StudyFieldsImporter:
    """Reads trials; each becomes a record of its own, without a centre."""

    name = "studyfields"
    title = "ClinicalTrials.gov StudyFields records, one JSON object a line (.jsonl, .jsonl.gz)"

    def recognises(self, path: Path) -> bool:
        """Return whether the first line is a JSON object with the register's field names."""
        if not path.is_file():
            return False
        try:
            with open_text(path) as file:
                first = json.loads(file.readline(_HEAD))
        except (*UNREADABLE, ValueError, RecursionError):
            return False
        return isinstance(first, dict) and bool({"NCTId", "BriefTitle", "OverallStatus"} & set(first))

    def read(self, path: Path, context: Context) -> Reading:
        """Return the trials; raises SourceError with the line where the file cannot be read."""
        meter = Meter(context.tell)
        return reading(path, self.name, stem(path), meter.taken(_trials(path, meter)), context)


def _trials(path: Path, meter: Meter) -> Iterator[tuple[int, Said]]:
    for number, line in lines(path, meter):
        fields = json_object(path, number, line)
        # a record without a phase is one of a trial without phases, and says so
        yield number, {"Phase": ()} | {name: tuple(texts(value)) for name, value in fields.items()}
