"""Every way in: the command line, HTTP, pages and Python.

>>> import atmp.api
>>> atlas = atmp.api.open("demo.atlas", "owner")  # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .atlas import Reader

__all__ = ["open"]


def open(path: str | Path, viewer: str, *, model: str | None = None) -> Reader:  # noqa: A001 - atmp.api.open, as Path.open
    """Open the atlas at `path` as a viewer sees it: `owner`, a tier such as `public`, or `CENTRE:TIER`.

    Returns a `Reader`. Raises StoreError where the file is no store, UsageError for an unknown viewer.
    """
    from atmp.kg.store import Store
    from atmp.kg.viewer import viewer as named

    from .atlas import Atlas, Reader

    return Reader(Atlas(Store.open(Path(path)), model=model), named(viewer))
