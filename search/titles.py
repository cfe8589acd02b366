"""A judged collection of records that have a title in each of two languages: the one is asked, the other to be found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from atmp.kg.errors import Place, SourceError
from atmp.kg.importers.interface import Context, detect
from atmp.kg.importers.packed import stem
from atmp.kg.iris import Names
from atmp.kg.records import Grant, Publication, Trial
from atmp.ontology.vocabulary import vocabulary

from .collection import Collection, Document, Question, spread

Reference = Trial | Grant | Publication


def judged_titles(path: Path, most: int = 1_000) -> Collection:
    """Return the records of an importer's file that have two titles and a text, asked for by their second title.

    The documents are the first title with the text; where both titles are the same, that is not asked. An answer is the
    record itself, or one that has a title in common with it, for grants are awarded again under the same one. At most
    `most` titles are asked, spread evenly. Raises SourceError for what cannot be read, or where no two titles differ.
    """
    found = {one.identifier: one for one in _records(path) if one.identifier}
    differing = [id_ for id_ in sorted(found) if len(set(_titles(found[id_]))) > 1]
    if not differing:
        raise SourceError(
            "none of its records has a title in each of two languages, and a text: there is nothing to ask",
            Place(path.name),
        )
    called = defaultdict[str, set[str]](set)
    for id_, one in found.items():
        for title in _titles(one):
            called[title].add(id_)
    asked = {f"title of {id_}": found[id_] for id_ in spread(differing, most)}
    return Collection(
        stem(path),
        tuple(Document(id_, one.label or "", one.description or "") for id_, one in found.items()),
        tuple(Question(id_, one.title or "") for id_, one in asked.items()),
        {id_: {same: 1 for title in _titles(one) for same in sorted(called[title])} for id_, one in asked.items()},
    )


def _records(path: Path) -> Iterator[Reference]:
    """Yield what has two titles and a text."""
    context = Context(Names(), vocabulary(), datetime.now(UTC).date())
    for row in detect(path).read(path, context).rows:
        for one in row.records:
            if isinstance(one, Reference) and one.label and one.title and one.description:
                yield one


def _titles(one: Reference) -> tuple[str, str]:
    """Return both titles, as they are compared."""
    return " ".join((one.label or "").casefold().split()), " ".join((one.title or "").casefold().split())
