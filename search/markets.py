"""Markets that were read lately: one for each scope of viewers, kept while the store stays at its revision."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from atmp.kg.errors import UsageError
from atmp.kg.records import Need
from atmp.kg.store import Store
from atmp.kg.view import View

from .market import Market
from .sides import Want

_KEPT = 4  # scopes of one store
_read: WeakKeyDictionary[Store, dict[str, tuple[int, Market]]] = WeakKeyDictionary()
_lock = Lock()


def market(view: View) -> Market:
    """Return the market of a view at its revision, read anew only where something changed."""
    if view.at is not None:
        return Market.read(view)
    scope, revision = view.scope.key, view.revision
    with _lock:
        kept = _read.setdefault(view.store, {})
        found = kept.get(scope)
    if found is not None and found[0] == revision:
        return found[1]
    made = Market.read(view)
    with _lock:
        kept.pop(scope, None)
        kept[scope] = (revision, made)
        while len(kept) > _KEPT:
            kept.pop(next(iter(kept)))
    return made


def wanted(view: View, need_iri: str) -> Want:
    """Return a need as what its fit depends on; raises UnknownRecordError, and UsageError for no need."""
    record = view.record(need_iri)
    if not isinstance(record, Need):
        raise UsageError(f"{need_iri} is no need: name one, such as N001")
    return market(view).wants[record.iri]
