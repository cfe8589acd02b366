"""Centres: which one a request means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from atmp.kg.centres import centre_of
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.load import load
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC

Survey = Callable[..., Path]


def test_the_centre_is_the_one_that_is_named_or_the_only_one(store: Store, survey: Survey) -> None:
    """Of two centres one has to be named; one that is not there, or is hidden, is said to be unknown."""
    load(store, survey(), agent="test")
    assert centre_of(store.view(OWNER), None) == centre_of(store.view(OWNER), "Lund") == "lund"
    load(store, survey({"Centre": "malmo", "Tier": "internal"}), agent="test")
    with pytest.raises(UsageError, match="there is lund, malmo"):
        centre_of(store.view(OWNER), None)
    with pytest.raises(UnknownRecordError, match="there is no centre malmo: there is lund"):
        centre_of(store.view(PUBLIC), "malmo")
