"""Reviews in the store: what is certain is linked, the rest waits, and every decision is remembered and can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.load import load
from atmp.kg.records import ATMP, PROV, Statement, Trial
from atmp.kg.reviews import decide, reconcile, state
from atmp.kg.same import ACCEPTED, DERIVED, REFUSED, answered, followers, says_same
from atmp.kg.store import Store
from atmp.kg.validate import check
from atmp.kg.view import View
from atmp.kg.viewer import OWNER, PUBLIC, viewer

Survey = Callable[..., Path]
KI, RORS = "https://ror.org/056d84691", ("https://ror.org/012a77v79", "https://ror.org/048a87296")
ORCIDS = ("https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0001-5109-3700")


@pytest.fixture
def trials(store: Store, tmp_path: Path) -> Callable[..., None]:
    """Return what loads trials of these sponsors, all from one file."""

    def make(*sponsors: str) -> None:
        path = tmp_path / "trials.jsonl"
        said = [
            {"NCTId": [f"NCT{number:08}"], "BriefTitle": ["Cells"], "LeadSponsorName": [name],
             "LastUpdatePostDate": ["December 4, 2014"]}
            for number, name in enumerate(sponsors, 1)
        ]  # fmt: skip
        path.write_text("".join(f"{json.dumps(one)}\n" for one in said), encoding="utf-8")
        load(store, path, agent="test")

    return make


def _organisation(key: str, name: str, **more: str) -> dict[str, str]:
    return {"Organisation id": key, "Name": name} | more


def _person(key: str, name: str, place: str, **more: str) -> dict[str, str]:
    return {"Investigator id": key, "Name": name, "Organisation ids": place} | more


def _stated(store: Store) -> View:
    """Return the store with each record as its source has it, whatever is one with another."""
    return store.view(OWNER, as_stated=True)


def _waiting(store: Store) -> dict[str, Statement]:
    view = store.view(OWNER)
    led = followers(view)
    return {one.evidence[0]: one for one in says_same(view) if one.status == DERIVED and not answered(one, led)}


def _one(store: Store, iris: set[str]) -> bool:
    led = followers(store.view(OWNER))
    return len({led.get(iri, iri) for iri in iris}) == 1


def _organisations(store: Store) -> set[str]:
    return set(_stated(store).iris("organisation"))


def _people(store: Store) -> set[str]:
    return set(_stated(store).iris("person"))


def test_karolinska_institutet_ends_as_one(store: Store, survey: Survey, trials: Callable[..., None]) -> None:
    """A centre's record, and two spellings of sponsors, are one without a question; the hospital is not."""
    trials("Karolinska Inst.", "Karolinska Institutet", "Karolinska University Hospital")
    load(store, survey(Organisations=[_organisation("O1", "KI, Stockholm")]), agent="test")
    reconcile(store, agent="test")
    view = _stated(store)
    named = {one.label: one.iri for one in view.records("organisation")}
    led = followers(view)
    ours = {
        led.get(named[name], named[name]) for name in ("KI, Stockholm", "Karolinska Inst.", "Karolinska Institutet")
    }
    assert ours == {view.find("organisation", "O1").iri}
    assert "Karolinska University Hospital" in named
    assert named["Karolinska University Hospital"] not in led
    assert [one.sponsor for one in view.records("trial") if isinstance(one, Trial)] == [
        "Karolinska Inst.", "Karolinska Institutet", "Karolinska University Hospital",
    ]  # fmt: skip
    assert not [one for one in check(view) if "/organisation/" in (one.record or "")]


