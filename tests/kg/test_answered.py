"""What a centre has answered, as sheets: loading them again brings nothing new, and nobody sees more than is theirs."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.answered import Answered
from atmp.kg.importers.columns import SHEETS, SURVEY, Column, Sort
from atmp.kg.load import load
from atmp.kg.records import KINDS, PROV
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC, Viewer
from atmp.kg.workbook import write
from atmp.ontology.vocabulary import vocabulary
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

DEMO = Path(__file__).parents[2] / "data" / "demo" / "lund-survey.xlsx"
LUND = Viewer("lund:internal", {"lund": Tier.INTERNAL, "*": Tier.PUBLIC})
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}


def _facts(store: Store) -> set[str]:
    """Return what stands of records, their sources aside."""
    lines = [line.decode().strip() for line in store.view(OWNER).nquads()]
    kinds = {f"<{model.type}>" for model in KINDS.values()}
    records = {line.split(" ")[0] for line in lines if line.split(" ")[2] in kinds}
    return {line for line in lines if line.split(" ")[0] in records and f"<{PROV}wasDerivedFrom>" not in line}


def _answered(
    store: Store, language: str = "en", *, contacts: bool = True, of: str | None = None
) -> dict[str, list[dict[str, str]]]:
    answered = Answered(store.view(OWNER), "lund", language, contacts=contacts)
    return (answered.only(f"https://w3id.org/atmp/id/lund/person/{of}") if of else answered).sheets()


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_demonstration_comes_back_as_it_was(language: str, store: Store, tmp_path: Path) -> None:
    """The survey that ships, written from the store in either language and loaded again, brings nothing new."""
    first = load(store, DEMO, agent="test")
    before = _facts(store)
    write(tmp_path / "again.xlsx", _answered(store, language), language)
    receipt = load(store, tmp_path / "again.xlsx", agent="test")
    assert {(one.message, one.record) for one in receipt.findings} == {
        (one.message, one.record) for one in first.findings
    }
    assert [
        one.record for one in receipt.findings if "/project/P14" not in one.record and "/project/P23" not in one.record
    ] == []
    assert _facts(store) == before
    with Store.create(tmp_path / "other.atlas") as other:
        load(other, tmp_path / "again.xlsx", agent="test")
        assert _facts(other) == before
    assert len(before) > 3000


# a cell of nothing but space is an empty one
_WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).filter(
    lambda words: words.strip() != ""
)
_FIRST, _LAST = date(1990, 1, 1), date(2040, 12, 31)


def _cells(column: Column) -> st.SearchStrategy[str]:
    """Return what may stand in a cell of a column."""
    sorts: dict[Sort, st.SearchStrategy[str]] = {
        Sort.DATE: st.dates(min_value=_FIRST, max_value=_LAST).map(str),
        Sort.YES_NO: st.sampled_from(["yes", "nej", "unknown"]),
        Sort.NUMBER: st.integers(1, 4).map(str),
        Sort.DISEASES: st.sampled_from(["MONDO:0005180", "Parkinson's disease; MONDO:0018150", "no such illness"]),
        Sort.IRI: st.just(f"{column.stem}0000-0002-1825-0097"),
    }
    if column.scheme:
        terms = [concept.notation for concept in vocabulary().schemes[column.scheme].concepts]
        one = st.sampled_from([*terms, "no such term"] if column.scheme != "tier" else terms)
        return st.lists(one, max_size=3, unique=True).map("; ".join) if column.sort is Sort.CONCEPTS else one
    return sorts.get(column.sort, _WORDS)


def _row(sheet: str, identifier: str, **links: str) -> st.SearchStrategy[dict[str, str]]:
    """Return rows of a sheet with an id: some cells filled in, what is required always."""
    fixed = {SHEETS[sheet][0].header: identifier} | links
    free = {
        column.header: _cells(column) for column in SHEETS[sheet] if not column.sheet and column.header not in fixed
    }
    must = {
        column.header: free.pop(column.header) for column in SHEETS[sheet] if column.required and column.header in free
    }
    return st.fixed_dictionaries({**{key: st.just(value) for key, value in fixed.items()}, **must}, optional=free)


_SURVEYS = st.fixed_dictionaries(
    {
        SURVEY: st.just(
            [{"Field": field, "Value": value} for field, value in
             {"Centre": "lund", "Round": "2026", "Date": "2026-01-31", "Tier": "partner"}.items()]
        ),
        "Projects": st.tuples(_row("Projects", "P 1/ä", **{"Lead investigator ids": "I1", "Capabilities used": "C1"})),
        "Investigators": st.tuples(_row("Investigators", "I1", **{"Organisation ids": "O1"})),
        "Organisations": st.tuples(_row("Organisations", "O1"), _row("Organisations", "O2", **{"Part of": "O1"})),
        "Needs": st.tuples(_row("Needs", "N1", **{"Project id": "P 1/ä"})),
        "Capabilities": st.tuples(_row("Capabilities", "C1", **{"Provider id": "O1"})),
    }
)  # fmt: skip


# shrinking an example would take minutes: each writes two workbooks, and loads them three times
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(_SURVEYS, st.sampled_from(["en", "sv"]))
def test_whatever_was_answered_comes_back(answers: dict[str, Any], language: str) -> None:
    """Filled in, loaded, written from the store and loaded again: the facts are the same, also in an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        first, again = Path(folder) / "first.xlsx", Path(folder) / "again.xlsx"
        write(first, answers)
        with Store.create(Path(folder) / "a.atlas") as store, Store.create(Path(folder) / "b.atlas") as other:
            load(store, first, agent="test")
            before = _facts(store)
            write(again, _answered(store, language), language)
            load(store, again, agent="test")
            load(other, again, agent="test")
            assert _facts(store) == before
            assert _facts(other) == before


