"""The guard: nothing reaches outside, nothing ends the process, and what is refused is said in words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from atmp.kg.catalogue import questions
from atmp.kg.errors import QueryError, QueryRefusedError, QuerySyntaxError
from atmp.kg.sparql.answer import answer
from atmp.kg.sparql.guard import Limits, guard
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC

CALL = "<http://127.0.0.1:9/x> {?a ?b ?c}"


@pytest.mark.parametrize(
    "body",
    [
        f"?s ?p ?o.SERVICE {CALL}",
        f"?s ?p $o.service {CALL}",
        f"?s ?p 1SERVICE {CALL}",
        f"?s ?p 1.SERVICE {CALL}",
        f"?s ?p 1e0SERVICE {CALL}",
        f"?s ?p trueSERVICE {CALL}",
        f"?s ?p true.SERVICE {CALL}",
        f"?s ?p ex:.SERVICE {CALL}",
        f'?s ?p "a"@en.SERVICE {CALL}',
        f"SERVICESILENT {CALL}",
        "SERVICEex:x{?a ?b ?c}",
        "SERVICE:x{?a ?b ?c}",
        "BIND(<http://127.0.0.1:9/x> AS ?v) SERVICE ?v {?a ?b ?c}",
        f'?s ?p """x"\\\\""" . SERVICE {CALL} FILTER("""y""" = "")',
        f"?s ?p <http://a\\u0041#x> . SERVICE {CALL}",
        f"FILTER(1<2)SERVICE {CALL}",
        f"# a remark\rSERVICE {CALL}",
        f"{{}} UNION{{SERVICE{CALL}}}",
    ],
)
def test_no_spelling_of_service_reaches_outside(body: str, store: Store) -> None:
    """The engine parts words where no space stands: each of these made it call the address."""
    query = f"PREFIX ex: <http://127.0.0.1:9/> PREFIX : <http://127.0.0.1:9/> SELECT * {{ {body} }}"
    with pytest.raises(QueryError, match=r"is not answered here|could be read as the keyword"):
        answer(store.view(PUBLIC), query, {})


@pytest.mark.parametrize(
    "body",
    [
        '?s ?p "SERVICE <http://a> {"',
        '?s ?p """a"b""c \\"""" , \'\'\'SERVICE\'\'\'',
        "?s ex:service ?service # SERVICE <http://a> {",
        "FILTER(?a<?b && ?c>?d) ?s ex:a%20b\\-c 1.5e3, .5, -1, true . ?s ?p <http://a\\u0041> .",
        '?s ?p "åäö"@sv-SE, "1"^^ex:t . _:b.c ?p [] . VALUES (?x ?y) { (1 UNDEF) (<http://a> "b") }',
        "?s (ex:a|^ex:b)/!ex:c*/ex:d? ?o",
    ],
)
def test_what_only_looks_like_it_is_answered(body: str, store: Store) -> None:
    """The word within strings, remarks, variables and names is no call; every kind of token passes."""
    query = f"PREFIX ex: <http://127.0.0.1:9/> SELECT * {{ {body}\n}}"
    assert answer(store.view(PUBLIC), query, {}).table().rows == ()


MANY = {
    "round brackets": ("FILTER(", "(", "1", ")", ")"),
    "braces": ("", "{", "", "}", ""),
    "square brackets": ("?s ?p ", "[?a ", "1", "]", ""),
    "triples within triples": ("", "<< ?a ?b ", "?c", " >>", " ?p ?o"),
    "brackets that look like an IRI": ("FILTER(1<", "(", "1", ")", "&&2>1)"),
    "operators that look like an IRI": ("FILTER(1<1", "-1", "", "", "&&2>1)"),
    "subtractions": ("FILTER(1", " - 1", "", "", ")"),
    "negations": ("FILTER(", "!", "1", "", ")"),
    "optionals": ("", "OPTIONAL{?a ?b ?c}", "", "", ""),
    "groups taken away": ("", "MINUS{?s ?p ?o}", "", "", ""),
    "groups": ("", "{?a ?b ?c}", "", "", ""),
    "bindings": ("", "BIND(1 AS ?v)", "", "", ""),
    "triples": ("", "?s ?p ?o .", "", "", ""),
    "triples parted by filters": ("", "?s ?p ?o FILTER(1)", "", "", ""),
    "triples after truth values": ("", "?s ?p true.ex:a ex:b ", "?o", "", ""),
    "triples after a language": ('?s ?p "a"@values .', "?s ?p ?o .", "", "", ""),
    "objects": ("?s ?p ?o", ",?o", "", "", ""),
    "a collection": ("?s ?p (", "1 ", "", "", ")"),
    "values": ("", "VALUES ?x {1}", "", "", ""),
    "graphs": ("", "GRAPH ?g {?a ?b ?c}", "", "", ""),
}


