"""RDF under our ontology: Turtle, JSON-LD, N-Triples and N-Quads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from atmp.ontology.files import context_file

from ..errors import Place, SourceError
from ..findings import Finding, Severity
from ..iris import slug
from ..provenance import PRIVATE
from ..records import ATMP, DCT, TYPES
from ..source import Reading, Row, Source, Statement
from ..tiers import Tier
from ..triples import TYPE, XSD
from .cells import replaced
from .interface import Context
from .sheets import digest

CONTEXT = "https://w3id.org/atmp/context.jsonld"
_LARGEST = 500_000_000
_HEAD = 1_000_000  # bytes in which the first statements end
_OURS = frozenset({*TYPES, f"{ATMP}Source"})


class _RdfImporter:
    """Reads one syntax; every subject becomes a row of statements."""

    name = ""
    title = ""
    form = ox.RdfFormat.TURTLE

    def recognises(self, path: Path) -> bool:
        """Return whether the first statement of the file parses as this syntax."""
        if not path.is_file():
            return False
        try:
            data = self.opening(path)
            # two statements, for the first of N-Quads is Turtle up to its graph
            return len(list(islice(ox.parse(data, format=self.form, base_iri="urn:x-atmp:file"), 2))) > 0
        except (SyntaxError, ValueError, SourceError, OSError):
            return False

    def opening(self, path: Path) -> bytes:
        """Return as much of a file as tells its syntax, ready to parse; a long file of another format is not read whole."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
            return self.prepare(head[: head.rfind(b"\n") + 1] if file.read(1) else head, path.name)

    def prepare(self, data: bytes, name: str) -> bytes:
        """Return the bytes to parse; raises SourceError for what must not be parsed."""
        if len(data) > _LARGEST:
            raise SourceError(f"the file is larger than {_LARGEST // 1_000_000} MB: load it in parts", Place(name))
        if b"<!DOCTYPE" in data[:100_000].upper():
            raise SourceError(
                "the file has a DOCTYPE: such files are not read, for they can name other files", Place(name)
            )
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(
                "the text is not UTF-8", Place(name, None, data[: error.start].count(b"\n") + 1)
            ) from None
        return data

    def read(self, path: Path, context: Context) -> Reading:
        """Return the statements by subject; raises SourceError with line and column where the syntax is broken."""
        quads = list(self._quads(path))
        if not quads:
            raise SourceError("it holds no triple at all: nothing would be loaded", Place(path.name))
        rows = list(_rows(path.name, quads, context))
        if not any(
            quad.predicate.value == TYPE and quad.object.value in _OURS
            for quad in quads
            if isinstance(quad.object, ox.NamedNode)
        ):
            raise SourceError(
                "none of its subjects is of a class of our ontology: nothing of it would be seen", Place(path.name)
            )
        source = Source(
            f"rdf-{slug(path.stem)}", path.stem, self.name, _stated(quads) or context.today, file=path.name,
            sha256=digest(path), collection=None if context.centre else slug(path.stem),
        )  # fmt: skip
        tier = context.tier or (Tier.INTERNAL if context.centre else Tier.PUBLIC)
        return Reading(source, context.centre, tier, rows)

    def _quads(self, path: Path) -> Iterator[ox.Quad]:
        data = self.prepare(path.read_bytes(), path.name)
        try:
            yield from ox.parse(data, format=self.form, base_iri=None)
        except SyntaxError as error:
            place = Place(path.name, None, error.lineno, str(error.offset) if error.offset else None)
            raise SourceError(f"the syntax is broken: {error.msg}", place) from None
        except ValueError as error:
            raise SourceError(f"the syntax is broken: {error}", Place(path.name)) from None


class TurtleImporter(_RdfImporter):
    """Reads Turtle."""

    name, title, form = "turtle", "RDF as Turtle (.ttl)", ox.RdfFormat.TURTLE


class NTriplesImporter(_RdfImporter):
    """Reads N-Triples."""

    name, title, form = "n-triples", "RDF as N-Triples (.nt)", ox.RdfFormat.N_TRIPLES


class NQuadsImporter(_RdfImporter):
    """Reads N-Quads: a quad's graph says its centre and tier."""

    name, title, form = "n-quads", "RDF as N-Quads (.nq)", ox.RdfFormat.N_QUADS


