"""Whom to work with: people who share something, rare things first, without those who work together already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.records import (
    ATMP,
    Capability,
    Grant,
    MethodUse,
    Need,
    Organisation,
    Person,
    Product,
    Project,
    Publication,
    Record,
    StageObservation,
)
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.ontology.vocabulary import vocabulary
from atmp.search.collaboration import weights as learnt_weights
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.match import Match
from atmp.search.people import WEIGHTS, people_for, read_weights
from atmp.search.ties import APART, ties

from .conftest import GVHD, PARKINSON, iri, write

Circle = Callable[..., "Asked"]
WRITTEN = "Cells are made from a line and given to patients by a needle."


class Asked:
    """A store of people and projects, and the question of whom P01 should work with."""

    def __init__(self, store: Store) -> None:
        """Ask this store."""
        self.store, self.finder = store, Finder(store, HashingEmbedder())

    def people(self, viewer: Any = PUBLIC, *, limit: int = 50) -> dict[str, Match]:
        """Return the people for P01 by id, in their order."""
        self.finder.index()
        found = people_for(self.store.view(viewer), self.finder, iri("project", "P01"), limit=limit)
        return {one.identifier: one for one in found}

    def add(self, *rows: tuple[Record, ...], tier: Tier = Tier.PUBLIC, key: str = "survey") -> None:
        """Write the rows of one source."""
        write(self.store, {str(number): row for number, row in enumerate(rows)}, tier=tier, key=key)


@pytest.fixture
def circle(tmp_path: Path) -> Any:
    """Return a maker of a store out of rows."""
    with Store.create(tmp_path / "circle.atlas") as store:

        def make(*rows: tuple[Record, ...]) -> Asked:
            asked = Asked(store)
            asked.add(*rows)
            return asked

        yield make


def person(number: int, *expertise: str) -> Person:
    """Return an investigator who masters some methods."""
    key = f"I{number}"
    methods = tuple(f"{ATMP}method-{method}" for method in expertise)
    return Person(
        iri=iri("person", key), identifier=key, label=f"Synthetic investigator {number:02}", expertise=methods
    )


def work(key: str, team: list[int], *methods: str, text: str = "", **product: Any) -> tuple[Record, ...]:
    """Return a project with its product, the first of its team leading, and the methods it uses."""
    made = Product(iri=iri("product", key), identifier=key, label=f"Therapy {key}", **product)
    people = [iri("person", f"I{number}") for number in team]
    project = Project(
        iri=iri("project", key), identifier=key, label=f"Therapy {key}", description=text or None,
        develops=(made.iri,), lead=tuple(people[:1]), investigators=tuple(people[1:]),
    )  # fmt: skip
    uses = (
        MethodUse(iri=iri("method-use", f"{key}-{name}"), project=project.iri, method=f"{ATMP}method-{name}")
        for name in methods
    )
    return (project, made, *uses)


def everyone(many: int) -> list[tuple[Record, ...]]:
    """Return so many investigators, a row each."""
    return [(person(number),) for number in range(1, many + 1)]


def test_those_who_already_work_together_are_left_out(circle: Circle) -> None:
    """The own team is no news, and neither is anybody who shares another project with one of the team."""
    found = circle(
        *everyone(5), work("P01", [1, 2], "electroporation"), work("P02", [2, 3], "electroporation"),
        work("P03", [4], "electroporation"), work("P04", [3, 5], "electroporation"),
    ).people()  # fmt: skip
    assert set(found) == {"I4", "I5"}


def test_a_rare_method_counts_more_than_a_common_one(circle: Circle) -> None:
    """Sharing what hardly anybody does says more than sharing what everybody does."""
    rows = [work(f"P{number:02}", [number], "cryopreservation") for number in range(4, 9)]
    found = circle(
        *everyone(8), work("P01", [1], "electroporation", "cryopreservation"),
        work("P02", [2], "electroporation"), *rows,
    ).people()  # fmt: skip
    assert found["I2"].parts["methods"] > found["I4"].parts["methods"] > 0
    assert next(iter(found)) == "I2"
    assert found["I4"].parts["methods"] == found["I8"].parts["methods"]


def test_reasons_name_the_rarest_shared_methods_first(circle: Circle) -> None:
    """Of the methods that are shared the three rarest are named, rarest first."""
    shared = ["electroporation", "bioprinting", "cell-banking", "cryopreservation"]
    rows = [work(f"P{number:02}", [number], *shared[number - 2 :]) for number in range(3, 6)]
    found = circle(*everyone(5), work("P01", [1], *shared), work("P02", [2], *shared), *rows).people()
    assert found["I2"].reasons[0] == "shares 4 methods, the rarest electroporation, bioprinting, cell banking"
    assert list(found) == ["I2", "I3", "I4", "I5"]


def test_what_a_person_masters_counts_like_what_her_projects_use(circle: Circle) -> None:
    """An investigator without a project is found by her expertise."""
    found = circle((person(1),), (person(2, "electroporation"),), (person(3),), work("P01", [1], "electroporation"))
    assert list(found.people()) == ["I2"]
    assert {name: part for name, part in found.people()["I2"].parts.items() if part} == {"methods": WEIGHTS["methods"]}


def test_the_same_disease_counts_more_than_a_close_one_and_another_not_at_all(circle: Circle) -> None:
    """Parent and child in the tree of diseases are close; reasons say which disease it is."""
    above = sorted(vocabulary().diseases.parents(PARKINSON))[0]
    found = circle(
        *everyone(4), work("P01", [1], indications=(PARKINSON,)), work("P02", [2], indications=(above,)),
        work("P03", [3], indications=(PARKINSON,)), work("P04", [4], indications=(GVHD,)),
    ).people()  # fmt: skip
    near = {key: match.parts["indication"] for key, match in found.items()}
    assert near["I3"] == WEIGHTS["indication"] > near["I2"] > 0 == near.get("I4", 0)
    assert any(reason.startswith("works on the same disease, ") for reason in found["I3"].reasons)
    assert any(reason.startswith("works on a close disease, ") for reason in found["I2"].reasons)


def test_vectors_and_cells_make_the_modality(circle: Circle) -> None:
    """Two serotypes of AAV are the same modality, though they are not the same vector."""
    found = circle(
        *everyone(3), work("P01", [1], vectors=(f"{ATMP}vector-aav2",)),
        work("P02", [2], vectors=(f"{ATMP}vector-aav9",)), work("P03", [3], vectors=(f"{ATMP}vector-lentivirus",)),
    ).people()  # fmt: skip
    same = {key: match.parts["modality"] for key, match in found.items()}
    assert same["I2"] == WEIGHTS["modality"] > 0 == same.get("I3", 0)
    assert any(reason.startswith("the same modality, ") and "AAV" in reason for reason in found["I2"].reasons)


def test_a_project_that_is_described_alike_is_a_reason(circle: Circle) -> None:
    """Whose work reads most like the project's own is named with it."""
    found = circle(
        *everyone(3), work("P01", [1], text=WRITTEN), work("P02", [2], text=WRITTEN),
        work("P03", [3], text="Antibodies against a toxin."),
    ).people()  # fmt: skip
    assert next(iter(found)) == "I2"
    assert found["I2"].parts["text"] == WEIGHTS["text"]
    assert "described most alike: Therapy P02" in found["I2"].reasons


