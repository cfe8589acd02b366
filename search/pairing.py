"""Pairing: all needs of a market against all its offers, and after an edit only what it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atmp.kg.progress import Progress, counted, quiet

from .fit import barrier, parts, total
from .market import Market
from .sides import Offer, Want


@dataclass(frozen=True)
class Pairing:
    """The score of each pair that no constraint rules out, by the need's IRI and the offer's; `matched` were worked out."""

    market: Market
    scores: Mapping[str, Mapping[str, float]]
    matched: int

    @classmethod
    def of(cls, market: Market, tell: Progress = quiet) -> Pairing:
        """Match everything; `tell` hears how many needs are done."""
        return cls(Market(), {}, 0).after(market, tell)

    def after(self, market: Market, tell: Progress = quiet) -> Pairing:
        """Return the pairing of a changed market: only needs and offers that differ from before are matched anew."""
        before = self.market
        edited = [one for iri, one in market.offers.items() if before.offers.get(iri) != one]
        stale = {one.iri for one in edited} | (before.offers.keys() - market.offers.keys())
        scores, matched = dict[str, Mapping[str, float]](), 0
        for iri, want in counted(market.wants.items(), "needs", tell, len(market.wants)):
            if before.wants.get(iri) == want:
                kept, offers = self._kept(iri, stale), [one for one in edited if barrier(want, one) is None]
            else:
                kept, offers = {}, list(market.offers_for(want))
            matched += len(offers)
            scores[iri] = {**kept, **{one.iri: total(parts(want, one)) for one in offers}} if offers else kept
        tell("needs", len(market.wants), len(market.wants))
        return Pairing(market, scores, matched)

    def _kept(self, need: str, stale: set[str]) -> Mapping[str, float]:
        """Return the scores of a need that stand: all of them, unless an offer among them changed or went."""
        known = self.scores.get(need, {})
        if stale.isdisjoint(known):
            return known
        return {iri: score for iri, score in known.items() if iri not in stale}

    def best(self, want: Want, limit: int = 1) -> list[tuple[float, Offer]]:
        """Return the best offers for a need with their scores, in the order in which its matches are shown."""
        found = [(score, self.market.offers[iri]) for iri, score in self.scores.get(want.iri, {}).items()]
        return sorted(found, key=lambda one: (-one[0], one[1].identifier, one[1].iri))[:limit]
