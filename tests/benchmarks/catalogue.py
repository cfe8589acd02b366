"""The catalogue at scale: `python tests/benchmarks/catalogue.py [CENTRES [lean]]` asks every question of so many centres.

The demonstration's survey is taken in again under the name of another centre, 23 projects each: whole, some 250 statements
a project, or `lean`, some 25, which is what makes 1 M statements of 40,000 projects (1739 centres). Asserts nothing.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
from atmp.api.atlas import Atlas
from atmp.api.demonstration import prepare_demo
from atmp.kg.catalogue import questions
from atmp.kg.viewer import PUBLIC
from rich.console import Console
from rich.table import Table

CENTRE = "lund"
TURNS = 5
FIRST = "<https://w3id.org/atmp/id/c0/project/P14>"
"""What is asked about where a question asks about one project."""
LEAN = {
    "project": {"type", "identifier", "label", "centre", "develops", "leadInvestigator", "wasDerivedFrom"},
    "product": {"atmpClass", "vector", "cellSource", "indication", "diseaseArea"},
    "stage-observation": {"observedProject", "stage", "date"},
    "need": {"type", "identifier", "centre", "neededBy", "category", "horizon", "wasDerivedFrom"},
    "method-use": {"usedIn", "usesMethod"},
    "capability": {"type", "identifier", "centre", "category", "wasDerivedFrom"},
    "source": {"isPartOf"},
}
"""What is left of each sort of record; nothing of other sorts."""
FIRST_OF = {"need": "neededBy", "method-use": "usedIn", "capability": "centre"}
"""Sorts of which only the first of each project, or of each centre, is left."""
_SUBJECT = re.compile(rf"<[^>]*/(?:{CENTRE}/([\w-]+)/|(source)/survey-{CENTRE}-\d+/\w+/)")
_ONCE = "once"
"""The sort of what a survey says once: of its centre and its source."""
Seen = tuple[int, float, float]
"""Rows of an answer, and the medians of its milliseconds on the clock and of computing."""


def main(centres: int, lean: bool) -> None:
    """Fill an engine, ask, and print the median of each question."""
    with tempfile.TemporaryDirectory() as folder:
        atlas = Atlas.create(Path(folder) / "demo.atlas", model="hashing")
        prepare_demo(atlas, agent="benchmark", progress=lambda *_: None)
        engine = filled([line.decode() for line in atlas.view(PUBLIC).nquads()], centres, lean=lean)
        atlas.close()
    sort = "lean" if lean else "whole"
    table = Table("question", "rows", "ms", "CPU ms", title=f"{centres * 23} projects, {sort}, {len(engine)} quads")
    for one in questions():
        if "SERVICE" in one.query:
            continue  # needs search
        asked = any(parameter.required for parameter in one.parameters)
        query = one.query.replace("#BIND project", f"VALUES ?project {{ {FIRST} }}") if asked else one.query
        rows, clock, cpu = timed(engine, query)
        table.add_row(f"{one.number} {one.text}", str(rows), f"{clock:.0f}", f"{cpu:.0f}")
    Console(width=120).print(table)


def timed(engine: ox.Store, query: str) -> Seen:
    """Return what asking a few times shows."""
    seen, rows = [], 0
    for _ in range(TURNS):
        clock, cpu = time.perf_counter(), time.thread_time()
        rows = sum(1 for _ in engine.query(query, use_default_graph_as_union=True))
        seen.append(((time.perf_counter() - clock) * 1000, (time.thread_time() - cpu) * 1000))
    clock, cpu = map(statistics.median, zip(*seen, strict=True))
    return rows, clock, cpu


def filled(lines: list[str], centres: int, *, lean: bool = False) -> ox.Store:
    """Return an engine with what is no centre's own, and the survey once for each centre."""
    engine = ox.Store()
    own = [line for line in lines if f"/{CENTRE}/" in line or f"/{CENTRE}>" in line or f"/survey-{CENTRE}-" in line]
    survey = "".join(leaned(own) if lean else own)
    engine.bulk_load("".join(set(lines) - set(own)).encode(), format=ox.RdfFormat.N_QUADS)
    for number in range(centres):
        other = survey.replace(f"/{CENTRE}/", f"/c{number}/").replace(f"/{CENTRE}>", f"/c{number}>")
        other = other.replace(f"survey-{CENTRE}-", f"survey-c{number}-")
        engine.bulk_load(other.encode(), format=ox.RdfFormat.N_QUADS)
    return engine


def leaned(survey: Iterable[str]) -> Iterator[str]:
    """Yield those lines of a survey that `LEAN` and `FIRST_OF` leave, and of its rows those that these are taken from."""
    lines = sorted(survey)
    firsts: dict[tuple[str, str], str] = {}
    for subject, name, term, sort in map(_parted, lines):
        if FIRST_OF.get(sort) == name:
            firsts.setdefault((sort, term), subject)
    wanted = [line for line in lines if _is_left(line, set(firsts.values()))]
    rows = {term for _, name, term, _ in map(_parted, wanted) if name == "wasDerivedFrom"}
    yield from (line for line in wanted if _parted(line)[3] != "source" or _parted(line)[0] in rows)


def _is_left(line: str, firsts: set[str]) -> bool:
    subject, name, _, sort = _parted(line)
    return sort == _ONCE or (name in LEAN.get(sort, ()) and (sort not in FIRST_OF or subject in firsts))


def _parted(line: str) -> tuple[str, str, str, str]:
    """Return the subject of a line, the last part of its property's name, its object, and the sort of record it is of."""
    subject, name, term = line.split(" ", 2)
    found = _SUBJECT.match(subject)
    return subject, re.split("[/#]", name[:-1])[-1], term.rsplit(" ", 2)[0], (found[1] or found[2]) if found else _ONCE


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 174, sys.argv[2:] == ["lean"])
