"""Why a person is proposed for a project, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atmp.kg.view import View

from .prospect import Prospect
from .roster import NONE

ALIKE = 0.5
"""The share of the best text below which a likeness would not convince a reader."""

_NAMED = 3  # reasons name so many, the rarest


def reasons(view: View, pair: Prospect, person: int) -> tuple[str, ...]:
    """Return in words why a person is proposed; empty where nothing but place or common acquaintances speaks for it."""
    return tuple(_reasons(view, pair, person))


def _reasons(view: View, pair: Prospect, person: int) -> Iterator[str]:
    said, theirs = pair.said, pair.said.projects_of(person)
    shared = sorted(pair.methods & pair.mastered(person), key=lambda one: (-said.rarity.get(one, 0.0), one))
    if shared:
        many = f"{len(shared)} methods, the rarest " if len(shared) > 1 else ""
        yield f"shares {many}{_words(view, shared[:_NAMED])}"
    near, disease = pair.near(frozenset(one for iri in theirs for one in said.diseases.get(iri, NONE)))
    if disease:
        yield f"works on {'the same disease' if near == 1.0 else 'a close disease'}, {view.label(disease)}"
    platforms = sorted(pair.platforms.intersection(one for iri in theirs for one in said.platforms.get(iri, NONE)))
    if platforms:
        yield f"the same modality, {_words(view, platforms[:_NAMED])}"
    closest = max(theirs, key=lambda iri: (pair.similar.get(iri, 0.0), iri), default=None)
    if closest and pair.similar.get(closest, 0.0) >= ALIKE:
        yield f"described most alike: {view.label(closest)}"
    yield from _complements(view, pair, person, theirs)


def _complements(view: View, pair: Prospect, person: int, theirs: Sequence[str]) -> Iterator[str]:
    said = pair.said
    other = next((iri for iri in theirs if pair.parts_of(iri)["contrast"]), None)
    if other:
        same = pair.near(said.diseases.get(other, NONE))[0] > 0
        what = "a near disease by another modality" if same else "the same modality for another disease"
        yield f"{what}: {view.label(other)}"
    for words, found in (
        ("has what the project needs", pair.gives(person)),
        ("needs what the team has", pair.takes(person)),
    ):
        if found:
            yield f"{words}: {_words(view, sorted(found)[:_NAMED])}"
    further = next((iri for iri in theirs if pair.parts_of(iri)["ahead"]), None)
    if further:
        yield (
            f"has been where the project is going: {view.label(further)} is at stage {said.stages[further]},"
            f" {said.stages[further] - said.stages[pair.project]} ahead"
        )


def _words(view: View, iris: Sequence[str]) -> str:
    return ", ".join(view.label(iri) for iri in iris)
