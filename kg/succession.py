"""Succession: which of a survey's answers give way to later ones.

Answers of one survey succeed one another, round by round and respondent by respondent: an answer with a later date
replaces an earlier one, for all who read the later one too. A cell that is left empty says nothing, so it replaces
nothing. Other sources, such as registers, do not succeed one another: what they say adds up.

A cell with a list holds either values of a property, or records of their own that belong to a project: its methods,
by their role, and its needs. Of those, the ones that the latest answer leaves out cease to stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import NamedTuple

import apsw

from .importers.columns import SHEETS
from .iris import Graph, Names
from .records import ATMP, KINDS
from .rounds import SOURCES
from .tiers import Tier
from .triples import TYPE, columns

WORDS = frozenset({f"{ATMP}asWritten", f"{ATMP}openAnswer"})
"""The properties whose values each name their cell: what no term was found for, behind the column's header."""
LATEST = "max(src.stated || printf('%05d', length(src.key)) || src.key)"
"""SQL for the latest of the sources `src`, as `turn` takes it: by date, and within a day by key, update-10 after update-9."""
_USED, _NEEDED, _ROLE = (f"<{ATMP}{name}>" for name in ("usedIn", "neededBy", "methodRole"))
_PROJECT = f"<{ATMP}Project>"
_SAID = (
    "SELECT src.id, src.stated, ts.value, tp.value, tob.value, tg.value FROM source src"
    " JOIN source_row r ON r.source = src.id JOIN assertion a ON a.row = r.id AND {held}"
    " JOIN quad q ON q.id = a.quad JOIN term tp ON tp.id = q.p JOIN term ts ON ts.id = q.s"
    " JOIN term tob ON tob.id = q.o JOIN term tg ON tg.id = q.g"
    " WHERE src.key GLOB ? AND q.p IN (SELECT id FROM term WHERE value IN (?, ?, ?, ?))"
)
_NOW = "a.went IS NULL"  # which has an index of its own
_THEN = "a.came <= {at} AND (a.went IS NULL OR a.went > {at})"
_CHANGED = (
    "SELECT DISTINCT term.value FROM (SELECT DISTINCT s FROM touched) t JOIN quad q ON q.s = t.s"
    " AND q.p IN (SELECT id FROM term WHERE value IN (?, ?)) JOIN term ON term.id = q.o"
)
"""The projects that touched records belong to."""
_SPOKEN_OF = (
    "SELECT ts.value FROM (SELECT a.quad AS id FROM source_row r JOIN assertion a ON a.row = r.id AND a.went IS NULL"
    " WHERE r.source = ? UNION SELECT q.id FROM (SELECT DISTINCT s FROM touched) t JOIN quad q ON q.s = t.s) said"
    " JOIN quad q ON q.id = said.id JOIN term tp ON tp.id = q.p AND tp.value = ?"
    " JOIN term tob ON tob.id = q.o AND tob.value = ? JOIN term ts ON ts.id = q.s"
    " WHERE EXISTS (SELECT 1 FROM touched)"
)
"""The projects that a source speaks of, or spoke of until now, where anything of it changed."""


@lru_cache
def cells() -> frozenset[str]:
    """Return the properties of several values that one cell of the survey gives whole."""
    found = set(WORDS)
    for sheet in SHEETS.values():
        for asked in sheet:
            fields = columns(KINDS[asked.kind]) if asked.field and asked.role is None else ()
            found |= {field.says.property for field in fields if field.name == asked.name and field.many}
    return frozenset(found)


def cell(prop: str, term: str) -> str:
    """Return which answer to a property a term is, both in N-Triples syntax: values of different cells stand side by side.

    Words kept for a column are the answer to that column, and a label in Swedish does not replace one in English.
    """
    if prop[1:-1] in WORDS:
        return term.partition(": ")[0]
    return term.rpartition('"@')[2] if term.startswith('"') and not term.endswith(('"', ">")) else ""


def turn(latest: str, term: str, graph: str) -> tuple[str, str, str]:
    """Return what orders the claims to one value, the latest last, by their `LATEST` source, whatever the order of loading.

    Of what one source says twice, the last in the alphabet goes for it.
    """
    return latest, term, graph


