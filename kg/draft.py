"""Drafts: a source that has been read and waits to be judged and written, however long it is.

Its rows and findings lie on disk, and so do the tables that tell which row speaks of which record: what needs the
whole source, such as a reference to a row that comes later, is asked of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import apsw

from .findings import Finding, Findings, Severity, violations
from .provenance import LINKS, row_facts
from .records import TYPES
from .source import Reading, Row
from .spool import Spool
from .surroundings import judged
from .triples import TYPE
from .validate import Triple

Told = tuple[bool, dict[str, list[Triple]]]
"""Whether a row could be read, and what it says, by subject."""

_TABLES = """
CREATE TABLE row (number INTEGER PRIMARY KEY, key TEXT, sheet TEXT, line INTEGER, bad INTEGER NOT NULL DEFAULT 0);
CREATE INDEX row_key ON row (key);
CREATE INDEX row_line ON row (line);
CREATE TABLE said (subject TEXT, row INTEGER, readable INTEGER, recorded INTEGER, PRIMARY KEY (subject, row)) WITHOUT ROWID;
CREATE TABLE link (row INTEGER, subject TEXT, predicate TEXT, object TEXT, told INTEGER);
CREATE TABLE kind (row INTEGER, kind TEXT);
CREATE TABLE fault (record TEXT, sheet TEXT, line INTEGER);
"""
_KEPT = "SELECT subject FROM said JOIN row ON row.number = said.row WHERE NOT row.bad"


class Draft:
    """A source as it was read, what was found, and which of its rows are left out."""

    def __init__(self, reading: Reading) -> None:
        """Hold a reading of which no row was taken yet."""
        self.reading = reading
        self.rows: Spool[Row] = Spool()
        self._told: Spool[Told] = Spool()  # what each row says, worked out once
        self.findings = Findings()
        self.ruled = False
        """Whether it has records that rules across records may find at fault."""
        self._run = apsw.Connection("").execute  # a file without a name
        self._run("PRAGMA journal_mode=OFF").fetchall()
        self._run(f"BEGIN; {_TABLES}")
        self.find(reading.findings)

    def add(self, row: Row) -> None:
        """Take the next row, with its findings."""
        number, said = len(self.rows), [(fact.subject, fact.predicate, fact.object) for fact in row_facts(row)]
        readable, by_subject = not violations(row.findings), _by_subject(said)
        self.rows.append(row)
        self._told.append((readable, by_subject))
        self.find(row.findings)
        self.ruled = self.ruled or judged(said)
        place = (row.place.sheet, row.place.row)
        self._run("INSERT INTO row (number, key, sheet, line) VALUES (?, ?, ?, ?)", (number, row.key, *place))
        recorded = {f"<{record.iri}>" for record in row.records}
        for subject in by_subject:
            self._run("INSERT INTO said VALUES (?, ?, ?, ?)", (subject, number, readable, subject in recorded))
        told = {finding.value for finding in row.findings}
        for triple in said:
            prop, one = triple[1][1:-1], triple[2][1:-1]
            if prop in LINKS:
                link = (number, *triple, one.rpartition("/")[2] in told)
                self._run("INSERT INTO link VALUES (?, ?, ?, ?, ?)", link)
            elif prop == TYPE and one in TYPES:
                self._run("INSERT INTO kind VALUES (?, ?)", (number, TYPES[one].kind))

    def find(self, findings: Iterable[Finding]) -> None:
        """Take findings."""
        for finding in findings:
            self.findings.append(finding)
            if finding.severity is Severity.VIOLATION:
                place = (finding.place.sheet, finding.place.row) if finding.place.row else (None, None)
                self._run("INSERT INTO fault VALUES (?, ?, ?)", (finding.record, *place))

    def records(self, *, readable: bool = False) -> Iterator[tuple[str, list[Triple]]]:
        """Yield each subject's IRI with all that is said of it, where it is first spoken of.

        With `readable`, as far as rows could be read: what is wrong with the others is said already.
        """
        for number, (read, by_subject) in enumerate(self._told):
            if readable and not read:
                continue
            for subject, triples in by_subject.items():
                first, *others = self._rows_of(subject, readable=readable)
                if first == number:
                    more = [one for other in others for one in self._told[other][1][subject]]
                    yield subject[1:-1], triples + more

    def located(self, finding: Finding) -> Finding | None:
        """Return a finding about a record at its row, and the cell where that is known; None where no row is readable."""
        found = self._rows_of(f"<{finding.record}>", readable=True)
        if not found:
            return None
        row = self.rows[found[0]]
        column = row.headers.get(finding.property or "") or row.place.column
        return replace(finding, place=replace(row.place, column=column))

    def _rows_of(self, subject: str, *, readable: bool) -> list[int]:
        query = "SELECT row FROM said WHERE subject=? AND readable >= ? ORDER BY row"
        return [int(row) for (row,) in self._run(query, (subject, readable))]

    def dangling(self, base: str) -> Iterator[tuple[Row, str, str, str]]:
        """Yield the links to records of ours that no row speaks of and none was told of: row, subject, property, target."""
        query = (
            "SELECT row, subject, predicate, object FROM link WHERE NOT told AND substr(object, 1, ?) = ?"
            " AND object NOT IN (SELECT subject FROM said) ORDER BY rowid"
        )
        for number, *link in self._run(query, (len(base) + 2, f"<{base}/")):
            subject, prop, target = (term[1:-1] for term in link)
            yield self.rows[number], subject, prop, target

    def leave_out_faulty(self) -> None:
        """Leave out the rows with a violation, by their place or by a record that they speak of."""
        self._leave_out(
            "SELECT row.number FROM fault JOIN row ON row.line = fault.line AND row.sheet IS fault.sheet"
            " UNION SELECT said.row FROM fault JOIN said ON said.subject = '<' || fault.record || '>'"
        )

    def leave_out_orphans(self, known: Callable[[str], bool]) -> Iterator[Row]:
        """Leave out the rows that link to a record of which all rows are left out, and which is not `known`; yield them."""
        self._run("CREATE TEMP TABLE lost (object TEXT PRIMARY KEY)")
        targets = "SELECT DISTINCT object FROM link JOIN row ON row.number = link.row WHERE NOT row.bad"
        query = f"{targets} AND object IN (SELECT subject FROM said) AND object NOT IN ({_KEPT})"
        for (target,) in self._run(query):
            if not known(target[1:-1]):
                self._run("INSERT INTO lost VALUES (?)", (target,))
        of_lost = (
            "SELECT row.number FROM link JOIN row ON row.number = link.row WHERE object IN (SELECT object FROM lost)"
        )
        orphans = [int(number) for (number,) in self._run(f"{of_lost} AND NOT bad GROUP BY row.number")]
        self._leave_out(of_lost)
        self._run("DROP TABLE lost")
        return (self.rows[number] for number in orphans)

    def _leave_out(self, numbers: str) -> None:
        self._run(f"UPDATE row SET bad=1 WHERE key IN (SELECT key FROM row WHERE number IN ({numbers}))")

    @property
    def bad(self) -> frozenset[str]:
        """Return the keys of the rows that are left out."""
        return frozenset(str(key) for (key,) in self._run("SELECT key FROM row WHERE bad"))

    @property
    def good(self) -> Iterator[Row]:
        """Yield the rows that no violation keeps out."""
        bad = {int(number) for (number,) in self._run("SELECT number FROM row WHERE bad")}
        return (row for number, row in enumerate(self.rows) if number not in bad)

    def row_of(self, iri: str) -> Row | None:
        """Return the row that makes the record at an IRI, of those that are not left out."""
        query = "SELECT max(row.number) FROM said JOIN row ON row.number = said.row WHERE subject=? AND recorded AND NOT bad"
        found = self._run(query, (f"<{iri}>",)).get
        return None if found is None else self.rows[found]

    def kinds(self) -> dict[str, int]:
        """Return how many records of each kind the rows make that are not left out."""
        query = "SELECT kind, count(*) FROM kind JOIN row ON row.number = kind.row WHERE NOT bad GROUP BY kind"
        return {str(kind): int(count) for kind, count in self._run(query)}

    def count(self) -> int:
        """Return how many rows are not left out."""
        return int(self._run("SELECT count(*) FROM row WHERE NOT bad").get)


def _by_subject(said: Iterable[Triple]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = {}
    for triple in said:
        found.setdefault(triple[0], []).append(triple)
    return found