def test_the_same_ror_id_needs_no_question(store: Store, survey: Survey) -> None:
    """Two records of one ROR id are one whatever their names; of two ids they are two whatever their names."""
    same = [_organisation("O1", "Example Clinic", ROR=RORS[0]), _organisation("O2", "Another Name", ROR=RORS[0])]
    other = _organisation("O3", "Example Clinic", ROR=RORS[1])
    load(store, survey(Organisations=[*same, other]), agent="test")
    reconcile(store, agent="test")
    first, second, third = (_stated(store).find("organisation", key).iri for key in ("O1", "O2", "O3"))
    assert _one(store, {first, second})
    assert not _one(store, {first, third})
    assert _waiting(store) == {}
    with pytest.raises(UsageError, match="different public ids"):
        state(store, "O2", "O3", agent="test", same=True)


def test_a_name_alone_waits(store: Store, trials: Callable[..., None]) -> None:
    """Names that are alike are proposed, with the reason; neither gets a record until somebody says so."""
    trials("Example Rhododendron Therapeutics, Inc.", "EXAMPLE RHODODENDRON THERAPEUTICS")
    (found, _) = reconcile(store, agent="test")
    assert (len(found.certain), [one.score for one in found.candidates]) == (0, [96])
    assert (_organisations(store), followers(store.view(OWNER))) == (set(), {})
    ((why, one),) = _waiting(store).items()
    assert "legal form" in why
    decide(store, [one.identifier or ""], agent="test", accepted=True)
    assert _one(store, _organisations(store))
    assert len(_organisations(store)) == 2
    assert _waiting(store) == {}


def test_a_decision_is_a_source_of_its_own(store: Store, trials: Callable[..., None]) -> None:
    """It has its date, its agent stands in the change log, and it outlives a reload and another run."""
    trials("Example Rhododendron, Inc.", "Example Rhododendron AB")
    reconcile(store, agent="test")
    (one,) = _waiting(store).values()
    decide(store, [one.identifier or ""], agent="somebody", accepted=True)
    rows = store.view(OWNER).select(f"SELECT ?row {{ <{one.iri}> <{PROV}wasDerivedFrom> ?row }}").rows
    assert any(f"decision-{one.identifier}" in str(row) for (row,) in rows)
    assert store.connect().execute("SELECT agent, action FROM revision ORDER BY number DESC").fetchone() == (
        "somebody",
        "decide",
    )
    trials("Example Rhododendron, Inc.", "Example Rhododendron AB", "A third sponsor")
    before = store.view(OWNER).digest()
    reconcile(store, agent="test")
    assert store.view(OWNER).digest() == before
    assert _one(store, _organisations(store))


def test_undo_restores_exactly(store: Store, survey: Survey, trials: Callable[..., None]) -> None:
    """Accepting, refusing or stating by hand, and taking it back, leaves every quad as it was."""
    trials("Example Rhododendron, Inc.", "Example Rhododendron AB", "Quite Another")
    load(store, survey(Organisations=[_organisation("O1", "Rhododendron Clinic")]), agent="test")
    reconcile(store, agent="test")
    before = store.view(OWNER).digest()
    (one,) = _waiting(store).values()
    for accepted in (True, False):
        decide(store, [one.identifier or ""], agent="test", accepted=accepted)
        assert store.view(OWNER).digest() != before
        decide(store, [one.identifier or ""], agent="test", accepted=None)
        assert store.view(OWNER).digest() == before
    for same in (True, False):
        identifier = state(store, "O1", "Quite Another", agent="test", same=same)
        assert bool(followers(store.view(OWNER))) == same
        reconcile(store, agent="test")
        decide(store, [identifier], agent="test", accepted=None)
        assert store.view(OWNER).digest() == before


