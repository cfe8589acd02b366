"""Rules across records: each is broken by a small survey and kept by its mended twin, with words, severity and record."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from atmp.kg.findings import Finding, Severity
from atmp.kg.iris import Names
from atmp.kg.load import load, prepare
from atmp.kg.records import ATMP, DCT, SKOS
from atmp.kg.reference import refresh
from atmp.kg.rulebook import breaches, rules
from atmp.kg.store import Store
from atmp.kg.triples import TYPE
from atmp.kg.validate import check
from atmp.kg.viewer import OWNER, PUBLIC

NAMES = Names()
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "TEP", "Stage": "4", "Cell sources": "ipsc"}
TRIAL = PROJECT | {"Stage": "8"}
VECTOR = PROJECT | {"Vectors": "lentivirus"}
DOUBLE = PROJECT | {"Project id": "P02", "Title": "a THERAPY"}


def _iri(kind: str, key: str) -> str:
    return NAMES.record("lund", kind, key)


def _of_rules(findings: Any) -> list[Finding]:
    """Keep what rules found: shapes have other components."""
    return [one for one in findings if (one.constraint or "").endswith("SPARQLConstraintComponent")]


@pytest.mark.parametrize(
    ("projects", "record", "words", "mended"),
    [
        ([TRIAL], "P01", "is at stage 8, and names no trial", [TRIAL | {"Trial ids": "NCT01234567"}]),
        ([VECTOR], "P01", "stated as TEP, but the product contains a gene vector", [VECTOR | {"ATMP class": "GTMP"}]),
        ([PROJECT, DOUBLE], "P02", "The title is also that of P01.", [PROJECT, DOUBLE | {"Title": "Another"}]),
    ],
)
def test_a_survey_that_breaks_a_rule_is_told(
    projects: Any, record: str, words: str, mended: Any, survey: Any, store: Store
) -> None:
    """Each breach is a warning at its row, before and after the load alike; what is mended is not told."""
    refresh(store, agent="test")
    broken = survey(Projects=projects)
    found = [one for one in _of_rules(prepare(store, broken).findings) if one.record == _iri("project", record)]
    assert [(one.severity, words in one.message, bool(one.mend)) for one in found] == [(Severity.WARNING, True, True)]
    assert (found[0].place.sheet, found[0].place.row) == ("Projects", len(projects) + 1)
    load(store, broken, agent="test")
    assert found[0] in [Finding(**{**vars(one), "place": found[0].place}) for one in check(store.view(OWNER))]
    assert _of_rules(prepare(store, survey(Projects=mended)).findings) == []  # what it said before does not count


def test_a_stage_that_falls_is_told_unless_a_note_explains_it(survey: Any, store: Store) -> None:
    """Two surveys in one store: the later one's lower stage is told at its load, and by the check of the store."""
    refresh(store, agent="test")
    load(store, survey(Projects=[PROJECT | {"Stage": "6"}]), agent="test")
    later = {"Round": "2024", "Date": "2024-06-01"}
    assert _of_rules(prepare(store, survey(later, Projects=[PROJECT | {"Stage": "6"}])).findings) == []
    fallen = survey(later, Projects=[PROJECT | {"Stage": "3"}])
    (finding,) = _of_rules(prepare(store, fallen).findings)
    assert finding.message == "The stage fell from 6 on 2023-06-01 to 3 on 2024-06-01, and no note says why."
    assert (finding.severity, finding.record) == (Severity.WARNING, _iri("stage-observation", "P01-2024-06-01"))
    explained = survey(later, Projects=[PROJECT | {"Stage": "3", "Notes": "The line was lost; begun anew."}])
    assert _of_rules(prepare(store, explained).findings) == []
    load(store, fallen, agent="test")
    assert finding.message in {one.message for one in check(store.view(OWNER))}


@pytest.mark.parametrize(
    ("kind", "of", "prop", "target", "words"),
    [
        ("method-use", "MethodUse", "usedIn", "P99", "The use of a method refers to P99, and there is no such project."),
        ("need", "Need", "neededBy", "P99", "The need refers to P99, and there is no such project."),
        ("stage-observation", "StageObservation", "observedProject", "P99", "The stage refers to P99, and"),
        ("capability", "Capability", "providedBy", "O99", "The capability refers to O99, and there is no such organisation."),
        ("response", "SurveyResponse", "round", "1999", "The response refers to 1999, and there is no such survey round."),
    ],
)  # fmt: skip
def test_a_link_to_nothing_is_a_violation(kind: str, of: str, prop: str, target: str, words: str) -> None:
    """A record that belongs to nothing is told; so is one that belongs to something of another kind."""
    record, other = _iri(kind, "X1"), _iri("any", target)
    graph, node = ox.Store(), ox.NamedNode(record)
    graph.add(ox.Quad(node, ox.NamedNode(TYPE), ox.NamedNode(ATMP + of)))
    graph.add(ox.Quad(node, ox.NamedNode(ATMP + prop), ox.NamedNode(other)))
    for target_type in (None, "Person"):
        if target_type:
            graph.add(ox.Quad(ox.NamedNode(other), ox.NamedNode(TYPE), ox.NamedNode(ATMP + target_type)))
        (finding,) = breaches(graph)
        assert (finding.severity, finding.record, finding.value) == (Severity.VIOLATION, record, other)
        assert finding.message.startswith(words)