def test_parts_add_up_to_the_score_and_scores_fall(circle: Circle) -> None:
    """A score is the sum of its parts, each at most its weight, and the best stands first."""
    methods = ["electroporation", "bioprinting", "cell-banking"]
    rows = [work(f"P{number:02}", [number], *methods[number % 3 :], text=WRITTEN[: 9 * number],
                 vectors=(f"{ATMP}vector-aav2",) if number % 2 else (), indications=(PARKINSON,) if number > 4 else ())
            for number in range(2, 9)]  # fmt: skip
    found = circle(
        *everyone(8), *rows,
        work("P01", [1], *methods, text=WRITTEN, indications=(PARKINSON,), vectors=(f"{ATMP}vector-aav2",)),
    ).people()  # fmt: skip
    assert len(found) == 7
    assert [one.score for one in found.values()] == sorted((one.score for one in found.values()), reverse=True)
    for match in found.values():
        assert match.score == pytest.approx(sum(match.parts.values()))
        assert all(0 <= part <= WEIGHTS[name] for name, part in match.parts.items())
        assert match.reasons


def test_a_hidden_project_moves_nobodys_public_result(circle: Circle) -> None:
    """Projects, teams, methods and expertise within a centre change what the public is told in nothing."""
    asked = circle(
        *everyone(4), work("P01", [1], "electroporation", "bioprinting", text=WRITTEN),
        work("P02", [2], "electroporation", text=WRITTEN), work("P03", [3], "bioprinting", text="Another matter."),
    )  # fmt: skip
    before = asked.people()
    asked.add(
        work("P08", [1, 2], "electroporation", text=WRITTEN), work("P09", [3, 4], "electroporation", text=WRITTEN),
        (person(4, "bioprinting"),), tier=Tier.INTERNAL, key="hidden",
    )  # fmt: skip
    assert asked.people() == before
    assert list(before) == ["I2", "I3"]
    assert set(asked.people(OWNER)) == {"I3", "I4"}


