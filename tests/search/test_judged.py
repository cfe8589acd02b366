"""The judged questions of our own: whole, in two languages, and about records that there are."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from atmp.kg.viewer import PUBLIC
from atmp.search.collection import Collection
from atmp.search.text import Writer

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

FOLDER = Path(__file__).parents[1] / "judged"
_TRIALS = "trials-atmp-core-1077.jsonl.gz"


def asked() -> list[dict[str, str]]:
    """Return the questions as they stand in the file."""
    lines = (FOLDER / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def judged_ids(judged: Collection) -> set[str]:
    """Return the ids of all records that any question is judged with."""
    return {id_ for grades in judged.judgements.values() for id_ in grades}


def test_there_are_sixty_questions_and_twenty_are_swedish(judged: Collection) -> None:
    """Each has an id, a text and judgements of its own."""
    questions = asked()
    assert Counter(one["language"] for one in questions) == {"en": 40, "sv": 20}
    assert len({one["_id"] for one in questions}) == len({one["text"] for one in questions}) == 60
    assert set(judged.judgements) == {one.id for one in judged.questions} == {one["_id"] for one in questions}


def test_a_pair_is_one_question_in_two_languages(judged: Collection) -> None:
    """Every Swedish question has its English one, of the same kind and judged alike."""
    english, swedish = ({one["pair"]: one for one in asked() if "pair" in one and one["language"] == language}
                        for language in ("en", "sv"))  # fmt: skip
    assert set(english) == set(swedish)
    assert len(swedish) == 20
    for name, one in swedish.items():
        assert one["kind"] == english[name]["kind"], name
        assert judged.judgements[one["_id"]] == judged.judgements[english[name]["_id"]], name


def test_every_question_has_an_answer_and_every_record_one_grade(judged: Collection) -> None:
    """Grades are 0 to 3; at least one record answers; no record is judged twice for one question."""
    for id_, grades in judged.judgements.items():
        assert set(grades.values()) <= {0, 1, 2, 3}, id_
        assert max(grades.values()) >= 2, id_
    lines = (FOLDER / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == sum(map(len, judged.judgements.values()))


def test_every_judged_record_of_the_demonstration_is_there(judged: Collection, demo: Atlas) -> None:
    """And search knows it: it has a card."""
    iris = {id_ for id_ in judged_ids(judged) if not id_.startswith("NCT")}
    assert len(iris) > 40
    assert [iri for iri, card in Writer(demo.view(PUBLIC)).cards(iris).items() if card is None] == []


def test_every_judged_trial_is_in_the_file(judged: Collection, shared: Path) -> None:
    """The trials are those of one file of real records."""
    with gzip.open(shared / _TRIALS, "rt", encoding="utf-8") as file:
        there = {json.loads(line)["nct"] for line in file}
    assert {id_ for id_ in judged_ids(judged) if id_.startswith("NCT")} - there == set()
