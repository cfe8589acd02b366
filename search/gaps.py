"""Gaps: needs that nobody can serve, at their centre or in the whole network, by how many projects wait and from when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from atmp.ontology.vocabulary import vocabulary

from .fit import Barrier, barrier
from .market import Market
from .sides import Want


@dataclass(frozen=True)
class Gap:
    """A category at a grade that projects want and no capability gives them; `elsewhere` where one of another centre does.

    `needs` and `projects` are IRIs, the earliest need first; `earliest` is when the first falls due, None where none says.
    `barriers` counts, by the constraint that they break, the capabilities of the category that do not serve.
    """

    category: str
    grade: int | None
    needs: tuple[str, ...]
    projects: tuple[str, ...]
    earliest: date | None
    elsewhere: bool
    barriers: tuple[tuple[Barrier, int], ...]

    @property
    def label(self) -> str:
        """Return the category in words."""
        concept = vocabulary().concept(self.category)
        return concept.labels["en"] if concept else self.category

    @property
    def why(self) -> str:
        """Return in words why nobody serves these needs."""
        if not self.barriers:
            return "nobody offers it"
        return "; ".join(f"{count} offered, but {_WHY[broken]}" for broken, count in self.barriers)


_WHY = {
    Barrier.GRADE: "of a lower grade", Barrier.PLATFORM: "for other platforms", Barrier.TIME: "too late",
    Barrier.PLACE: "not where it is wanted", Barrier.CONFLICT: "declared apart", Barrier.CAPACITY: "full",
}  # fmt: skip


def open_wants(market: Market, centre: str | None = None) -> list[Want]:
    """Return the open needs with a category, of one centre or of all, by the day they fall due; the undated last."""
    wants = (one for one in market.wants.values() if one.open and one.category and centre in {None, one.centre})
    return sorted(wants, key=lambda one: (one.start or date.max, one.identifier, one.iri))


def unserved(market: Market, wants: Iterable[Want], *, network: bool = False) -> list[Want]:
    """Return the needs that no capability of their own centre can serve, or with `network` none at all."""
    return [one for one in wants if not _servers(market, one, own=not network)]


def gaps(market: Market, centre: str | None = None, *, network: bool = False) -> tuple[Gap, ...]:
    """Return the gaps of one centre or of all, those that most projects wait for first, then the earliest."""
    groups: dict[tuple[str, int | None], list[Want]] = defaultdict(list)
    for want in unserved(market, open_wants(market, centre), network=network):
        groups[want.category or "", want.grade].append(want)
    found = [_gap(market, category, grade, wants) for (category, grade), wants in groups.items()]
    return tuple(
        sorted(found, key=lambda one: (-len(one.projects), one.earliest or date.max, one.label, one.grade or 0))
    )


def _gap(market: Market, category: str, grade: int | None, wants: list[Want]) -> Gap:
    barred: dict[Barrier, set[str]] = defaultdict(set)
    for want in wants:
        for offer, broken in market.barred(want):
            if offer.kind == "capability":
                barred[broken].add(offer.iri)
    projects = dict.fromkeys(one.project for one in wants if one.project)
    return Gap(
        category, grade, tuple(one.iri for one in wants), tuple(projects), wants[0].start,
        any(_servers(market, one, own=False) for one in wants),
        tuple((broken, len(offers)) for broken, offers in sorted(barred.items())),
    )  # fmt: skip


def _servers(market: Market, want: Want, *, own: bool) -> bool:
    """Return whether a capability can serve a need: one of the need's own centre, or any."""
    return any(
        offer.kind == "capability" and (not own or offer.centre == want.centre) and barrier(want, offer) is None
        for offer in market.near(want)
    )
