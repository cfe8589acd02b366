"""Validation: each way of breaking a shape has its finding, in words, at its place, as grave as the shape says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rdflib
from atmp.kg.errors import Place
from atmp.kg.findings import Finding, Severity
from atmp.kg.iris import Names
from atmp.kg.load import prepare
from atmp.kg.provenance import Placement
from atmp.kg.records import ATMP, DCT, KINDS, RDFS, TYPES, Need, Product, Project, Record
from atmp.kg.source import Reading, Row, Source
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.triples import TYPE, facts
from atmp.kg.validate import check, validate
from atmp.kg.viewer import OWNER, PUBLIC
from rdflib.namespace import SH

SHAPES = Path(__file__).parents[2] / "ontology" / "shapes.ttl"
NAMES = Names()
PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
NEED = {"Need id": "N1", "Project id": "P01", "Category": "potency-assay"}
OFFER = {"Capability id": "C1", "Provider id": "O1", "Category": "potency-assay"}
ORGANISATION = {"Organisation id": "O1", "Name": "Synthetic University"}
PERSON = {"Investigator id": "I1", "Name": "Synthetic investigator 01"}
WORDS = {
    SH.maxCount: ['"one"', '"two"'],
    SH.nodeKind: ["<urn:thing>", '"words"'],
    SH.datatype: ['"some words"'],
    SH.node: ["<urn:no-term>"],
    SH.pattern: ['"no such thing"'],
    SH.maxInclusive: ['"5"^^<http://www.w3.org/2001/XMLSchema#integer>'],
}
"""Values that break a constraint, whatever the property."""


def _constraints() -> Iterator[tuple[str, str, rdflib.URIRef, str, Severity]]:
    """Every constraint of shapes.ttl: class, property, what it limits, its message, its severity."""
    graph = rdflib.Graph().parse(SHAPES)
    for shape, target in graph.subject_objects(SH.targetClass):
        for rule in graph.objects(shape, SH.property):
            path, message = str(graph.value(rule, SH.path)), str(graph.value(rule, SH.message))
            grave = str(graph.value(rule, SH.severity) or SH.Violation).rpartition("#")[2]
            for limit in (*WORDS, SH.minCount):
                if graph.value(rule, limit) is not None:
                    yield str(target), path, limit, message, Severity(grave.lower())


CONSTRAINTS = sorted(_constraints())


def _said(*records: Record) -> dict[str, list[tuple[str, str, str]]]:
    return {one.iri: [(fact.subject, fact.predicate, fact.object) for fact in facts(one)] for one in records}


def _iri(kind: str, key: str) -> str:
    return NAMES.record("lund", kind, key)


@pytest.mark.parametrize("target", sorted({one[0] for one in CONSTRAINTS}))
def test_every_constraint_that_is_broken_has_its_finding(target: str) -> None:
    """A record that breaks one line of a shape gets that line's words, with record, property and severity."""
    broken, expected = {}, set()
    for number, (_, path, limit, message, severity) in enumerate(one for one in CONSTRAINTS if one[0] == target):
        iri = _iri(TYPES[target].kind, f"broken-{number}")
        broken[iri] = [(f"<{iri}>", f"<{TYPE}>", f"<{target}>")]
        broken[iri] += [(f"<{iri}>", f"<{path}>", value) for value in WORDS.get(limit, [])]
        expected.add((iri, path, message, severity))
    found = list(validate(broken))
    assert expected - {(one.record, one.property, one.message, one.severity) for one in found} == set()
    assert len(expected) >= 10


def test_messages_are_sentences_for_a_survey_manager() -> None:
    """No message speaks of shapes, nodes or constraints; each is a sentence that names what is wrong."""
    messages = {one[3] for one in CONSTRAINTS}
    assert len(messages) > 300
    assert [one for one in messages if not (one[0].isupper() and one.endswith(".") and len(one.split()) >= 4)] == []
    assert [one for one in messages if any(word in one for word in ("sh:", "http://www.w3", "Node", "Count"))] == []


