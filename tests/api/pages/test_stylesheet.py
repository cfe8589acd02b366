"""The stylesheet: what is written in it can be read, by day and by night."""

from __future__ import annotations

import re

import pytest
from atmp.api.pages.site import FOLDER

STYLE = (FOLDER / "static" / "atlas.css").read_text(encoding="utf-8")
READ = (
    *((ink, ground) for ink in ("ink", "quiet", "accent", "wrong") for ground in ("ground", "sheet")),
    ("on-accent", "accent"), ("on-mark", "mark"),
)  # fmt: skip


def _themes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    return {
        name: dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for name, block in (("light", light), ("dark", dark))
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), READ)
def test_what_is_written_can_be_read(theme: str, ink: str, ground: str) -> None:
    """Every colour of text has a contrast of at least 4.5 to 1 with what it stands on (WCAG 2.2, 1.4.3)."""
    colours = _themes()[theme]
    bright, dim = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_what_is_filled_in_has_an_edge_that_is_seen() -> None:
    """Fields and buttons are drawn in a colour that is read, not in that of a table's rules (1.4.11)."""
    found = re.search(
        r"^input, select, textarea, button \{[^}]*border: 1px solid var\(--([\w-]+)\)", STYLE, re.MULTILINE
    )
    assert found is not None
    assert found[1] in {ink for ink, _ in READ}
