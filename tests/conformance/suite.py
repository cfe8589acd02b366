"""The W3C's SPARQL suites, read from their manifests and run over HTTP against a bare store.

A test passes where the endpoint does over HTTP what the suite expects. A text counts as accepted unless the answer is
400: one that is read and then forbidden, as SERVICE and LOAD are, is 403.
"""

from __future__ import annotations

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox
import rdflib
from rdflib import RDF
from rdflib.collection import Collection

SHARED = Path(__file__).parents[3] / "shared" / "testsuites" / "w3c" / "rdf-tests" / "sparql"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RDFS, HT, CNT = (
    rdflib.RDFS,
    rdflib.Namespace("http://www.w3.org/2011/http#"),
    rdflib.Namespace("http://www.w3.org/2011/content#"),
)
SD = "http://www.w3.org/ns/sparql-service-description#"
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
OVER_HTTP = ("protocol", "graph-store-protocol", "service-description")
APART = ("entailment", "http-rdf-update")
"""Suites that a plain store makes no claim to, and one that is prose."""


@dataclass(frozen=True)
class Case:
    """One test of a manifest."""

    folder: str
    name: str
    sort: str
    graph: rdflib.Graph
    node: Any

    @property
    def key(self) -> str:
        """Return the folder and the name, which together are unique."""
        return f"{self.folder}/{self.name}"


def cases(edition: str, *, folders: tuple[str, ...] = ()) -> Iterator[Case]:
    """Yield the tests of `sparql11` or `sparql12`, in the order of the manifests."""
    for path in sorted((SHARED / edition).glob("*/manifest.ttl")):
        folder = path.parent.name
        if folder not in APART and (not folders or folder in folders):
            for manifest in sorted({path, *path.parent.glob("manifest-*.ttl")}):
                yield from _entries(folder, manifest)


def _entries(folder: str, path: Path) -> Iterator[Case]:
    graph = rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri())
    for listed in graph.objects(None, MF.entries):
        for node in Collection(graph, listed):
            sort = next((str(one).rpartition("#")[2] for one in graph.objects(node, RDF.type)), "")
            yield Case(folder, str(node).rpartition("#")[2].rpartition("/")[2], sort, graph, node)


@contextmanager
def served() -> Iterator[httpx.Client]:
    """Serve an empty bare store on a free port of this machine."""
    import uvicorn
    from atmp.api.bare import create_bare_app
    from atmp.api.commands.serve import listen
    from atmp.kg.bare import Bare

    with listen("127.0.0.1", 20_100) as listening:
        server = uvicorn.Server(uvicorn.Config(create_bare_app(Bare()), log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def run(client: httpx.Client, case: Case) -> str:
    """Return nothing where a test passes, else what went otherwise."""
    empty = client.post("/sparql", data={"update": "DROP ALL"})
    assert empty.status_code == 204, empty.text
    if case.sort in {"ProtocolTest", "GraphStoreProtocolTest"}:
        return _conversation(client, case)
    if case.sort == "ServiceDescriptionTest":
        return _description(client, case)
    if "Syntax" in case.sort:
        return _syntax(client, case)
    if case.sort == "UpdateEvaluationTest":
        return _update(client, case)
    return _evaluation(client, case)


def _text(node: Any) -> str:
    return _path(node).read_bytes().decode("utf-8")


def _path(node: Any) -> Path:
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(str(node)).path))


def _syntax(client: httpx.Client, case: Case) -> str:
    text = _text(case.graph.value(case.node, MF.action))
    kind = "update" if "Update" in case.sort else "query"
    answer = client.post("/sparql", content=text.encode(), headers={"content-type": f"application/sparql-{kind}"})
    # what is read, and then cannot be run, as a function that nobody knows, is no error of syntax
    read = answer.status_code != 400 or re.search(r"cannot be (evaluated|done)", answer.json()["detail"]) is not None
    return "" if read == case.sort.startswith("Positive") else f"status {answer.status_code}: {answer.text[:200]}"


def _quads(node: Any) -> list[ox.Quad]:
    path = _path(node)
    return list(ox.parse(path.read_bytes(), format=_form(path), base_iri=str(node)))


def _load(client: httpx.Client, node: Any, target: dict[str, str]) -> None:
    """Put a file's triples into a graph; those that name graphs of their own go there, in one update."""
    quads = _quads(node)
    if any(not isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads):
        said = " ".join(
            f"{one.triple} ."
            if isinstance(one.graph_name, ox.DefaultGraph)
            else f"GRAPH {one.graph_name} {{ {one.triple} }}"
            for one in quads
        )
        sent = client.post("/sparql", data={"update": f"INSERT DATA {{ {said} }}"})
    else:
        lines = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        sent = client.put("/store", params=target, content=lines, headers={"content-type": "application/n-triples"})
    assert sent.status_code in {201, 204}, sent.text


def _form(path: Path) -> ox.RdfFormat:
    return ox.RdfFormat.from_extension(path.suffix[1:]) or ox.RdfFormat.TURTLE


