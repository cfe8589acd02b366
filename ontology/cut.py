"""A maintainer's command: cut the slices of MONDO, CL, UBERON and EFO anew from full releases.

    python -m atmp.ontology.cut FOLDER

FOLDER holds `ontologies/*.json.zst` ({id: {label, ancestors, synonyms, deprecated}}) and the register's records by
which terms are chosen. A slice holds the terms that are named there, the seeds below, the terms that the curated
synonyms, the schemes and the shipped data use, and all that stand above them. The same input gives the same files.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from .terms import FOLDER, extra_synonyms, spelling

Release = dict[str, dict[str, Any]]

SOURCES = {
    "mondo": (
        "MONDO",
        "CC BY 4.0",
        "human diseases that cell and gene therapy trials name, seeds, and parts of groups",
    ),
    "cl": (
        "CL",
        "CC BY 4.0",
        "cells that such trials name, and stem, immune, epithelial, neural, muscle cells to a depth",
    ),
    "uberon": ("UBERON", "CC BY 3.0", "tissues and organs that titles and summaries of such trials name, and seeds"),
    "efo": ("EFO", "Apache-2.0", "ways to modify, deliver, separate and sequence, procedures, cell lines, and seeds"),
}
NO_DISEASES = frozenset({"MONDO:0005583", "MONDO:0021125"})
"""Branches that stay out: diseases of animals, and mere characteristics such as inherited or rare."""
GROUPS = (
    "acute leukemia", "amyotrophic lateral sclerosis", "autoimmune disease", "B-cell non-Hodgkin lymphoma",
    "beta thalassemia", "blood coagulation disease", "bone marrow failure syndrome", "cardiomyopathy",
    "central nervous system cancer", "Charcot-Marie-Tooth disease", "chronic granulomatous disease",
    "congenital anemia", "congenital heart disease", "corneal dystrophy", "diabetes mellitus",
    "dilated cardiomyopathy", "epidermolysis bullosa", "graft versus host disease", "hemoglobinopathy", "hemophilia",
    "inborn error of immunity", "inborn organic aciduria", "limb-girdle muscular dystrophy", "liver disorder",
    "lysosomal storage disease", "macular degeneration", "mucopolysaccharidosis", "muscular dystrophy",
    "myeloid leukemia", "neuronal ceroid lipofuscinosis", "non-Hodgkin lymphoma", "parkinsonian disorder",
    "peroxisomal disease", "sarcoma", "severe combined immunodeficiency", "sphingolipidosis",
    "spinal muscular atrophy", "thalassemia", "urea cycle disorder", "Usher syndrome",
)  # fmt: skip
"""Diseases whose direct parts belong in the slice: such therapies are made for one part of them at a time."""
SEEDS = (
    "0000128", "0001734", "0002474", "0004728", "0004986", "0005665", "0005711", "0006769", "0007037",
    "0007100", "0007113", "0007309", "0007606", "0007827", "0007947", "0008116", "0008752", "0008815",
    "0009655", "0009656", "0009723", "0009735", "0009833", "0009950", "0010079", "0010281", "0010383",
    "0010434", "0010543", "0010580", "0010626", "0010714", "0010789", "0010797", "0010986", "0011423",
    "0011628", "0012883", "0015183", "0015290", "0015762", "0015780", "0016218", "0016575", "0016587",
    "0017182", "0017990", "0018105", "0018309", "0018542", "0018570", "0018911", "0018965", "0019010",
    "0019026", "0019172", "0019210", "0019623", "0020066", "0020108", "0022529", "0024574", "0100039",
    "0100135", "0100244", "0100326", "0700087", "0800451", "0850306",
)  # fmt: skip
"""MONDO numbers of further diseases that such therapies are made for, and that those trials do not spell out."""
CELL_WORDS = (
    "stem", "progenitor", "t cell", "b cell", "natural killer", "dendritic", "macrophage", "monocyte", "stromal",
    "epithelial", "neuron", "glia", "astrocyte", "muscle", "cardiac", "hepat", "fibroblast", "keratin", "chondro",
    "osteo", "pancrea", "retina", "photoreceptor", "endothel", "precursor",
)  # fmt: skip
CELL_DEPTH = 5
ORGANS = (
    "bone marrow", "blood", "umbilical cord blood", "umbilical cord", "adipose tissue", "brain", "spinal cord",
    "retina", "cornea", "eye", "heart", "lung", "liver", "kidney", "pancreas", "skin of body", "cartilage tissue",
    "bone tissue", "skeletal muscle tissue", "thymus", "spleen", "lymph node", "placenta", "amnion",
    "calcareous tooth", "dental pulp", "esophagus", "trachea", "intestine", "stomach", "urinary bladder", "urethra",
    "uterus", "ovary", "testis", "thyroid gland", "internal ear", "cochlea", "tendon", "ligament", "meniscus",
    "intervertebral disk", "artery", "vein", "nerve", "putamen", "striatum", "peripheral nervous system",
    "substantia nigra", "corneo-scleral junction", "mouth mucosa", "nose", "larynx", "prostate gland",
    "mammary gland", "adrenal gland", "pituitary gland", "gingiva", "jaw skeleton", "islet of Langerhans",
    "retinal pigmented epithelium", "hippocampal formation",
)  # fmt: skip
METHODS = (
    "genetic modification", "transfection", "enrichment process", "medical procedure", "assay by instrument",
    "experimental cell", "stem cell derived cell line", "kidney derived cell line",
)  # fmt: skip
"""Branches of EFO that hold what such work does and the cell lines it does it with; its measurements stay out."""
SINGLE_METHODS = (
    "biopsy", "blood draw", "DNA assay", "DNA-seq", "enzymatic dissociation", "immunohistochemistry",
    "in vitro transcription", "leukapheresis", "mechanical dissociation", "patch clamp", "RNA assay", "RNA-Seq",
    "single-cell RNA sequencing", "spatial transcriptomics", "Western blotting", "A549", "HeLa", "HepG2", "Jurkat",
    "K562", "NK-92", "THP-1", "Vero",
)  # fmt: skip
_FIELDS = ("Condition", "ConditionMeshTerm", "ConditionAncestorTerm", "Keyword")
_TEXTS = ("BriefTitle", "OfficialTitle", "BriefSummary", "DetailedDescription")
_START = 600  # characters of a summary in which a tissue is mostly one that the therapy is about
_LONGEST = 5  # words


def cut(folder: Path, into: Path = FOLDER / "slices") -> dict[str, int]:
    """Write the slices and return how many terms each has."""
    written = {}
    choose: dict[str, Callable[[Release, Path], Iterator[str]]] = {
        "mondo": _diseases,
        "cl": _cells,
        "uberon": _tissues,
        "efo": _methods,
    }
    for name, (prefix, licence, rule) in SOURCES.items():
        path = next((folder / "ontologies").glob(f"{prefix}-*.json.zst"))
        release = {term: said for term, said in _read(path).items() if not said.get("deprecated")}
        chosen = _closed(release, {*choose[name](release, folder), *_curated(prefix)})
        version = path.name.removeprefix(f"{prefix}-ontology-").removesuffix(".json.zst")
        head = f"# {prefix} {version}, {licence}\n# {rule}; with all that stand above them, without deprecated terms\n"
        _write(into / f"{name}.tsv", head, release, chosen)
        written[name] = len(chosen)
    return written


def _read(path: Path) -> Release:
    import zstandard

    with path.open("rb") as file:
        whole: Release = json.load(io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"))
    return whole


def _diseases(release: Release, folder: Path) -> Iterator[str]:
    groups = {term for term, said in release.items() if said["label"] in GROUPS}
    parts = {term for term, said in release.items() if any(said["ancestors"].get(group) == 1 for group in groups)}
    seeds = {f"MONDO:{number}" for number in SEEDS}
    for term in sorted(release.keys() & {*parts, *seeds, *_said(release, _phrases(folder))}):
        if NO_DISEASES.isdisjoint({term, *release[term]["ancestors"]}):
            yield term


def _cells(release: Release, folder: Path) -> Iterator[str]:
    yield from _said(release, _phrases(folder))
    for term, said in release.items():
        deep = max(said["ancestors"].values(), default=0) > CELL_DEPTH
        if not deep and any(word in said["label"].lower() for word in CELL_WORDS):
            yield term


def _tissues(release: Release, folder: Path) -> Iterator[str]:
    yield from _said(release, _phrases(folder, start=_START))
    yield from (term for term, said in release.items() if said["label"] in ORGANS)


def _methods(release: Release, folder: Path) -> Iterator[str]:
    branches = {term for term, said in release.items() if said["label"] in METHODS}
    for term, said in release.items():
        if said["label"] in SINGLE_METHODS or not branches.isdisjoint({term, *said["ancestors"]}):
            yield term


def _said(release: Release, phrases: set[str]) -> Iterator[str]:
    """Yield the terms named by the phrases; not by an abbreviation, which may stand for anything."""
    for term, said in release.items():
        texts = (said["label"], *(text for text in said.get("synonyms", ()) if not (text.isupper() and len(text) < 7)))
        if any(spelling(text) in phrases for text in texts):
            yield term


def _curated(prefix: str) -> set[str]:
    """Return the terms that the curated synonyms, the schemes and the shipped data name."""
    found = {synonym.iri.rpartition("/")[2].replace("_", ":") for synonym in extra_synonyms()}
    data = FOLDER.parent / "data" / "demo"
    for path in (*data.glob("*.ttl"), *data.glob("*/*.csv"), *(FOLDER / "schemes").glob("*.tsv")):
        named = re.findall(rf"\b{prefix}[:_](\d{{7}})\b", path.read_text(encoding="utf-8"))
        found |= {f"{prefix}:{number}" for number in named}
    return {term for term in found if term.startswith(f"{prefix}:")}


def _phrases(folder: Path, start: int | None = None) -> set[str]:
    """Return the conditions, headings and runs of words that the register's records hold, up to `start` characters."""
    found: set[str] = set()
    with gzip.open(folder / "trials-msc-1536.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            trial = json.loads(line)
            found.update(spelling(value) for field in _FIELDS for value in trial.get(field) or ())
            for field in _TEXTS:
                found.update(_runs(" ".join(trial.get(field) or ())[:start]))
    with gzip.open(folder / "trials-atmp-core-1077.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            trial = json.loads(line)
            for field in ("title", "brief_summary", "detailed_description"):
                found.update(_runs((trial[field] or "")[:start]))
    return found


def _runs(text: str) -> Iterator[str]:
    words = spelling(text).split()
    for start in range(len(words)):
        for length in range(1, _LONGEST + 1):
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
        synonyms = {_cell(text) for text in said.get("synonyms", ()) if text != said["label"] and "|" not in text}
        lines.append("\t".join((term, _cell(said["label"]), "|".join(sorted(synonyms)), "|".join(parents))) + "\n")
    path.write_text("".join(lines), encoding="utf-8")


def _cell(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    for _name, _count in cut(Path(sys.argv[1])).items():
        print(f"{_name}: {_count} terms")
