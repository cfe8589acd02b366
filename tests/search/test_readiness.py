"""Readiness: what comes before the next stage and is not on record, inferred by rules that name their source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from atmp.kg.errors import UsageError
from atmp.kg.records import ATMP, Capability, MethodUse, Need, Product, Project, Record, StageObservation
from atmp.kg.store import Store
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.search.readiness import likely_needs

from .conftest import iri, write

Pipeline = Callable[..., Store]


def therapy(key: str, stage: int | None, *more: Record, **product: object) -> tuple[Record, ...]:
    """Return a project from pluripotent cells of other people, unless told otherwise, at a stage."""
    said: dict[str, object] = {"cell_sources": (f"{ATMP}cell-ipsc",), "donor_type": f"{ATMP}donor-allogeneic"}
    made = Product(iri=iri("product", key), identifier=key, **(said | product))
    project = Project(iri=iri("project", key), identifier=key, label=key, develops=(made.iri,))
    seen = StageObservation(iri=iri("stage-observation", key), project=project.iri, stage=f"{ATMP}stage-{stage}",
                            observed=date(2024, 1, 1))  # fmt: skip
    return project, made, *((seen,) if stage is not None else ()), *more


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    """Return a maker of a store with projects."""
    with Store.create(tmp_path / "pipeline.atlas") as store:

        def make(*therapies: tuple[Record, ...], tier: Tier = Tier.PUBLIC, key: str = "survey") -> Store:
            write(store, {one[0].iri: one for one in therapies}, tier=tier, key=key)
            return store

        yield make


def _rules(store: Store, key: str = "P1", viewer: object = PUBLIC) -> dict[str, tuple[int, int]]:
    found = likely_needs(store.view(viewer), iri("project", key))  # type: ignore[arg-type]
    return {one.requirement.rule: (one.having, one.peers) for one in found}


def test_what_comes_before_the_next_stage_is_likely(pipeline: Pipeline) -> None:
    """At stage 4, what has to stand before stage 5; nothing of later ones, and nothing of another sort of product."""
    assert _rules(pipeline(therapy("P1", 4))).keys() == {"donor-consent", "cell-bank"}


@pytest.mark.parametrize("stage", [0, 2])
def test_nothing_is_asked_of_early_work(stage: int, pipeline: Pipeline) -> None:
    """No rule comes before an early stage."""
    assert _rules(pipeline(therapy("P1", stage))) == {}


def test_a_vector_asks_for_other_things_than_cells(pipeline: Pipeline) -> None:
    """Of a vector in the body its spread and its toxicity are asked, and no cell bank."""
    in_vivo = {
        "cell_sources": (),
        "donor_type": None,
        "vectors": (f"{ATMP}vector-aav5",),
        "delivery": f"{ATMP}delivery-in-vivo",
    }
    found = _rules(pipeline(therapy("P1", 6, **in_vivo)))
    assert found.keys() == {"clinical-aav", "potency", "toxicology", "biodistribution", "advice"}


@pytest.mark.parametrize("sort", ["need", "method", "capability", "field"])
def test_what_is_on_record_in_any_way_is_not_likely(sort: str, pipeline: Pipeline) -> None:
    """A need that is stated, a method that is used or planned, a capability or a field of the product: each is a record."""
    bank = Capability(iri=iri("capability", "C1"), identifier="C1", category=f"{ATMP}category-gmp-cell-line")
    more: dict[str, tuple[Record, ...]] = {
        "need": (Need(iri=iri("need", "N1"), project=iri("project", "P1"), category=bank.category),),
        "method": (MethodUse(iri=iri("method-use", "M1"), project=iri("project", "P1"), method=f"{ATMP}method-cell-banking"),),
        "capability": (bank,), "field": (),
    }  # fmt: skip
    made = therapy("P1", 4, *more[sort], cell_line="a line" if sort == "field" else None)
    if sort == "capability":
        project = made[0].model_copy(update={"uses_capabilities": (bank.iri,)})
        made = (project, *made[1:])
    assert "cell-bank" not in _rules(pipeline(made))


def test_peers_at_the_stage_are_counted_as_far_as_the_viewer_sees_them(pipeline: Pipeline) -> None:
    """Of projects of the same sort at the same stage it is told how many have it; hidden ones count for nobody outside."""
    store = pipeline(
        therapy("P1", 4), therapy("P2", 4, cell_line="a line"), therapy("P3", 5), therapy("P4", 4, cell_sources=())
    )
    pipeline(therapy("P5", 4), tier=Tier.INTERNAL, key="hidden")
    assert _rules(store)["cell-bank"] == (1, 1)
    assert _rules(store, viewer=OWNER)["cell-bank"] == (1, 2)
    (first, *_) = likely_needs(store.view(PUBLIC), iri("project", "P1"))
    assert first.words.startswith("inferred: ")
    assert first.requirement.source in first.words


def test_another_record_or_no_stage_is_said(pipeline: Pipeline) -> None:
    """Without a stage nobody knows which comes next."""
    store = pipeline(therapy("P1", None), therapy("P2", 4))
    with pytest.raises(UsageError, match="no stage of P1 is on record"):
        _rules(store)
    with pytest.raises(UsageError, match="is no project"):
        likely_needs(store.view(PUBLIC), iri("product", "P2"))