def _evaluation(client: httpx.Client, case: Case) -> str:
    graph, action = case.graph, case.graph.value(case.node, MF.action)
    data = list(graph.objects(action, QT.data))
    for one in data:
        _load(client, one, {"default": ""})
    for one in graph.objects(action, QT.graphData):
        node = graph.value(one, QT.graph) or one
        _load(client, node, {"graph": str(graph.value(one, RDFS.label) or node)})
    query = graph.value(action, QT.query)
    result = graph.value(case.node, MF.result)
    wanted = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".srj": "application/sparql-results+json"}
    accept = wanted.get(_path(result).suffix, "application/sparql-results+xml, application/n-triples")
    text = f"BASE <{query}>\n{_text(query)}".encode()
    answer = client.post(
        "/sparql", content=text, headers={"content-type": "application/sparql-query", "accept": accept}
    )
    if answer.status_code != 200:
        return f"status {answer.status_code}: {answer.text[:200]}"
    if case.sort == "CSVResultFormatTest":
        return "" if _cells(answer.text) == _cells(_text(result)) else f"CSV differs: {answer.text[:200]}"
    given, expected = _result(answer.content, answer.headers["content-type"]), _expected(result)
    return "" if given == expected else f"the result differs: {str(given)[:300]} instead of {str(expected)[:300]}"


def _cells(text: str) -> Counter[str]:
    """Return the rows of a CSV result in any order of rows and columns, the names of its blank nodes left out."""
    return Counter(
        str(sorted(row.items())) for row in csv.DictReader(io.StringIO(re.sub(r"_:\w+", "_:b", text), newline=""))
    )