def covers(later: Graph, earlier: Graph) -> bool:
    """Return whether everybody who may read the one graph may read the later answer's graph too."""
    if later.iri == earlier.iri or later.tier is Tier.PUBLIC:
        return True
    nested = later.centre == earlier.centre and later.tier.rank <= earlier.tier.rank
    return nested and earlier.tier is not Tier.CONFIDENTIAL  # a single project may be open to a stranger


def touched_projects(connection: apsw.Connection, source: int | None) -> set[str]:
    """Return the projects whose lists the open write may change; `source` is the survey's that writes, if it is one."""
    found = {str(value) for (value,) in connection.execute(_CHANGED, (_USED, _NEEDED))}
    if source is not None:
        found |= {str(value) for (value,) in connection.execute(_SPOKEN_OF, (source, f"<{TYPE}>", _PROJECT))}
    return found


class _Answer(NamedTuple):
    """A list as one source gave it, in one graph."""

    stated: str
    graph: Graph
    members: frozenset[str]


class Lists:
    """The methods and needs of projects, as the sources of their centre's survey gave them."""

    def __init__(
        self,
        connection: apsw.Connection,
        names: Names,
        projects: Iterable[str] = (),
        centres: Iterable[str] = (),
        at: int | None = None,
    ) -> None:
        """Read the lists of some projects, or of all projects of centres; terms are in N-Triples syntax.

        `at` is a past revision, at which they are read as they were.
        """
        self._names = names
        self._wanted, self._whole = set(projects), set(centres)
        self._said = _SAID.format(held=_NOW if at is None else _THEN.format(at=at))
        self._answers: dict[tuple[str, str], list[_Answer]] = defaultdict(list)
        self._of: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for centre in self._whole | {names.centre_of(project[1:-1]) for project in self._wanted}:
            if centre is not None:
                self._read(connection, centre)

    @property
    def members(self) -> set[str]:
        """Return every record that belongs or belonged to one of the lists."""
        return set(self._of)

    def dropped(self, record: str, graph: Graph) -> bool:
        """Return whether what the survey says of a record in a graph has ceased: the latest lists leave it out."""
        lists = self._of.get(record)
        return bool(lists) and not any(
            _listed(record, [answer for answer in self._answers[one] if covers(answer.graph, graph)])
            for one in lists or ()
        )

    def outdated(self, graphs: Container[str]) -> set[str]:
        """Return the records that the latest lists leave out, for whoever reads all of these graphs."""
        seen = {one: [answer for answer in said if answer.graph.iri in graphs] for one, said in self._answers.items()}
        return {record for record, lists in self._of.items() if not any(_listed(record, seen[one]) for one in lists)}

    def _read(self, connection: apsw.Connection, centre: str) -> None:
        """Take in the lists of one centre, source by source."""
        links, roles = [], {}
        projects: dict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
        asked = (f"{SOURCES}{centre}-*", _USED, _NEEDED, _ROLE, f"<{TYPE}>")
        for source, stated, subject, prop, term, graph in connection.execute(self._said, asked):
            if prop == _ROLE:
                roles[subject] = term
            elif prop != f"<{TYPE}>":
                links.append((source, stated, subject, prop, term, graph))
            elif term == _PROJECT:
                projects[source, stated].add((subject, graph))
        given: dict[tuple[int, str, str, str, str], set[str]] = defaultdict(set)
        for source, stated, subject, prop, project, graph in links:
            if self._asked(project, centre):
                sort = roles.get(subject, "") if prop == _USED else _NEEDED
                given[source, stated, project, sort, graph].add(subject)
                self._of[subject].add((project, sort))
        for source, stated in {link[:2] for link in links if link[3] == _NEEDED}:
            for project, graph in projects[source, stated]:  # whoever lists needs, and none of this project, says so
                if self._asked(project, centre):
                    _ = given[source, stated, project, _NEEDED, graph]
        for (_, stated, project, sort, graph), members in given.items():
            where = self._names.read_graph(graph[1:-1])
            self._answers[project, sort].append(_Answer(stated, where, frozenset(members)))

    def _asked(self, project: str, centre: str) -> bool:
        return centre in self._whole or project in self._wanted


def _listed(record: str, answers: list[_Answer]) -> bool:
    """Return whether the latest of some answers has a record, or there is none."""
    last = max((answer.stated for answer in answers), default=None)
    return last is None or any(record in answer.members for answer in answers if answer.stated == last)
