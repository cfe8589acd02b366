"""Whom to work with: people who share something, rare things first, without those who work together already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.records import ATMP, MethodUse, Person, Product, Project, Record
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.ontology.vocabulary import vocabulary
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder
from atmp.search.match import Match
from atmp.search.people import WEIGHTS, people_for

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
    assert found.people()["I2"].parts == {"methods": WEIGHTS["methods"], "indication": 0, "modality": 0, "text": 0}


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
    """A score is the sum of its four parts, each at most its weight, and the best stands first."""
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
