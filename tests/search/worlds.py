"""Made worlds of needs and capabilities for matching, and what each pair in them may not break, read off the records alone.

`python -m tests.search.worlds 360` tries that many worlds: over 200,000 pairs, and 10,000 answers that may not leak.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from atmp.kg.records import ATMP, Capability, Need, Organisation, Person, Project, Record, Round
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search.match import Match, capabilities_for, needs_for

from .conftest import NAMES, iri, write

SIDES = 20
CATEGORIES = ("gmp-lentivirus", "gmp-aav", "vector-supply", "potency-assay", "analytics", "animal-models", "other")
SKILLS = ("potency-assay", "mouse-model", "large-animal-model")
ABOVE = {"gmp-lentivirus": "vector-supply", "gmp-aav": "vector-supply", "potency-assay": "analytics"}
GRADES = ("research", "pre-gmp", "gmp", "unknown", None, None)
PLATFORMS = ("aav", "lentivirus", "hsc", "any", "unknown")
WORDS = ("vector", "batch", "clinical", "assay", "release", "mouse model", "large animal", "potency", "virus")
YEARS = {"1-2": 3, "3-4": 5, "5-10": 11}
HELD = date(2024, 2, 29)


@dataclass(frozen=True)
class World:
    """Records with their tiers; every reader sees the public ones, the owner all."""

    records: tuple[tuple[Record, Tier], ...]

    def seen(self, tiers: Iterable[Tier]) -> dict[str, Record]:
        """Return the records of these tiers by IRI."""
        allowed = set(tiers)
        return {one.iri: one for one, tier in self.records if tier in allowed}

    def store(self, path: Path, tiers: Iterable[Tier]) -> Store:
        """Return a store with the records of these tiers and no others."""
        made = Store.create(path)
        for tier in tiers:
            said = {one.iri: (one,) for one, its in self.records if its is tier}
            write(made, said, tier=tier, key=tier.value)
        return made


def world(seed: int) -> World:
    """Return a made world, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - the same every time
    return World(tuple((one, Tier.INTERNAL if dice.random() < 0.3 else Tier.PUBLIC) for one in _records(dice)))


def _records(dice: random.Random) -> Iterator[Record]:
    organisations = [iri("organisation", f"O{number}") for number in range(6)]
    projects = [iri("project", f"P{number}") for number in range(8)]
    people = [iri("person", f"I{number}") for number in range(6)]
    offers = [iri("capability", f"C{number}") for number in range(SIDES)]
    centres = [NAMES.centre(key) for key in ("lund", "umea")]
    held = Round(iri=iri("round", "2024"), identifier="2024", held=HELD)
    yield held
    for number, one in enumerate(organisations):
        above = dice.choice([None, dice.choice(organisations)])
        yield Organisation(iri=one, identifier=f"O{number}", label=f"Organisation {number}", part_of=above,
                           country=dice.choice([None, "Sweden", "Denmark"]))  # fmt: skip
    for number, one in enumerate(people):
        yield Person(
            iri=one, identifier=f"I{number}", label=f"Synthetic investigator {number:02}",
            organisations=_some(dice, organisations, 1), expertise=_terms(dice, "method", SKILLS, 2),
        )  # fmt: skip
    for number, one in enumerate(projects):
        yield Project(
            iri=one, identifier=f"P{number}", label=f"Therapy {number}", rounds=(held.iri,) if dice.random() < 0.8 else (),
            lead=_some(dice, people, 1), organisations=_some(dice, organisations, 2), centre=dice.choice(centres),
            uses_capabilities=_some(dice, offers, 2), not_with=_rarely(dice, [*organisations, *offers, *people]),
        )  # fmt: skip
    for number in range(SIDES):
        yield Need(
            iri=iri("need", f"N{number}"), identifier=f"N{number}", label=_said(dice), project=dice.choice(projects),
            category=f"{ATMP}category-{dice.choice(CATEGORIES)}", platforms=_terms(dice, "platform", PLATFORMS, 2),
            grade=_grade(dice), status=f"{ATMP}need-status-{dice.choice(['open', 'open', 'open', 'met', 'withdrawn'])}",
            needed_from=_day(dice), horizon=dice.choice([None, *(f"{ATMP}horizon-{one}" for one in (*YEARS, "beyond"))]),
            served_by=_rarely(dice, offers), only_within=_rarely(dice, [*organisations, *centres]),
            not_with=_rarely(dice, [*organisations, *offers, *people]),
        )  # fmt: skip
    for number, one in enumerate(offers):
        yield Capability(
            iri=one, identifier=f"C{number}", label=_said(dice), provider=dice.choice([None, *organisations]),
            category=f"{ATMP}category-{dice.choice(CATEGORIES)}", platforms=_terms(dice, "platform", PLATFORMS, 2),
            grade=_grade(dice), available_from=_day(dice), projects_at_once=dice.choice([None, None, 0, 1, 2]),
            centre=dice.choice(centres), only_within=_rarely(dice, [*organisations, *centres]),
            not_with=_rarely(dice, [*organisations, *projects, *people]),
        )  # fmt: skip


