"""The book of introductions, in the store's file, and who is told what of it.

It is no part of the graph: a statement that names both sides would be read by all who read one of them.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import apsw
from atmp.ontology.vocabulary import iri_of

from .errors import Place, UnknownRecordError, UsageError
from .introduction import Introduction, Move, Role, State, Step
from .iris import Graph
from .links import writing
from .records import Capability, Need
from .source import Row, Source
from .standing import store_home
from .store import Store, Writing, now
from .tiers import Tier
from .viewer import OWNER, Viewer

_TABLES = """
CREATE TABLE IF NOT EXISTS introduction (
    id TEXT PRIMARY KEY, own TEXT NOT NULL, other TEXT NOT NULL, steps TEXT NOT NULL, met INTEGER) WITHOUT ROWID;
"""
_KEY = "introductions"  # of the secret that the names of offers are made with
LONGEST = 2_000
"""Characters that somebody may say with a step."""


@dataclass(frozen=True)
class Party:
    """One side, by name: its record, and who answers for it."""

    iri: str
    kind: str
    identifier: str
    label: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """An introduction as one viewer is told of it; a side that is not open to the viewer is None.

    `sketch` says what is sought, in terms of the ontology alone; `words` are what the asker said, for the broker, and
    for both once they have agreed.
    """

    id: str
    state: State
    roles: tuple[Role, ...]
    asker: Party | None
    other: Party | None
    sketch: str
    words: str
    since: str
    moves: tuple[Move, ...]
    met: bool | None


class Introductions:
    """The introductions of one store."""

    def __init__(self, store: Store) -> None:
        """Work on `store`'s file; its table is made when something is first written."""
        self._store = store
        self._home = store_home(store)

    def roles(self, viewer: Viewer, one: Introduction) -> tuple[Role, ...]:
        """Return what a viewer is in an introduction: a side is who may change its record, a broker who may read all there."""
        return tuple(role for role in Role if self._is(viewer, role, one))

    def _is(self, viewer: Viewer, role: Role, one: Introduction) -> bool:
        if role is Role.BROKER:
            centre = self._store.names.centre_of(one.other)
            return viewer.may_write(Graph("", Tier.CONFIDENTIAL, centre)) if centre else viewer.key == OWNER.key
        return self.speaks_for(viewer, one.own if role is Role.ASKER else one.other)

    def speaks_for(self, viewer: Viewer, iri: str) -> bool:
        """Return whether a viewer may ask and answer for a record: it stands where this viewer may write."""
        home = self._home(iri)
        return home is not None and viewer.may_write(self._store.names.read_graph(home))

    def offer(self, own: str, other: str) -> str:
        """Return a name for a pair that tells nobody who it is of, and is the same each time."""
        return hmac.new(self._secret, f"{own} {other}".encode(), "sha256").hexdigest()[:12]

    @cached_property
    def _secret(self) -> bytes:
        known = self._store.meta(_KEY)
        if known is None:
            self._store.set_meta(_KEY, known := secrets.token_hex(32))
        return known.encode()

    def listed(self, viewer: Viewer) -> list[Told]:
        """Return what the viewer is told of, the latest step first."""
        found = [told for one in self._read() if (told := self._told(viewer, one))]
        return sorted(found, key=lambda one: (one.since, one.id), reverse=True)

    def between(self, own: str, other: str) -> Introduction | None:
        """Return the latest introduction that was asked for one record of another, or None."""
        found = self._read("WHERE own=? AND other=?", own, other)
        return max(found, key=lambda one: one.steps[-1].at, default=None)

    def ask(self, viewer: Viewer, own: str, other: str, *, agent: str, words: str = "") -> Told:
        """Propose an introduction for `own`, for the broker of `other`'s centre to pass on.

        Raises UsageError where the viewer does not speak for `own`, or where it was asked before.
        """
        if not self.speaks_for(viewer, own):
            raise UsageError(f"you may not ask for {own}: whoever may change a record asks for it")
        with self._store.transaction() as connection:
            connection.execute(_TABLES)
            before = self.between(own, other)
            if before is not None:
                when = before.steps[-1].at[:10]
                raise UsageError(f"that was asked before: the introduction {before.id} is {before.state} since {when}")
            made = Introduction(secrets.token_hex(6), own, other, (Step(now(), agent, State.PROPOSED, _said(words)),))
            _put(connection, made)
        return self._see(viewer, made)

    def move(
        self, viewer: Viewer, identifier: str, move: Move, *, agent: str, words: str = "", met: bool | None = None
    ) -> Told:
        """Bring an introduction on, in one transaction; with `done`, `met` says whether the need is met from now on.

        Raises UnknownRecordError where the viewer is told of none with this id, UsageError where the move is not the viewer's.
        """
        if (move is Move.DONE) != (met is not None):
            raise UsageError("say with 'done', and only with it, whether the need was met")
        with self._store.ledger(agent=agent, action="introduce") as ledger:
            one = next(self._read("WHERE id=?", identifier), None)
            if one is None or self._told(viewer, one) is None:
                raise UnknownRecordError(f"there is no introduction {identifier}")
            state = one.after(move, self.roles(viewer, one))
            steps = (*one.steps, Step(now(), agent, state, _said(words)))
            made = Introduction(one.id, one.own, one.other, steps, met)
            _put(ledger.connection, made)
            if met:
                said = self._meeting(made)
                ledger.record(said.source, said.stated, said.entries)
        return self._see(viewer, made)

    def counts(self, viewer: Viewer) -> dict[State, int]:
        """Return how many introductions that the viewer is told of are in each state."""
        states = [one.state for one in self.listed(viewer)]
        return {state: states.count(state) for state in State}

    def _read(self, which: str = "", *values: str) -> Iterator[Introduction]:
        run = self._store.connect().execute
        if run("SELECT 1 FROM sqlite_master WHERE name='introduction'").fetchone() is None:
            return
        for id_, own, other, steps, met in run(f"SELECT * FROM introduction {which} ORDER BY id", values).fetchall():
            told = json.loads(str(steps))
            read = tuple(Step(one["at"], one["agent"], State(one["state"]), one["words"]) for one in told)
            yield Introduction(str(id_), str(own), str(other), read, None if met is None else bool(met))

    def _see(self, viewer: Viewer, one: Introduction) -> Told:
        told = self._told(viewer, one)
        if told is None:  # who moves it was told of it, and no step closes it to anybody
            raise UnknownRecordError(f"there is no introduction {one.id}")
        return told

    def _told(self, viewer: Viewer, one: Introduction) -> Told | None:
        roles = self.roles(viewer, one)
        if not one.known_to(roles):
            return None
        opened = one.opened_to(roles)
        return Told(
            one.id, one.state, roles,
            self._party(one.own) if opened or Role.ASKER in roles else None,
            self._party(one.other) if opened or Role.OTHER in roles else None,
            self._sketch(one.own), one.steps[0].words if opened or Role.ASKER in roles else "", one.steps[-1].at,
            one.moves(roles), one.met,
        )  # fmt: skip

    def _party(self, iri: str) -> Party | None:
        view = self._store.view(OWNER)  # both sides have agreed, or the viewer is its side or their broker
        record = view.records_of([iri]).get(iri)
        if not isinstance(record, Need | Capability):
            return None
        link = record.provider if isinstance(record, Capability) else record.project
        people = [view.label(link)] if link else []
        people += [record.contact] if isinstance(record, Capability) and record.contact else []
        named = record.label or (view.label(record.category) if record.category else iri)
        return Party(iri, record.kind, record.identifier or "", named, tuple(people))

    def _sketch(self, iri: str) -> str:
        """Return what a record is about, by terms of the ontology alone: no free text, in which a name may stand."""
        view = self._store.view(OWNER)
        record = view.records_of([iri]).get(iri)
        if not isinstance(record, Need | Capability):
            return "a record that is gone"
        terms = [record.category, *record.platforms, record.grade]
        terms += [record.horizon] if isinstance(record, Need) else []
        said = ", ".join(view.label(term) for term in terms if term)
        return f"{'is needed' if isinstance(record, Need) else 'is offered'}: {said or 'nothing that is a term'}"

    def _meeting(self, one: Introduction) -> Writing:
        """Return what writes that the need of an introduction is met, where that need stands."""
        need = next((iri for iri in (one.own, one.other) if "/need/" in iri), None)
        home = self._home(need) if need else None
        if need is None or home is None:
            raise UsageError("the need is gone from the store: say that it was not met, or load it again first")
        today = datetime.now(UTC).date()
        source = Source(f"introduction-{one.id}", "A need that was met", "introduction", today)
        graph = self._store.names.read_graph(home)
        key = self._store.names.key(need)
        record = Need(iri=need, identifier=key, status=iri_of("need-status", "met"))
        return writing(self._store, source, graph, [Row(key, Place(), (record,))])


def _said(words: str) -> str:
    plain = " ".join(words.replace("\x00", " ").split())
    if len(plain) > LONGEST:
        raise UsageError(f"that is {len(plain):,} characters: say it in {LONGEST:,} at most")
    return plain


def _put(connection: apsw.Connection, one: Introduction) -> None:
    steps = json.dumps([{"at": s.at, "agent": s.agent, "state": s.state, "words": s.words} for s in one.steps])
    connection.execute(
        "INSERT OR REPLACE INTO introduction VALUES (?, ?, ?, ?, ?)", (one.id, one.own, one.other, steps, one.met)
    )
