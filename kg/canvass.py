"""The ledger of a round: who was asked and reminded, what came of it and why, and who signed off.

What is noted here stands within the centre, beside what workbooks say of the same response. A note for want of an
answer, such as `no-answer`, gives way to what a workbook says came; a decision about an answer, such as `merged`,
stands over it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from atmp.ontology.vocabulary import vocabulary

from .centres import centre_of
from .errors import Place, UnknownRecordError, UnknownTermError, UsageError
from .iris import slug
from .provenance import Placement
from .records import Person, Record, Response, Round
from .rounds import ledger_key
from .source import Reading, Row, Source
from .standing import store_home
from .store import Store, now
from .tiers import Tier
from .turnout import DECIDED, find_round, standings
from .viewer import OWNER

_UNDATED = date(2000, 1, 1)  # a workbook that tells of the same round is later, and knows better
_ROUND = "round"


def outcome_of(word: str) -> str:
    """Return the term of an outcome, as an IRI; raises UnknownTermError naming all that there are."""
    known = vocabulary()
    concept = known.find(word, "response-outcome")
    if concept is None:
        words = [one.notation for one in known.schemes["response-outcome"].concepts]
        raise UnknownTermError(word, "response-outcome", words)
    return concept.iri


@dataclass(frozen=True)
class Canvass:
    """Writes the ledger of one round of a centre; each act is one transaction, whoever acts beside it."""

    store: Store
    centre: str
    round: Round
    agent: str
    new: bool = False
    """Whether the store has nothing of the round yet."""

    @classmethod
    def of(cls, store: Store, centre: str | None, word: str, agent: str) -> Canvass:
        """Return the ledger of a round that there is; raises UnknownRecordError where there is no such centre or round."""
        view = store.view(OWNER, as_stated=True)
        key = centre_of(view, centre)
        return cls(store, key, find_round(view, key, word), agent)

    @classmethod
    def begin(cls, store: Store, centre: str, word: str, on: date, agent: str) -> Canvass:
        """Return the ledger of a round, which may be one that nothing was said of before."""
        if not slug(word):
            raise UsageError("a round needs a name, such as 2027: give it with --round")
        view = store.view(OWNER, as_stated=True)
        try:
            return cls(store, centre, find_round(view, centre, word), agent)
        except UnknownRecordError:
            iri, of = store.names.record(centre, "round", word), store.names.centre(centre)
            label = f"{view.label(of)}, {word.strip()}"
            began = Round(iri=iri, identifier=word.strip(), label=label, centre=of, held=on)
            return cls(store, centre, began, agent, new=True)

    def asked(self, of: Sequence[Person], on: date) -> None:
        """Note that people were asked; asked anew, the later day counts."""
        self._note(of, "asked", {"asked": on})

    def reminded(self, of: Sequence[Person], on: date) -> None:
        """Note that people who had been asked were reminded; every day counts."""
        found = standings(self.store.view(OWNER, as_stated=True), self.centre, self.round)
        asked = {one.person.iri for one in found if one.response and one.response.asked}
        strangers = [one.identifier or one.iri for one in of if one.iri not in asked]
        if strangers:
            raise UsageError(
                f"not asked in {self.round.identifier}: {', '.join(strangers)}. Note that first, with `atmp survey asked`"
            )
        self._note(of, f"reminded/{on}", {"reminded": (on,)})

    def outcome(self, of: Sequence[Person], outcome: str, reason: str | None) -> None:
        """Note what came of asking, as a term's IRI, and why."""
        if outcome in DECIDED and not reason:
            raise UsageError("say why, with --why: an answer that came is set aside, and somebody will ask")
        self._note(of, "outcome", {"noted": outcome, "reason": reason})

    def signed(self, of: Sequence[Person], on: date) -> None:
        """Note that people agreed that their answers may be read as far as their tier says."""
        self._note(of, "signed", {"signed": on})

    def undo(self, of: Sequence[Person], act: str) -> None:
        """Take back an outcome or a sign-off that was noted here; raises UsageError where there is none."""
        query = "SELECT r.key FROM source_row r JOIN source ON source.id = r.source WHERE source.key = ?"
        noted = {str(key) for (key,) in self.store.connect().execute(query, (self._key,))}
        strangers = [one.identifier or one.iri for one in of if _key(one, act) not in noted]
        if strangers:
            raise UsageError(
                f"nothing is noted here of {', '.join(strangers)} that could be taken back: what a workbook says is corrected there"
            )
        self._write([], gone=frozenset(_key(one, act) for one in of))

    @property
    def _key(self) -> str:
        return ledger_key(self.centre, self.round.identifier or "")

    def _note(self, of: Sequence[Person], act: str, said: dict[str, Any]) -> None:
        view = self.store.view(OWNER, as_stated=True)
        tiers = {one.iri: view.tier(one.iri).stricter(Tier.INTERNAL) for one in of}
        rows = [Row(_key(one, act), Place(), (self._response(one, said),), tier=tiers[one.iri]) for one in of]
        self._write([Row(_ROUND, Place(), (self.round,)), *rows] if self.new else rows)

    def _response(self, person: Person, said: dict[str, Any]) -> Record:
        identifier = f"{self.round.identifier}-{person.identifier}"
        iri = self.store.names.record(self.centre, "response", identifier)
        return Response(
            iri=iri, identifier=identifier, centre=self.round.centre, synthetic=person.synthetic,
            respondent=person.iri, round=self.round.iri, **said,
        )  # fmt: skip

    def _write(self, rows: Sequence[Row], gone: frozenset[str] = frozenset()) -> None:
        title = f"Ledger of the round {self.round.identifier}"
        source = Source(self._key, title, "ledger", _UNDATED)
        reading = Reading(source, self.centre, Tier.INTERNAL, rows)
        entries = Placement(reading, self.store.names, now(), store_home(self.store)).entries(list(rows))
        self.store.write(
            source.key, _UNDATED.isoformat(), entries, agent=self.agent, action="survey", keep=_AllBut(gone)
        )


@dataclass(frozen=True)
class _AllBut(Container[str]):
    """The rows that stay: all but a few, whatever others have written meanwhile."""

    gone: frozenset[str]

    def __contains__(self, key: object) -> bool:
        return key not in self.gone


def _key(person: Person, act: str) -> str:
    return f"{person.identifier}/{act}"
