"""The demonstration: the data that ship with the package, loaded as a user would load them."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from atmp.kg.load import Receipt, load
from atmp.kg.progress import Progress
from atmp.kg.tiers import Tier

if TYPE_CHECKING:
    from .atlas import Atlas

SOURCES = (("lund-survey.xlsx", "survey"), ("eu-atmps.ttl", "turtle"))
"""The files of `data/demo`, and the format of each."""


def prepare_demo(atlas: Atlas, *, agent: str, progress: Progress) -> list[Receipt]:
    """Load the demonstration's sources; where they stand already nothing changes. Returns a receipt for each."""
    receipts = []
    for name, form in SOURCES:
        with as_file(files("atmp.data").joinpath("demo", name)) as path:
            receipts.append(load(atlas.store, path, agent=agent, as_format=form, tier=Tier.PUBLIC, progress=progress))
    return receipts