def _some(dice: random.Random, among: list[str], most: int) -> tuple[str, ...]:
    return tuple(dice.sample(among, dice.randrange(most + 1)))


def _rarely(dice: random.Random, among: list[str]) -> tuple[str, ...]:
    return (dice.choice(among),) if dice.random() < 0.15 else ()


def _terms(dice: random.Random, scheme: str, among: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(f"{ATMP}{scheme}-{one}" for one in dice.sample(among, dice.randrange(most + 1)))


def _grade(dice: random.Random) -> str | None:
    word = dice.choice(GRADES)
    return f"{ATMP}grade-{word}" if word else None


def _day(dice: random.Random) -> date | None:
    return date(2022 + dice.randrange(8), dice.choice([1, 6]), 1) if dice.random() < 0.5 else None


def _said(dice: random.Random) -> str:
    return " ".join(dice.sample(WORDS, 3))


def broken(need: Need, offer: Capability, seen: Mapping[str, Record]) -> set[str]:
    """Return the constraints that a pair breaks, read off the records by themselves."""
    project = seen.get(need.project or "")
    project = project if isinstance(project, Project) else None
    ours = _above(project.organisations if project else (), seen)
    theirs = _above([offer.provider] if offer.provider else (), seen)
    centre = project.centre if project and project.centre else need.centre
    here, there = ours | ({centre} if centre else set()), theirs | ({offer.centre} if offer.centre else set())
    team = {*project.lead, *project.investigators} if project else set()
    apart = {*need.not_with, *(project.not_with if project else ())}
    found = {
        "category": not _about_the_same(need.category, offer.category),
        "status": (need.status or "").endswith(("met", "withdrawn")),
        "platform": _ruled_out(need.platforms, offer.platforms),
        "grade": 0 < _rung(offer.grade) < _rung(need.grade),
        "time": _too_late(need, project, offer, seen),
        "place": bool(need.only_within and there and not there & {*need.only_within})
        or bool(offer.only_within and here and not here & {*offer.only_within}),
        "conflict": bool(apart & {offer.iri, *theirs} or {*offer.not_with} & {need.iri, need.project, *ours, *team}),
        "capacity": offer.projects_at_once is not None and _others(need, offer, seen) >= offer.projects_at_once,
    }  # fmt: skip
    return {name for name, is_broken in found.items() if is_broken}


def _above(organisations: Iterable[str], seen: Mapping[str, Record]) -> set[str]:
    found = set(organisations)
    for _ in range(len(seen)):
        found |= {one.part_of for iri_ in found if isinstance(one := seen.get(iri_), Organisation) and one.part_of}
    return found


def _about_the_same(wanted: str | None, given: str | None) -> bool:
    if wanted is None or given is None or wanted.endswith("category-other"):
        return False
    mine, theirs = (iri_.rpartition("category-")[2] for iri_ in (wanted, given))
    return mine == theirs or ABOVE.get(mine) == theirs or ABOVE.get(theirs) == mine


def _ruled_out(wanted: Iterable[str], given: Iterable[str]) -> bool:
    mine, theirs = ({one.rpartition("platform-")[2] for one in some} for some in (wanted, given))
    if "any" in mine | theirs:
        return False
    mine, theirs = mine - {"unknown"}, theirs - {"unknown"}
    return bool(mine and theirs and not mine & theirs)


def _rung(grade: str | None) -> int:
    return {"research": 1, "pre-gmp": 2, "gmp": 3}.get((grade or "").rpartition("grade-")[2], 0)


def _too_late(need: Need, project: Project | None, offer: Capability, seen: Mapping[str, Record]) -> bool:
    if offer.available_from is None:
        return False
    if need.needed_from is not None:
        return offer.available_from > need.needed_from
    years = YEARS.get((need.horizon or "").rpartition("horizon-")[2])
    answered = project is not None and any(one in seen for one in project.rounds)
    return years is not None and answered and offer.available_from > date(HELD.year + years, 3, 1)


def _others(need: Need, offer: Capability, seen: Mapping[str, Record]) -> int:
    served = {
        one.project
        for one in seen.values()
        if isinstance(one, Need)
        and offer.iri in one.served_by
        and not (one.status or "").endswith(("met", "withdrawn"))
    }
    return len(served - {None, need.project})


def try_world(seed: int, folder: Path) -> tuple[int, int, list[str]]:
    """Return the pairs that were tried in a world, the answers that were compared, and what was wrong, in words."""
    made, wrong = world(seed), list[str]()
    every, public = (Tier.PUBLIC, Tier.INTERNAL), (Tier.PUBLIC,)
    with (
        made.store(folder / f"{seed}.atlas", every) as whole,
        made.store(folder / f"{seed}-bare.atlas", public) as bare,
    ):
        pairs = 0
        for view, tiers in ((whole.view(OWNER), every), (whole.view(PUBLIC), public)):
            tried, said = _pairs(view, made.seen(tiers))
            pairs += tried
            wrong += [f"world {seed}, {view.viewer.name}: {one}" for one in said]
        mine, theirs = _answers(whole.view(PUBLIC)), _answers(bare.view(PUBLIC))
        wrong += [
            f"world {seed}: {key} leaks" for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)
        ]
    return pairs, len(mine), wrong


