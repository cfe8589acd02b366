"""How good matching is: judged pairs of the demonstration, and made worlds whose best answer is known."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from atmp.kg.records import ATMP, Capability, MethodUse, Need, Organisation, Project, Round
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from atmp.search.match import Match, capabilities_for, needs_for

from .conftest import NAMES, iri, write

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

JUDGED = Path(__file__).parents[1] / "judged" / "matches.tsv"


@pytest.fixture(scope="module")
def judged() -> dict[tuple[str, str], bool]:
    """Return whether the partner serves the need, by their ids."""
    with JUDGED.open(encoding="utf-8") as file:
        return {(row["need"], row["partner"]): row["serves"] == "1" for row in csv.DictReader(file, delimiter="\t")}


def _precision(found: Iterable[Iterable[bool]]) -> float:
    """Return how many of the first five that each answer gives are right, on the average of the answers that give any."""
    shares = [sum(some) / len(some) for one in found if (some := list(one)[:5])]
    return sum(shares) / len(shares)


def test_what_is_proposed_serves(demo: Atlas, judged: dict[tuple[str, str], bool]) -> None:
    """Of the five best for each need, and for each capability, at least nine in ten serve; and whoever serves is found."""
    assert len(judged) >= 200
    view = demo.view(PUBLIC)
    offers = {one.identifier or "": capabilities_for(view, one.iri) for one in view.records("need")}
    needs = {one.identifier or "": needs_for(view, one.iri) for one in view.records("capability")}
    assert (
        _precision((judged.get((need, one.identifier), False) for one in some) for need, some in offers.items()) >= 0.9
    )
    assert _precision((judged.get((one.identifier, key), False) for one in some) for key, some in needs.items()) >= 0.9
    shown = {(need, one.identifier) for need, some in offers.items() for one in some}
    serving = {pair for pair, serves in judged.items() if serves}
    assert len(serving & shown) >= 0.9 * len(serving)


def _need(**said: Any) -> Need:
    made = {"category": f"{ATMP}category-gmp-aav", "grade": f"{ATMP}grade-gmp", "project": iri("project", "P1"),
            "platforms": (f"{ATMP}platform-aav",), "needed_from": date(2026, 1, 1), "label": "Clinical AAV vector"}  # fmt: skip
    return Need(iri=iri("need", "N1"), identifier="N1", **(made | said))


def _offer(key: str, **said: Any) -> Capability:
    made = {"category": f"{ATMP}category-gmp-aav", "grade": f"{ATMP}grade-gmp", "provider": iri("organisation", "O2"),
            "platforms": (f"{ATMP}platform-aav",), "available_from": date(2025, 1, 1), "label": f"Offer {key}",
            "centre": NAMES.centre("umea")}  # fmt: skip
    return Capability(iri=iri("capability", key), identifier=key, **(made | said))


LATE, LOW = {"available_from": date(2026, 2, 1)}, {"grade": f"{ATMP}grade-pre-gmp"}
WIDE = {"category": f"{ATMP}category-vector-supply"}
NEAR = {"provider": iri("organisation", "O1"), "centre": NAMES.centre("lund")}
WORLDS = {
    "the nearest of equals": ((_offer("C1"), _offer("C2", **NEAR), _offer("C4")), ["C2", "C1", "C4"]),
    "the only one in time": ((_offer("C1", **LATE, **NEAR), _offer("C2")), ["C2"]),
    "the exact one before the wider one that is nearer": ((_offer("C1", **WIDE, **NEAR), _offer("C2")), ["C2", "C1"]),
    "the grade, however near and well described": (
        (_offer("C1", **LOW, **NEAR, description="Clinical AAV vector."), _offer("C2", **WIDE)), ["C2"],
    ),
    "the one that projects with the same methods use": (
        (_offer("C1"), _offer("C2"), _offer("C3")), ["C3", "C1", "C2"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_the_best_answer_of_a_made_world_is_known(name: str, tmp_path: Path) -> None:
    """Five small worlds, each with one thing that must decide."""
    offers, expected = WORLDS[name]
    projects = [
        Project(iri=iri("project", "P1"), identifier="P1", label="Ours", organisations=(iri("organisation", "O1"),),
                centre=NAMES.centre("lund")),
        Project(iri=iri("project", "P2"), identifier="P2", label="Theirs", uses_capabilities=(iri("capability", "C3"),)),
    ]  # fmt: skip
    uses = [
        MethodUse(
            iri=iri("method-use", f"{key}-{method}"), project=iri("project", key), method=f"{ATMP}method-{method}"
        )
        for key in ("P1", "P2")
        for method in ("aav-production", "vector-titre")
    ]
    places = [Organisation(iri=iri("organisation", key), identifier=key, label=key) for key in ("O1", "O2")]
    held = Round(iri=iri("round", "2024"), identifier="2024", held=date(2024, 1, 1))
    with Store.create(tmp_path / "made.atlas") as store:
        write(store, {one.iri: (one,) for one in (held, *places, *projects, *uses, *offers, _need())})
        found: tuple[Match, ...] = capabilities_for(store.view(PUBLIC), iri("need", "N1"))
    assert [one.identifier for one in found] == expected
