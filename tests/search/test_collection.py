"""Judged collections: read from a folder or made of a register's trials, with what is wrong in words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from atmp.kg.errors import SourceError
from atmp.search.collection import NEAR, SAME, judged_folder, judged_trials


def _folder(folder: Path, **files: str) -> Path:
    given = {
        "corpus.jsonl": '{"_id": "d1", "title": "AAV9", "text": "A vector."}\n{"_id": "d2", "text": "A cell."}\n',
        "queries.jsonl": '{"_id": "q1", "text": "which vector"}\n{"_id": "q2", "text": "not judged"}\n',
        "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t2\n",
    }
    folder.mkdir()
    for name, text in (given | {key.replace("_", "."): text for key, text in files.items()}).items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_is_read(tmp_path: Path) -> None:
    """Documents, the questions that are judged, and the judgements; a document may be without a title."""
    found = judged_folder(_folder(tmp_path / "set"))
    assert found.name == "set"
    assert [(one.id, one.title, one.text) for one in found.documents or ()] == [
        ("d1", "AAV9", "A vector."),
        ("d2", "", "A cell."),
    ]
    assert [one.id for one in found.questions] == ["q1"]
    assert found.judgements == {"q1": {"d1": 2}}


def test_a_packed_corpus_and_split_judgements_are_read(tmp_path: Path) -> None:
    """The corpus may be gzipped, and the judgements may stand in `qrels/test.tsv`."""
    folder = _folder(tmp_path / "set", qrels_tsv="")
    (folder / "corpus.jsonl").rename(folder / "plain")
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress((folder / "plain").read_bytes()))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("q1\td2\t1\n", encoding="utf-8")
    found = judged_folder(folder)
    assert len(found.documents or ()) == 2
    assert found.judgements == {"q1": {"d2": 1}}


def test_a_folder_without_a_corpus_asks_a_store(tmp_path: Path) -> None:
    """Questions of one's own come without documents."""
    assert judged_folder(_folder(tmp_path / "set", corpus_jsonl="")).documents is None


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"qrels_tsv": ""}, "qrels.tsv"),
        ({"queries_jsonl": ""}, "queries.jsonl"),
        ({"qrels_tsv": "q1\td1\n"}, "parted by tabs"),
        ({"qrels_tsv": "query-id\tcorpus-id\tscore\n"}, "no judgement"),
        ({"qrels_tsv": "x\td1\t1\n"}, "the ids differ"),
        ({"queries_jsonl": "[]\n"}, "no JSON object"),
        ({"queries_jsonl": '{"_id": "q1"}\n'}, "no text"),
        ({"corpus_jsonl": '{"text": "x"}\n'}, "no _id"),
        ({"corpus_jsonl": "\n"}, "no document"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, files: dict[str, str], said: str) -> None:
    """A part that is missing, empty or broken is named."""
    with pytest.raises(SourceError, match=said):
        judged_folder(_folder(tmp_path / "set", **files))


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    """A path of nothing is no folder."""
    with pytest.raises(SourceError, match="no folder"):
        judged_folder(tmp_path / "none")


def _trials(path: Path, *trials: tuple[str, list[str], list[str]]) -> Path:
    lines = (
        {"NCTId": [id_], "BriefTitle": [f"Title {id_}"], "BriefSummary": ["A text."], "ConditionMeshTerm": same,
         "ConditionAncestorTerm": above}
        for id_, same, above in trials
    )  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_trials_are_judged_by_their_conditions(tmp_path: Path) -> None:
    """The same condition counts more than a rarer ancestor; one that many trials have counts nothing."""
    many = [(f"NCT2{n:07}", [f"Other {n}"], ["Disease"]) for n in range(70)]
    path = _trials(
        tmp_path / "trials.jsonl",
        ("NCT10000001", ["Parkinson Disease"], ["Movement Disorders", "Disease"]),
        ("NCT10000002", ["Parkinson Disease"], ["Disease"]),
        ("NCT10000003", ["Dystonia"], ["Movement Disorders", "Disease"]),
        *many,
    )
    found = judged_trials(path)
    assert found.judgements["NCT10000001"] == {"NCT10000002": SAME, "NCT10000003": NEAR}
    assert "NCT20000001" not in found.judgements
    asked = {one.id: one.text for one in found.questions}
    assert asked["NCT10000001"] == "Title NCT10000001. A text."
    assert all("Parkinson" not in one.title + one.text for one in found.documents or ())


def test_trials_without_likeness_are_said(tmp_path: Path) -> None:
    """Trials of which no two share a condition measure nothing."""
    path = _trials(tmp_path / "trials.jsonl", ("NCT10000001", ["A"], []), ("NCT10000002", ["B"], []))
    with pytest.raises(SourceError, match="share a MeSH condition"):
        judged_trials(path)


def test_real_trials_are_judged_as_the_public_set_is(shared: Path) -> None:
    """For every trial that both ask for, the judgements are those of the similar trials that were made from the file."""
    made = judged_trials(shared / "trials-msc-1536.jsonl.gz", most=2_000)
    public = judged_folder(shared.parent / "testsuites" / "trials-by-mesh").judgements
    both = public.keys() & made.judgements.keys()
    assert len(both) == len(public)
    assert all(made.judgements[id_] == public[id_] for id_ in both)
