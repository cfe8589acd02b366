"""OpenAlex works as its API gives them: publications of a reference collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..records import Publication
from ..register import Register
from ..source import Reading, Row, Source
from ..tiers import Tier
from .interface import Context
from .meter import Meter
from .nested import items, speaks_of, texts
from .packed import clean, stem
from .sheets import digest
from .trials import UNDATED, day

COLLECTION = "openalex"
_WORK = "https://openalex.org/"
_DOI = "https://doi.org/"


class WorksImporter:
    """Reads works; each becomes a publication, its authors as literals."""

    name = "openalex"
    title = "OpenAlex works (.json, .jsonl)"

    def recognises(self, path: Path) -> bool:
        """Return whether the text is JSON and soon has authorships of a work."""
        return speaks_of(path, "authorships", "display_name")

    def read(self, path: Path, context: Context) -> Reading:
        """Return the publications; raises SourceError where the file is no JSON, or holds no work."""
        meter = Meter(context.tell)
        works = meter.taken(items(path, "results", meter))
        if not works:
            raise SourceError("it holds no work: there is nothing to load", Place(path.name))
        days = (day(next(texts(work, ("updated_date",)), "")[:10]) for _, work in works)
        source = Source(
            f"{self.name}-{stem(path)}", f"OpenAlex, {stem(path)}", self.name, max((one for one in days if one), default=UNDATED),
            file=path.name, sha256=digest(path), collection=COLLECTION,
            publisher="OpenAlex", licence="CC0 1.0",
        )  # fmt: skip
        return Reading(source, None, Tier.PUBLIC, _rows(path.name, works, context))


def _rows(name: str, works: Iterable[tuple[int, dict[str, Any]]], context: Context) -> Iterator[Row]:
    seen = Register()
    for number, work in works:
        place = Place(name, None, number)
        identifier = next(texts(work, ("id",)), "").removeprefix(_WORK)
        if not identifier or seen.get(identifier) is not None:
            message = f"the work {identifier} stands in the file already" if identifier else "the work has no id"
            finding = Finding(Severity.VIOLATION, message, place, mend="keep one of the two, with its id")
            yield Row(f"record {number}", place, findings=(finding,))
            continue
        seen.put(identifier, number)
        yield Row(identifier, place, (_publication(identifier, work, context),))


def _publication(identifier: str, work: dict[str, Any], context: Context) -> Publication:
    def every(*steps: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text in map(clean, texts(work, steps)) if text))

    def one(*steps: str) -> str | None:
        return next(iter(every(*steps)), None)

    keywords = every("keywords", "display_name")
    doi = one("doi")
    named = (context.vocabulary.diseases.find(word) for word in (*keywords, *every("mesh", "descriptor_name")))
    return Publication(
        iri=context.names.record(None, "publication", identifier),
        identifier=identifier,
        label=one("title") or one("display_name"),
        description=abstract(work.get("abstract_inverted_index")),
        doi=doi if doi and doi.startswith(_DOI) and " " not in doi else None,
        venue=one("primary_location", "source", "display_name"),
        published=day(one("publication_date")) or day(one("publication_year")),
        publication_type=one("type"),
        authors=every("authorships", "author", "display_name"),
        institutions=every("authorships", "institutions", "display_name"),
        countries=every("authorships", "institutions", "country_code"),
        indications=tuple(iri for iri in named if iri),
        keywords=keywords,
        pages=(f"{_WORK}{identifier}",),
    )


def abstract(index: Any) -> str | None:
    """Return the abstract that an index of words by position says, or None where there is none."""
    if not isinstance(index, dict):
        return None
    placed = [(place, word) for word, places in index.items() if isinstance(places, list) for place in places]
    ordered = sorted((place, word) for place, word in placed if isinstance(place, int))
    return clean(" ".join(word for _, word in ordered)) or None