def test_the_words_of_no_term_come_back(store: Store, survey: Any) -> None:
    """What somebody wrote in place of a term is given back as it was written, not as "other"."""
    load(store, survey(Projects=[PROJECT | {"Vectors": "AVV9; AAV2", "Delivery": "by drone"}]), agent="test")
    (row,) = _answered(store)["Projects"]
    assert (row["Vectors"], row["Delivery"]) == ("AAV2; AVV9", "by drone")


def test_the_stage_is_the_latest_with_its_date(store: Store, survey: Any) -> None:
    """Of several observations the current one is given."""
    load(store, survey(Projects=[PROJECT | {"Stage": "3", "Stage date": "2022"}]), agent="test")
    load(store, survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[PROJECT]), agent="test")
    (row,) = _answered(store)["Projects"]
    assert (row["Stage"], row["Stage date"]) == ("preclinical development", "2024-06-01")


def test_a_viewer_is_given_what_the_viewer_sees(store: Store, survey: Any) -> None:
    """A confidential project, its need and contact details stay with those who may see them."""
    secret = PROJECT | {"Project id": "P02", "Tier": "confidential"}
    person = {"Investigator id": "I1", "Name": "Synthetic investigator 01", "E-mail": "i1@example.org"}
    load(store, survey(Projects=[PROJECT, secret], Investigators=[person]), agent="test")
    ids = {
        viewer.name: [row["Project id"] for row in Answered(store.view(viewer), "lund").sheets()["Projects"]]
        for viewer in (PUBLIC, LUND, OWNER)
    }
    assert ids == {"public": ["P01"], "lund:internal": ["P01"], "owner": ["P01", "P02"]}
    mail = {
        viewer.name: Answered(store.view(viewer), "lund", contacts=True).sheets()["Investigators"][0]["E-mail"]
        for viewer in (PUBLIC, LUND)
    }
    assert mail == {"public": "", "lund:internal": "i1@example.org"}


