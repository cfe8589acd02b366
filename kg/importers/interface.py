"""What an importer is, which there are, and how a source's format is told from its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Protocol

from atmp.ontology.vocabulary import Vocabulary

from ..errors import Place, SourceError, UsageError
from ..iris import Names
from ..progress import Progress, quiet
from ..source import Reading
from ..tiers import Tier
from .nested import FOREIGN, is_foreign
from .package import guard
from .packed import present


def _nothing(_: str) -> bool:
    return False


def _none(_: str) -> Mapping[str, date]:
    return {}


def _unsigned(_: str, __: str) -> bool:
    return False


def _undecided(_scheme: str, _words: str) -> None:
    return None


@dataclass(frozen=True)
class Context:
    """What an importer may need to know.

    `known` tells whether an IRI stands in the store already, `rounds` which rounds it has of a centre, and their dates,
    `signed` whether a response has the respondent's sign-off there, by another source than the one whose key it is given;
    `worded` gives the term that words outside a list were decided to mean there, by the list's name (`disease` for
    diseases) and the words; `tell` is told how far reading is. `round` and `stated` are what whoever loads a survey
    calls its round, and the day at which its answers hold.
    """

    names: Names
    vocabulary: Vocabulary
    today: date
    centre: str | None = None
    tier: Tier | None = None
    known: Callable[[str], bool] = _nothing
    tell: Progress = quiet
    round: str | None = None
    stated: date | None = None
    rounds: Callable[[str], Mapping[str, date]] = _none
    signed: Callable[[str, str], bool] = _unsigned
    worded: Callable[[str, str], str | None] = _undecided


class Importer(Protocol):
    """Makes rows of records from one format. `name` is the word after `--as`."""

    name: str
    title: str

    def recognises(self, path: Path) -> bool:
        """Return whether the content of `path` is of this format; never raises for foreign content."""
        ...

    def read(self, path: Path, context: Context) -> Reading:
        """Return the source and its rows; raises SourceError where it cannot be read at all."""
        ...


_IMPORTERS = {
    "survey": "survey:SurveyImporter",
    "studyfields": "studyfields:StudyFieldsImporter",
    "studies": "studies:StudiesImporter",
    "download": "download:DownloadImporter",
    "openalex": "openalex:WorksImporter",
    "ema": "ema:MedicinesImporter",
    "turtle": "rdf:TurtleImporter",
    "json-ld": "rdf:JsonLdImporter",
    "n-quads": "rdf:NQuadsImporter",
    "n-triples": "rdf:NTriplesImporter",
}
_ENDINGS = {
    ".xlsx": "survey",
    ".jsonl": "studyfields",
    ".ttl": "turtle",
    ".jsonld": "json-ld",
    ".nq": "n-quads",
    ".nt": "n-triples",
}


def names() -> tuple[str, ...]:
    """Return the words that `--as` takes: the formats that have an importer of their own, then the mappings shipped."""
    from .mapping import shipped

    return (*_IMPORTERS, *shipped())


def importer(name: str) -> Importer:
    """Return the importer of a format; raises UsageError naming those that exist."""
    if name not in names():
        raise UsageError(f"'{name}' is no format to load: use one of {', '.join(names())}")
    if name not in _IMPORTERS:
        from .mapped import MappedImporter
        from .mapping import shipped

        return MappedImporter(name, shipped()[name])
    module, _, cls = _IMPORTERS[name].partition(":")
    made: Importer = getattr(import_module(f"{__package__}.{module}"), cls)()
    return made


def chosen_importer(path: Path, name: str | None, mapping: Path | None) -> Importer:
    """Return the importer by a mapping file, by name, or by the content; raises UsageError where both are given."""
    if mapping is None:
        return detect(path, name)
    if name is not None:
        raise UsageError("give a format with --as or a mapping file with --mapping: one of the two")
    from .mapping import Mapping, document, validated

    said = document(mapping)
    if said.get("kind") == "survey":
        from .mappedsurvey import MappedSurveyImporter
        from .surveymapping import SurveyMapping

        return MappedSurveyImporter(mapping, validated(SurveyMapping, said, mapping.name))
    from .mapped import MappedImporter

    return MappedImporter(mapping.stem, validated(Mapping, said, mapping.name))


def detect(path: Path, name: str | None = None) -> Importer:
    """Return the importer that `name` says, or the one that recognises the content; raises SourceError where none does."""
    if not path.is_dir() and present(path).stat().st_size == 0:
        raise SourceError("the file is empty", Place(path.name))
    if path.is_dir() and name not in {None, "survey"}:
        raise SourceError(f"it is a folder, and {name} is a file: name the file", Place(path.name))
    guard(path)
    if name is not None:
        return importer(name)
    for one in names():
        found = importer(one)
        if found.recognises(path):
            return found
    endings = [path.suffix, path.name.removesuffix(".gz")[-6:]]
    for ending in endings if path.is_file() else []:
        if ending in _ENDINGS:
            return importer(_ENDINGS[ending])  # broken, most likely: reading it says where
    raise SourceError(_unknown(path), Place(path.name))


def _unknown(path: Path) -> str:
    """Return in words what a source is whose format is not read, where that can be told."""
    with path.open("rb") if path.is_file() else BytesIO() as file:
        head = file.read(100_000)
    if head.startswith(b"\xd0\xcf\x11\xe0") or b"opendocument.spreadsheet" in head[:200]:
        return "it is a workbook of another program or an older one: save it as .xlsx"
    if head.startswith(b"format-version:") or (head.startswith(b"\x28\xb5\x2f\xfd") and "ontology" in path.name):
        return (
            "it is a vocabulary, whose terms describe records, and holds none itself. What this atlas needs of MONDO, CL,"
            " UBERON and EFO comes with it; who looks after its vocabulary takes a new release in with `python -m"
            " atmp.ontology.cut FOLDER`, and a term of any other by the mappings column of a scheme's table"
            " (ontology/README.md)"
        )
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "it is packed with zstandard: unpack it first"
    if is_foreign(head):
        return FOREIGN
    return f"its content is of no known format. Known are {', '.join(names())}; where you know better, say it with --as"