def test_questions_that_make_no_sense_are_answered_in_words(circle: Circle) -> None:
    """A product, a project of nowhere, or nobody at all, is said and not guessed; a limit is kept."""
    asked = circle(
        *everyone(3), work("P01", [1], "bioprinting"), work("P02", [2], "bioprinting"), work("P03", [3], "bioprinting")
    )
    assert list(asked.people(limit=1)) == ["I2"]
    with pytest.raises(UsageError, match="at least one person"):
        asked.people(limit=0)
    with pytest.raises(UsageError, match="is no project: name one"):
        people_for(asked.store.view(PUBLIC), asked.finder, iri("product", "P01"))
    with pytest.raises(UnknownRecordError):
        people_for(asked.store.view(PUBLIC), asked.finder, iri("project", "P99"))


def test_what_is_on_no_list_is_shared_by_nobody(circle: Circle) -> None:
    """That two projects both use some other method and platform says nothing of them."""
    nothing = {"platforms": (f"{ATMP}platform-other",)}
    found = circle(
        *everyone(2), work("P01", [1], "other", text=WRITTEN, **nothing), work("P02", [2], "other", text="", **nothing)
    ).people()
    for one in found.values():
        assert one.parts["methods"] == one.parts["modality"] == 0.0
        assert not any("other" in reason.split(", ") or "shares" in reason for reason in one.reasons)


def test_the_other_modality_and_the_other_disease_are_complements(circle: Circle) -> None:
    """Same disease by another modality, or same modality for another disease; the same of both is no contrast."""
    aav, lenti = (f"{ATMP}vector-aav2",), (f"{ATMP}vector-lentivirus",)
    found = circle(
        *everyone(5), work("P01", [1], indications=(PARKINSON,), vectors=aav),
        work("P02", [2], indications=(PARKINSON,), vectors=lenti), work("P03", [3], indications=(GVHD,), vectors=aav),
        work("P04", [4], indications=(PARKINSON,), vectors=aav), work("P05", [5], indications=(GVHD,), vectors=lenti),
    ).people()  # fmt: skip
    assert set(found) == {"I2", "I3", "I4"}
    assert found["I2"].parts["contrast"] == found["I3"].parts["contrast"] == WEIGHTS["contrast"]
    assert found["I4"].parts["contrast"] == 0
    assert "a near disease by another modality: Therapy P02" in found["I2"].reasons
    assert "the same modality for another disease: Therapy P03" in found["I3"].reasons


def staged(key: str, stage: int) -> tuple[Record, ...]:
    """Return an observation of a project's stage."""
    seen = StageObservation(
        iri=iri("stage-observation", key), project=iri("project", key), stage=f"{ATMP}stage-{stage}",
        observed=date(2023, 1, 1),
    )  # fmt: skip
    return (seen,)


def test_who_has_been_where_the_project_is_going_is_proposed(circle: Circle) -> None:
    """One to three stages ahead by the same modality; further is too far, and behind is no help."""
    aav = {"vectors": (f"{ATMP}vector-aav2",)}
    stages = {"P01": 3, "P02": 5, "P03": 8, "P04": 2}
    found = circle(
        *everyone(4), *(work(key, [number], **aav) for number, key in enumerate(stages, start=1)),
        *(staged(key, stage) for key, stage in stages.items()),
    ).people()  # fmt: skip
    assert {key: match.parts["ahead"] > 0 for key, match in found.items()} == {"I2": True, "I3": False, "I4": False}
    said = "has been where the project is going: Therapy P02 is at stage 5, 2 ahead"
    assert said in found["I2"].reasons