@pytest.mark.parametrize(
    ("chosen", "signed", "filled"),
    [("", "", ""), ("partner", "", "partner"), ("internal", "", "internal"), ("internal", "2023-06-01", "internal"),
     ("confidential", "", "confidential"), ("", "2023-06-01", "")],
)  # fmt: skip
def test_what_is_held_is_not_taken_for_a_choice(
    chosen: str, signed: str, filled: str, store: Store, survey: Any
) -> None:
    """An unsigned answer stands within the centre; next year's sheets give the tier that was chosen, or none."""
    person = {"Investigator id": "I1", "Name": "Synthetic investigator 01", "Tier": chosen}
    project = PROJECT | {"Lead investigator ids": "I1", "Tier": chosen}
    need = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay", "Horizon": "1-2", "Tier": chosen}
    load(store, survey({"Signed off": signed}, Projects=[project], Investigators=[person], Needs=[need]), agent="test")
    sheets = _answered(store)
    rows = [sheets[name][0].get("Tier", "") for name in ("Projects", "Investigators", "Needs")]
    assert rows == [filled] * 3


def test_the_latest_choice_is_the_one_that_is_filled_in(store: Store, survey: Any) -> None:
    """A choice that was held gives way to the next round's, whether that is signed or held, stricter or none."""
    path = "https://w3id.org/atmp/id/lund/project/P01"
    for year, (chosen, signed, stands, filled) in enumerate(
        [("partner", "", "internal", "partner"), ("internal", "2023-06-01", "internal", "internal"),
         ("", "", "internal", ""), ("partner", "", "internal", "partner"), ("", "2026-06-01", "public", "")],
        start=2022,
    ):  # fmt: skip
        fields = {"Round": str(year), "Date": f"{year}-06-01", "Signed off": signed}
        load(store, survey(fields, Projects=[PROJECT | {"Tier": chosen}]), agent="test")
        assert store.view(OWNER).tier(path).value == stands
        assert _answered(store)["Projects"][0].get("Tier", "") == filled, year


def test_a_need_that_follows_its_project_has_no_tier_of_its_own(store: Store, survey: Any) -> None:
    """It stands as hidden as the project, and nobody chose that for it."""
    need = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay", "Horizon": "1-2"}
    load(store, survey(Projects=[PROJECT | {"Tier": "confidential"}], Needs=[need]), agent="test")
    sheets = _answered(store)
    assert (sheets["Projects"][0]["Tier"], sheets["Needs"][0].get("Tier", "")) == ("confidential", "")


def test_contact_details_are_given_on_demand_or_to_the_person(store: Store, survey: Any) -> None:
    """Without being asked for, an address stands in the sheets of its person only."""
    people = [
        {"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}", "E-mail": f"i{n}@example.org"}
        for n in (1, 2)
    ]
    load(store, survey(Investigators=people), agent="test")
    everybody = _answered(store, contacts=False)["Investigators"]
    assert [row["E-mail"] for row in everybody] == ["", ""]
    own = _answered(store, contacts=False, of="I1")["Investigators"]
    assert [(row["Investigator id"], row["E-mail"]) for row in own] == [("I1", "i1@example.org")]


def test_one_persons_sheets_hold_what_is_answered_for(store: Store) -> None:
    """A lead investigator's sheets have the projects led, their needs, the own row, and nothing else."""
    load(store, DEMO, agent="test")
    own = _answered(store, of="I02")
    led = [row["Project id"] for row in own["Projects"]]
    assert led == ["P02"]
    assert {row["Project id"] for row in own["Needs"]} == set(led)
    assert [row["Investigator id"] for row in own["Investigators"]] == ["I02"]
    assert (own["Organisations"], own["Capabilities"]) == ([], [])


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_label_or_its_notation_is_read_back_as_the_term(language: str) -> None:
    """In every list and language, what is offered means one term, and no semicolon parts it."""
    for name, scheme in vocabulary().schemes.items():
        for concept in scheme.concepts:
            assert ";" not in concept.labels[language]
            assert vocabulary().find(concept.labels[language], name) == concept
