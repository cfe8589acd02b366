"""Centres: which one a request means."""

from __future__ import annotations

from .errors import UnknownRecordError, UsageError
from .iris import slug
from .view import View


def centre_of(view: View, word: str | None) -> str:
    """Return the key of the centre that `word` names, or of the only one; raises UnknownRecordError or UsageError."""
    known = centres(view)
    if word is not None and slug(word) in known:
        return slug(word)
    there = f"there is {', '.join(known) or 'none'}"
    if word is not None:
        raise UnknownRecordError(f"there is no centre {word}: {there}")
    if len(known) != 1:
        raise UsageError(f"say which centre's answers are meant, with --centre: {there}")
    return known[0]


def centres(view: View) -> list[str]:
    """Return the keys of the centres that a viewer sees."""
    return sorted(view.store.names.key(iri) for iri in view.iris("centre"))
