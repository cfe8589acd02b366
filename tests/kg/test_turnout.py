"""The turnout of a round: counted from what the viewer sees, for one centre or for all that held it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.canvass import Canvass, outcome_of
from atmp.kg.errors import UnknownRecordError, UnknownTermError
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.turnout import people, turnout, turnouts
from atmp.kg.viewer import OWNER, PUBLIC, Viewer

Survey = Callable[..., Path]
PEOPLE = [
    {"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}", "Response": "answered"} for n in (1, 2, 3)
]
ASKED = date(2026, 1, 10)


@pytest.fixture
def asked(store: Store, survey: Survey) -> Store:
    """Return a store in which two centres held 2023, and one of them asks again."""
    load(store, survey(Investigators=PEOPLE), agent="test")
    load(store, survey({"Centre": "malmo", "Tier": "internal"}, Investigators=PEOPLE[:1]), agent="test")
    canvass = Canvass.begin(store, "lund", "2026", ASKED, "test")
    canvass.asked(people(store.view(OWNER), "lund", None), ASKED)
    canvass.reminded(people(store.view(OWNER), "lund", ["I2"]), date(2026, 1, 20))
    canvass.outcome(people(store.view(OWNER), "lund", ["I3"]), outcome_of("merged"), "with I1")
    return store


def test_counts_and_people_are_of_the_latest_round(asked: Store) -> None:
    """Who was asked and reminded, what came of it and why; what nobody did counts as none."""
    found = turnout(asked.view(OWNER), "lund", None)
    assert (found.round.identifier, found.rounds) == ("2026", ("2026", "2023"))
    assert dict(found.counts) == {
        "people": 3, "asked": 3, "reminded": 1, "merged": 1, "still to answer": 2, "signed off": 0,
    }  # fmt: skip
    assert found.people.rows[2] == ("I3", "Synthetic investigator 03", ASKED, None, "merged", "with I1", None)
    assert found.people.rows[1][3] == "2026-01-20"
    assert "3 asked" in found.sentence()
    waiting = turnout(asked.view(OWNER), "lund", None, waiting=True)
    assert ([row[0] for row in waiting.people.rows], waiting.counts) == (["I1", "I2"], found.counts)


def test_each_centre_has_its_own_turnout(asked: Store) -> None:
    """Each centre's latest round, or those that held a round; what all agreed to at once is said."""
    view = asked.view(OWNER)
    assert [(one.centre, one.round.identifier) for one in turnouts(view, None, None)] == [
        ("lund", "2026"), ("malmo", "2023"),
    ]  # fmt: skip
    assert [one.centre for one in turnouts(view, None, "2026")] == ["lund"]
    assert [len(one.people) for one in turnouts(view, None, "2023")] == [3, 1]
    whole = turnout(view, "malmo", None)
    assert ("signed off for all on 2023-06-01" in whole.sentence(), whole.people.rows[0][6]) == (True, date(2023, 6, 1))
    with pytest.raises(UnknownRecordError, match="no round 1999: there is 2023, 2026"):
        turnouts(view, None, "1999")


def test_a_viewer_is_told_of_what_the_viewer_sees(asked: Store) -> None:
    """A hidden round, centre or person is as if it were not there, in words, counts and lists."""
    lund, malmo = ("lund", "2023"), ("malmo", "2023")
    for viewer, seen in ((PUBLIC, [lund]), (Viewer("malmo:internal", {"malmo": Tier.INTERNAL}), [lund, malmo])):
        view = asked.view(viewer)
        assert [(one.centre, one.round.identifier) for one in turnouts(view, None, None)] == seen
        assert turnout(view, "lund", None).rounds == ("2023",)
        with pytest.raises(UnknownRecordError, match="no round 2026: there is 2023"):
            turnouts(view, None, "2026")
    with pytest.raises(UnknownRecordError, match="no centre malmo: there is lund"):
        turnouts(asked.view(PUBLIC), "malmo", None)


def test_a_person_who_has_not_signed_is_not_counted_outside(store: Store, survey: Survey) -> None:
    """Who has not signed off stays within the centre, with name and answer."""
    rows = [PEOPLE[0] | {"Signed off": "2023-06-01"}, *PEOPLE[1:]]
    load(store, survey({"Signed off": ""}, Investigators=rows), agent="test")
    counts = {viewer.name: dict(turnout(store.view(viewer), None, None).counts) for viewer in (PUBLIC, OWNER)}
    assert [(counts[name]["people"], counts[name]["answered"], counts[name]["signed off"]) for name in counts] == [
        (1, 1, 1), (3, 3, 1),
    ]  # fmt: skip


def test_a_store_without_rounds_has_no_turnout(store: Store) -> None:
    """There is nothing to show, and nothing is wrong."""
    assert turnouts(store.view(OWNER), None, None) == []


def test_an_outcome_is_a_term_of_its_list() -> None:
    """A word of no outcome is refused with all that there are."""
    assert outcome_of("no ATMP").endswith("response-outcome-no-atmp")
    with pytest.raises(UnknownTermError, match="left-out"):
        outcome_of("sulked")
