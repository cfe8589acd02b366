"""Matching needs and capabilities: constraints that never give way, scores that add up, reasons in words."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.records import ATMP, Capability, Need, Organisation, Person, Project, Round
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search.fit import WEIGHTS, Barrier
from atmp.search.match import HORIZONS, Match, capabilities_for, needs_for
from atmp.search.refusal import refusals

from .conftest import iri, write

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

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


def _organisation(key: str, **said: Any) -> Organisation:
    return Organisation(iri=iri("organisation", key), identifier=key, label=f"Organisation {key}", **said)


def test_who_is_declared_apart_is_never_proposed(market: Market) -> None:
    """A conflict that either side declares, with a record or with an organisation above it, rules the match out."""
    owner = iri("organisation", "O2")
    apart = need("N2").model_copy(update={"not_with": (owner,)})
    store = market(need("N1"), apart, offer("C1"), offer("C2", provider=iri("organisation", "O3")),
                   offer("C3", not_with=(iri("project", "P01"),)))  # fmt: skip
    write(store, {"O": (_organisation("O2"), _organisation("O3", part_of=owner))}, key="owners")
    assert set(_offers(store)) == {"C1", "C2"}
    assert set(_offers(store, "N2")) == {"C1"}
    assert set(_needs(store, "C2")) == {"N1"}
    assert {one.barrier for one in refusals(store.view(PUBLIC), iri("need", "N2"))} == {Barrier.CONFLICT}


def test_a_place_that_is_asked_for_is_kept_to(market: Market) -> None:
    """Only who stands within it counts, on either side; where somebody stands is asked for if it is not stated."""
    inside, outside = iri("organisation", "O1"), iri("organisation", "O2")
    store = market(
        need("N1").model_copy(update={"only_within": (inside,)}), need("N2"), offer("C1"),
        offer("C2", provider=outside), offer("C3", provider=None), offer("C4", only_within=(outside,)),
    )  # fmt: skip
    write(store, {"O": (_organisation("O2"),)}, key="owners")
    found = _offers(store)
    assert set(found) == {"C1", "C3", "C4"}
    assert found["C3"].missing[-1] == "only partners within Synthetic facility count: state who offers it"
    assert found["C4"].missing[-1] == "only partners within Organisation O2 count: state whose project it is"
    (refused,) = refusals(store.view(PUBLIC), iri("need", "N1"))
    assert (refused.identifier, refused.words) == ("C2", "only partners within Synthetic facility are allowed")


def test_a_capability_that_is_full_serves_only_whom_it_serves(market: Market) -> None:
    """Projects that were accepted fill it; a need that is met gives its place back; the project that has a place keeps it."""
    taken = {"served_by": (iri("capability", "C1"),), "project": iri("project", "P02")}
    store = market(need("N1"), need("N2").model_copy(update=taken), offer("C1", projects_at_once=1), offer("C2"))
    assert set(_offers(store)) == {"C2"}
    assert set(_offers(store, "N2")) == {"C1", "C2"}
    (refused,) = refusals(store.view(PUBLIC), iri("need", "N1"))
    assert refused.words == "has room for 1 projects at once, and serves 1"
    market(need("N2", status="met").model_copy(update=taken), key="later")
    market(need("N1"), offer("C1", projects_at_once=2), offer("C2"), key="survey")
    found = _offers(store)["C1"]
    assert "has room for 2 of 2 projects" in found.reasons
    assert all(ground.holds(store.view(PUBLIC)) for ground in found.grounds)


def test_a_capability_without_a_capacity_is_asked_for_it(market: Market) -> None:
    """Silence about how much is offered is no constraint, and is told."""
    found = _offers(market(need("N1"), offer("C1"), offer("C2", capacity="Two rooms")))
    assert "how much it can take is not stated: give its capacity" in found["C1"].missing
    assert "its capacity: Two rooms" in found["C2"].reasons


def test_organisations_that_are_parts_of_each_other_do_not_go_round(market: Market) -> None:
    """A circle of declarations is walked once, and matches like any other."""
    one, other = iri("organisation", "O2"), iri("organisation", "O3")
    store = market(need("N1"), offer("C1", provider=one))
    write(store, {"O": (_organisation("O2", part_of=other), _organisation("O3", part_of=one))}, key="owners")
    assert set(_offers(store)) == {"C1"}


def test_who_masters_a_method_is_asked_last_and_not_for_more_than_a_laboratory_can(market: Market) -> None:
    """An investigator is proposed for what the method helps with, below whoever offers it, and not where GMP is wanted."""
    store = market(
        need("N1", category="potency-assay"), need("N2", category="potency-assay", grade="gmp"),
        offer("C1", category="potency-assay"), need("N3", category="animal-models"),
    )  # fmt: skip
    master = Person(iri=iri("person", "I1"), identifier="I1", label="Synthetic investigator 01",
                    expertise=(f"{ATMP}method-potency-assay",))  # fmt: skip
    write(store, {"I1": (master,)}, key="people")
    assert list(_offers(store)) == ["C1", "I1"]
    assert _offers(store)["I1"].reasons == ("masters potency assay",)
    assert "this is experience, and not offered as a service: ask" in _offers(store)["I1"].missing
    assert (list(_offers(store, "N2")), list(_offers(store, "N3"))) == (["C1"], [])


def test_a_need_without_a_category_matches_nothing_and_nothing_matches_it(market: Market) -> None:
    """What is wanted is not known, so nobody is proposed."""
    store = market(need("N1").model_copy(update={"category": None}), offer("C1"))
    assert (_offers(store), _needs(store), refusals(store.view(PUBLIC), iri("need", "N1"))) == ({}, {}, ())


def test_every_reason_holds_in_the_graph(demo: Atlas) -> None:
    """Each reason of each match of the demonstration is a query, and its answer is yes."""
    view, asked = demo.view(PUBLIC), 0
    for kind, find in (("need", capabilities_for), ("capability", needs_for)):
        for record in view.records(kind):
            for match in find(view, record.iri, limit=100):
                assert match.reasons == tuple(ground.words for ground in match.grounds)
                assert [ground.ask for ground in match.grounds if not ground.holds(view)] == []
                asked += len(match.grounds)
    assert asked > 400


def test_a_need_says_when_it_falls_due_from_the_round(market: Market) -> None:
    """What a capability could serve is told for now and for each horizon."""
    days = {
        "N1": date(2023, 6, 1),
        "N2": date(2024, 1, 1),
        "N3": date(2027, 1, 1),
        "N4": date(2030, 1, 1),
        "N5": date(2040, 1, 1),
    }
    store = market(*(need(key, needed_from=day) for key, day in days.items()), need("N6"), offer("C1"))
    found = {key: one.horizon for key, one in _needs(store).items()}
    assert found == dict(zip(["N1", "N2", "N3", "N4", "N5", "N6"], HORIZONS, strict=True))
