"""The graph on its way out, as far as a viewer may see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from .errors import UsageError
from .records import ATMP, DCT, PROV, RDFS, SKOS
from .triples import XSD
from .view import View

FORMATS = {
    "n-quads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "json-ld": ox.RdfFormat.JSON_LD,
}
PREFIXES = {"atmp": ATMP, "dcterms": DCT, "prov": PROV, "rdfs": RDFS, "skos": SKOS, "xsd": XSD}


def export(view: View, form: str) -> Iterator[bytes]:
    """Yield what the viewer sees in a format; N-Quads come sorted and line by line, Turtle without graph names.

    Raises UsageError for a format that does not exist.
    """
    if form not in FORMATS:
        raise UsageError(f"'{form}' is no format to export: use one of {', '.join(FORMATS)}")
    if form == "n-quads":
        yield from view.nquads()
        return
    quads = ox.parse(b"".join(view.nquads()), format=ox.RdfFormat.N_QUADS)
    found = {ox.Triple(q.subject, q.predicate, q.object): None for q in quads} if form == "turtle" else quads
    yield bytes(ox.serialize(found, format=FORMATS[form], prefixes=PREFIXES) or b"")


def write_file(view: View, form: str, path: Path) -> None:
    """Write what the viewer sees into a new file; raises UsageError where there is one, or none can be."""
    try:
        with path.open("xb") as file:
            file.writelines(export(view, form))
    except FileExistsError:
        raise UsageError(f"{path} is there already: name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): choose another file or folder") from None
