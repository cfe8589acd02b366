"""The catalogue at scale: `python tests/benchmarks/catalogue.py [CENTRES]` asks every question of so many centres.

The demonstration's survey is taken in again under the name of another centre, 23 projects each; asserts nothing.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
from atmp.api.atlas import Atlas
from atmp.api.demonstration import prepare_demo
from atmp.kg.catalogue import questions
from atmp.kg.viewer import PUBLIC
from rich.console import Console
from rich.table import Table

CENTRE = "lund"
TURNS = 3


def main(centres: int) -> None:
    """Fill an engine, ask, and print the median of each question."""
    with tempfile.TemporaryDirectory() as folder:
        atlas = Atlas.create(Path(folder) / "demo.atlas", model="hashing")
        prepare_demo(atlas, agent="benchmark", progress=lambda *_: None)
        engine = filled([line.decode() for line in atlas.view(PUBLIC).nquads()], centres)
        table = Table("question", "rows", "median ms", title=f"{centres * 23} projects, {len(engine)} quads")
        for one in questions():
            if any(parameter.required for parameter in one.parameters):
                continue  # asks about one project, or needs search
            seen, rows = [], 0
            for _ in range(TURNS):
                start = time.perf_counter()
                rows = sum(1 for _ in engine.query(one.query, use_default_graph_as_union=True))
                seen.append((time.perf_counter() - start) * 1000)
            table.add_row(f"{one.number} {one.text}", str(rows), f"{statistics.median(seen):.0f}")
        atlas.close()
    Console(width=120).print(table)


def filled(lines: list[str], centres: int) -> ox.Store:
    """Return an engine with what is no centre's own, and the survey once for each centre."""
    engine = ox.Store()
    own = [line for line in lines if f"/{CENTRE}/" in line or f"/{CENTRE}>" in line]
    survey = "".join(own)
    engine.bulk_load("".join(set(lines) - set(own)).encode(), format=ox.RdfFormat.N_QUADS)
    for number in range(centres):
        other = survey.replace(f"/{CENTRE}/", f"/c{number}/").replace(f"/{CENTRE}>", f"/c{number}>")
        other = other.replace(f"survey-{CENTRE}-", f"survey-c{number}-")
        engine.bulk_load(other.encode(), format=ox.RdfFormat.N_QUADS)
    return engine


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 174)