def test_what_was_told_apart_stays_apart(store: Store, survey: Survey, trials: Callable[..., None]) -> None:
    """A person's word goes before the table and before a public id, and is not asked for again."""
    trials("Karolinska Inst.")
    same = [_organisation("O1", "Karolinska Institutet", ROR=KI), _organisation("O2", "KI, Stockholm", ROR=KI)]
    load(store, survey(Organisations=same), agent="test")
    reconcile(store, agent="test")
    view = _stated(store)
    pair = {view.find("organisation", key).iri for key in ("O1", "O2")}
    assert _one(store, pair)
    state(store, "O1", "O2", agent="test", same=False)
    assert not _one(store, pair)
    reconcile(store, agent="test")
    assert not _one(store, pair)
    assert _waiting(store) == {}
    assert {one.status for one in says_same(view)} == {REFUSED}
    with pytest.raises(UsageError, match="were told apart"):
        state(store, "O1", "Karolinska Inst.", agent="test", same=True)
        state(store, "O2", "Karolinska Inst.", agent="test", same=True)


def test_two_people_of_one_name_stay_two(store: Store, survey: Survey) -> None:
    """At two organisations nothing is even proposed; at one, with two ORCIDs, they cannot be made one."""
    places = [_organisation("O1", "Rhododendron Clinic"), _organisation("O2", "Quite Another")]
    people = [
        _person("I1", "Ada Prövare", "O1"),
        _person("I2", "Ada Prövare", "O2"),
        _person("I3", "Boel Testare", "O1", ORCID=ORCIDS[0]),
        _person("I4", "Boel Testare", "O1", ORCID=ORCIDS[1]),
    ]
    load(store, survey(Organisations=places, Investigators=people), agent="test")
    reconcile(store, agent="test")
    assert (_waiting(store), followers(store.view(OWNER))) == ({}, {})
    with pytest.raises(UsageError, match="different public ids"):
        state(store, "I3", "I4", agent="test", same=True)
    assert followers(store.view(OWNER)) == {}


def test_people_of_one_name_at_one_organisation_wait(store: Store, survey: Survey) -> None:
    """They are proposed, the organisation being one by ROR id too; those of one ORCID are one without a question."""
    places = [
        _organisation("O1", "Rhododendron Clinic", ROR=RORS[0]),
        _organisation("O2", "Rhododendronkliniken", ROR=RORS[0]),
        _organisation("O3", "Quite Another"),
    ]
    people = [
        _person("I1", "Ada Prövare", "O1"),
        _person("I2", "Prövare, A.", "O2"),
        _person("I3", "Boel Testare", "O1", ORCID=ORCIDS[0]),
        _person("I4", "B. Testare", "O3", ORCID=ORCIDS[0]),
    ]
    load(store, survey(Organisations=places, Investigators=people), agent="test")
    reconcile(store, agent="test")
    view = _stated(store)
    one, two, three, four = (view.find("person", f"I{number}").iri for number in range(1, 5))
    assert _one(store, {three, four})
    assert not _one(store, {one, two})
    ((why, found),) = _waiting(store).items()
    assert ({found.about, found.value}, found.confidence) == ({one, two}, 70)
    assert "at Rhododendron" in why
    decide(store, [found.identifier or ""], agent="test", accepted=True)
    assert _one(store, {one, two})


def test_a_hidden_record_is_not_told_by_what_is_the_same(
    store: Store, survey: Survey, trials: Callable[..., None]
) -> None:
    """The public sees neither the link nor the proposal of a closed record, nor that names are one because of it."""
    trials("Rhododendron AB", "Something Else")
    hidden = _organisation("O1", "Rhododendron, Inc.", Tier="internal")
    load(store, survey(Organisations=[hidden]), agent="test")
    public = store.view(PUBLIC).facts_digest()
    reconcile(store, agent="test")
    (one,) = _waiting(store).values()
    assert store.view(PUBLIC).facts_digest() == public
    decide(store, [one.identifier or ""], agent="test", accepted=True)
    state(store, "O1", "Something Else", agent="test", same=True)
    assert _one(store, _organisations(store))
    assert store.view(PUBLIC).facts_digest() == public
    assert followers(store.view(PUBLIC)) == {}
    assert followers(store.view(viewer("lund:internal"))) == followers(store.view(OWNER)) != {}