def test_one_sides_offer_for_the_others_need(circle: Circle) -> None:
    """Half for each direction; what the own organisation has already is no reason to ask elsewhere."""
    categories = (f"{ATMP}category-potency-assay", f"{ATMP}category-gmp-slot")
    offers = [
        Capability(
            iri=iri("capability", f"C{n}"), identifier=f"C{n}", provider=iri("organisation", f"O{n}"), category=one
        )
        for n, one in enumerate(categories, start=1)
    ]
    wants = [
        Need(iri=iri("need", "N1"), identifier="N1", project=iri("project", "P01"), category=categories[1]),
        Need(iri=iri("need", "N2"), identifier="N2", project=iri("project", "P02"), category=categories[0]),
    ]
    units = [Organisation(iri=iri("organisation", f"O{n}"), identifier=f"O{n}", label=f"Unit {n}") for n in (1, 2)]
    members = [person(n).model_copy(update={"organisations": (iri("organisation", f"O{n}"),)}) for n in (1, 2)]
    asked = circle(
        *((one,) for one in (*offers, *wants, *units, *members)), (person(3),), work("P01", [1]), work("P02", [2]),
        work("P03", [3]),
    )  # fmt: skip
    found = asked.people()
    assert found["I2"].parts["exchange"] == WEIGHTS["exchange"]
    assert [reason.partition(":")[0] for reason in found["I2"].reasons[-2:]] == [
        "has what the project needs", "needs what the team has",
    ]  # fmt: skip
    assert "I3" not in found or found["I3"].parts["exchange"] == 0


def known_to(asked: Asked, project: str = "P01") -> dict[str, str]:
    """Return whom a project's team knows, by id, with why."""
    return {one.identifier: one.why for one in ties(asked.store.view(PUBLIC), iri("project", project))}


def test_known_ties_are_left_out_and_shown(circle: Circle) -> None:
    """A shared project, grant, paper or small group; two of one name are told apart by nobody, and stay."""
    group = Organisation(
        iri=iri("organisation", "O2"), identifier="O2", label="A group", part_of=iri("organisation", "O1")
    )
    whole = Organisation(iri=iri("organisation", "O1"), identifier="O1", label="A university")
    people = [person(n, "electroporation") for n in range(1, 8)]
    people[0] = people[0].model_copy(update={"organisations": (group.iri, whole.iri)})
    people[4] = people[4].model_copy(update={"organisations": (group.iri,)})
    people[5] = people[5].model_copy(update={"organisations": (whole.iri,)})
    names = [f"Synthetic investigator {n:02}" for n in range(1, 8)]
    grant = Grant(iri=iri("grant", "G1"), identifier="G1", label="A grant", officials=(names[0], names[2], names[6]))
    paper = Publication(iri=iri("publication", "A1"), identifier="A1", label="A paper", authors=(names[0], names[3]))
    twin = Person(iri=iri("person", "I70"), identifier="I70", label=names[6])
    asked = circle(
        *((one,) for one in (group, whole, *people, grant, paper, twin)), work("P01", [1], "electroporation"),
        work("P02", [1, 2]),
    )  # fmt: skip
    assert known_to(asked) == {
        "I2": "the same project, Therapy P02", "I3": "the same grant, A grant", "I4": "the same paper, A paper",
        "I5": "the same group, A group",
    }  # fmt: skip
    assert set(asked.people()) == {"I6", "I7"}


def test_declared_conflicts_are_kept_to_from_both_sides(circle: Circle) -> None:
    """Whoever of the two said it; each of the other, or a ring of three, is no trouble."""
    ring = {1: 2, 2: 3, 3: 1}
    people = [
        person(n, "electroporation").model_copy(
            update={"not_with": (iri("person", f"I{ring[n]}"),) if n in ring else ()}
        )
        for n in range(1, 5)
    ]
    asked = circle(*((one,) for one in people), work("P01", [1], "electroporation"), work("P02", [2]))
    assert set(asked.people()) == {"I4"}
    assert known_to(asked) == {"I2": APART, "I3": APART}


