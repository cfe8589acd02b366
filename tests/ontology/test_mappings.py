"""The mapping set: well formed, of terms that exist, and accepted by SSSOM's own command."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from atmp.ontology.files import FOLDER
from atmp.ontology.mappings import OBI_VERSION, curie
from atmp.ontology.terms import SLICES, slice_version, terms
from atmp.ontology.vocabulary import expand, vocabulary

SET = FOLDER / "mappings.sssom.tsv"
RELEASES = ("CL", "EFO", "MONDO", "UBERON")


def _rows() -> list[dict[str, str]]:
    lines = (line for line in SET.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _living(shared: Path) -> set[str]:
    """Return the terms of the releases that are not deprecated."""
    import zstandard

    found: set[str] = set()
    for name in RELEASES:
        path = next((shared / "ontologies").glob(f"{name}-*.json.zst"))
        with path.open("rb") as file:
            whole = json.load(io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"))
        found |= {term for term, said in whole.items() if not said.get("deprecated")}
    for stanza in (shared / "ontologies" / "obi.obo").read_text(encoding="utf-8").split("\n[Term]\n")[1:]:
        if "\nis_obsolete: true" not in stanza:
            found.add(re.search(r"^id: (\S+)", stanza, re.MULTILINE)[1])  # type: ignore[index]
    return found


def test_every_object_exists(shared: Path) -> None:
    """A mapping to CL, EFO, MONDO, OBI or UBERON names a term that is there and not deprecated."""
    objects = {row["object_id"] for row in _rows() if row["object_id"].split(":")[0] in {*RELEASES, "OBI"}}
    assert len(objects) > 100
    assert objects - _living(shared) == set()


def test_versions_are_those_of_the_releases(shared: Path) -> None:
    """The version that stands beside an object is the version that the object was looked up in."""
    files = "".join(path.name for path in (shared / "ontologies").iterdir())
    assert all(f"{name}-ontology-{slice_version(name.lower())}.json" in files for name in RELEASES)
    head = (shared / "ontologies" / "obi.obo").read_text(encoding="utf-8")[:200]
    assert f"data-version: {OBI_VERSION}" in head


def test_every_mapping_is_in_the_set_once() -> None:
    """What the tables say is in the set, and no subject is tied to an object in two ways."""
    rows = _rows()
    pairs = [(row["subject_id"], row["object_id"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    stated = {
        (curie(concept.iri), f"skos:{relation}", curie(target))
        for scheme in vocabulary().schemes.values()
        for concept in scheme.concepts
        for relation, target in concept.mappings
    }
    kept = {(row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows}
    assert stated <= kept
    assert ("atmp:usesMethod", "skos:closeMatch", "ERO:0000397") in kept


def test_an_object_is_exactly_one_concept_of_a_scheme() -> None:
    """Two concepts of one scheme that matched one term exactly would be one concept."""
    exact = [
        (row["subject_id"].rpartition("-")[0].split("-")[0], row["object_id"])
        for row in _rows()
        if row["predicate_id"] == "skos:exactMatch"
    ]
    assert len(exact) == len(set(exact))


def test_labels_come_from_the_slices() -> None:
    """Where a slice has the object, its label stands beside it."""
    for row in _rows():
        name = row["object_id"].split(":")[0].lower()
        if name in SLICES:
            assert row["object_label"] == terms(name).label(expand(row["object_id"])), row


def test_the_longest_namespace_makes_the_short_form() -> None:
    """OBI's terms are OBI's, though OBO's namespace begins theirs."""
    assert curie("http://purl.obolibrary.org/obo/OBI_0000916") == "OBI:0000916"
    assert curie("http://purl.obolibrary.org/obo/obi.owl") == "obo:obi.owl"


def test_sssom_accepts_it() -> None:
    """SSSOM's own command finds nothing wrong with the file."""
    command = shutil.which("sssom")
    if command is None:
        pytest.skip("the sssom command is not on the path: install sssom to check the mapping set with it")
    run = subprocess.run([command, "validate", str(SET)], capture_output=True, text=True, check=False)
    said = run.stdout + run.stderr
    assert run.returncode == 0, said
    assert "error" not in said.lower(), said