def test_two_closed_centres_do_not_learn_of_each_other(store: Store, survey: Survey) -> None:
    """Two internal records of one ORCID are one for the owner; neither centre sees the other's record in it."""
    for centre in ("lund", "umea"):
        person = _person(f"I-{centre}", "Ada Prövare", "O1", ORCID=ORCIDS[0])
        fields = {"Centre": centre, "Tier": "internal"}
        load(store, survey(fields, Organisations=[_organisation("O1", "Clinic")], Investigators=[person]), agent="test")
    reconcile(store, agent="test")
    assert _one(store, _people(store))
    for centre, other in (("lund", "umea"), ("umea", "lund")):
        seen = b"".join(store.view(viewer(f"{centre}:internal")).nquads())
        assert f"I-{other}".encode() not in seen
        assert followers(store.view(viewer(f"{centre}:internal"))) == {}


def test_wrong_words_decide_nothing(store: Store, survey: Survey, trials: Callable[..., None]) -> None:
    """An unknown id or name, a person and an organisation, and one record twice are said in words."""
    trials("Rhododendron AB")
    places, people = (
        [_organisation("O1", "Clinic")],
        [_person("I1", "Ada Prövare", "O1"), _person("I2", "Ada Prövare", "O1")],
    )
    load(store, survey(Organisations=places, Investigators=people), agent="test")
    before = store.revision()
    for pair, error, words in (
        (("O1", "O9"), UnknownRecordError, "no organisation or person 'O9'"),
        (("O1", "I1"), UsageError, "cannot be the same"),
        (("O1", "Clinic"), UsageError, "very same record"),
        (("I1", "Ada Prövare"), UsageError, "give the IRI"),
    ):
        with pytest.raises(error, match=words):
            state(store, *pair, agent="test", same=True)
    with pytest.raises(UnknownRecordError, match="no proposal nothing"):
        decide(store, ["nothing"], agent="test", accepted=True)
    assert store.revision() == before


def test_a_proposal_whose_source_is_gone_cannot_be_decided(store: Store, trials: Callable[..., None]) -> None:
    """It says to reconcile again, which drops it."""
    trials("Rhododendron AB", "Rhododendron, Inc.")
    reconcile(store, agent="test")
    (one,) = _waiting(store).values()
    trials("Rhododendron AB")
    for accepted in (True, False):
        with pytest.raises(UsageError, match="atmp reconcile"):
            decide(store, [one.identifier or ""], agent="test", accepted=accepted)
    reconcile(store, agent="test")
    assert says_same(store.view(OWNER)) == []


def test_a_query_counts_one(store: Store, survey: Survey, trials: Callable[..., None]) -> None:
    """With the written name and the link, SPARQL counts the trials of an organisation under all of its names."""
    trials("Karolinska Inst.", "KI, Stockholm", "Quite Another")
    load(store, survey(Organisations=[_organisation("O1", "Karolinska Institutet")]), agent="test")
    reconcile(store, agent="test")
    found = store.view(OWNER).select(
        f"PREFIX atmp: <{ATMP}> SELECT ?one (COUNT(DISTINCT ?trial) AS ?trials) {{ ?trial atmp:sponsor ?name ."
        " ?named atmp:writtenName ?name ; atmp:sameAs* ?one FILTER NOT EXISTS { ?one atmp:sameAs ?better } } GROUP BY ?one"
    )
    assert found.rows == ((store.view(OWNER).find("organisation", "O1").iri, 2),)


def test_accepted_is_a_status_of_its_own(store: Store, trials: Callable[..., None]) -> None:
    """A decided pair is listed as accepted, and no longer as waiting."""
    trials("Rhododendron AB", "Rhododendron, Inc.")
    reconcile(store, agent="test")
    (one,) = _waiting(store).values()
    decide(store, [one.identifier or ""], agent="test", accepted=True)
    assert [(made.iri, made.status) for made in says_same(store.view(OWNER))] == [(one.iri, ACCEPTED)]