def test_who_declared_a_conflict_with_everybody_is_proposed_nobody(circle: Circle) -> None:
    """The answer is empty, and everybody stands among those left out."""
    others = tuple(iri("person", f"I{n}") for n in range(1, 5))
    alone = person(1).model_copy(update={"not_with": others})
    people = [person(n, "electroporation") for n in range(2, 5)]
    asked = circle((alone,), *((one,) for one in people), work("P01", [1], "electroporation"))
    assert asked.people() == {}
    assert set(known_to(asked).values()) == {APART}
    assert len(known_to(asked)) == 3


def test_weights_can_be_moved_and_parts_still_add_up(circle: Circle) -> None:
    """A part that alone counts makes the order; unknown parts, negative weights and none at all are refused."""
    asked = circle(
        *everyone(3), work("P01", [1], "electroporation", text=WRITTEN), work("P02", [2], "electroporation"),
        work("P03", [3], text=WRITTEN),
    )  # fmt: skip
    view, at = asked.store.view(PUBLIC), iri("project", "P01")
    asked.finder.index()
    for part, best in (("methods", "I2"), ("text", "I3")):
        only = dict.fromkeys(WEIGHTS, 0.0) | read_weights([f"{part}=2"])
        first, *_ = people_for(view, asked.finder, at, weights=only)
        assert (first.identifier, first.score, first.parts[part]) == (best, 1.0, 1.0)
    for bad, words in (
        ({"luck": 1.0}, "is no part"),
        ({"text": -1.0}, "0 or more"),
        (dict.fromkeys(WEIGHTS, 0.0), "above it"),
    ):
        with pytest.raises(UsageError, match=words):
            people_for(view, asked.finder, at, weights=bad)
    with pytest.raises(UsageError, match="write it as text"):
        read_weights(["text"])


def test_no_team_fills_the_list(circle: Circle) -> None:
    """Two of one project's team are named; the third only where nobody else is left, and then in her place."""
    asked = circle(
        *everyone(6), work("P01", [1], "electroporation", "bioprinting"),
        work("P02", [2, 3, 4], "electroporation", "bioprinting"), work("P03", [5], "electroporation"), work("P04", [6], "bioprinting"),
    )  # fmt: skip
    assert set(asked.people(limit=4)) == {"I2", "I3", "I5", "I6"}
    assert set(list(asked.people())[:3]) == {"I2", "I3", "I4"}


def test_words_and_circle_weigh_as_they_were_learnt() -> None:
    """The share of common acquaintances beside texts is that of the table that was learnt from real choices."""
    table = learnt_weights()
    texts = sum(weight for name, weight in table.items() if name.startswith(("meaning", "words")))
    assert WEIGHTS["circle"] / WEIGHTS["text"] == pytest.approx(table["partners of partners"] / texts, abs=0.02)
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("level", [PUBLIC, OWNER])
def test_a_viewers_answer_is_that_of_a_store_without_what_she_may_not_see(tmp_path: Path, level: Any) -> None:
    """Order, scores, parts and ties are equal, whatever else the store holds."""
    open_rows = [*everyone(6), work("P01", [1], "electroporation", text=WRITTEN), work("P02", [2, 3], "electroporation"),
                 work("P03", [4], text=WRITTEN), work("P04", [3, 5], "bioprinting")]  # fmt: skip
    hidden = [work("P08", [1, 4], "electroporation", text=WRITTEN), work("P09", [5, 6], "electroporation"),
              (person(2).model_copy(update={"not_with": (iri("person", "I1"),)}),)]  # fmt: skip
    with Store.create(tmp_path / "whole.atlas") as whole, Store.create(tmp_path / "part.atlas") as part:
        for store in (whole, part):
            Asked(store).add(*open_rows)
        Asked(whole).add(*hidden, tier=Tier.INTERNAL, key="hidden")
        if level == OWNER:
            Asked(part).add(*hidden, tier=Tier.INTERNAL, key="hidden")
        one, other = Asked(whole), Asked(part)
        assert list(one.people(level).items()) == list(other.people(level).items())
        at = iri("project", "P01")
        assert ties(whole.view(level), at) == ties(part.view(level), at)
