"""Run the W3C's SPARQL suites over HTTP: `python tests/conformance [sparql11|sparql12]`; ends with 1 where anything is new.

Each test that does not pass is listed in `differences.tsv` with its cause. A difference that is not listed fails the
run, and so does a listed one that passes by now.
"""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
EDITIONS = ("sparql11", "sparql12")


def differences(edition: str) -> dict[str, str]:
    """Return the causes of what is known to differ, by test."""
    with (HERE / "differences.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["test"]: row["cause"] for row in rows if row["edition"] == edition}


def _suite():
    spec = importlib.util.spec_from_file_location("suite", HERE / "suite.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["suite"] = module
    spec.loader.exec_module(module)
    return module


def main(edition: str) -> int:
    """Run one edition's suite; print how many pass of each kind, and what is new."""
    suite, known = _suite(), differences(edition)
    passed, whole, found = Counter[str](), Counter[str](), dict[str, str]()
    with suite.served() as client:
        for case in suite.cases(edition):
            kind = case.folder if case.folder in suite.OVER_HTTP else "query, update, syntax, CSV"
            whole[kind] += 1
            wrong = suite.run(client, case)
            passed[kind] += not wrong
            if wrong:
                found[case.key] = wrong
    for kind, count in whole.items():
        print(f"{edition} {kind}: {passed[kind]} of {count}")
    new = {key: wrong for key, wrong in found.items() if key not in known}
    gone = known.keys() - found.keys()
    print(*(f"differs, and is not listed: {key}: {wrong}" for key, wrong in new.items()), sep="\n")
    print(*(f"is listed, and passes: {key}" for key in gone), sep="\n")
    return int(bool(new or gone))


if __name__ == "__main__":
    sys.exit(max(main(edition) for edition in sys.argv[1:] or EDITIONS))
