"""Packaging: what is built is whole, and works where nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("ontology", "kg", "search", "api", "data")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of what git tracks, and return its path."""
    folder = tmp_path_factory.mktemp("wheel")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        target = folder / "source" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "source"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def _packages() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return set(tomllib.load(file)["tool"]["setuptools"]["packages"])


def test_every_package_is_listed() -> None:
    """Each folder with an __init__ is named in the packages list, or it would be missing from the wheel."""
    found = {path.parent.relative_to(ROOT) for layer in LAYERS for path in (ROOT / layer).rglob("__init__.py")}
    assert _packages() == {".".join(["atmp", *path.parts]) for path in found}


def test_the_wheel_holds_every_tracked_file(wheel: Path) -> None:
    """What git tracks under the layers is in the wheel, data files too."""
    tracked = subprocess.run(["git", "ls-files", *LAYERS], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert {f"atmp/{name}" for name in tracked.splitlines()} - packed == set()


def test_nothing_generic_lands_in_site_packages(wheel: Path) -> None:
    """The wheel's only top-level package is atmp."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"atmp"}


def test_the_built_wheel_makes_the_demo(wheel: Path, tmp_path: Path) -> None:
    """The wheel alone, away from the checkout, makes the demonstration and answers question 1."""
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    settings = {"PYTHONPATH": str(site), "ATMP_DB": str(tmp_path / "demo.atlas"), "ATMP_MODEL": "hashing"}
    command = [sys.executable, "-c", "import atmp.api.cli as c, sys; print(c.__file__, file=sys.stderr); c.main()"]
    environment = {**os.environ, **settings}
    done = subprocess.run(
        [*command, "demo", "--no-serve"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stderr
    asked = subprocess.run(
        [*command, "ask", "1", "--format", "csv"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(asked.stdout.split()) == ["GTMP,13", "TEP,7", "class,projects", "sCTMP,3"]
