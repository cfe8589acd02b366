"""All needs against all offers: the same as one by one, and after an edit only what it touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp.kg.viewer import PUBLIC
from atmp.search.market import Market
from atmp.search.match import capabilities_for
from atmp.search.pairing import Pairing

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas


def test_all_pairs_are_those_of_each_need(demo: Atlas) -> None:
    """The best of the whole are what a need is shown, with the same scores; progress ends at the number of needs."""
    view, told = demo.view(PUBLIC), list[tuple[str, int, int | None]]()
    market = Market.read(view)
    whole = Pairing.of(market, lambda *said: told.append(said))
    for iri, want in market.wants.items():
        expected = [(one.score, one.iri) for one in capabilities_for(view, iri, limit=5)]
        assert [(score, offer.iri) for score, offer in whole.best(want, 5)] == expected
    assert told[-1] == ("needs", len(market.wants), len(market.wants))


def test_an_edit_matches_anew_only_what_it_touches(demo: Atlas) -> None:
    """After a need or an offer changes, comes or goes, the scores are those of a new start, for a few pairs' work."""
    market = Market.read(demo.view(PUBLIC))
    whole = Pairing.of(market)
    assert whole.after(market).matched == 0
    need = next(one for one in market.wants.values() if one.identifier == "N050")
    offer = next(one for one in market.offers.values() if one.identifier == "C07")
    edits = {
        "need": Market(market.wants | {need.iri: replace(need, grade=1)}, market.offers, market.held),
        "offer": Market(market.wants, market.offers | {offer.iri: replace(offer, grade=3)}, market.held),
        "lost": Market(market.wants, {iri: one for iri, one in market.offers.items() if iri != offer.iri}, market.held),
        "gone": Market({iri: one for iri, one in market.wants.items() if iri != need.iri}, market.offers, market.held),
    }
    for edited in edits.values():
        after = whole.after(edited)
        assert after.scores == Pairing.of(edited).scores
        assert after.matched < whole.matched / 3
