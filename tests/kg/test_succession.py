"""Succession: a later answer replaces an earlier one, a cell left empty says nothing, and each round stays answerable."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from atmp.kg.iris import Graph, Names
from atmp.kg.ledger import Entry
from atmp.kg.load import load
from atmp.kg.records import ATMP
from atmp.kg.rounds import closing, source_key
from atmp.kg.store import Store
from atmp.kg.succession import cells, covers
from atmp.kg.tiers import Tier
from atmp.kg.view import View
from atmp.kg.viewer import OWNER, PUBLIC, Viewer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Survey = Callable[..., Path]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "3"}
PEOPLE = [{"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}"} for n in (1, 2)]
P01 = "<https://w3id.org/atmp/id/lund/product/P01>"
VECTOR = f"<{ATMP}vector>"


def _need(number: int, project: str = "P01", **said: str) -> dict[str, str]:
    return {"Need id": f"N{number}", "Project id": project, "Category": "gmp-slot"} | said


def _answer(
    survey: Survey,
    year: int,
    needs: list[dict[str, str]] | None = None,
    who: str = "",
    tier: str = "public",
    **cells_: str,
) -> Path:
    fields = {"Round": str(year), "Date": f"{year}-06-01", "Respondent id": who, "Tier": tier}
    sheets = {} if needs is None else {"Needs": needs}
    return survey(fields, Projects=[PROJECT | cells_], Investigators=PEOPLE, **sheets)


def _product(view: View) -> Any:
    return view.find("product", "P01", "lund")


def _ends(iris: tuple[str, ...]) -> list[str]:
    return sorted(iri.rpartition("-")[2] for iri in iris)


def _ids(view: View, kind: str) -> list[str | None]:
    return [one.identifier for one in view.records(kind)]


def test_a_later_list_replaces_the_earlier_one(store: Store, survey: Survey) -> None:
    """Vectors, methods by role and needs are those of the later round; the earlier round's are answered for as they were."""
    first = {
        "Vectors": "aav9;lentivirus",
        "Methods planned": "conditioning;potency-assay",
        "Research methods": "imaging",
    }
    load(store, _answer(survey, 2023, [_need(1), _need(2)], **first), agent="test")
    then = {"Vectors": "lentivirus", "Methods planned": "potency-assay;long-term-follow-up"}
    load(store, _answer(survey, 2027, [_need(2), _need(3)], **then), agent="test")
    now = store.view(OWNER)
    past = store.view(OWNER, at=closing(now, "2023"))
    assert [_ends(_product(view).vectors) for view in (past, now)] == [["aav9", "lentivirus"], ["lentivirus"]]
    assert [_ids(view, "need") for view in (past, now)] == [["N1", "N2"], ["N2", "N3"]]
    assert _ids(past, "method-use") == [
        "P01-conditioning-planned", "P01-imaging-research-tool", "P01-potency-assay-planned",
    ]  # fmt: skip
    assert _ids(now, "method-use") == [
        "P01-imaging-research-tool", "P01-long-term-follow-up-planned", "P01-potency-assay-planned",
    ]  # fmt: skip


def test_a_cell_left_empty_says_nothing(store: Store, survey: Survey) -> None:
    """Neither values nor methods nor needs cease where the later round has none, and the rounds themselves add up."""
    said = {"Vectors": "aav9", "Methods planned": "conditioning", "Notes": "a note"}
    load(store, _answer(survey, 2023, [_need(1, Description="a batch")], **said), agent="test")
    load(store, _answer(survey, 2027, []), agent="test")
    view = store.view(OWNER)
    assert _ends(_product(view).vectors) == ["aav9"]
    assert (_ids(view, "method-use"), _ids(view, "need")) == (["P01-conditioning-planned"], ["N1"])
    project: Any = view.find("project", "P01")
    assert ([iri[-4:] for iri in project.rounds], project.notes) == (["2023", "2027"], ("a note",))


def test_a_need_that_stays_keeps_what_was_not_said_again(store: Store, survey: Survey) -> None:
    """A row with an empty cell keeps the earlier description."""
    load(store, _answer(survey, 2023, [_need(1, Description="a batch"), _need(2)]), agent="test")
    load(store, _answer(survey, 2027, [_need(1)]), agent="test")
    assert [(one.identifier, one.description) for one in store.view(OWNER).records("need")] == [("N1", "a batch")]


def test_the_last_need_of_a_project_goes_where_other_needs_are_listed(store: Store, survey: Survey) -> None:
    """A sheet that lists needs of others and none of a project says that it has none; one without the project says nothing."""
    both = [PROJECT, PROJECT | {"Project id": "P02"}]
    fields = {"Round": "2027", "Date": "2027-06-01"}
    load(store, survey(Projects=both, Needs=[_need(1), _need(2, "P02")]), agent="test")
    alone = survey(fields, Projects=[both[1]], Needs=[_need(2, "P02")])
    load(store, alone, agent="test")
    assert _ids(store.view(OWNER), "need") == ["N1", "N2"]
    whole = survey(fields, Projects=both, Needs=[_need(2, "P02")])
    load(store, whole, agent="test")
    assert _ids(store.view(OWNER), "need") == ["N2"]
    load(store, alone, agent="test")
    assert _ids(store.view(OWNER), "need") == ["N1", "N2"]


