"""The demonstration's report, held against the one that was read and found right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from atmp.api.report import FORMS, render
from atmp.kg.viewer import PUBLIC

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("form", FORMS)
def test_the_report_says_what_it_said_when_it_was_read(form: str, demo: Atlas) -> None:
    """Nobody changes the report without reading it: `python tests/api/test_golden.py` writes it anew."""
    kept = (GOLDEN / f"report.{form}").read_text(encoding="utf-8")
    assert render(demo, PUBLIC, form, linked=True) == kept


if __name__ == "__main__":
    import tempfile

    from atmp.api.atlas import Atlas as Opened
    from atmp.api.demonstration import prepare_demo

    with tempfile.TemporaryDirectory() as folder:
        atlas = Opened.create(Path(folder) / "demo.atlas", model="hashing")
        prepare_demo(atlas, agent="golden", progress=lambda *_: None)
        for _form in FORMS:
            (GOLDEN / f"report.{_form}").write_text(render(atlas, PUBLIC, _form, linked=True), encoding="utf-8")
        atlas.close()
