"""The frame of a query: read as other parsers read it, with every part at its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from atmp.kg.catalogue import questions
from atmp.kg.errors import AtlasError, QuerySyntaxError
from atmp.kg.sparql.frame import frame
from atmp.kg.sparql.guard import guard
from atmp.kg.sparql.pattern import Element, Group, Sort
from hypothesis import given
from hypothesis import strategies as st

_SUITE = Path(__file__).parents[4] / "shared" / "testsuites" / "w3c" / "rdf-tests" / "sparql"
WHOLE = """PREFIX a: <urn:a> SELECT ?x (COUNT(*) AS ?n) FROM <urn:g> FROM NAMED <urn:h> # where {
WHERE { ?x a a:P ; a:q [ a:r ?z ] , "}" . FILTER(?a<?b&&?c>?d) OPTIONAL { ?x a:s ?y } MINUS { ?x a:k ?o }
{ SELECT ?x (MAX(?v) AS ?w) { ?x ?p ?v } GROUP BY ?x HAVING(MAX(?v) > 1) ORDER BY ?x LIMIT 3 VALUES ?x { 1 } }
GRAPH ?g { ?x a ?t } { ?x a:k 1 } UNION { ?x a:l ?y } UNION { BIND(1 AS ?x) } BIND(?x + 1 AS ?k)
FILTER NOT EXISTS { ?x a:gone ?e } VALUES (?u ?v) { (1 UNDEF) } << ?x a:m ?q >> a:r "t"@en-GB {| a:s ?i |} .
FILTER a:f(?x, "(") SERVICE SILENT a:call { ?x a:b "{" } } GROUP BY ?x"""


def test_every_part_stands_at_its_place() -> None:
    """Spans are those of the text, with the variables that each has, binds for certain, and gives outside."""
    read = frame(guard(WHOLE))
    assert read.prologue == "PREFIX a: <urn:a> "
    assert read.sources.split() == ["FROM", "<urn:g>", "FROM", "NAMED", "<urn:h>", "#", "where", "{"]
    told = [(one.sort, WHOLE[one.start : one.end][:12], "".join(sorted(one.names)), "".join(sorted(one.certain)))
            for one in read.root.elements]  # fmt: skip
    assert told == [
        (Sort.TRIPLES, "?x a a:P ; a", "xz", "xz"),
        (Sort.FILTER, "FILTER(?a<?b", "abcd", ""),
        (Sort.OPTIONAL, "OPTIONAL { ?", "xy", ""),
        (Sort.MINUS, "MINUS { ?x a", "ox", ""),
        (Sort.GROUP, "{ SELECT ?x ", "wx", "x"),
        (Sort.GRAPH, "GRAPH ?g { ?", "gtx", "tx"),
        (Sort.GROUP, "{ ?x a:k 1 }", "xy", ""),
        (Sort.BIND, "BIND(?x + 1 ", "x", ""),
        (Sort.FILTER, "FILTER NOT E", "ex", ""),
        (Sort.VALUES, "VALUES (?u ?", "uv", ""),
        (Sort.TRIPLES, "<< ?x a:m ?q", "iqx", "iqx"),
        (Sort.FILTER, 'FILTER a:f(?', "x", ""),
        (Sort.SERVICE, "SERVICE SILE", "", ""),
    ]  # fmt: skip
    assert [one.steady for one in read.root.elements].count(False) == 1
    assert "".join(sorted(read.root.names)) == "gikqtuvwxyz"


def _services(group: Group) -> Iterator[Element]:
    for one in group.elements:
        if one.sort is Sort.SERVICE:
            yield one
        for inner in one.groups:
            yield from _services(inner)


@pytest.mark.parametrize("one", questions(), ids=lambda one: f"question {one.number}")
def test_the_catalogue_is_read(one: object) -> None:
    """Every question has a frame, and every service of it is found where the guard found it."""
    query = guard(one.query)  # type: ignore[attr-defined]
    found = [(service.start, service.end) for service in _services(frame(query).root)]
    assert found == [(service.start, service.end) for service in query.services]


def test_the_w3c_suite_is_read_as_another_parser_reads_it() -> None:
    """Of each query that the engine takes, the variables that its group gives are those that rdflib sees."""
    if not _SUITE.is_dir():
        pytest.skip("the W3C's suites are not here: this test needs ../shared/testsuites beside the checkout")
    compared = 0
    for path in sorted(_SUITE.rglob("*.rq")):
        text = path.read_text(encoding="utf-8")
        try:
            ox.Store().query(text, base_iri="urn:base")
            query = guard(text)
        except (SyntaxError, ValueError, OSError, RuntimeError, AtlasError):
            continue
        if "{" not in text:
            continue  # DESCRIBE <...> has no group
        read = frame(query)
        if not read.root.elements or query.services or "EXISTS" in text or "MINUS" in text:
            continue  # rdflib also counts what stands within these
        opening = text.rindex("{", 0, read.root.elements[0].start)
        theirs = _theirs(f"{read.prologue} SELECT * WHERE {text[opening:]}")
        if theirs is not None:
            ours = {name for name in read.root.names if not name.startswith("_:")}
            assert ours == theirs, f"{path}: {text}"
            compared += 1
    assert compared > 300


def _theirs(text: str) -> set[str] | None:
    """Return the variables that rdflib sees, None where it cannot read a query."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql import prepareQuery

    try:
        return {str(name) for name in prepareQuery(text).algebra.PV}
    except ParseException:  # SPARQL 1.2
        return None


SCRAPS = (
    *"{}()[].;,<>|?", "?x ", "FILTER", "SELECT ", "VALUES ", "SERVICE ", "<urn:a>", "GRAPH ", "'a'", "UNION", " a ",
    "BIND(", " AS ", "@en", "-", "SELECT()",
)  # fmt: skip


@given(st.lists(st.sampled_from(SCRAPS)))
def test_whatever_is_no_query_is_a_syntax_error(parts: list[str]) -> None:
    """No text makes the reader fail in another way, or never end."""
    try:
        frame(guard(f"SELECT * {{ {''.join(parts)}"))
    except AtlasError as error:
        assert isinstance(error, QuerySyntaxError) or "more than" in str(error) or "deeper" in str(error)
