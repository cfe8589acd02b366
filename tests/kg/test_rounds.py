"""Rounds of the survey: each is answered beside the others, by one file or by many, and stays as it was answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.errors import FindingsError, UnknownRecordError
from atmp.kg.load import load
from atmp.kg.records import ATMP, PROV
from atmp.kg.rounds import closing, source_key
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC

Survey = Callable[..., Path]
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "3"}
NEXT = {"Round": "2027", "Date": "2027-02-01"}
PEOPLE = [{"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}"} for n in (1, 2)]
LED = [PROJECT | {"Project id": f"P0{n}", "Lead investigator ids": f"I{n}"} for n in (1, 2)]


def _classes(store: Store, at: int | None = None) -> set[tuple[str | None, str]]:
    return {
        (one.identifier, str(getattr(one, "atmp_class", "")).rpartition("-")[2])
        for one in store.view(OWNER, at=at).records("product")
    }


def _facts(store: Store) -> set[str]:
    """Return what stands, but for the revisions, files and times that tell one loading from another."""
    of_the_file = (f"{ATMP}file", f"{ATMP}contentDigest", f"{PROV}generatedAtTime")
    lines = (line.decode() for line in store.view(OWNER).nquads())
    return {line for line in lines if not any(f"<{prop}>" in line for prop in of_the_file)}


def _own_files(survey: Survey, **changes: dict[str, str]) -> list[Path]:
    """Return one file of round 2027 for each of two investigators."""
    return [
        survey(
            NEXT | {"Respondent id": person["Investigator id"]},
            Projects=[project | {"Stage": "4"} | changes.get(person["Investigator id"], {})],
            Investigators=[person],
        )
        for person, project in zip(PEOPLE, LED, strict=True)
    ]


def test_a_later_round_overwrites_nothing(store: Store, survey: Survey) -> None:
    """Stages of both dates stand, each round has its own response, and what was said before is answerable."""
    said = PEOPLE[0] | {"Response": "answered"}
    load(store, survey(Projects=[PROJECT], Investigators=[said | {"Response date": "2023-05-01"}]), agent="test")
    again = said | {"Response date": "2027-01-20"}
    later = survey(NEXT, Projects=[PROJECT | {"Stage": "4", "ATMP class": "TEP"}], Investigators=[again])
    load(store, later, agent="test")
    view = store.view(OWNER)
    stages = {
        (getattr(one, "observed", None), str(getattr(one, "stage", ""))[-1])
        for one in view.records("stage-observation")
    }
    assert stages == {(date(2023, 6, 1), "3"), (date(2027, 2, 1), "4")}
    answered = {(one.identifier, getattr(one, "answered", None)) for one in view.records("response")}
    assert answered == {("2023-I1", date(2023, 5, 1)), ("2027-I1", date(2027, 1, 20))}
    assert _classes(store) == {("P01", "tep")}
    assert _classes(store, closing(view, "2023")) == {("P01", "gtmp")}
    assert _classes(store, closing(view, "2027")) == {("P01", "tep")}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_investigators_files_live_side_by_side(
    order: tuple[int, int], store: Store, survey: Survey, tmp_path: Path
) -> None:
    """In either order both answers stand, the same facts, and the one who did not answer loses nothing."""
    load(store, survey(Projects=LED, Investigators=PEOPLE), agent="test")
    files = _own_files(survey)
    load(store, files[order[0]], agent="test")
    assert len(store.view(OWNER).records("project")) == 2
    load(store, files[order[1]], agent="test")
    stages = [str(getattr(one, "stage", ""))[-1] for one in store.view(OWNER).records("stage-observation")]
    assert sorted(stages) == ["3", "3", "4", "4"]
    with Store.create(tmp_path / "other.atlas") as other:
        for path in (survey(Projects=LED, Investigators=PEOPLE), *files):
            load(other, path, agent="test")
        assert _facts(store) == _facts(other)


def test_a_file_that_is_sent_again_replaces_its_own_answers_only(store: Store, survey: Survey) -> None:
    """A second, corrected file of one investigator changes nothing of the other's."""
    load(store, survey(Projects=LED, Investigators=PEOPLE), agent="test")
    for path in _own_files(survey):
        load(store, path, agent="test")
    load(store, _own_files(survey, I1={"ATMP class": "TEP"})[0], agent="test")
    assert _classes(store) == {("P01", "tep"), ("P02", "gtmp")}
    assert len(store.view(OWNER).records("project")) == 2


def test_a_file_that_names_its_respondent_is_a_response(store: Store, survey: Survey) -> None:
    """Sent back, it counts as answered at the survey's date, unless its row says otherwise."""
    load(store, survey(Projects=LED, Investigators=PEOPLE), agent="test")
    first, _ = _own_files(survey)
    load(store, first, agent="test")
    declined = PEOPLE[1] | {"Response": "declined"}
    load(store, survey(NEXT | {"Respondent id": "I2"}, Projects=[LED[1]], Investigators=[declined]), agent="test")
    found: dict[Any, Any] = {one.identifier: one for one in store.view(OWNER).records("response")}
    assert {key: (one.outcome, one.answered) for key, one in found.items()} == {
        "2027-I1": (f"{ATMP}response-outcome-answered", date(2027, 2, 1)),
        "2027-I2": (f"{ATMP}response-outcome-declined", None),
    }


def test_a_respondent_who_is_nobody_is_refused(store: Store, survey: Survey) -> None:
    """An id that neither the sheet nor the store knows would part answers from their owner: nothing is loaded."""
    with pytest.raises(FindingsError) as refused:
        load(store, survey({"Respondent id": "I9"}, Investigators=PEOPLE), agent="test")
    assert "I9 is no id of the sheet Investigators" in [one.message for one in refused.value.findings]
    assert store.revision() == 0


def test_a_round_that_is_not_there_or_is_hidden_is_said(store: Store, survey: Survey) -> None:
    """Only rounds that the viewer sees are named, or answered for."""
    load(store, survey(), agent="test")
    load(store, survey(NEXT | {"Tier": "internal"}, Projects=[LED[0] | {"Lead investigator ids": ""}]), agent="test")
    assert (closing(store.view(OWNER), "2023"), closing(store.view(OWNER), "2027")) == (1, 2)
    with pytest.raises(UnknownRecordError, match="there is no round 2027: there is 2023"):
        closing(store.view(PUBLIC), "2027")


def test_a_rounds_sources_do_not_mix_with_another_rounds() -> None:
    """The key of a person's file begins with that of the round, and is none of another round."""
    assert source_key("lund", "Spring 2027") == "survey-lund-spring-2027"
    assert source_key("lund", "2027", "I 1") == "survey-lund-2027-of-I 1"
