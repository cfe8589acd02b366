"""Matching needs and capabilities: constraints that never give way, scores that add up, reasons in words."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.records import ATMP, Capability, Need, Organisation, Project, Round
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search.fit import WEIGHTS
from atmp.search.match import Match, capabilities_for, needs_for
from atmp.search.refusal import refusals

from .conftest import iri, write

Market = Callable[..., Store]
TERMS = {
    "category": "category",
    "grade": "grade",
    "platforms": "platform",
    "status": "need-status",
    "horizon": "horizon",
}


def _terms(**said: Any) -> dict[str, Any]:
    """Give words of the schemes their IRIs."""

    def term(name: str, word: Any) -> Any:
        if name not in TERMS:
            return word
        if isinstance(word, tuple):
            return tuple(term(name, one) for one in word)
        return f"{ATMP}{TERMS[name]}-{word}"

    return {name: term(name, word) for name, word in said.items()}


def need(key: str, **said: Any) -> Need:
    """Return a need of the project P01 for a lentiviral vector, unless told otherwise."""
    made = {"project": iri("project", "P01"), "category": "gmp-lentivirus"} | said
    return Need(iri=iri("need", key), identifier=key, label=f"Need {key}", **_terms(**made))


def offer(key: str, **said: Any) -> Capability:
    """Return a capability of the organisation O1 to make a lentiviral vector, unless told otherwise."""
    made = {"provider": iri("organisation", "O1"), "category": "gmp-lentivirus"} | said
    return Capability(iri=iri("capability", key), identifier=key, label=f"Offer {key}", **_terms(**made))


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """Return a maker of a store with a project, its provider, and some needs and capabilities."""
    with Store.create(tmp_path / "market.atlas") as store:

        def make(*records: Need | Capability, tier: Tier = Tier.PUBLIC, key: str = "survey") -> Store:
            held = Round(iri=iri("round", "2023"), identifier="2023", held=date(2023, 6, 1))
            project = Project(iri=iri("project", "P01"), identifier="P01", label="A therapy", rounds=(held.iri,))
            provider = Organisation(iri=iri("organisation", "O1"), identifier="O1", label="Synthetic facility")
            frame = {"frame": (held, project, provider)} if key == "survey" else {}
            write(store, frame | {one.iri: (one,) for one in records}, tier=tier, key=key)
            return store

        yield make


def _offers(store: Store, key: str = "N1", viewer: Any = PUBLIC) -> dict[str, Match]:
    return {one.identifier: one for one in capabilities_for(store.view(viewer), iri("need", key), limit=100)}


def _needs(store: Store, key: str = "C1", viewer: Any = PUBLIC) -> dict[str, Match]:
    return {one.identifier: one for one in needs_for(store.view(viewer), iri("capability", key), limit=100)}


def test_a_category_above_or_below_counts_less_than_the_same_and_a_sibling_not_at_all(market: Market) -> None:
    """The same category comes first; a wider one is asked about; a neighbour in the tree is no match."""
    store = market(
        need("N1"), offer("C1"), offer("C2", category="vector-supply"), offer("C3", category="gmp-aav"),
        offer("C4", category="analytics"),
    )  # fmt: skip
    found = _offers(store)
    assert list(found) == ["C1", "C2"]
    assert found["C1"].parts["category"] == WEIGHTS["category"] > found["C2"].parts["category"] > 0
    assert "both are about GMP lentiviral vector" in found["C1"].reasons
    assert "vector and gene-editing supply includes GMP lentiviral vector" in found["C2"].reasons
    assert "ask whether GMP lentiviral vector is among what is offered" in found["C2"].missing


def test_a_narrower_capability_serves_a_broad_need(market: Market) -> None:
    """Who asks for vectors of any kind is shown those who make one kind, and told that it is one."""
    found = _offers(market(need("N1", category="vector-supply"), offer("C1"), offer("C2", category="vector-supply")))
    assert list(found) == ["C2", "C1"]
    assert "GMP lentiviral vector is a kind of vector and gene-editing supply" in found["C1"].reasons


@pytest.mark.parametrize(
    ("wanted", "given", "serves"),
    [("gmp", "research", False), ("gmp", "pre-gmp", False), ("pre-gmp", "pre-gmp", True), ("research", "gmp", True),
     ("gmp", None, True), (None, "research", True), ("unknown", "research", True)],
)  # fmt: skip
def test_a_lower_grade_never_serves(wanted: str | None, given: str | None, serves: bool, market: Market) -> None:
    """Grade is a constraint: less than what is wanted is not proposed, however well the rest fits."""
    graded = {"grade": given} if given else {}
    store = market(need("N1", **({"grade": wanted} if wanted else {})), offer("C1", **graded))
    assert (list(_offers(store)), list(_needs(store))) == ((["C1"], ["N1"]) if serves else ([], []))


def test_a_grade_that_is_not_stated_is_asked_for(market: Market) -> None:
    """Where the offer does not state its grade, it stands below one that does, and says so."""
    found = _offers(market(need("N1", grade="gmp"), offer("C1"), offer("C2", grade="gmp")))
    assert list(found) == ["C2", "C1"]
    assert any(one.endswith("the capability does not state its grade") for one in found["C1"].missing)
    assert "GMP grade is offered, GMP grade is wanted" in found["C2"].reasons


@pytest.mark.parametrize(
    ("wanted", "given", "serves"),
    [(("aav",), ("lentivirus",), False), (("aav", "hsc"), ("hsc", "msc"), True), (("aav",), ("any",), True),
     (("any",), ("aav",), True), ((), ("aav",), True), (("aav",), (), True)],
)  # fmt: skip
def test_another_platform_never_serves(
    wanted: tuple[str, ...], given: tuple[str, ...], serves: bool, market: Market
) -> None:
    """Platforms that are stated on both sides must share one; `any` and silence rule nothing out."""
    store = market(need("N1", platforms=wanted), offer("C1", platforms=given))
    assert (list(_offers(store)), list(_needs(store))) == ((["C1"], ["N1"]) if serves else ([], []))


def test_a_shared_platform_is_a_reason_and_silence_is_told(market: Market) -> None:
    """The platform that both state is named; where one side is silent, stating it is advised."""
    store = market(need("N1", platforms=("hsc", "aav")), offer("C1", platforms=("hsc",)), offer("C2"))
    found = _offers(store)
    assert list(found) == ["C1", "C2"]
    assert "works with haematopoietic stem cells" in found["C1"].reasons
    assert "neither side rules the other's platform out: state the platforms" in found["C2"].missing


def test_an_offer_that_comes_too_late_is_refused_with_its_date(market: Market) -> None:
    """What is there only after the day is no match, however well it fits otherwise; from when it could be had is told."""
    in_time, late = date(2025, 1, 1), date(2027, 1, 1)
    store = market(
        need("N1", needed_from=date(2026, 1, 1)), offer("C1", available_from=late),
        offer("C2", available_from=in_time), offer("C3"), offer("C4", category="vector-supply", available_from=in_time),
    )  # fmt: skip
    found = _offers(store)
    assert list(found) == ["C2", "C3", "C4"]
    assert found["C2"].reasons[1:] == (
        "available from 2025-01-01, needed from 2026-01-01",
        "offered by Synthetic facility",
    )
    (refused,) = refusals(store.view(PUBLIC), iri("need", "N1"))
    assert refused.identifier == "C1"
    assert refused.words == "available only from 2027-01-01, while it is needed by 2026-01-01"


@pytest.mark.parametrize(
    ("available", "serves"),
    [(date(2024, 6, 1), True), (date(2025, 1, 1), True), (date(2026, 6, 1), True), (date(2026, 6, 2), False)],
)
def test_a_horizon_is_counted_from_the_round_that_the_project_answered(
    available: date, serves: bool, market: Market
) -> None:
    """A need within one to two years falls due a year after the survey, and three years after it is too late."""
    found = _offers(market(need("N1", horizon="1-2"), offer("C1", available_from=available)))
    assert list(found) == (["C1"] if serves else [])
    if serves and available > date(2024, 6, 1):
        assert f"available only from {available}, while it may be needed from 2024-06-01" in found["C1"].missing


@pytest.mark.parametrize(("status", "shown"), [("open", True), ("unknown", True), ("met", False), ("withdrawn", False)])
def test_closed_needs_are_not_proposed(status: str, shown: bool, market: Market) -> None:
    """A need that is met or withdrawn is nobody's partner any more."""
    assert list(_needs(market(need("N1", status=status), offer("C1")))) == (["N1"] if shown else [])