@pytest.mark.parametrize("name", MANY)
def test_what_would_end_or_hang_the_engine_is_refused(name: str) -> None:
    """Each of these, this often, crashed the process or kept it busy for minutes."""
    before, opens, middle, closes, after = MANY[name]
    body = before + opens * 3000 + middle + closes * 3000 + after
    with pytest.raises(QueryRefusedError, match=r"the query (nests|has|lists)"):
        guard(f"PREFIX ex: <http://a/> SELECT * {{ {body} }}")


@pytest.mark.parametrize("query", ["DESCRIBE " + "<a:b> " * 3000, "SELECT " + "(1 AS ?v) " * 3000 + "{}"])
def test_long_lists_outside_of_patterns_are_refused(query: str) -> None:
    """The engine nests these too."""
    with pytest.raises(QueryRefusedError, match=r"lists more|patterns and clauses"):
        guard(query)


_LIMITS = """
import pyoxigraph as ox
from atmp.kg.sparql.guard import Limits, guard

def ask(before, opens, middle, closes, after, most):
    for often in range(most, 0, -1):
        query = "PREFIX ex: <http://a/> SELECT * { %s }" % (before + opens * often + middle + closes * often + after)
        try:
            guard(query)
        except Exception:
            continue
        try:
            list(ox.Store().query(query))
        except SyntaxError:
            pass
        return often

limits = Limits()
print([ask(*one, max(limits.depth, limits.marks, limits.patterns)) for one in MANY.values()])
"""


def test_the_engine_carries_the_most_that_passes() -> None:
    """At the limit of each kind the process lives; a crash would show in its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", f"MANY = {MANY!r}\n{_LIMITS}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert all(done.stdout.count(word) == 0 for word in ("None", "Error"))


def test_many_values_and_long_lists_of_options_pass() -> None:
    """Data in a query are no patterns."""
    assert guard("SELECT * { ?s ?p ?o VALUES ?s { " + "<a:b> " * 5000 + "} }").form == "SELECT"
    assert guard("SELECT * { ?s ?p ?o FILTER(?o IN (1" + ",1" * 5000 + ")) }").form == "SELECT"


def test_the_catalogue_passes_with_room_to_spare() -> None:
    """No question of our own comes near a limit."""
    for one in questions():
        assert guard(one.query).form == "SELECT"


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ("", (1, 1), "empty"),
        ("# only a remark", (1, 1), "empty"),
        ("SELECT *\n{ ?s ?p 'a }", (2, 9), "never closed"),
        ("SELECT * {\n  \\u0053ERVICE }", (2, 3), "cannot stand here"),
        ("SELECT *\x0b{}", (1, 9), "U\\+000B"),
        ("SELECT * { \x00 }", (1, 12), "NUL"),
        ("DELETE WHERE { ?s ?p ?o }", (1, 1), "no updates"),
        ("PREFIX a: <b:>\nLOAD <http://a>", (2, 1), "no updates"),
        ("HELLO", (1, 1), "begins with SELECT"),
        ("SELECT * { SERVICE <http://a> { ?s ?p ?o", (1, 31), "never closed"),
        ("SELECT * { SERVICE <http://a>", (1, 12), "needs an IRI and a group"),
    ],
)
def test_what_is_no_query_is_told_where(query: str, place: tuple[int, int], said: str) -> None:
    """The error carries line and column."""
    with pytest.raises(QuerySyntaxError, match=said) as caught:
        guard(query)
    assert (caught.value.line, caught.value.column) == place


def test_services_are_taken_apart() -> None:
    """Target, body and span of each clause; braces within strings count for nothing."""
    query = 'PREFIX s: <http://a/> SELECT * { SERVICE SILENT s:x { ?a s:text "}" } ?a ?b ?c service<http://b>{} }'
    first, second = guard(query).services
    assert (first.target, first.silent, first.body) == ("http://a/x", True, ' ?a s:text "}" ')
    assert (second.target, second.silent, second.body) == ("http://b", False, "")
    assert query[second.start : second.end] == "service<http://b>{}"


def test_what_is_remembered_of_a_query_is_for_its_limits_alone() -> None:
    """The same text passes, is refused and passes again as the limits say, and an error has its place each time."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    assert guard(query) is guard(query)
    for _ in range(2):
        with pytest.raises(QueryRefusedError, match="more than 1 patterns"):
            guard(query, Limits(patterns=1))
        assert guard(query).form == "SELECT"
        with pytest.raises(QuerySyntaxError, match=r"line 1, column 12: .*never closed"):
            guard("SELECT * { 'a }")
