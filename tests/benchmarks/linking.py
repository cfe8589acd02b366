"""How right the proposals read off texts are: `python tests/benchmarks/linking.py [TRIALS.jsonl.gz]` prints a table.

The demonstration's answers are held against what its projects' titles, descriptions, aims and hurdles propose. Diseases are held
against the register's headings. A term above or below a stated one counts as right; `strict` counts the same one only.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from atmp.kg.classfacts import class_facts
from atmp.kg.linking import INDICATION, LEAST, PROPERTIES, Value, proposals
from atmp.kg.records import ATMP
from atmp.kg.wants import WANTED, wants
from atmp.ontology.vocabulary import vocabulary
from rich.console import Console
from rich.table import Table

TRIALS = Path(__file__).parents[3] / "shared" / "data" / "trials-msc-1536.jsonl.gz"
SURVEY = Path(__file__).parents[2] / "data" / "demo" / "lund-survey"
COLUMNS = {
    "Delivery": (f"{ATMP}delivery", "delivery"),
    "Donor type": (f"{ATMP}donorType", "donor"),
    "Combined": (f"{ATMP}combined", None),
    "GMO": (f"{ATMP}gmo", None),
    "Cell sources": (PROPERTIES["cell"], "cell"),
    "Vectors": (PROPERTIES["vector"], "vector"),
    "Methods in the product": (PROPERTIES["method"], "method"),
    "Methods planned": (PROPERTIES["method"], "method"),
    "Research methods": (PROPERTIES["method"], "method"),
    "Indication MONDO ids": (INDICATION, "disease"),
}
_NONE = {"not-applicable", "other", "unknown"}
Case = tuple[str, frozenset[Value], frozenset[Value]]
"""A kind of proposal, what was stated, and what is proposed, of one record."""


def main(trials: Path) -> None:
    """Print precision and recall for each kind."""
    if not trials.exists():
        sys.exit(f"{trials} is not there: name a file of StudyFields records")
    table = Table("texts", "kind", "stated", "proposed", "precision", "recall", "strict")
    for name, cases in (("demonstration", demonstration()), ("trials", register(trials))):
        by_kind: dict[str, list[Case]] = defaultdict(list)
        for case in cases:
            by_kind[case[0]].append(case)
        for kind, same in sorted(by_kind.items()):
            table.add_row(name, kind, *_measured(same))
    Console(width=110).print(table)


def demonstration() -> Iterator[Case]:
    """Yield the cases of the demonstration's projects."""
    needs: dict[str, set[Value]] = defaultdict(set)
    for row in _rows("needs"):
        needs[row["Project id"]].add(f"{ATMP}category-{row['Category']}")
    for row in _rows("projects"):
        stated: dict[str, set[Value]] = defaultdict(set)
        for column, (prop, scheme) in COLUMNS.items():
            stated[prop] |= {
                _value(one.strip(), scheme) for one in row[column].split(";") if one.strip() not in _NONE | {""}
            }
        stated[WANTED] = needs[row["Project id"]]
        text = " ".join(filter(None, (row["Description"], row["Aim"])))
        made: dict[str, set[Value]] = defaultdict(set)
        for one in (*proposals(row["Title"], "", text), *class_facts(row["Title"], "", text, least=LEAST),
                    *wants(text, row["Hurdles"], least=LEAST)):  # fmt: skip
            made[one.property].add(one.term)
        for prop in {*stated, *made} & {WANTED, *(prop for prop, _ in COLUMNS.values())}:
            yield _name(prop), frozenset(stated[prop]), frozenset(made[prop])


def register(trials: Path) -> Iterator[Case]:
    """Yield the diseases of register trials that have headings."""
    with gzip.open(trials, "rt", encoding="utf-8") as file:
        for line in file:
            trial = json.loads(line)
            known = {iri for word in trial.get("ConditionMeshTerm", ()) if (iri := vocabulary().diseases.find(word))}
            if known:
                texts = (" ".join(trial.get(name, ())) for name in ("BriefTitle", "OfficialTitle", "BriefSummary"))
                made = {one.term for one in proposals(*texts) if one.property == INDICATION}
                yield _name(INDICATION), frozenset(known), frozenset(made)


def _measured(cases: list[Case]) -> tuple[str, ...]:
    stated, made = (sum(len(case[part]) for case in cases) for part in (1, 2))
    right = sum(any(_alike(one, other) for other in known) for _, known, found in cases for one in found)
    met = sum(any(_alike(one, other) for other in found) for _, known, found in cases for one in known)
    same = sum(len(known & found) for _, known, found in cases)
    return (
        str(stated),
        str(made),
        _part(right, made),
        _part(met, stated),
        f"{_part(same, made)} / {_part(same, stated)}",
    )


def _part(some: int, whole: int) -> str:
    return f"{some / whole:.3f}" if whole else "-"


def _alike(one: Value, other: Value) -> bool:
    if one == other or isinstance(one, bool) or isinstance(other, bool):
        return one == other
    known = vocabulary()
    if one in known.diseases:
        return other in known.diseases.ancestors(one) or one in known.diseases.ancestors(other)
    return one in known.narrower(other) or other in known.narrower(one)


def _value(word: str, scheme: str | None) -> Value:
    if scheme is None:
        return word == "yes"
    found = vocabulary().diseases.find(word) if scheme == "disease" else f"{ATMP}{scheme}-{word}"
    return found or word


def _name(prop: str) -> str:
    return prop.rpartition("/")[2]


def _rows(sheet: str) -> list[dict[str, str]]:
    with (SURVEY / f"{sheet}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