def test_a_need_that_moves_to_another_project_stays(store: Store, survey: Survey) -> None:
    """It leaves the one list and stands in the other."""
    both = [PROJECT, PROJECT | {"Project id": "P02"}]
    load(store, survey(Projects=both, Needs=[_need(1), _need(2)]), agent="test")
    moved = survey({"Round": "2027", "Date": "2027-06-01"}, Projects=both, Needs=[_need(1), _need(2, "P02")])
    load(store, moved, agent="test")
    needs: list[Any] = store.view(OWNER).records("need")
    assert [(one.identifier, one.project[-3:]) for one in needs] == [("N1", "P01"), ("N2", "P02")]


def test_words_outside_the_scheme_give_way_cell_by_cell(store: Store, survey: Survey) -> None:
    """What was written for one cell is replaced by what is written for it later, and another cell's words stay."""
    load(store, _answer(survey, 2023, Vectors="old vector", Route="old route"), agent="test")
    load(store, _answer(survey, 2027, Vectors="new vector"), agent="test")
    assert store.view(OWNER).find("project", "P01").as_written == ("Route: old route", "Vectors: new vector")


def test_open_answers_give_way_cell_by_cell(store: Store, survey: Survey) -> None:
    """What was unknown and later does not apply counts as the later answer only, and the open answers to other cells stay."""
    load(store, _answer(survey, 2023, Vectors="unknown", Started="unknown", Route="unknown"), agent="test")
    before = store.view(OWNER).find("project", "P01").open_answers
    load(store, _answer(survey, 2027, Started="not applicable"), agent="test")
    assert store.view(OWNER).find("project", "P01").open_answers == tuple(
        one.replace("Started: unknown", "Started: not applicable") for one in before
    )
    assert "Started: unknown" in before


def test_withdrawing_the_later_answer_brings_the_earlier_one_back(store: Store, survey: Survey) -> None:
    """A corrected file that leaves the cell empty gives the earlier list its place again."""
    said = {"Vectors": "aav9", "Methods planned": "conditioning"}
    load(store, _answer(survey, 2023, [_need(1)], **said), agent="test")
    before = (_ends(_product(store.view(OWNER)).vectors), _ids(store.view(OWNER), "method-use"))
    load(store, _answer(survey, 2027, [_need(2)], Vectors="lentivirus", **{"Methods planned": "imaging"}), agent="test")
    load(store, _answer(survey, 2027, [_need(2)]), agent="test")
    assert (_ends(_product(store.view(OWNER)).vectors), _ids(store.view(OWNER), "method-use")) == before


def test_registers_do_not_replace_each_other(store: Store) -> None:
    """What two sources that are no survey's say of one thing adds up, beside what the survey says later."""
    for key, year, word in (("ct-1", 2023, "a"), ("ct-2", 2025, "b"), (source_key("lund", "2027"), 2027, "c")):
        _say(store, key, year, {word}, Tier.PUBLIC)
    assert _stands(store) == {("a", "public"), ("b", "public"), ("c", "public")}


class Said(NamedTuple):
    """What one file says of a list: whose, when, what, and to whom."""

    year: int
    who: str | None
    values: frozenset[str]
    tier: Tier


def _say(store: Store, key: str, year: int, values: set[str] | frozenset[str], tier: Tier) -> None:
    graph = f"<{Names().graph('lund', tier)}>"
    quads = tuple((P01, VECTOR, f"<{ATMP}vector-{value}>", graph) for value in values)
    store.write(key, f"{year}-01-01", [Entry("Projects/P01", quads)], agent="test")


def _stands(store: Store) -> set[tuple[str, str]]:
    lines = (line.decode().split() for line in store.view(OWNER).nquads())
    return {(line[2][1:-1].rpartition("-")[2], line[3][1:-1].rpartition("/")[2]) for line in lines}


TIERS = [Tier.PUBLIC, Tier.PARTNER, Tier.INTERNAL]
FILES = st.lists(
    st.builds(
        Said,
        st.sampled_from([2023, 2024, 2025]),
        st.sampled_from([None, "I1", "I2"]),
        st.frozensets(st.sampled_from("abcd")),
        st.sampled_from(TIERS),
    ),
    max_size=6,
    unique_by=lambda said: (said.year, said.who),
)