class JsonLdImporter(_RdfImporter):
    """Reads JSON-LD; our own context is at hand, no other is fetched."""

    name, title, form = "json-ld", "RDF as JSON-LD (.jsonld)", ox.RdfFormat.JSON_LD

    def opening(self, path: Path) -> bytes:
        """Return the whole document where it begins as JSON and soon has a keyword of JSON-LD."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.lstrip()[:1] not in {b"{", b"["} or b'"@' not in head:
            raise SourceError("it has no keyword of JSON-LD", Place(path.name))
        return self.prepare(path.read_bytes(), path.name)

    def prepare(self, data: bytes, name: str) -> bytes:
        """Return the document with our context written into it."""
        super().prepare(data, name)
        try:
            document = json.loads(data)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            raise SourceError(f"it is no JSON ({error})", Place(name, None, line)) from None
        if not isinstance(document, dict | list):
            raise SourceError("it is no JSON-LD document", Place(name))
        return json.dumps(
            [_inlined(one, name) for one in document] if isinstance(document, list) else _inlined(document, name)
        ).encode()


def _inlined(document: Any, name: str) -> Any:
    if not isinstance(document, dict) or "@context" not in document:
        return document
    contexts = document["@context"] if isinstance(document["@context"], list) else [document["@context"]]
    ours = json.loads(context_file().read_text(encoding="utf-8"))["@context"]
    strange = [one for one in contexts if isinstance(one, str) and one != CONTEXT]
    if strange:
        raise SourceError(
            f"its context {strange[0]} would have to be fetched: write the context into the file", Place(name)
        )
    return document | {"@context": [ours if one == CONTEXT else one for one in contexts]}


def _rows(name: str, quads: Iterable[ox.Quad], context: Context) -> Iterator[Row]:
    graphs: dict[str, str | None] = {}
    by_subject: dict[str, list[Statement]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise SourceError(
                f"it has a blank node (with {quad.predicate.value}): give it an IRI, so that it can be named again",
                Place(name),
            )
        if not isinstance(quad.subject, ox.NamedNode):
            raise SourceError("it makes a statement about a statement, which is not read", Place(name))
        graph = None
        if isinstance(quad.graph_name, ox.NamedNode):
            given = quad.graph_name.value
            graph = graphs[given] if given in graphs else graphs.setdefault(given, _graph(name, given, context))
        statement = Statement(str(quad.subject), str(quad.predicate), str(quad.object), graph)
        by_subject.setdefault(quad.subject.value, []).append(statement)
    for subject, said in by_subject.items():
        place = Place(name)
        now, notes = _replaced(subject, said, place, context)
        yield Row(subject, place, statements=now, findings=(*_findings(subject, said, place, context), *notes))


def _replaced(
    subject: str, said: list[Statement], place: Place, context: Context
) -> tuple[tuple[Statement, ...], list[Finding]]:
    """Return the statements with what replaces each deprecated term, and a remark on each."""
    found: list[Statement] = []
    notes: list[Finding] = []
    for one in said:
        concept = context.vocabulary.concept(one.object[1:-1])
        if concept is None or not concept.replaced_by:
            found.append(one)
            continue
        now = context.vocabulary.current(concept)
        message, mend = replaced(concept.notation, now)
        notes.append(Finding(Severity.INFO, message, place, subject, one.predicate[1:-1], one.object[1:-1], mend))
        found.append(replace(one, object=f"<{now.iri}>"))
    return tuple(dict.fromkeys(found)), notes


def _graph(name: str, given: str, context: Context) -> str | None:
    """Return the graph that a quad's graph stands for; never one that is more open than the tier asked for."""
    known = context.names.read_graph(given)
    if known.centre is None and known.source is None:
        if context.centre is None:
            raise SourceError(
                f"it has the graph {given}, which is none of this atlas, so that nobody can tell who may read it:"
                " say so with --centre and --tier",
                Place(name),
            )
        return None
    if known.centre is not None and context.centre not in {None, known.centre}:
        raise SourceError(f"it has facts of the centre {known.centre}, and is loaded for {context.centre}", Place(name))
    if context.tier is None or context.tier.rank <= known.tier.rank:
        return given
    if known.centre is None:
        raise SourceError(f"its graph {given} is a public collection: it cannot be {context.tier}", Place(name))
    return context.names.graph(known.centre, context.tier, project=known.project)


def _findings(subject: str, said: list[Statement], place: Place, context: Context) -> Iterator[Finding]:
    centre = context.names.centre_of(subject)
    if context.centre is not None and centre not in {None, context.centre}:
        yield Finding(
            Severity.VIOLATION, f"it is a record of the centre {centre}, not of {context.centre}", place, subject,
            mend=f"leave it out, or load it with --centre {centre}",
        )  # fmt: skip
    for one in said:
        graph = context.names.read_graph(one.graph) if one.graph else None
        if one.predicate[1:-1] in PRIVATE and (context.centre if graph is None else graph.centre) is None:
            yield Finding(
                Severity.VIOLATION, "it has contact details, which are never public, and no centre to keep them", place,
                subject, one.predicate[1:-1], mend="say whose they are with --centre, or leave them out",
            )  # fmt: skip


def _stated(quads: Iterable[ox.Quad]) -> date | None:
    """Return the date that the file gives itself: dcterms:modified or issued of any subject, the latest."""
    found = [
        quad.object.value
        for quad in quads
        if quad.predicate.value in {f"{DCT}modified", f"{DCT}issued"}
        and isinstance(quad.object, ox.Literal)
        and quad.object.datatype == ox.NamedNode(f"{XSD}date")
    ]
    return max((day for day in map(_day, found) if day), default=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