def test_a_link_to_a_record_of_another_kind_keeps_the_row_out(survey: Any, store: Store, tmp_path: Any) -> None:
    """A need of an organisation is refused, though the organisation is in the store; one of a project there is not."""
    organisation = {"Organisation id": "O1", "Name": "Synthetic University"}
    load(store, survey(Organisations=[organisation]), agent="test")
    need = _iri("need", "N1")
    lines = [f"<{need}> a atmp:Need ; atmp:category atmp:category-gmp-slot ; dcterms:identifier 'N1'"]
    head = f"@prefix atmp: <{ATMP}> .\n@prefix dcterms: <{DCT}> .\n"
    for target, wrong in ((_iri("organisation", "O1"), 1), (_iri("project", "P01"), 0)):
        (tmp_path / "n.ttl").write_text(f"{head}{lines[0]} ; atmp:neededBy <{target}> .\n")
        draft = prepare(store, tmp_path / "n.ttl", centre="lund")
        assert len(_of_rules(draft.findings)) == wrong
        assert len(draft.bad) == wrong


def test_a_withdrawn_category_is_told_with_what_took_its_place() -> None:
    """A need whose term was withdrawn is a warning that names the term to choose."""
    graph = ox.Store()
    graph.load(
        f"""@prefix atmp: <{ATMP}> . @prefix skos: <{SKOS}> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <{_iri("need", "N1")}> a atmp:Need ; atmp:category atmp:category-old .
        <{_iri("need", "N2")}> a atmp:Need ; atmp:category atmp:category-new .
        atmp:category-old owl:deprecated true ; skos:prefLabel "old way"@en ; <{DCT}isReplacedBy> atmp:category-new .
        atmp:category-new skos:prefLabel "new way"@en .""".encode(),
        format=ox.RdfFormat.TURTLE,
    )
    (finding,) = breaches(graph)
    assert (finding.record, finding.message) == (
        _iri("need", "N1"),
        "The category 'old way' was withdrawn from the list.",
    )
    assert finding.mend == "Choose 'new way' from the list."


def test_titles_of_two_centres_are_told_with_the_centre(survey: Any, store: Store) -> None:
    """A title that stands at two centres is told once at each, by the other's id and centre."""
    load(store, survey(), agent="test")
    load(store, survey({"Centre": "uppsala"}), agent="test")
    found = {one.record: one.message for one in _of_rules(check(store.view(OWNER)))}
    title = "The title is also that of P01 of"
    assert found[_iri("project", "P01")] == f"{title} uppsala."
    assert found[NAMES.record("uppsala", "project", "P01")] == f"{title} lund."


@pytest.mark.parametrize("many", [20, 21])
def test_a_title_of_very_many_projects_is_told_by_their_number(many: int, survey: Any, store: Store) -> None:
    """Up to 20 projects of one title are each told the others' ids; of more, how many there are."""
    ids = [f"P{number:02}" for number in range(many)]
    load(store, survey(Projects=[PROJECT | {"Project id": one} for one in ids]), agent="test")
    found = {one.record: one.message for one in _of_rules(check(store.view(OWNER)))}
    assert set(found) == {_iri("project", one) for one in ids}
    others = found[_iri("project", "P00")].removeprefix("The title is also that of ").rstrip(".").split(" and ")
    assert sorted(others) == (ids[1:] if many == 20 else ["20 other projects"])


def test_a_viewer_is_told_nothing_of_what_is_hidden(survey: Any, store: Store) -> None:
    """A title that only a hidden project has, too, is no finding for the public."""
    load(store, survey(Projects=[PROJECT, DOUBLE | {"Tier": "internal"}]), agent="test")
    assert len([one for one in _of_rules(check(store.view(OWNER))) if "title" in one.message]) == 2
    assert [one for one in _of_rules(check(store.view(PUBLIC))) if "title" in one.message] == []


def test_every_rule_says_what_it_wants_in_words() -> None:
    """Each file opens with its rule, and has a message and a way to mend, as sentences."""
    assert len(rules()) == 6
    for rule in rules():
        assert all(words[0].isupper() and words.endswith(".") for words in (rule.text, rule.message, rule.mend))
