"""The ledger of a round: each act is kept beside the others, and answers take the place of their absence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.answered import Answered
from atmp.kg.canvass import Canvass
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.load import load
from atmp.kg.rounds import closing
from atmp.kg.store import Store
from atmp.kg.turnout import find_round, people, standings
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.ontology.vocabulary import iri_of

Survey = Callable[..., Path]
PEOPLE = [{"Investigator id": f"I{n}", "Name": f"Synthetic investigator 0{n}"} for n in (1, 2)]
NEXT = {"Round": "2026", "Date": "2026-02-01", "Signed off": "2026-02-01"}
ASKED = date(2026, 1, 10)


@pytest.fixture
def canvass(store: Store, survey: Survey) -> Canvass:
    """Return the ledger of a round in which two people were asked, and nobody has answered."""
    load(store, survey(Investigators=PEOPLE), agent="test")
    made = Canvass.begin(store, "lund", "2026", ASKED, "test")
    made.asked(people(store.view(OWNER), "lund", None), ASKED)
    return Canvass(store, "lund", find_round(store.view(OWNER), "lund", "2026"), "test")


def _came(store: Store) -> dict[str | None, str | None]:
    view = store.view(OWNER)
    found = standings(view, "lund", find_round(view, "lund", "2026"))
    return {one.person.identifier: one.outcome and one.outcome.rpartition("outcome-")[2] for one in found}


def test_acts_stand_beside_each_other(store: Store, canvass: Canvass) -> None:
    """Asking, two reminders, an outcome with its reason and a sign-off are one response; the other person has hers."""
    first = people(store.view(OWNER), "lund", ["I1"])
    for day in (date(2026, 1, 20), date(2026, 1, 30)):
        canvass.reminded(first, day)
    canvass.outcome(first, iri_of("response-outcome", "declined"), "on leave")
    canvass.signed(first, date(2026, 2, 2))
    one, other = standings(store.view(OWNER), "lund", canvass.round)
    assert one.response is not None
    assert (one.response.asked, one.response.reminded) == (ASKED, (date(2026, 1, 20), date(2026, 1, 30)))
    assert (one.response.reason, one.response.signed, one.waits) == ("on leave", date(2026, 2, 2), False)
    assert other.response is not None
    assert (other.response.asked, other.response.reminded, other.waits) == (ASKED, (), True)


def test_a_round_that_was_only_asked_about_has_no_answers(store: Store, canvass: Canvass) -> None:
    """It is no round to answer questions for, nor the last one that a new survey is filled in from; nobody outside sees it."""
    view = store.view(OWNER)
    with pytest.raises(UnknownRecordError, match="there is no round 2026: there is 2023"):
        closing(view, "2026")
    last = Answered(view, "lund").round
    assert last is not None
    assert last.identifier == "2023"
    with pytest.raises(UnknownRecordError, match="there is 2023"):
        find_round(store.view(PUBLIC), "lund", "2026")
    assert b"2026-01-10" not in b"".join(store.view(PUBLIC).nquads())
    assert canvass.round.held == ASKED


@pytest.mark.parametrize(
    ("noted", "stands"), [("no-answer", "answered"), ("declined", "answered"), ("merged", "merged")]
)
def test_an_answer_takes_the_place_of_its_absence(
    noted: str, stands: str, store: Store, canvass: Canvass, survey: Survey
) -> None:
    """Though dated before the note, the workbook's outcome wins over no-answer; what was decided about it stands."""
    first = people(store.view(OWNER), "lund", ["I1"])
    canvass.outcome(first, iri_of("response-outcome", noted), "so it was")
    assert _came(store)["I1"] == noted
    load(store, survey(NEXT, Investigators=[PEOPLE[0] | {"Response": "answered"}, PEOPLE[1]]), agent="test")
    assert _came(store) == {"I1": stands, "I2": None}
    dates = {one.identifier: getattr(one, "held", None) for one in store.view(OWNER).records("round")}
    assert dates["2026"] == date(2026, 2, 1)
    lines = [
        line.decode() for line in store.view(OWNER).nquads() if b"/round/2026> <http://purl.org/dc/terms/date>" in line
    ]
    assert len(lines) == 1  # the day of asking has given way to the workbook's


def test_what_cannot_be_meant_is_refused_and_changes_nothing(store: Store, canvass: Canvass, survey: Survey) -> None:
    """A reminder of who was not asked, a decision without a reason, an id of nobody, and nothing to take back."""
    load(
        store,
        survey(Investigators=[*PEOPLE, {"Investigator id": "I3", "Name": "Synthetic investigator 03"}]),
        agent="test",
    )
    before = store.revision()
    third = people(store.view(OWNER), "lund", ["I3"])
    with pytest.raises(UsageError, match="not asked in 2026: I3"):
        canvass.reminded(third, ASKED)
    with pytest.raises(UsageError, match="--why"):
        canvass.outcome(third, iri_of("response-outcome", "left-out"), None)
    with pytest.raises(UnknownRecordError, match="I9"):
        people(store.view(OWNER), "lund", ["I1", "I9"])
    with pytest.raises(UsageError, match="nothing is noted here of I3"):
        canvass.undo(third, "signed")
    with pytest.raises(UsageError, match="a round needs a name"):
        Canvass.begin(store, "lund", " - ", ASKED, "test")
    assert store.revision() == before


def test_an_outcome_is_taken_back(store: Store, canvass: Canvass) -> None:
    """Then it is as if it had not been noted, and the rest stays."""
    first = people(store.view(OWNER), "lund", ["I1"])
    canvass.outcome(first, iri_of("response-outcome", "left-out"), "a device alone")
    assert _came(store)["I1"] == "left-out"
    canvass.undo(first, "outcome")
    one = standings(store.view(OWNER), "lund", canvass.round)[0]
    assert (one.outcome, one.waits) == (None, True)