def test_both_directions_agree_and_parts_add_up(market: Market) -> None:
    """A need lists a capability exactly when the capability lists the need, with the same score and parts."""
    chance = random.Random(20260101)  # noqa: S311 - the same every time

    def some(day: str) -> dict[str, Any]:
        platforms = tuple(chance.sample(["aav", "lentivirus", "hsc", "any"], chance.randrange(3)))
        kind = chance.choice(["gmp-lentivirus", "gmp-aav", "vector-supply", "analytics", "potency-assay"])
        said = {"category": kind, "platforms": platforms}
        said |= {"grade": chance.choice(["research", "pre-gmp", "gmp", "unknown"])} if chance.random() < 0.7 else {}
        return said | ({day: date(2024 + chance.randrange(4), 1, 1)} if chance.random() < 0.7 else {})

    needs = [need(f"N{number}", **some("needed_from")) for number in range(25)]
    offers = [offer(f"C{number}", **some("available_from")) for number in range(25)]
    store = market(*needs, *offers)
    there = {
        (one.identifier, key): match for one in needs for key, match in _offers(store, one.identifier or "").items()
    }
    back = {
        (key, one.identifier): match for one in offers for key, match in _needs(store, one.identifier or "").items()
    }
    assert there.keys() == back.keys()
    assert 50 < len(there) < 25 * 25
    for pair, match in there.items():
        assert (match.score, match.parts) == (back[pair].score, back[pair].parts)
        assert match.score == pytest.approx(sum(match.parts.values()))
        assert 0 < match.score <= 1
        assert match.parts.keys() == WEIGHTS.keys()


