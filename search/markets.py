"""Markets that were read lately, and a need out of one."""

from __future__ import annotations

from atmp.kg.errors import UsageError
from atmp.kg.records import Need
from atmp.kg.view import View

from .market import Market
from .recent import Recent
from .sides import Want

_markets = Recent(Market.read)


def market(view: View) -> Market:
    """Return the market of a view at its revision, read anew only where something changed."""
    return _markets.of(view)


def wanted(view: View, need_iri: str) -> Want:
    """Return a need as what its fit depends on; raises UnknownRecordError, and UsageError for no need."""
    record = view.record(need_iri)
    if not isinstance(record, Need):
        raise UsageError(f"{need_iri} is no need: name one, such as N001")
    return market(view).wants[record.iri]
