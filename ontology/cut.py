"""A maintainer's command: cut the slices of MONDO, CL and UBERON anew from full releases.

    python -m atmp.ontology.cut FOLDER

FOLDER holds `ontologies/*.json.zst` ({id: {label, ancestors, synonyms, deprecated}}) and the register's records by
which diseases are chosen. A slice holds the terms that are named there, the seeds below, and all that stand above them.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .terms import FOLDER, extra_synonyms, spelling

Release = dict[str, dict[str, Any]]

SOURCES = {
    "mondo": ("MONDO", "CC BY 4.0", "diseases named by registered trials of cell and gene therapies"),
    "cl": ("CL", "CC BY 4.0", "stem, progenitor, immune, epithelial, neural and muscle cells to a depth"),
    "uberon": ("UBERON", "CC BY 3.0", "organs and tissues named by seeds"),
}
CELL_WORDS = (
    "stem", "progenitor", "t cell", "b cell", "natural killer", "dendritic", "macrophage", "monocyte", "stromal",
    "epithelial", "neuron", "glia", "astrocyte", "muscle", "cardiac", "hepat", "fibroblast", "keratin", "chondro",
    "osteo", "pancrea", "retina", "photoreceptor", "endothel", "precursor",
)  # fmt: skip
ORGANS = (
    "bone marrow", "blood", "cord blood", "umbilical cord", "adipose tissue", "brain", "spinal cord", "retina", "cornea", "eye",
    "heart", "lung", "liver", "kidney", "pancreas", "skin of body", "cartilage tissue", "bone tissue", "skeletal muscle organ",
    "thymus", "spleen", "lymph node", "placenta", "amnion", "tooth", "dental pulp", "esophagus", "trachea", "intestine", "stomach",
    "urinary bladder", "urethra", "uterus", "ovary", "testis", "thyroid gland", "inner ear", "cochlea", "tendon", "ligament", "meniscus",
    "intervertebral disk", "artery", "vein", "nerve", "peripheral nervous system", "putamen", "substantia nigra", "limbus of cornea",
    "oral mucosa", "nose", "larynx", "prostate gland", "mammary gland", "adrenal gland", "pituitary gland", "gingiva", "jaw skeleton",
)  # fmt: skip
DEPTH = {"cl": 4}


def cut(folder: Path) -> dict[str, int]:
    """Write the slices and return how many terms each has."""
    written = {}
    for name, (prefix, licence, rule) in SOURCES.items():
        path = next((folder / "ontologies").glob(f"{prefix}-*.json.zst"))
        release = {term: said for term, said in _read(path).items() if not said.get("deprecated")}
        chosen = _closed(release, set(_chosen(name, release, folder)) | _curated(prefix))
        version = path.name.removeprefix(f"{prefix}-ontology-").removesuffix(".json.zst")
        head = f"# {prefix} {version}, {licence}: {rule}, with all that stand above them\n"
        _write(FOLDER / "slices" / f"{name}.tsv", head, release, chosen)
        written[name] = len(chosen)
    return written


def _read(path: Path) -> Release:
    import zstandard

    with path.open("rb") as file:
        whole: Release = json.load(io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"))
    return whole


def _chosen(name: str, release: Release, folder: Path) -> Iterator[str]:
    if name == "mondo":
        words = set(_named(folder))
        for term, said in release.items():
            if any(spelling(text) in words for text in (said["label"], *said.get("synonyms", ()))):
                yield term
    elif name == "cl":
        for term, said in release.items():
            deep = max(said["ancestors"].values(), default=0) > DEPTH["cl"] + 6
            if not deep and any(word in said["label"].lower() for word in CELL_WORDS):
                yield term
    else:
        organs = {term for term, said in release.items() if said["label"] in ORGANS}
        yield from organs
        for term, said in release.items():
            if any(above in organs and steps == 1 for above, steps in said["ancestors"].items()):
                yield term


def _curated(prefix: str) -> set[str]:
    """Return the terms that the curated synonyms and the shipped data name."""
    found = {synonym.iri.rpartition("/")[2].replace("_", ":") for synonym in extra_synonyms()}
    data = FOLDER.parent / "data" / "demo"
    for path in (*data.glob("*.ttl"), *data.glob("*/*.csv")):
        text = path.read_text(encoding="utf-8")
        found |= {f"{prefix}:{part[:7]}" for part in text.replace(f"{prefix}_", f"{prefix}:").split(f"{prefix}:")[1:]}
    return {term for term in found if term.startswith(f"{prefix}:")}


def _named(folder: Path) -> Iterator[str]:
    """Yield every condition, heading and run of up to five words of a title that the register's records hold."""
    with gzip.open(folder / "trials-msc-1536.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            trial = json.loads(line)
            for field in ("Condition", "ConditionMeshTerm", "ConditionAncestorTerm"):
                yield from map(spelling, trial.get(field) or ())
            yield from _runs(" ".join(trial.get("BriefTitle") or ()))
    with gzip.open(folder / "trials-atmp-core-1077.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            trial = json.loads(line)
            yield from _runs(trial["title"] or "")
            yield from _runs((trial["brief_summary"] or "")[:600])


def _runs(text: str) -> Iterator[str]:
    words = spelling(text).split()
    for start in range(len(words)):
        for length in range(1, 6):
            run = " ".join(words[start : start + length])
            if len(run) > 3:  # three letters are mostly an abbreviation of something else
                yield run


def _closed(release: Release, chosen: Iterable[str]) -> set[str]:
    wanted = {term for term in chosen if term in release}
    return wanted | {above for term in wanted for above in release[term]["ancestors"] if above in release}


def _write(path: Path, head: str, release: Release, chosen: set[str]) -> None:
    lines = [head, "id\tlabel\tsynonyms\tparents\n"]
    for term in sorted(chosen):
        said = release[term]
        parents = sorted(above for above, steps in said["ancestors"].items() if steps == 1 and above in chosen)
        synonyms = sorted(
            {_cell(text) for text in said.get("synonyms", ()) if text != said["label"] and "|" not in text}
        )
        lines.append("\t".join((term, _cell(said["label"]), "|".join(synonyms), "|".join(parents))) + "\n")
    path.write_text("".join(lines), encoding="utf-8")


def _cell(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    for _name, _count in cut(Path(sys.argv[1])).items():
        print(f"{_name}: {_count} terms")
