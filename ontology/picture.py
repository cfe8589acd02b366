"""A maintainer's command: draw the pattern of the graph on one page, from the shapes and from domains and ranges.

python -m atmp.ontology.picture
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from .files import FOLDER
from .vocabulary import ATMP

if TYPE_CHECKING:
    import rdflib

PLACES = {
    "SurveyResponse": (0, 0),
    "Investigator": (1, 0),
    "Organisation": (2, 0),
    "StageObservation": (0, 1),
    "Project": (1, 1),
    "Capability": (2, 1),
    "MethodUse": (0, 2),
    "Product": (1, 2),
    "Need": (2, 2),
}
"""The classes that are drawn, each with its column and row."""

_WIDE, _HIGH, _ACROSS, _DOWN, _MARGIN = 290, 176, 470, 286, 40
_LINE, _TOP = 17, 84
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b2733}.title{font-size:22px;font-weight:600}.name{font-size:16px;"
    "font-weight:600}.small{font-size:12px;fill:#44525f}.on{font-size:12px;paint-order:stroke;stroke:#fff;stroke-width:5px}"
    "rect{fill:#f4f7fa;stroke:#35516b}path{stroke:#35516b;fill:none}.shared{stroke-dasharray:6 4;stroke:#8a4b08}"
)


def picture(folder: Path = FOLDER) -> str:
    """Return the page as SVG; `folder` is where atmp.ttl and shapes.ttl stand."""
    import rdflib

    graph = rdflib.Graph().parse(folder / "atmp.ttl").parse(folder / "shapes.ttl")
    width, height = 2 * _ACROSS + _WIDE + 2 * _MARGIN, 2 * _DOWN + _HIGH + _TOP + _MARGIN + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>The pattern of the ATMP graph</title>",
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#35516b"/></marker></defs>',
        f'<rect width="{width}" height="{height}" style="fill:#fff;stroke:none"/>',
        f'<text class="title" x="{_MARGIN}" y="42">The pattern of the ATMP graph</text>',
        f'<text class="small" x="{_MARGIN}" y="64">● required   ○ recommended   → a link from one record to another   '
        "- - one scheme of categories that needs and capabilities share</text>",
        *_links(graph),
        *(line for name in PLACES for line in _box(graph, name)),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(graph: rdflib.Graph, name: str) -> Iterator[str]:
    x, y = _corner(name)
    yield f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="8"/>'
    yield f'<text class="name" x="{x + 14}" y="{y + 26}">{escape(_label(graph, ATMP + name))}</text>'
    for number, (mark, label) in enumerate(_asked(graph, name)):
        yield f'<text x="{x + 14}" y="{y + 49 + number * _LINE}">{mark} {escape(label)}</text>'


def _asked(graph: rdflib.Graph, name: str) -> list[tuple[str, str]]:
    """Return what a class's shape asks for, what it requires first."""
    import rdflib
    from rdflib.namespace import SH

    found: dict[str, str] = {}
    for shape in graph.subjects(SH.targetClass, rdflib.URIRef(ATMP + name)):
        for constraint in graph.objects(shape, SH.property):
            path = graph.value(constraint, SH.path)
            if isinstance(path, rdflib.URIRef) and graph.value(constraint, SH.minCount) is not None:
                mild = graph.value(constraint, SH.severity) in {SH.Warning, SH.Info}
                found[_label(graph, str(path))] = "○" if mild else "●"
    return sorted(((mark, label) for label, mark in found.items()), key=lambda one: (one[0] == "○", one[1]))


def _links(graph: rdflib.Graph) -> Iterator[str]:
    from rdflib.namespace import RDFS

    between: dict[tuple[str, str], list[str]] = {}
    for subject, domain in graph.subject_objects(RDFS.domain):
        ends = tuple(str(end).removeprefix(ATMP) for end in (domain, graph.value(subject, RDFS.range)))
        if ends[0] in PLACES and ends[1] in PLACES and ends[0] != ends[1]:
            between.setdefault((ends[0], ends[1]), []).append(_label(graph, str(subject)))
    for (start, end), labels in sorted(between.items()):
        yield from _arrow(start, end, sorted(labels))
    (x, y), (_, below) = _corner("Capability"), _corner("Need")
    middle = x + _WIDE // 2
    yield f'<path class="shared" d="M{middle} {y + _HIGH}V{below}"/>'
    yield f'<text class="on" x="{middle + 8}" y="{(y + _HIGH + below) // 2 + 4}">{_label(graph, ATMP + "category")}</text>'


def _arrow(start: str, end: str, labels: list[str]) -> Iterator[str]:
    """Yield an arrow from the side of one box that faces the other, and its words half way."""
    (column, row), (to_column, to_row) = PLACES[start], PLACES[end]
    right, down = _sign(to_column - column), _sign(to_row - row)
    x, y = _side(start, right, down)
    to_x, to_y = _side(end, -right, -down)
    yield f'<path d="M{x} {y}L{to_x} {to_y}" marker-end="url(#tip)"/>'
    for number, label in enumerate(labels):
        height = (y + to_y) // 2 - 8 + number * 15 - (len(labels) - 1) * 6
        place = (x + to_x) // 2 if right else x + 8
        anchor = "middle" if right else "start"
        yield f'<text class="on" x="{place}" y="{height}" text-anchor="{anchor}">{escape(label)}</text>'


def _side(name: str, right: int, down: int) -> tuple[int, int]:
    x, y = _corner(name)
    return x + (1 + right) * _WIDE // 2, y + (1 + down) * _HIGH // 2


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _corner(name: str) -> tuple[int, int]:
    column, row = PLACES[name]
    return _MARGIN + column * _ACROSS, _TOP + row * _DOWN


def _label(graph: rdflib.Graph, iri: str) -> str:
    """Return a term's English label, or the end of a stranger's IRI."""
    import rdflib
    from rdflib.namespace import RDFS

    said = (one for one in graph.objects(rdflib.URIRef(iri), RDFS.label) if getattr(one, "language", "") == "en")
    return str(next(said, iri.rpartition("/")[2].rpartition("#")[2]))


def main() -> None:
    """Write the picture."""
    (FOLDER / "pattern.svg").write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
