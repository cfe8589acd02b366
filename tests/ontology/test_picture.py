"""The picture of the graph's pattern: current, well formed, and drawn from what the files say."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

from atmp.ontology.files import FOLDER
from atmp.ontology.picture import PLACES, picture


def _words(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - ours


def test_the_picture_is_current() -> None:
    """What stands in the folder is what the files draw."""
    assert (FOLDER / "pattern.svg").read_text(encoding="utf-8") == picture(), "run python -m atmp.ontology.picture"


def test_it_shows_the_classes_and_what_ties_them() -> None:
    """Each class stands there once, beside the links that domains and ranges give and what the shapes require."""
    words = _words(picture())
    assert all(name in words for name in ("project", "product", "method use", "need", "capability", "survey response"))
    assert {"develops", "needed by", "used in", "uses capability", "respondent"} <= set(words)
    assert "● uses method" in words
    assert len(PLACES) == len(set(PLACES.values()))


def test_a_link_that_is_gone_is_not_drawn(tmp_path: Path) -> None:
    """The picture follows the files: without its range a property is no arrow."""
    for name in ("atmp.ttl", "shapes.ttl"):
        shutil.copy(FOLDER / name, tmp_path / name)
    ontology = tmp_path / "atmp.ttl"
    said = ontology.read_text(encoding="utf-8")
    ontology.write_text(said.replace("    rdfs:range atmp:Product ;\n", ""), encoding="utf-8")
    assert "develops" not in _words(picture(tmp_path))