def test_only_what_cannot_be_used_is_a_violation() -> None:
    """Missing answers that a survey usually lacks are warnings; words without a term are only told."""
    lenient = {(target.removeprefix(ATMP), path.rpartition("/")[2], str(severity)) for target, path, limit, _, severity
               in CONSTRAINTS if limit == SH.minCount and severity is not Severity.VIOLATION}  # fmt: skip
    assert ("Project", "description", "warning") in lenient
    assert ("Need", "horizon", "warning") in lenient
    assert not {one for one in lenient if one[1] in {"identifier", "stage", "category"}}
    assert {severity for *_, message, severity in CONSTRAINTS if "as written" in message} == {Severity.INFO}


def test_a_whole_record_has_no_finding() -> None:
    """A project, its product and its need that are filled in give nothing to mend."""
    product = Product(
        iri=_iri("product", "P01"), label="A therapy", atmp_class=f"{ATMP}class-gtmp", indication_text="A disease"
    )
    project = Project(
        iri=_iri("project", "P01"), identifier="P01", label="A therapy", description="What it is.",
        centre=NAMES.centre("lund"), develops=(product.iri,), lead=(_iri("person", "I1"),),
    )  # fmt: skip
    need = Need(
        iri=_iri("need", "N1"), identifier="N1", project=project.iri, category=f"{ATMP}category-potency-assay",
        horizon=f"{ATMP}horizon-1-2",
    )  # fmt: skip
    assert list(validate(_said(project, product, need))) == []


def test_a_product_without_any_indication_is_a_warning() -> None:
    """A term or words: either will do, neither is told."""
    base = Product(iri=_iri("product", "P01"), label="A therapy", atmp_class=f"{ATMP}class-gtmp")
    (finding,) = validate(_said(base))
    assert (finding.severity, finding.record) == (Severity.WARNING, base.iri)
    assert finding.message == "No indication is stated: give a disease in words, or its MONDO id."
    for said in ({"indication_text": "A disease"}, {"indications": ("http://purl.obolibrary.org/obo/MONDO_0005180",)}):
        assert list(validate(_said(base.model_copy(update=said)))) == []


def test_a_term_of_another_scheme_is_no_term() -> None:
    """A vector where a category is asked for is refused, though the atlas knows the term."""
    need = Need(
        iri=_iri("need", "N1"), identifier="N1", project=_iri("project", "P01"), category=f"{ATMP}vector-aav9",
        horizon=f"{ATMP}horizon-1-2",
    )  # fmt: skip
    found = validate(_said(need), {need.iri: Place("needs.csv", "Needs", 7)})
    (finding,) = [one for one in found if one.record == need.iri]
    assert (finding.severity, finding.value, str(finding.place)) == (
        Severity.VIOLATION, f"{ATMP}vector-aav9", "needs.csv, sheet Needs, row 7",
    )  # fmt: skip
    assert finding.message.endswith("choose one from it.")


