"""The turnout of a round: who was asked and reminded, what came of it and why, and who signed off, as a viewer sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from atmp.ontology.vocabulary import iri_of

from .centres import centre_of, centres
from .errors import UnknownRecordError
from .iris import slug
from .records import Person, Response, Round
from .table import Table, Value
from .view import View

DECIDED = frozenset(iri_of("response-outcome", word) for word in ("merged", "left-out", "not-applicable"))
"""Outcomes that somebody decides about an answer, which stand over what a workbook says."""
COLUMNS = ("id", "name", "asked", "reminded", "outcome", "why", "signed_off")


@dataclass(frozen=True)
class Standing:
    """How far one person is in a round."""

    person: Person
    response: Response | None = None
    agreed: date | None = None
    """When all of the round signed off at once, if they did."""

    @property
    def outcome(self) -> str | None:
        """Return what came of asking, as a term's IRI."""
        said = self.response
        if said is None:
            return None
        return said.noted if said.noted in DECIDED else said.outcome or said.noted

    @property
    def signed(self) -> date | None:
        """Return when the person's answer was signed off."""
        return (self.response.signed or self.agreed) if self.response else None

    @property
    def waits(self) -> bool:
        """Return whether the person was asked and nothing came of it so far."""
        return self.response is not None and self.response.asked is not None and self.outcome is None


@dataclass(frozen=True)
class Turnout:
    """How far one round of a centre is; `rounds` are all that it held, `counts` people by what is true of them, in words."""

    centre: str
    round: Round
    rounds: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    people: Table
    synthetic: bool = False
    """Whether anybody in it is made up."""

    def sentence(self) -> str:
        """Return the counts in one line."""
        signed = f"; signed off for all on {self.round.signed}" if self.round.signed else ""
        return (
            f"round {self.round.identifier}: {', '.join(f'{number} {words}' for words, number in self.counts)}{signed}"
        )


def turnout(view: View, centre: str | None, round_: str | None, *, waiting: bool = False) -> Turnout:
    """Return how far a round of a centre is, or its latest; with `waiting` the people are those who still have to answer.

    Raises UnknownRecordError where the viewer sees no such centre or round.
    """
    view = view.store.view(view.viewer, as_stated=True)  # each who was asked counts, though two turn out to be one
    key = centre_of(view, centre)
    one = find_round(view, key, round_)
    found = standings(view, key, one)
    rows = tuple(_row(view, each) for each in found if each.waits or not waiting)
    names = tuple(each.identifier or "" for each in sorted(_rounds(view, key), key=_held, reverse=True))
    synthetic = any(each.person.synthetic for each in found)
    return Turnout(key, one, names, tuple(_counts(view, found)), Table(COLUMNS, rows), synthetic=synthetic)


def turnouts(view: View, centre: str | None, round_: str | None, *, waiting: bool = False) -> list[Turnout]:
    """Return how far each centre's round is, or one centre's; a centre that did not hold it is passed over.

    Raises UnknownRecordError where the viewer sees no such centre, or no such round of any.
    """
    if centre is not None:
        return [turnout(view, centre, round_, waiting=waiting)]
    there = {key: _rounds(view, key) for key in centres(view)}
    held = [key for key, some in there.items() if _named(some, round_)]
    found = [turnout(view, key, round_, waiting=waiting) for key in held]
    if not found and round_ is not None:
        raise UnknownRecordError(
            f"there is no round {round_}: there is {_names([one for some in there.values() for one in some])}"
        )
    return found


def find_round(view: View, centre: str, word: str | None) -> Round:
    """Return a centre's round by its name, or the latest; raises UnknownRecordError naming those that the viewer sees."""
    there = _rounds(view, centre)
    found = _named(there, word)
    if not found:
        raise UnknownRecordError(
            f"there is no round {word or 'yet'}: there is {_names(there)}. A round begins with `atmp survey asked`, or with a load"
        )
    return max(found, key=_held)


def people(view: View, centre: str, identifiers: Sequence[str] | None) -> list[Person]:
    """Return investigators by their ids, or all of a centre; raises UnknownRecordError for an id that does not exist."""
    iri = view.store.names.centre(centre)
    if identifiers is None:
        return [one for one in view.records("person") if isinstance(one, Person) and one.centre == iri]
    found = (view.find("person", one, centre) for one in dict.fromkeys(identifiers))
    return [one for one in found if isinstance(one, Person)]


def standings(view: View, centre: str, round_: Round) -> list[Standing]:
    """Return how far every person of a centre is in a round, as far as the viewer sees, by id."""
    said = {
        one.respondent: one for one in view.records("response") if isinstance(one, Response) and one.round == round_.iri
    }
    return [Standing(one, said.get(one.iri), round_.signed) for one in people(view, centre, None)]


def _rounds(view: View, centre: str) -> list[Round]:
    iri = view.store.names.centre(centre)
    return [one for one in view.records("round") if isinstance(one, Round) and one.centre == iri and one.identifier]


def _named(there: Sequence[Round], word: str | None) -> list[Round]:
    return [one for one in there if word is None or slug(one.identifier or "") == slug(word)]


def _held(one: Round) -> tuple[date, str]:
    return (one.held or date.min, one.identifier or "")


def _names(there: Sequence[Round]) -> str:
    return ", ".join(dict.fromkeys(str(one.identifier) for one in there)) or "none"


def _row(view: View, one: Standing) -> tuple[Value, ...]:
    said = one.response
    if said is None:
        return (one.person.identifier, one.person.label, *[None] * 5)
    reminded = "; ".join(day.isoformat() for day in said.reminded) or None
    came = view.label(one.outcome) if one.outcome else None
    return (one.person.identifier, one.person.label, said.asked, reminded, came, said.reason, one.signed)


def _counts(view: View, found: Sequence[Standing]) -> Iterator[tuple[str, int]]:
    responses = [one.response for one in found if one.response]
    yield "people", len(found)
    yield "asked", sum(one.asked is not None for one in responses)
    yield "reminded", sum(bool(one.reminded) for one in responses)
    yield from Counter(view.label(one.outcome) for one in found if one.outcome).most_common()
    yield "still to answer", sum(one.waits for one in found)
    yield "signed off", sum(one.signed is not None for one in found)