def _result(data: bytes, media: str) -> Any:
    media = media.partition(";")[0]
    form = ox.QueryResultsFormat.from_media_type(media)
    if form is None:
        rdf = ox.RdfFormat.from_media_type(media)
        return _canonical(quad.triple for quad in ox.parse(data, format=rdf))
    found = ox.parse_query_results(data, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [one.value for one in found.variables]
    return _rows(names, [[row[name] for name in names] for row in found])


def _rows(names: list[str], rows: list[list[Any]]) -> Any:
    """Return rows in a form that is equal where the results are: blank nodes may be named otherwise."""
    plain, blank = Counter[str](), []
    for place, row in enumerate(rows):
        said = {name: _plain(term) for name, term in zip(names, row, strict=True)}
        if any(isinstance(term, ox.BlankNode | ox.Triple) for term in row):
            here = ox.BlankNode(f"row{place}x")
            blank += [
                ox.Triple(here, ox.NamedNode(f"urn:{name}"), term) for name, term in said.items() if term is not None
            ]
        else:
            plain[str(sorted((name, str(term)) for name, term in said.items() if term is not None))] += 1
    return sorted(names), plain, _canonical(blank)


def _plain(term: Any) -> Any:
    """Return a term as the engine keeps it: numbers count by their value, 1.0 as 1."""
    if not isinstance(term, ox.Literal | ox.Triple):
        return term
    kept, name = ox.Store(), ox.NamedNode("urn:x")
    kept.add(ox.Quad(name, name, term))
    return next(iter(kept)).object


def _canonical(triples: Any) -> set[str]:
    found = ox.Dataset(ox.Quad(one.subject, one.predicate, _plain(one.object)) for one in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(one) for one in found}


def _expected(node: Any) -> Any:
    path = _path(node)
    form = ox.QueryResultsFormat.from_extension(path.suffix[1:])
    if form is not None:
        return _result(path.read_bytes(), form.media_type)
    if "ResultSet" not in path.read_text(encoding="utf-8"):
        return _canonical(_quads(node))
    graph = rdflib.Graph().parse(path, format="turtle" if path.suffix == ".ttl" else "xml", publicID=str(node))
    root = graph.value(None, RDF.type, RS.ResultSet)
    if (said := graph.value(root, RS.boolean)) is not None:
        return bool(said.toPython())  # type: ignore[attr-defined]
    names = [str(one) for one in graph.objects(root, RS.resultVariable)]
    rows = []
    for solution in graph.objects(root, RS.solution):
        bound = {
            str(graph.value(one, RS.variable)): graph.value(one, RS.value)
            for one in graph.objects(solution, RS.binding)
        }
        rows.append([_term(bound.get(name)) for name in names])
    return _rows(names, rows)


def _term(term: Any) -> Any:
    if term is None:
        return None
    line = f"<a:a> <a:a> {term.n3()} ."
    return next(iter(ox.parse(line.encode(), format=ox.RdfFormat.TURTLE))).object


def _update(client: httpx.Client, case: Case) -> str:
    graph, action, result = case.graph, case.graph.value(case.node, MF.action), case.graph.value(case.node, MF.result)
    for one in graph.objects(action, UT.data):
        _load(client, one, {"default": ""})
    for one in graph.objects(action, UT.graphData):
        _load(client, graph.value(one, UT.graph) or one, {"graph": str(graph.value(one, RDFS.label))})
    text = _text(graph.value(action, UT.request)).encode()
    answer = client.post("/sparql", content=text, headers={"content-type": "application/sparql-update"})
    if answer.status_code != 204:
        return f"status {answer.status_code}: {answer.text[:200]}"
    wanted: dict[str, list[ox.Quad]] = {"": []}
    for one in graph.objects(result, UT.data):
        for quad in _quads(one):
            wanted.setdefault("" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value, []).append(
                quad
            )
    for one in graph.objects(result, UT.graphData):
        wanted.setdefault(str(graph.value(one, RDFS.label)), []).extend(_quads(graph.value(one, UT.graph) or one))
    names = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    there = client.get("/sparql", params={"query": names, "format": "json"}).json()["results"]["bindings"]
    for name in {*(row["g"]["value"] for row in there), *wanted}:
        target = {"graph": name} if name else {"default": ""}
        given = client.get("/store", params=target, headers={"accept": "application/n-triples"})
        lines = given.content if given.status_code == 200 else b""
        told = _canonical(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
        if told != _canonical(wanted.get(name, ())):
            return f"the graph <{name}> differs: {sorted(told)[:5]}"
    return ""


def _description(client: httpx.Client, case: Case) -> str:
    answer = client.get("/sparql")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    service = graph.value(None, RDF.type, rdflib.URIRef(f"{SD}Service"))
    at = rdflib.URIRef(f"{client.base_url}".rstrip("/") + "/sparql")
    if case.node.endswith("has-endpoint-triple"):
        return "" if (service, rdflib.URIRef(f"{SD}endpoint"), at) in graph else "no endpoint"
    needed = [
        graph.value(service, rdflib.URIRef(f"{SD}{name}"))
        for name in ("defaultDataset", "supportedLanguage", "resultFormat")
    ]
    return "" if answer.status_code == 200 and all(needed) else "no service description"


def _conversation(client: httpx.Client, case: Case) -> str:
    """Run the requests of a test one after the other; a Location that is given stands in for its name afterwards."""
    graph, action, places = case.graph, case.graph.value(case.node, MF.action), dict[str, str]()
    for one in graph.objects(case.node, UT.graphData):
        _load(client, graph.value(one, UT.graph), {"graph": str(graph.value(one, RDFS.label))})
    for node in Collection(graph, graph.value(action, HT.requests)):
        answer = _sent(client, graph, node, str(graph.value(action, HT.connectionAuthority)), places)
        wrong = _unlike(graph, graph.value(node, HT.resp), answer, places)
        if wrong:
            return f"{answer.request.method} {answer.request.url}: {wrong}"
    return ""


def _sent(client: httpx.Client, graph: rdflib.Graph, node: Any, host: str, places: dict[str, str]) -> httpx.Response:
    address = str(graph.value(node, HT.absolutePath)).replace("/sparql/", "/sparql", 1).replace("/gsp", "/store", 1)
    headers = {"host": host, **_headers(graph, node)}
    body = graph.value(node, HT.body)
    content = _body(graph, body)
    for name, value in places.items():
        address, content = address.replace(name, value), content.replace(name.encode(), value.encode())
    method = str(graph.value(node, HT.methodName))
    return client.request(method, address, content=content, headers=headers)


def _headers(graph: rdflib.Graph, node: Any) -> dict[str, str]:
    listed = graph.value(node, HT.headers)
    found = Collection(graph, listed) if listed is not None else ()
    return {str(graph.value(one, HT.fieldName)): str(graph.value(one, HT.fieldValue)) for one in found}


def _body(graph: rdflib.Graph, body: Any) -> bytes:
    if body is None:
        return b""
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding) or "utf-8"))


def _unlike(graph: rdflib.Graph, wanted: Any, answer: httpx.Response, places: dict[str, str]) -> str:
    statuses = {str(one).rpartition("#")[2] for one in graph.objects(wanted, MF.expectedStatus)}
    known = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
    if not any(
        answer.status_code == known.get(one) or one == f"StatusCode{answer.status_code // 100}xx" for one in statuses
    ):
        return f"status {answer.status_code}: {answer.text[:200]}"
    if (name := graph.value(wanted, MF.expectedLocation)) is not None:
        places[str(name)] = answer.headers["location"]
    if (truth := graph.value(wanted, MF.expectedBoolean)) is not None and answer.json()["boolean"] != truth.toPython():  # type: ignore[attr-defined]
        return f"not {truth}"
    form = str(graph.value(wanted, MF.expectedFormat) or "")
    kinds = {"boolean": "sparql-results", "tabular": "sparql-results", "RDF": "turtle"}
    if form and kinds[form] not in answer.headers["content-type"]:
        return f"{answer.headers['content-type']} is not {form}"
    for header, value in _headers(graph, wanted).items():
        if answer.headers.get(header) != value:
            return f"{header} is {answer.headers.get(header)}"
    body = graph.value(wanted, HT.body)
    if body is not None:
        texts, base = (answer.content, _body(graph, body)), str(answer.request.url)
        told, meant = (_canonical(ox.parse(one, format=ox.RdfFormat.TURTLE, base_iri=base)) for one in texts)
        if told != meant:
            return "the triples differ"
    return ""