@pytest.mark.parametrize(
    ("sheets", "severity", "words", "mend", "row"),
    [
        ({"Projects": [PROJECT | {"Tier": "friends"}]}, "violation", "'friends' is no tier", "choose public", 2),
        ({"Projects": [PROJECT, PROJECT]}, "violation", "the id P01 stands in row 2 already", "another id", 3),
        ({"Projects": [PROJECT | {"Stage": ""}]}, "violation", "the Stage is empty", "The stage", 2),
        ({"Needs": [NEED | {"Category": ""}]}, "violation", "the Category is empty", "What kind of support", 2),
        ({"Needs": [NEED | {"Project id": "P9"}]}, "violation", "P9 is no id of the sheet Projects", "correct it", 2),
        ({"Needs": [NEED | {"Category": "potent assay"}]}, "warning", "not a term", "potency assay", 2),
        ({"Needs": [NEED]}, "warning", "When this need falls due is not stated", None, 2),
        ({"Capabilities": [OFFER], "Organisations": [ORGANISATION]}, "warning", "grade", None, 2),
        ({"Capabilities": [OFFER | {"Biosafety level": "5"}], "Organisations": [ORGANISATION]},
         "violation", "A biosafety level is 1, 2, 3 or 4.", None, 2),
        ({"Investigators": [PERSON | {"E-mail": "nobody"}]}, "warning", "This is no e-mail address", None, 2),
        ({"Investigators": [PERSON | {"ORCID": "0000-1"}]}, "warning", "An ORCID looks like", None, 2),
        ({"Projects": [PROJECT | {"Stage date": "2024-01"}]}, "warning", "after the survey's date 2023-06-01", "give the day", 2),
        ({"Projects": [PROJECT | {"Started": "2022", "Trial planned": "2020"}]},
         "warning", "planned before the project began", None, 2),
        ({"Projects": [PROJECT | {"Vectors": "AVV9"}]}, "info", "no term was found for", None, 2),
    ],
)  # fmt: skip
def test_a_survey_row_is_told_what_is_wrong_and_how_to_mend_it(
    sheets: Any, severity: str, words: str, mend: str | None, row: int, survey: Any
) -> None:
    """Each kind of fault comes with its severity, its row, and words that say what to do."""
    found = [one for one in prepare(None, survey(**sheets)).findings if words in one.message]
    assert {(one.severity.value, one.place.sheet, one.place.row) for one in found} == {
        (severity, next(iter(sheets)), row)
    }
    assert all(one.place.file for one in found)
    assert mend is None or mend in (found[0].mend or "")


@pytest.mark.parametrize(
    ("kind", "first", "second", "words"),
    [
        ("product", "authorisationDate", "withdrawalDate", "The authorisation ended before it was given"),
        ("trial", "startDate", "completionDate", "The trial ends before it begins"),
    ],
)
def test_dates_out_of_order_are_a_warning(kind: str, first: str, second: str, words: str) -> None:
    """An end before its beginning is told; the same day, or one date alone, is not."""

    def told(*days: str) -> list[str]:
        iri = _iri(kind, "X1")
        said = [(f"<{iri}>", f"<{TYPE}>", f"<{KINDS[kind].type}>")]
        said += [(f"<{iri}>", f"<{ATMP}{name}>", f'"{day}"^^<http://www.w3.org/2001/XMLSchema#date>')
                 for name, day in zip((first, second), days, strict=False)]  # fmt: skip
        found = [one for one in validate({iri: said}) if one.message.startswith(words)]
        assert {one.severity for one in found} <= {Severity.WARNING}
        return [one.message for one in found]

    assert len(told("2024-05-01", "2023-05-01")) == 1
    assert told("2024-05-01", "2024-05-01") == told("2024-05-01") == []


def test_values_without_an_order_are_said_to_be_no_dates() -> None:
    """Two values of one datatype that is not theirs cannot be compared; the records beside them are checked as ever."""

    def trial(key: str, start: str, end: str) -> list[tuple[str, str, str]]:
        who, sort = f"<urn:{key}>", f"<{ATMP}Trial>"
        said = (
            (TYPE, sort),
            (f"{RDFS}label", '"A trial"'),
            (f"{ATMP}startDate", start),
            (f"{ATMP}completionDate", end),
        )
        return [(who, f"<{prop}>", value) for prop, value in said]

    number, day = (f"^^<http://www.w3.org/2001/XMLSchema#{name}>" for name in ("integer", "date"))
    odd, turned = (
        trial("odd", f'"x"{number}', f'"9"{number}'),
        trial("turned", f'"2024-02-01"{day}', f'"2023-02-01"{day}'),
    )
    found = list(validate({"urn:odd": odd, "urn:turned": turned}))
    assert {(one.record, one.property) for one in found if one.constraint == str(SH.DatatypeConstraintComponent)} == {
        ("urn:odd", f"{ATMP}startDate"),
        ("urn:odd", f"{ATMP}completionDate"),
    }
    assert [one.record for one in found if one.constraint == str(SH.LessThanOrEqualsConstraintComponent)] == [
        "urn:turned"
    ]
    assert sorted(map(repr, found)) == sorted(
        repr(one) for said in (odd, turned) for one in validate({said[0][0][1:-1]: said})
    )