def test_a_hidden_capability_moves_nobodys_public_result(market: Market) -> None:
    """What stands within the centre is proposed there, and leaves no trace in what the public is shown."""
    store = market(need("N1", grade="gmp"), offer("C1", grade="gmp"), offer("C2", category="vector-supply"))
    before = _offers(store), _needs(store)
    market(offer("C3", grade="gmp"), need("N2"), tier=Tier.INTERNAL, key="hidden")
    assert (_offers(store), _needs(store)) == before
    assert set(_offers(store, viewer=OWNER)) == {"C1", "C2", "C3"}
    assert set(_needs(store, viewer=OWNER)) == {"N1", "N2"}
    with pytest.raises(UnknownRecordError):
        _needs(store, "C3")


def test_questions_that_make_no_sense_are_answered_in_words(market: Market) -> None:
    """A capability in a need's place, or no place for a match, is said and not guessed."""
    view = market(need("N1"), offer("C1")).view(PUBLIC)
    with pytest.raises(UsageError, match="is no need: name one"):
        capabilities_for(view, iri("capability", "C1"))
    with pytest.raises(UsageError, match="is no capability: name one"):
        needs_for(view, iri("need", "N1"))
    with pytest.raises(UsageError, match="at least one match"):
        capabilities_for(view, iri("need", "N1"), limit=0)


@pytest.mark.parametrize("word", ["unknown", "other"])
def test_a_platform_that_says_nothing_is_neither_shared_nor_in_the_way(market: Market, word: str) -> None:
    """Who does not know the platform, or whose is not on the list, is asked to state it; nothing is claimed."""
    store = market(
        need("N1", platforms=(word,)),
        offer("C1", platforms=(word,)),
        offer("C2", platforms=("lentivirus",)),
        offer("C3", platforms=("any",)),
    )
    found = _offers(store)
    assert set(found) == {"C1", "C2", "C3"}
    for one in found.values():
        assert not any("works with" in reason for reason in one.reasons)
        assert any("state the platforms" in missing for missing in one.missing)


def test_a_horizon_is_counted_in_whole_years(market: Market) -> None:
    """Three years after 1 June 2023 is 1 June 2026, whatever leap days lie between."""
    store = market(need("N1", horizon="3-4"), offer("C1", available_from=date(2026, 6, 1)))
    assert "available from 2026-06-01, needed from 2026-06-01" in _offers(store)["C1"].reasons


def test_a_category_that_is_not_on_the_list_matches_nothing(market: Market) -> None:
    """Two that are both something else have nothing in common."""
    assert _offers(market(need("N1", category="other"), offer("C1", category="other"))) == {}
