"""The pipeline as a picture: one circle for each class and stage, its size and number the projects there."""

from __future__ import annotations

import math
from dataclasses import dataclass

from atmp.kg.figures import Figures
from atmp.ontology.vocabulary import vocabulary

LEFT, TOP, STEP, ROW = 52, 34, 28, 40
_CLASSES = ("GTMP", "TEP", "sCTMP")


@dataclass(frozen=True)
class Circle:
    """One circle: where it stands, how large it is (SVG units), and what it says."""

    x: int
    y: int
    radius: float
    count: int
    title: str


@dataclass(frozen=True)
class Picture:
    """A picture ready for its template: all numbers are SVG units."""

    width: int
    height: int
    rows: tuple[tuple[str, int], ...]
    stages: tuple[tuple[str, int, str], ...]
    groups: tuple[tuple[str, int, int], ...]
    circles: tuple[Circle, ...]
    words: str


def picture(figures: Figures) -> Picture:
    """Return the picture of a pipeline; a stage that is not stated stands last, where there is one."""
    rows = figures.tables["matrix"].dicts()
    counts = {(str(row["class"]), str(row["stage"])): int(str(row["projects"])) for row in rows}
    scheme = vocabulary().schemes["stage"].concepts
    stages = [one for one in scheme if one.notation.isdigit() and one.replaced_by is None]
    columns = [one.notation for one in stages] + sorted(
        {stage for _, stage in counts} - {one.notation for one in stages}
    )
    classes = [*_CLASSES, *sorted({name for name, _ in counts} - set(_CLASSES))]
    labels = {one.notation: one.labels["en"] for one in scheme}
    places = {stage: LEFT + STEP // 2 + STEP * at for at, stage in enumerate(columns)}
    heights = {name: TOP + ROW // 2 + ROW * at for at, name in enumerate(classes)}
    largest = max(counts.values(), default=1)
    circles = tuple(
        Circle(places[stage], heights[name], round(5 + 8.5 * math.sqrt(count / largest), 1), count,
               f"{count} {name} at stage {stage}, {labels.get(stage, stage)}")
        for (name, stage), count in sorted(counts.items())
    )  # fmt: skip
    return Picture(
        LEFT + STEP * len(columns) + 14,
        TOP + ROW * len(classes) + 6,
        tuple(heights.items()),
        tuple((stage if stage.isdigit() else "?", places[stage], labels.get(stage, stage)) for stage in columns),
        _groups([(one.notation, one.broader) for one in stages], places),
        circles,
        _words(figures),
    )


def _groups(stages: list[tuple[str, tuple[str, ...]]], places: dict[str, int]) -> tuple[tuple[str, int, int], ...]:
    found: dict[str, list[int]] = {}
    for stage, broader in stages:
        found.setdefault(broader[0].rpartition("-")[2], []).append(places[stage])
    return tuple((name, min(at) - STEP // 2 + 2, max(at) + STEP // 2 - 2) for name, at in found.items())


def _words(figures: Figures) -> str:
    """Return the picture in words, for those who do not see it."""
    rows = [
        f"{name}: {', '.join(f'{count} {group}' for group, count in groups.items())}"
        for name, groups in figures.matrix()
    ]
    return "Projects by class and stage. " + "; ".join(rows)
