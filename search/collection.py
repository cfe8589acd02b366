"""Judged collections: documents, questions, and which documents answer which question how well.

A folder in the layout of BEIR, or the trials of a register's file, judged by the conditions they share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atmp.kg.errors import Place, SourceError
from atmp.kg.importers.nested import json_object, texts
from atmp.kg.importers.packed import lines, present, stem

_COMMON = 0.03  # of the trials: an ancestor that more of them have says nothing of likeness
SAME, NEAR = 3, 1
"""How well a trial answers that shares a condition, or a rarer ancestor, with the one it is held against."""


@dataclass(frozen=True)
class Document:
    """One document."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    """One question, or a whole text that others shall be similar to."""

    id: str
    text: str


@dataclass(frozen=True)
class Collection:
    """A judged collection; `documents` is None where the questions are about what a store holds.

    `judgements` say how well a document (by id) answers a question (by id): 1 and above is an answer.
    """

    name: str
    documents: tuple[Document, ...] | None
    questions: tuple[Question, ...]
    judgements: Mapping[str, Mapping[str, int]]


def judged_folder(folder: Path) -> Collection:
    """Return the collection of a folder: `queries.jsonl`, `qrels.tsv`, and `corpus.jsonl` or `corpus.jsonl.gz`.

    Without a corpus the questions are about the records of a store. Raises SourceError for what cannot be read.
    """
    if not folder.is_dir():
        raise SourceError("it is no folder: name one with queries.jsonl and qrels.tsv", Place(str(folder)))
    corpus = next((path for name in ("corpus.jsonl", "corpus.jsonl.gz") if (path := folder / name).exists()), None)
    documents = tuple(_document(*one) for one in _objects(corpus)) if corpus else None
    if documents == ():
        raise SourceError("it holds no document", Place("corpus.jsonl"))
    judgements = _judgements(_there(folder, "qrels.tsv", "qrels/test.tsv"))
    asked = (Question(_id(*one), _text(*one)) for one in _objects(_there(folder, "queries.jsonl")))
    questions = tuple(one for one in asked if one.id in judgements)
    if not questions:
        raise SourceError(
            "no question of queries.jsonl has a judgement in qrels.tsv: the ids differ", Place(str(folder))
        )
    return Collection(folder.name, documents, questions, judgements)


def judged_trials(path: Path, most: int = 200) -> Collection:
    """Return trials (StudyFields, a JSON object a line) as documents and questions, judged by their MeSH conditions.

    Titles and summaries are the texts; MeSH is in none of them. At most `most` trials are asked for, spread evenly.
    Raises SourceError for what cannot be read, or where no two trials share a condition.
    """
    said = {str(next(texts(one.get("NCTId")), "")): one for _, one in _objects(path)}
    same = {id_: frozenset(texts(one.get("ConditionMeshTerm"))) for id_, one in said.items()}
    terms = {id_: same[id_] | set(texts(one.get("ConditionAncestorTerm"))) for id_, one in said.items()}
    counts = Counter(term for found in terms.values() for term in found)
    rare = {term for term, count in counts.items() if count < _COMMON * len(said)}
    having = [id_ for id_ in sorted(said) if same[id_]]
    judged = {id_: found for id_ in spread(having, most) if (found := _alike(id_, same, terms, rare))}
    if not judged:
        raise SourceError(
            "no two of its trials share a MeSH condition: there is nothing to measure with", Place(path.name)
        )
    documents = tuple(
        Document(id_, _first(one, "BriefTitle"), _first(one, "BriefSummary")) for id_, one in said.items()
    )
    questions = tuple(Question(one.id, f"{one.title}. {one.text}") for one in documents if one.id in judged)
    return Collection(stem(path), documents, questions, judged)


def spread(ids: Sequence[str], most: int) -> Iterator[str]:
    """Yield at most so many of these ids, spread evenly over all of them."""
    step = max(1.0, len(ids) / most)
    return (ids[int(at * step)] for at in range(min(most, len(ids))))


def _alike(
    asked: str, same: Mapping[str, frozenset[str]], terms: Mapping[str, frozenset[str]], rare: set[str]
) -> dict[str, int]:
    """Return how well every other trial answers to one."""
    telling, found = terms[asked] & rare, {}
    for other, theirs in terms.items():
        if other != asked and same[asked] & same[other]:
            found[other] = SAME
        elif other != asked and telling & theirs:
            found[other] = NEAR
    return found


def _first(said: Mapping[str, Any], name: str) -> str:
    return next(texts(said.get(name)), "")


def _there(folder: Path, *names: str) -> Path:
    found = next((path for name in names if (path := folder / name).exists()), None)
    if found is None:
        raise SourceError(f"the folder has no {names[0]}: a judged collection needs it", Place(str(folder)))
    return found


def _objects(path: Path) -> Iterator[tuple[Place, dict[str, Any]]]:
    for number, line in lines(present(path)):
        yield Place(path.name, None, number), json_object(path, number, line)


def _id(place: Place, said: Mapping[str, Any]) -> str:
    identifier = said.get("_id")
    if not isinstance(identifier, str | int) or not str(identifier).strip():
        raise SourceError("the line has no _id", place)
    return str(identifier).strip()


def _text(place: Place, said: Mapping[str, Any]) -> str:
    text = said.get("text")
    if not isinstance(text, str) or not text.strip():
        raise SourceError("the line has no text", place)
    return text


def _document(place: Place, said: Mapping[str, Any]) -> Document:
    return Document(_id(place, said), str(said.get("title") or ""), str(said.get("text") or ""))


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in lines(path):
        cells = line.rstrip("\r\n").split("\t")
        if number == 1 and cells[-1] == "score":
            continue
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            message = "a judgement is a question's id, a document's id and a whole number, parted by tabs"
            raise SourceError(message, Place(path.name, None, number))
        found.setdefault(cells[0].strip(), {})[cells[1].strip()] = int(cells[2])
    if not found:
        raise SourceError("it holds no judgement", Place(path.name))
    return found
