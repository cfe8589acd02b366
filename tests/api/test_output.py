"""What commands print."""

from __future__ import annotations

import pytest
from atmp.api.output import Format, Marked, emit
from atmp.kg.table import Table


def drawn(capsys: pytest.CaptureFixture[str]) -> str:
    """Return a table with a marked cell as it is drawn."""
    emit(Table(("a",), ((Marked.at("one two three", [(4, 7)]),),)), Format.TABLE)
    return capsys.readouterr().out


def test_marked_places_are_bold_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file or a pipe gets the bare text."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert "one two three" in drawn(capsys)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "one \x1b[1mtwo\x1b[0m three" in drawn(capsys)
