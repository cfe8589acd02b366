"""How good search is on a judged collection: each order of cards alone, and all of them fused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from atmp.kg.errors import Place, UnknownRecordError
from atmp.kg.progress import Progress, counted, quiet
from atmp.kg.provenance import Placement
from atmp.kg.records import Publication
from atmp.kg.source import Reading, Row, Source
from atmp.kg.store import Store, now
from atmp.kg.tiers import Tier
from atmp.kg.viewer import OWNER, Viewer

from .collection import Collection, Document, Question
from .finder import Finder
from .hits import Hit
from .rank import Mode

DEEP = 100
"""How many hits of a question are looked at."""

_COLLECTION = "evaluation"
_RESAMPLES = 2_000
_SEED = 20_260_000  # the same intervals on every machine

Scores = Mapping[str, Mapping[str, float]]
"""Figures of a question by its id, each by the name of its measure."""


@dataclass(frozen=True)
class Interval:
    """A mean over questions and where 95 % of its bootstrap resamples lie."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """Figures of every mode by measure, over so many questions, and by how much all orders are better than the best one.

    `better` is of nDCG@10, against `best`, question by question: where its interval is above 0, they differ.
    """

    questions: int
    figures: Mapping[Mode, Mapping[str, Interval]]
    best: Mode
    better: Interval


def keep(store: Store, documents: Sequence[Document]) -> None:
    """Make the store hold these documents, and no others of a collection, as publications."""
    source = Source(_COLLECTION, "Documents of a judged collection", "jsonl", date(2000, 1, 1), collection=_COLLECTION)
    rows = [Row(one.id, Place(), (_record(store, one),)) for one in documents]
    entries = Placement(Reading(source, None, Tier.PUBLIC, rows), store.names, now()).entries(rows)
    store.write(source.key, source.stated.isoformat(), entries, agent=_COLLECTION)


def _record(store: Store, document: Document) -> Publication:
    iri = store.names.record(None, "publication", document.id)
    return Publication(iri=iri, identifier=document.id, label=document.title or None, description=document.text or None)


def evaluate(finder: Finder, collection: Collection, viewer: Viewer = OWNER, progress: Progress = quiet) -> Evaluation:
    """Ask every question in every mode; hits are judged by their record's id, or its IRI where the judgements name IRIs.

    Raises UnknownRecordError where nothing that is judged is found in any way: the ids are of other records.
    """
    scored = {mode: _scores(collection, _found(finder, collection, viewer, mode, progress)) for mode in Mode}
    if not any(figure for scores in scored.values() for one in scores.values() for figure in one.values()):
        raise UnknownRecordError(
            "no judged document is among the hits of any question: do the judgements name its ids?"
        )
    figures = {
        mode: {name: interval([one[name] for one in scores.values()]) for name in next(iter(scores.values()))}
        for mode, scores in scored.items()
    }
    name = "ndcg@10"
    best = max((mode for mode in Mode if mode is not Mode.HYBRID), key=lambda mode: figures[mode][name].mean)
    pairs = [scored[Mode.HYBRID][id_][name] - one[name] for id_, one in scored[best].items()]
    return Evaluation(len(collection.questions), figures, best, interval(pairs))


def _found(
    finder: Finder, collection: Collection, viewer: Viewer, mode: Mode, progress: Progress
) -> Iterator[tuple[Question, tuple[Hit, ...]]]:
    total = len(collection.questions)
    for asked in counted(collection.questions, f"asking by {mode}", progress, total):
        yield asked, finder.search(viewer, asked.text, limit=DEEP + 1, mode=mode).hits
    progress(f"asking by {mode}", total, total)


def _scores(collection: Collection, found: Iterator[tuple[Question, tuple[Hit, ...]]]) -> Scores:
    """Return the figures of each question; a document with the question's own id does not count."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    names = {nDCG @ 10: "ndcg@10", R @ 100: "recall@100", RR: "mrr", RR @ 10: "mrr@10"}
    judged, ranked = [], []
    for asked, hits in found:
        grades = {id_: grade for id_, grade in collection.judgements[asked.id].items() if id_ != asked.id}
        judged += [ir_measures.Qrel(asked.id, id_, grade) for id_, grade in grades.items()]
        ids = [hit.iri if hit.iri in grades else hit.identifier for hit in hits]
        others = [id_ for id_ in ids if id_ != asked.id][:DEEP]
        ranked += [ir_measures.ScoredDoc(asked.id, id_, float(-place)) for place, id_ in enumerate(others)]
    scores: dict[str, dict[str, float]] = {one.id: dict.fromkeys(names.values(), 0.0) for one in collection.questions}
    for metric in ir_measures.iter_calc(list(names), judged, ranked):
        scores[metric.query_id][names[metric.measure]] = float(metric.value)
    return scores


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of figures, one of each question, and where 95 % of its bootstrap resamples lie."""
    from scipy.stats import bootstrap

    mean = float(np.mean(values))
    if len(set(values)) < 2:  # nothing to resample
        return Interval(mean, mean, mean)
    found = bootstrap(
        (np.array(values),), np.mean, n_resamples=_RESAMPLES, method="percentile", rng=np.random.default_rng(_SEED)
    ).confidence_interval
    return Interval(mean, float(found.low), float(found.high))
