"""What all tests share: real data where it stands beside the checkout, small stores, and small surveys."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from atmp.kg.importers.columns import FIELDS, SHEETS, SURVEY
from atmp.kg.importers.interface import Context
from atmp.kg.iris import Names
from atmp.kg.store import Store
from atmp.ontology.files import FOLDER
from atmp.ontology.vocabulary import vocabulary
from hypothesis import settings

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

# the same made cases on every run, so that a change is judged by what it changes; `--hypothesis-profile random` seeks on
settings.register_profile("fixed", derandomize=True)
settings.register_profile("random", print_blob=True)
settings.load_profile("fixed")

_SHARED = Path(__file__).parents[2] / "shared" / "data"
Rows = list[dict[str, str]]
Survey = Callable[..., Path]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real records; they are not part of the product."""
    if not _SHARED.is_dir():
        pytest.skip("the folder of real records is not here: these tests need ../shared/data beside the checkout")
    return _SHARED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with Store.create(tmp_path / "test.atlas") as made:
        yield made


@pytest.fixture
def context() -> Context:
    """Return what an importer is told, at a fixed day."""
    return Context(Names(), vocabulary(), datetime(2026, 11, 1, tzinfo=UTC).date())


@pytest.fixture
def outdated(tmp_path: Path) -> Path:
    """Return a folder of schemes as ours, with a deprecated vector `ninth`, which AAV9 replaces."""
    folder = tmp_path / "schemes"
    shutil.copytree(FOLDER / "schemes", folder)
    table = folder / "vector.tsv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    names = head.split("\t")
    said = {"notation": "ninth", "broader": "viral", "label_en": "ninth adeno vector", "label_sv": "nionde adenovektorn",
            "definition_en": "A vector of the ninth serotype.", "definition_sv": "En vektor av den nionde serotypen.",
            "synonyms_en": "AAV IX|AAV-9", "example": "an old record", "source": "ATMP Atlas"}  # fmt: skip
    rows = [*(f"{row}\t" for row in rows), "\t".join([*(said.get(name, "") for name in names), "aav9"])]
    table.write_text("".join(f"{line}\n" for line in (f"{head}\treplaced_by", *rows)), encoding="utf-8")
    return folder


PROJECT = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    """Return a maker of survey folders: sheets by name, a project P01 unless told otherwise."""
    made = 0

    def make(fields: dict[str, str] | None = None, **sheets: Rows) -> Path:
        nonlocal made
        made += 1
        folder = tmp_path / f"survey{made}"
        folder.mkdir()
        said = {
            "Centre": "lund",
            "Round": "2023",
            "Date": "2023-06-01",
            "Tier": "public",
            "Signed off": "2023-06-01",
        } | (fields or {})
        rows = [{"Field": column.header, "Value": said.get(column.header, "")} for column in FIELDS]
        _write(folder / f"{SURVEY}.csv", ["Field", "Value"], rows)
        for name, some in ({"Projects": [PROJECT]} | sheets).items():
            headers = list(
                dict.fromkeys([column.header for column in SHEETS[name]] + [key for row in some for key in row])
            )
            _write(folder / f"{name}.csv", headers, some)
        return folder

    return make


def _write(path: Path, headers: list[str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a demonstration atlas, indexed with the embedder that needs no model."""
    from atmp.api.atlas import Atlas
    from atmp.api.demonstration import prepare_demo

    path = tmp_path_factory.mktemp("demo") / "demo.atlas"
    atlas = Atlas.create(path, model="hashing")
    prepare_demo(atlas, agent="test", progress=lambda *_: None)
    atlas.finder.index()
    atlas.close()
    return path


@pytest.fixture
def demo(demo_file: Path) -> Iterator[Atlas]:
    """Return the demonstration atlas, for reading only."""
    from atmp.api.atlas import Atlas

    atlas = Atlas(Store.open(demo_file), model="hashing")
    yield atlas
    atlas.close()
