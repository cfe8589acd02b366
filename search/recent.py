"""What was read of a store lately, for each scope of viewers: kept while the store stays at its revision."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from atmp.kg.store import Store
from atmp.kg.view import View

Made = TypeVar("Made")
_KEPT = 4  # scopes of one store


class Recent(Generic[Made]):
    """Gives what `read` makes of a view, made anew only where something changed; what is of a past revision is not kept."""

    def __init__(self, read: Callable[[View], Made]) -> None:
        """Keep nothing yet."""
        self._read = read
        self._lock = Lock()
        self._kept: WeakKeyDictionary[Store, dict[str, tuple[int, Made]]] = WeakKeyDictionary()

    def of(self, view: View) -> Made:
        """Return what is made of a view at its revision."""
        if view.at is not None:
            return self._read(view)
        scope, revision = view.scope.key, view.revision
        with self._lock:
            found = self._kept.setdefault(view.store, {}).get(scope)
        if found is not None and found[0] == revision:
            return found[1]
        made = self._read(view)
        with self._lock:
            kept = self._kept.setdefault(view.store, {})
            kept.pop(scope, None)
            kept[scope] = (revision, made)
            while len(kept) > _KEPT:
                kept.pop(next(iter(kept)))
        return made
