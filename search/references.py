"""The cards of reference collections: trials, grants and publications, each with its texts in every language it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from atmp.kg.records import Grant, Publication, Record, Trial

from .card import Card, Draft

_Reference = Trial | Grant | Publication


def _trial(record: Record) -> Card:
    assert isinstance(record, Trial)  # noqa: S101 - called by kind
    draft = _draft(record)
    draft.say("Indication", *record.conditions)
    draft.say("Intervention", *record.interventions)
    draft.say("Keywords", *record.keywords, *record.mesh_terms)
    return _told(draft, record, record.detail)


def _grant(record: Record) -> Card:
    assert isinstance(record, Grant)  # noqa: S101 - called by kind
    draft = _draft(record)
    draft.say("Keywords", *record.keywords)
    draft.say("Programme", record.programme)
    return _told(draft, record, record.detail)


def _publication(record: Record) -> Card:
    assert isinstance(record, Publication)  # noqa: S101 - called by kind
    draft = _draft(record)
    draft.say("Keywords", *record.keywords)
    return _told(draft, record, None)


def _draft(record: _Reference) -> Draft:
    return Draft(record, record.label or record.title or record.identifier or "")


def _told(draft: Draft, record: _Reference, detail: str | None) -> Card:
    """Return the card, with what all reference records say: indications, a stage, and prose, another title among it."""
    draft.concepts += record.indications
    draft.terms += [("indication", iri) for iri in record.indications]
    stage = getattr(record, "stage", None)
    draft.terms += [("stage", stage)] if stage else []
    draft.prose += [record.description, record.title if record.title != draft.title else None, detail]
    return draft.card()


REFERENCES: Mapping[str, Callable[[Record], Card]] = {"trial": _trial, "grant": _grant, "publication": _publication}
"""How the card of each kind is written."""
