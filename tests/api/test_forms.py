"""Forms: the parts of a body come out byte for byte, whatever is in them."""

from __future__ import annotations

import httpx
from atmp.api.forms import is_form, parts
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text(st.characters(categories=("L", "Nd"), include_characters=" .-_å"), min_size=1)


@given(st.lists(st.tuples(NAMES, st.binary()), min_size=1, max_size=4))
def test_files_come_out_as_they_went_in(files: list[tuple[str, bytes]]) -> None:
    """Names in any script, and bytes of any sort: line ends, null bytes, dashes, nothing."""
    sent = httpx.Request("POST", "http://test/", files=[("file", (name, data, "text/csv")) for name, data in files])
    about = sent.headers["content-type"]
    found = parts(about, sent.read())
    assert is_form(about)
    assert [(one.field, one.file, one.media, one.content) for one in found] == [
        ("file", name, "text/csv", data) for name, data in files
    ]
