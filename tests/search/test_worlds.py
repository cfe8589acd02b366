"""Made worlds: no constraint is ever broken, nothing that fits is left out, and nothing hidden shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from atmp.kg.records import Capability, Need
from atmp.search import fit

from .worlds import broken, try_world, world


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_a_made_world_breaks_no_constraint_and_leaks_nothing(seed: int, tmp_path: Path) -> None:
    """Of all pairs exactly those are proposed that break nothing, and the public is told what a bare store would tell."""
    pairs, answers, wrong = try_world(seed, tmp_path)
    assert wrong == []
    assert pairs > 400
    assert answers > 15


def test_made_worlds_break_every_constraint_by_itself() -> None:
    """The worlds are no empty trial: each constraint is somewhere the only one that is broken, and some pairs break none."""
    alone: dict[str, int] = {}
    for seed in range(30):
        seen = world(seed).seen(tier for _, tier in world(seed).records)
        sides = [[one for one in seen.values() if isinstance(one, kind)] for kind in (Need, Capability)]
        for need in sides[0]:
            for offer in sides[1]:
                faults = broken(need, offer, seen)  # type: ignore[arg-type]
                if len(faults) < 2:
                    alone["".join(faults)] = alone.get("".join(faults), 0) + 1
    assert alone.keys() == {"", "category", "status", "platform", "grade", "time", "place", "conflict", "capacity"}
    assert min(alone.values()) >= 3


@pytest.mark.parametrize("rule", ["_lower_grade", "_too_late", "_conflict", "_elsewhere", "_full", "_other_platform"])
def test_a_constraint_that_gives_way_is_noticed(rule: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without any one of the constraints the trial fails."""
    name = next(name for name, one in fit._CONSTRAINTS.items() if one.__name__ == rule)
    monkeypatch.setitem(fit._CONSTRAINTS, name, lambda *_: False)
    assert any(try_world(seed, tmp_path)[2] for seed in range(5))
