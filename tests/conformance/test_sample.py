"""A fixed part of the W3C's suites over HTTP, in seconds; `python tests/conformance` runs all of them."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
FOLDERS = (
    "protocol",
    "graph-store-protocol",
    "service-description",
    "csv-tsv-res",
    "delete-insert",
    "exists",
    "service",
)


@pytest.fixture(scope="module")
def suite() -> ModuleType:
    """Return the runner, which stands beside this file in a folder that is no package."""
    spec = importlib.util.spec_from_file_location("conformance_suite", HERE / "suite.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if not module.SHARED.is_dir():
        pytest.skip("the W3C's suites are not here: they stand in ../shared/testsuites beside the checkout")
    return module


def test_the_sample_differs_just_where_it_is_listed(suite: ModuleType) -> None:
    """Every test of the sample passes but those in the table of differences, and these do not."""
    with (HERE / "differences.tsv").open(encoding="utf-8", newline="") as file:
        known = {row["test"] for row in csv.DictReader(file, delimiter="\t") if row["edition"] == "sparql11"}
    with suite.served() as client:
        wrong = {case.key: suite.run(client, case) for case in suite.cases("sparql11", folders=FOLDERS)}
    assert len(wrong) > 70
    found = {key for key, said in wrong.items() if said}
    assert found == {key for key in known if key.partition("/")[0] in FOLDERS}, {
        key: wrong[key] for key in found - known
    }
