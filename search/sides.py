"""The two sides of a match: all of a need, and all of who could serve it, that their fit depends on.

Both are plain values. Two that are equal fit alike, so that after an edit only what differs is matched anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What both sides have. Sets hold IRIs; `grade` is its place in the scheme, 1 to 3, None where it is not stated.

    `parties` are all that a conflict may name: the record, whose it is, its people, its organisations and those above.
    """

    iri: str
    identifier: str = ""
    label: str = ""
    platforms: frozenset[str] = NONE
    any_platform: bool = False
    grade: int | None = None
    centre: str | None = None
    organisations: frozenset[str] = NONE
    countries: frozenset[str] = NONE
    parties: frozenset[str] = NONE
    only_within: frozenset[str] = NONE
    not_with: frozenset[str] = NONE
    methods: frozenset[str] = NONE
    words: frozenset[str] = NONE

    @property
    def places(self) -> frozenset[str]:
        """Return the organisations and the centre within which this side stands."""
        return self.organisations | {self.centre} if self.centre else self.organisations


@dataclass(frozen=True, slots=True, kw_only=True)
class Want(Side):
    """A need. It falls due between `start` and `end`; stages are numbers, `standing` is the project's.

    `named` are the methods that its own words speak of, among those that help with its category.
    """

    category: str | None = None
    open: bool = True
    project: str | None = None
    start: date | None = None
    end: date | None = None
    from_stage: int | None = None
    standing: int | None = None
    uses: frozenset[str] = NONE
    named: frozenset[str] = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Side):
    """A capability, or a person who masters methods that help; `taken` are the projects that it serves already."""

    kind: str = "capability"
    categories: frozenset[str] = NONE
    available: date | None = None
    at_once: int | None = None
    taken: frozenset[str] = NONE
    sized: bool = False