def test_a_survey_of_a_day_to_come_is_a_warning(survey: Any) -> None:
    """Horizons and stages count from the survey's date, so one that lies ahead is told."""
    findings = prepare(None, survey({"Date": "2199-01-01"})).findings
    (finding,) = [one for one in findings if one.place.column == "Date"]
    assert (finding.severity, finding.message) == (Severity.WARNING, "the survey's date 2199-01-01 is still to come")


def test_a_link_to_nowhere_is_named_in_any_format(tmp_path: Path, store: Store) -> None:
    """Facts that arrive as triples and point at a record nobody knows are refused, with the record and the link."""
    need, gone = _iri("need", "N1"), _iri("project", "P99")
    said = [(TYPE, f"<{ATMP}Need>"), (f"{DCT}identifier", '"N1"'), (f"{ATMP}neededBy", f"<{gone}>"),
            (f"{ATMP}category", f"<{ATMP}category-potency-assay>"), (f"{RDFS}label", '"A potency test"')]  # fmt: skip
    (tmp_path / "n.nt").write_text("".join(f"<{need}> <{prop}> {value} .\n" for prop, value in said))
    draft = prepare(store, tmp_path / "n.nt", as_format="n-triples", centre="lund")
    (finding,) = [one for one in draft.findings if one.severity is Severity.VIOLATION]
    assert (finding.record, finding.property, finding.value) == (need, f"{ATMP}neededBy", gone)
    assert "neither in this source nor in the store" in finding.message
    assert finding.mend == "correct the id, or load the source that has the record first"


def _checked(store: Store, viewer: Any = OWNER) -> list[Finding]:
    return [one for one in check(store.view(viewer)) if one.severity is Severity.VIOLATION]


def test_a_check_of_the_store_names_the_row_that_a_record_was_read_from(store: Store) -> None:
    """A record that came in broken is found later, with file, sheet and row; who may not see it is not told."""
    project = Project(iri=_iri("project", "P01"), identifier="P01", centre=NAMES.centre("lund"))
    rows = [Row("Projects/P01", Place("old.csv", "Projects", 3), (project,))]
    source = Source("old", "An old survey", "survey", date(2020, 1, 1), file="old.csv")
    entries = Placement(Reading(source, "lund", Tier.INTERNAL, rows), store.names, "2020-01-01T00:00:00Z").entries(rows)
    store.write("old", "2020-01-01", entries, agent="test")
    (finding,) = _checked(store)
    assert (finding.record, finding.message) == (project.iri, "A project needs a title.")
    assert str(finding.place) == "old.csv, sheet Projects, row 3"
    assert _checked(store, PUBLIC) == []


def test_the_demonstration_has_no_violation(demo: Any) -> None:
    """What ships fits the shapes: its surveys and its reference products."""
    assert _checked(demo.store) == []
    assert len(demo.store.view(OWNER).records("project")) > 20


def test_every_finding_of_a_shape_says_how_to_mend_it() -> None:
    """Each constraint that is broken comes with a way to mend it, its own or that of its kind."""
    broken = {}
    for number, (target, path, limit, *_) in enumerate(CONSTRAINTS):
        iri = _iri(TYPES[target].kind, f"broken-{number}")
        broken[iri] = [(f"<{iri}>", f"<{TYPE}>", f"<{target}>")]
        broken[iri] += [(f"<{iri}>", f"<{path}>", value) for value in WORDS.get(limit, [])]
    found = list(validate(broken))
    assert [one for one in found if not (one.mend and one.mend.endswith("."))] == []
    mends = {one.message: one.mend for one in found}
    assert mends["A need must name the project that has it."] == "Write the id of the project in the column Project id."
    assert len(set(mends.values())) > 12