def _expected(files: list[Said], tier: Tier) -> set[str]:
    """Return what a reader up to `tier` sees: of what each tier's readers were told, the latest that is not empty."""
    found: set[str] = set()
    for at in TIERS[: TIERS.index(tier) + 1]:
        told = [said for said in files if said.values and said.tier.rank <= at.rank]
        last = max((said.year for said in told), default=0)
        found |= {value for said in told if said.year == last and said.tier is at for value in said.values}
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES, data=st.data())
def test_whatever_the_order_the_latest_answers_stand(files: list[Said], data: Any, tmp_path: Path) -> None:
    """Each tier's readers see the latest answers they may read, those of one day side by side, in whatever order they came."""
    for path in tmp_path.glob("*.atlas*"):
        path.unlink()
    order = data.draw(st.permutations(files))
    with Store.create(tmp_path / "order.atlas") as store:
        for said in order:
            _say(store, source_key("lund", str(said.year), said.who), said.year, said.values, said.tier)
        for tier in TIERS:
            seen = {line.decode().split()[2] for line in store.view(Viewer("reader", {"*": tier})).nquads()}
            assert {value[1:-1].rpartition("-")[2] for value in seen} == _expected(files, tier)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_files_of_a_centre_and_of_its_people_agree_in_any_order(
    order: tuple[int, ...], store: Store, survey: Survey
) -> None:
    """The whole centre's earlier file and two leads' later ones: those of the latest day stand side by side."""
    files = [
        _answer(survey, 2023, [_need(1), _need(2)], Vectors="aav9", **{"Methods planned": "conditioning"}),
        _answer(survey, 2027, [_need(2)], "I1", Vectors="lentivirus", **{"Methods planned": "imaging"}),
        _answer(survey, 2027, [_need(3)], "I2", Vectors="lentivirus", **{"Methods planned": "potency-assay"}),
    ]
    for at in order:
        load(store, files[at], agent="test")
    view = store.view(OWNER)
    assert (_ends(_product(view).vectors), _ids(view, "need")) == (["lentivirus"], ["N2", "N3"])
    assert _ids(view, "method-use") == ["P01-imaging-planned", "P01-potency-assay-planned"]


def test_an_answer_for_few_replaces_nothing_that_others_were_told(store: Store, survey: Survey) -> None:
    """The public keeps what it was told until it is told otherwise; a later open answer replaces the internal one."""
    load(store, _answer(survey, 2023, [_need(1)], Vectors="aav9"), agent="test")
    load(store, _answer(survey, 2025, [_need(2)], tier="internal", Vectors="lentivirus"), agent="test")
    public = store.view(PUBLIC)
    assert (_ends(_product(public).vectors), _ids(public, "need")) == (["aav9"], ["N1"])
    load(store, _answer(survey, 2027, [_need(3)], Vectors="aav2"), agent="test")
    for view in (store.view(PUBLIC), store.view(OWNER)):
        assert (_ends(_product(view).vectors), _ids(view, "need")) == (["aav2"], ["N3"])


def test_a_single_answer_gives_way_to_a_later_one_that_is_open_to_more(store: Store, survey: Survey) -> None:
    """What was once said within the centre does not outlive what is now said to all."""
    load(store, _answer(survey, 2025, tier="internal", **{"ATMP class": "TEP"}), agent="test")
    load(store, _answer(survey, 2027, **{"ATMP class": "GTMP"}), agent="test")
    assert _product(store.view(OWNER)).atmp_class == f"{ATMP}class-gtmp"
    assert len([line for line in store.view(OWNER).nquads() if b"atmpClass" in line]) == 1


def _graph(tier: Tier, centre: str = "lund", project: str | None = None) -> Graph:
    return Names().read_graph(Names().graph(centre, tier, project=project))


def test_a_graph_covers_those_whose_readers_read_it_too() -> None:
    """More open within a centre, or public; a confidential project may be open to a stranger, who reads no more."""
    assert covers(_graph(Tier.PARTNER), _graph(Tier.INTERNAL))
    assert covers(_graph(Tier.PUBLIC, "oslo"), _graph(Tier.CONFIDENTIAL, project="P01"))
    assert covers(_graph(Tier.CONFIDENTIAL, project="P01"), _graph(Tier.CONFIDENTIAL, project="P01"))
    assert not covers(_graph(Tier.INTERNAL), _graph(Tier.PARTNER))
    assert not covers(_graph(Tier.PARTNER, "oslo"), _graph(Tier.INTERNAL))
    assert not covers(_graph(Tier.INTERNAL), _graph(Tier.CONFIDENTIAL, project="P01"))


def test_the_round_is_no_cell() -> None:
    """Lists that people answer are replaced; the rounds that a project took part in are not one."""
    assert {f"{ATMP}vector", f"{ATMP}leadInvestigator", f"{ATMP}trialId"} <= cells()
    assert f"{ATMP}round" not in cells()


def test_a_replaced_answer_breaks_no_rule(store: Store, survey: Survey) -> None:
    """The vector of the earlier round, no longer in the product, does not contradict the class of the later one."""
    load(store, _answer(survey, 2023, Vectors="lentivirus"), agent="test")
    said = {"ATMP class": "sCTMP", "Cell sources": "msc"}
    done = load(store, _answer(survey, 2027, Vectors="no vector", **said), agent="test")
    assert not [one.message for one in done.findings if "points to a gene therapy" in one.message]
    done = load(store, _answer(survey, 2028, **said), agent="test")
    assert not [one.message for one in done.findings if "points to a gene therapy" in one.message]
