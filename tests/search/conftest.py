"""A small store to search in: synthetic projects of two tiers, one reference product, two trials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.errors import Place
from atmp.kg.iris import Names
from atmp.kg.provenance import Placement
from atmp.kg.records import ATMP, MethodUse, Need, Product, Project, Record, StageObservation, Trial
from atmp.kg.source import Reading, Row, Source
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.search.collection import Collection, judged_folder
from atmp.search.finder import Finder
from atmp.search.hashing import HashingEmbedder

NAMES = Names()
PARKINSON = "http://purl.obolibrary.org/obo/MONDO_0005180"
GVHD = "http://purl.obolibrary.org/obo/MONDO_0013730"
Writes = Callable[..., None]


def iri(kind: str, key: str, centre: str | None = "lund") -> str:
    """Return the IRI of a record of the small store."""
    return NAMES.record(centre, kind, key)


def project(key: str, title: str, description: str, **product: object) -> tuple[Record, ...]:
    """Return a project with its product."""
    made = Product(iri=iri("product", key), identifier=key, centre=NAMES.centre("lund"), **product)
    return (
        Project(
            iri=iri("project", key), identifier=key, label=title, description=description,
            centre=NAMES.centre("lund"), develops=(made.iri,),
        ),
        made,
    )  # fmt: skip


def write(store: Store, records: dict[str, tuple[Record, ...]], **about: object) -> None:
    """Replace what one source says: a row for each key."""
    tier, key = about.get("tier", Tier.PUBLIC), str(about.get("key", "survey"))
    collection = about.get("collection")
    source = Source(key, key, "test", date(2026, 1, 1), collection=collection)  # type: ignore[arg-type]
    rows = [Row(name, Place(), said) for name, said in records.items()]
    reading = Reading(source, None if collection else "lund", tier, rows)  # type: ignore[arg-type]
    entries = Placement(reading, store.names, "2026-01-01T00:00:00Z").entries(rows)
    store.write(key, "2026-01-01", entries, agent="test")


def survey() -> dict[str, tuple[Record, ...]]:
    """Return the public projects."""
    dopamine = project(
        "P01", "Dopaminergic progenitors for Parkinson's disease",
        "Pluripotent stem cells become dopaminergic progenitors. They are implanted into the putamen of patients.",
        atmp_class=f"{ATMP}class-tep", cell_sources=(f"{ATMP}cell-esc",), indications=(PARKINSON,),
    )  # fmt: skip
    lines = (
        StageObservation(
            iri=iri("stage-observation", "P01-2022"), project=iri("project", "P01"),
            stage=f"{ATMP}stage-4", observed=date(2022, 1, 1),
        ),
        StageObservation(
            iri=iri("stage-observation", "P01-2023"), project=iri("project", "P01"),
            stage=f"{ATMP}stage-8", observed=date(2023, 1, 1),
        ),
        MethodUse(iri=iri("method-use", "P01-e"), project=iri("project", "P01"), method=f"{ATMP}method-electroporation"),
        Need(iri=iri("need", "N1"), identifier="N1", label="A potency test for dopamine release", project=iri("project", "P01")),
    )  # fmt: skip
    eye = project(
        "P02", "AAV2 gene therapy for inherited blindness", "One injection under the retina restores the missing enzyme.",
        atmp_class=f"{ATMP}class-gtmp", vectors=(f"{ATMP}vector-aav2",),
    )  # fmt: skip
    return {"P01": (*dopamine, *lines), "P02": eye}


def trials() -> dict[str, tuple[Record, ...]]:
    """Return two register trials and an authorised medicine."""
    return {
        "NCT1": (
            Trial(
                iri=iri("trial", "NCT1", None), identifier="NCT1", label="Stromal cells in acute graft versus host disease",
                description="Mesenchymal stromal cells are given to patients whose disease does not answer to steroids.",
                conditions=("Graft versus host disease",), indications=(GVHD,),
            ),
        ),
        "NCT2": (
            Trial(
                iri=iri("trial", "NCT2", None), identifier="NCT2", label="Chondrocytes on a scaffold for the knee",
                description="Autologous chondrocytes are seeded on collagen.",
            ),
        ),
        "M1": (
            Product(
                iri=iri("product", "M1", None), identifier="M1", label="Oculovir", inn="syntheticogene",
                description="AAV2 carries a working gene to the retina.", vectors=(f"{ATMP}vector-aav2",),
            ),
        ),
    }  # fmt: skip


@pytest.fixture(scope="session")
def judged() -> Collection:
    """Return the judged questions of our own, about the demonstration and register trials."""
    return judged_folder(Path(__file__).parents[1] / "judged")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with a public survey and a reference collection."""
    with Store.create(tmp_path / "small.atlas") as made:
        write(made, survey())
        write(made, trials(), key="trials", collection="trials")
        yield made


@pytest.fixture
def finder(store: Store) -> Finder:
    """The finder over it, indexed, with the embedder that needs no model."""
    made = Finder(store, HashingEmbedder())
    made.index()
    return made
