"""Works of a file: grants with their people, trials with their organisations, publications with their authors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from atmp.kg.errors import UsageError
from atmp.kg.records import Grant, Publication, Record, Trial

from .circle import Work

PARTIES = {"grant": "people of grants", "trial": "sponsors and collaborators of trials", "publication": "authors"}
"""Who is linked by records of a kind."""


def works(records: Iterable[Record]) -> tuple[str, tuple[Work, ...]]:
    """Return who is linked, in words, and the dated works of the records; raises UsageError where there are none.

    Works of the kind that most of them are of are taken, so that people are not linked with organisations.
    """
    found: dict[str, list[Work]] = {}
    for record in records:
        if (work := _work(record)) is not None:
            found.setdefault(record.kind, []).append(work)
    if not found:
        kinds = ", ".join(PARTIES.values())
        raise UsageError(f"no record says who worked together since when: this takes {kinds}, with dates")
    kind = max(found, key=lambda one: (len(found[one]), one))
    return PARTIES[kind], tuple(found[kind])


def _work(record: Record) -> Work | None:
    """Return a record as a work; None for one of another kind, without a date, or that names nobody."""
    match record:
        case Grant():
            said = (record.officials, record.started, record.detail, record.title, record.keywords)
        case Trial():
            parties = (record.sponsor, *record.collaborators)
            said = (tuple(filter(None, parties)), record.started, record.detail, record.title, record.mesh_terms)
        case Publication():
            said = (record.authors, record.published, None, record.title, record.keywords)
        case _:
            return None
    parties, began, detail, title, subjects = said
    if began is None or not parties:
        return None
    written = record.description or detail
    text = ". ".join(part for part in (record.label, written) if part)
    more = " ".join(part for part in (title, detail) if part and part != written)
    return Work(record.identifier or record.iri, tuple(dict.fromkeys(parties)), began, text, more, subjects)


def before(works: Iterable[Work], day: date) -> Iterator[Work]:
    """Yield the works that began before a day."""
    return (work for work in works if work.started is not None and work.started < day)