def _pairs(view: View, seen: Mapping[str, Record]) -> tuple[int, list[str]]:
    """Match all pairs both ways: whoever is proposed breaks nothing, and whoever breaks nothing is proposed."""
    needs = [one for one in seen.values() if isinstance(one, Need)]
    offers = [one for one in seen.values() if isinstance(one, Capability)]
    back = {(match.iri, offer.iri) for offer in offers for match in needs_for(view, offer.iri, limit=1000)}
    there = {(need.iri, match.iri) for need in needs for match in capabilities_for(view, need.iri, limit=1000)}
    wrong = []
    for need in needs:
        for offer in offers:
            pair, faults = (need.iri, offer.iri), broken(need, offer, seen)
            if (pair in there) != (not faults) or (pair in back) != (not faults):
                wrong.append(
                    f"{need.identifier} and {offer.identifier} break {sorted(faults)}: {pair in there}, {pair in back}"
                )
    return len(needs) * len(offers), wrong


def _answers(view: View) -> dict[str, tuple[Match, ...]]:
    """Return all that a viewer is told, by the record that it was asked of."""
    found = {one.iri: capabilities_for(view, one.iri, limit=1000) for one in view.records("need")}
    return found | {one.iri: needs_for(view, one.iri, limit=1000) for one in view.records("capability")}


def main(worlds: int) -> None:
    """Try so many worlds, and print how many pairs and answers there were; ends with 1 where anything was wrong."""
    pairs = answers = faults = 0
    for seed in range(worlds):
        with tempfile.TemporaryDirectory() as folder:
            tried, compared, wrong = try_world(seed, Path(folder))
        pairs, answers, faults = pairs + tried, answers + compared, faults + len(wrong)
        for one in wrong:
            print(one)
        if seed % 10 == 9:
            print(f"{seed + 1} worlds, {pairs} pairs, {answers} answers, {faults} wrong", flush=True)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 360)
