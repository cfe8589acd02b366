"""Keeping cards in step with the facts: what a change touches is written anew, in short transactions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import apsw
from atmp.kg.progress import Progress
from atmp.kg.store import Store
from atmp.kg.view import View, scope
from atmp.ontology.dictionary import dictionary

from .card import Card
from .changes import forget, note
from .postings import weigh
from .tables import Partition, Tables
from .text import DEVELOPS, PARTS, RECIPE, Writer

_CHUNK = 500  # cards in one transaction
_LINKS = frozenset(f"<{one}>" for one in (DEVELOPS, *PARTS))


def recipe(store: Store) -> str:
    """Return what cards are made by: our own way of writing them, and the vocabulary they are written in."""
    return f"{RECIPE} {store.meta('vocabulary') or ''}"


class Cards:
    """Writes the cards of one scope."""

    def __init__(self, tables: Tables) -> None:
        """Write into `tables`."""
        self._tables, self._store = tables, tables.store

    def behind(self, partition: Partition) -> bool:
        """Return whether the scope's cards are older than the facts."""
        return partition.revision != self._store.revision() or partition.recipe != recipe(self._store)

    def catch_up(self, partition: Partition, progress: Progress) -> None:
        """Bring the scope's cards up to the newest revision. Killed half-way, it does the same again later.

        Where the viewer reads other graphs by now, it stops, and nothing is mixed in: the part is left to whoever still
        reads its graphs, and the caller asks for the viewer's part anew.
        """
        while self.behind(partition):
            newest, made_by = self._store.revision(), recipe(self._store)
            view = self._store.view(partition.viewer)
            whole = partition.revision == 0 or partition.recipe != made_by
            iris = sorted(self._all(view, partition) if whole else self._touched(view, partition, newest))
            for start in range(0, len(iris), _CHUNK):
                progress("cards", start, len(iris))
                if not self._write(partition, iris[start : start + _CHUNK]):
                    return
            if iris:
                progress("cards", len(iris), len(iris))
            with self._store.transaction() as connection:
                if iris:
                    weigh(connection, partition.id)
                connection.execute(
                    "UPDATE search_scope SET revision=?, recipe=? WHERE id=? AND revision <= ?",
                    (newest, made_by, partition.id, newest),
                )
            partition = self._tables.partition(partition.key) or partition

    def _all(self, view: View, partition: Partition) -> set[str]:
        rows = self._tables.connect().execute("SELECT iri FROM card WHERE scope=?", (partition.id,))
        return {str(iri) for (iri,) in rows} | set(Writer(view).iris())

    def _touched(self, view: View, partition: Partition, until: int) -> set[str]:
        """Return the IRIs of cards that changes since the partition's revision may have made, changed or ended."""
        graphs, subjects, found = view.scope.graphs, set(), set()
        for change in self._store.changes(partition.revision, until):
            if change.graph in graphs:
                subjects.add(change.subject)
                _, prop, rest = change.line.split(" ", 2)
                if prop in _LINKS:
                    found.add(rest.split(" ", 1)[0][1:-1])
        rows = self._tables.connect().execute(
            "SELECT card.iri FROM json_each(?) j JOIN card_part p ON p.scope=? AND p.part=j.value"
            " JOIN card ON card.id=p.card",
            (json.dumps(sorted(subjects)), partition.id),
        )
        return found | subjects | {str(iri) for (iri,) in rows}

    def _write(self, partition: Partition, iris: Sequence[str]) -> bool:
        """Write a chunk as the store stands when it is written, never older; False: its viewer reads other graphs."""
        while True:
            seen = self._store.revision()
            view = self._store.view(partition.viewer)
            cards = Writer(view).cards(iris)
            with self._store.transaction() as connection:
                current = scope(self._store, partition.viewer)
                if self._store.revision() == seen and current.key == partition.key:
                    put = [self._put(connection, partition.id, iri, card) for iri, card in cards.items()]
                    self._note(connection, partition.id, [row for row in put if row is not None])
                    return True
            if current.key != partition.key:
                return False

    def _note(self, connection: apsw.Connection, number: int, rows: Sequence[int]) -> None:
        """Remember which cards came, changed or went: what is in memory follows them, and they are to be weighed."""
        if rows:
            note(connection, number, rows)
            forget(connection, number)
            recent = ((number, row) for row in rows)
            connection.executemany("INSERT OR IGNORE INTO card_recent VALUES (?, ?)", recent)

    def _put(self, connection: apsw.Connection, number: int, iri: str, card: Card | None) -> int | None:
        """Write a card as it is now, or remove it; return its row where that changed anything."""
        old = connection.execute("SELECT id, mark, digest FROM card WHERE scope=? AND iri=?", (number, iri)).fetchone()
        weights = json.dumps(card.weights if card else {})
        mark = _digest(f"{card!r} {weights} {names(card) if card else ''}")
        if old is not None and (card is None or old[1] != mark):
            self._unlink(connection, number, old[0], vector=card is None or old[2] != _digest(card.text))
            if card is None:
                connection.execute("DELETE FROM card WHERE id=?", (old[0],))
        if card is not None and (old is None or old[1] != mark):
            return self._insert(connection, number, card, weights, mark)
        return None if old is None or card is not None else int(old[0])

    def _unlink(self, connection: apsw.Connection, number: int, row: int, *, vector: bool) -> None:
        """Remove what hangs on a card; its vector only where its text is another."""
        connection.execute(f"DELETE FROM card_fts_{number} WHERE rowid=?", (row,))
        connection.execute("DELETE FROM card_part WHERE card=?", (row,))
        connection.execute("DELETE FROM card_term WHERE card=?", (row,))
        if vector and self._tables.has_vectors():
            connection.execute("DELETE FROM card_vector WHERE rowid=?", (row,))

    def _insert(self, connection: apsw.Connection, number: int, card: Card, weights: str, mark: str) -> int:
        body, facts = "\n".join(card.body), "\n".join(card.facts)
        (row,) = connection.execute(
            "INSERT INTO card (scope, iri, kind, identifier, title, body, facts, concepts, mark, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (scope, iri) DO UPDATE SET kind=excluded.kind,"
            " identifier=excluded.identifier, title=excluded.title, body=excluded.body, facts=excluded.facts,"
            " concepts=excluded.concepts, mark=excluded.mark, embedded=(embedded AND digest=excluded.digest),"
            " digest=excluded.digest RETURNING id",
            (number, card.iri, card.kind, card.identifier, card.title, body, facts, weights, mark, _digest(card.text)),
        ).fetchall()[0]
        connection.execute(
            f"INSERT INTO card_fts_{number} (rowid, title, body, facts, names) VALUES (?, ?, ?, ?, ?)",
            (row, card.title, body, facts, f"{card.identifier} {names(card)}"),
        )
        parts = [(number, part, row) for part in card.parts]
        connection.executemany("INSERT OR IGNORE INTO card_part VALUES (?, ?, ?)", parts)
        terms = [(number, name, term, row) for name, term in card.terms]
        connection.executemany("INSERT OR IGNORE INTO card_term VALUES (?, ?, ?, ?)", terms)
        return int(row)  # type: ignore[arg-type]


def names(card: Card) -> str:
    """Return the names of a card's concepts in both languages, so that its words are found in either."""
    from atmp.ontology.vocabulary import vocabulary

    known = (vocabulary().concept(iri) for iri in card.concepts)
    said = [label for concept in known if concept for label in concept.labels.values()]
    return " ".join([*said, *(dictionary().label(iri) or "" for iri in card.diseases)])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
