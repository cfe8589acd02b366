"""Consent: what of a survey stays within its centre, because those whose answers it is have not signed off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from atmp.ontology.vocabulary import iri_of

from ..errors import Place
from ..findings import Finding, Severity
from ..records import Need, Person, Project, Record
from ..tiers import Tier
from .cells import Cells
from .columns import id_column
from .interface import Context
from .sheets import Sheet, SheetRow

SIGNED = "Signed off"
_LEADS = "Lead investigator ids"
_FEW = 5


class Consent:
    """Who has signed off in one file, or in the store before it.

    A project, with its needs, leaves its centre once all who lead it have signed, and an investigator's own row once
    she or he has. `whole` is the word of the sheet Survey that all have; without it nobody speaks for a project that
    nobody leads.
    """

    def __init__(
        self, sheets: Mapping[str, Sheet], context: Context, signed: Callable[[str], bool], tier: Tier, *, whole: bool
    ) -> None:
        """Read the sign-offs of a file whose rows have this `tier`; `signed` tells by a person's id of those of the store."""
        self._sheets, self._context, self._signed, self._tier, self._whole = sheets, context, signed, tier, whole

    def holds(self, sheet: str, identifier: str, project: str | None) -> bool:
        """Return whether a row stays within the centre: `project` is the one that it belongs to."""
        if self._whole or (project is None and sheet != "Investigators"):
            return False
        who = (identifier,) if project is None else self._leads.get(project, ())
        return not who or not all(self._signs(one) for one in who)

    def placed(self, record: Record, chosen: Tier | None, *, held: bool) -> tuple[Record, Tier | None]:
        """Return a row's first record and the row's tier, where its cell says `chosen`.

        The record keeps a choice that is stricter than the whole survey's, or that waits for a sign-off: where it
        stands tells nobody what was chosen.
        """
        wanted = self._tier.stricter(chosen or self._tier)
        if wanted is not self._tier or (held and wanted.rank < Tier.INTERNAL.rank):
            record = _choosing(record, wanted)
        return record, Tier.INTERNAL.stricter(chosen or Tier.INTERNAL) if held else chosen

    def finding(self, place: Place, tier: Callable[[SheetRow], Tier]) -> list[Finding]:
        """Return the warning of what is held though its `tier` is more open, and of whom it waits for."""
        held = {
            sheet: [key for key, row in self._rows(sheet).items()
                    if self.holds(sheet, key, key if sheet == "Projects" else None) and tier(row).rank < Tier.INTERNAL.rank]
            for sheet in ("Projects", "Investigators")
        }  # fmt: skip
        told = [f"{len(keys)} {_named(sheet, keys)} ({_some(keys)})" for sheet, keys in held.items() if keys]
        if not told:
            return []
        leads = (one for key in held["Projects"] for one in self._leads[key])
        waits = sorted({one for one in (*leads, *held["Investigators"]) if not self._signs(one)})
        mend = (
            f"fill in {SIGNED} on the sheet Investigators, or on the sheet Survey where all agreed, or note it with"
            " `atmp survey sign`; then load this again"
        )
        message = f"{' and '.join(told)} stay internal until they are signed off"
        message += f"; not signed: {_some(waits)}" if waits else "; nobody leads these projects"
        return [Finding(Severity.WARNING, message, place, mend=mend)]

    def _signs(self, person: str) -> bool:
        return person in self._here or self._signed(person)

    def _rows(self, sheet: str) -> dict[str, SheetRow]:
        """Return the first row of each id, as the importer takes it."""
        header, found = id_column(sheet).header, dict[str, SheetRow]()
        for row in self._sheets[sheet].rows if sheet in self._sheets else ():
            key = Cells(row, self._context).text(header)
            if key is not None:
                found.setdefault(key, row)
        return found

    @cached_property
    def _here(self) -> set[str]:
        """Return the ids of those who have signed in this file; a day that is still to come is no sign-off."""
        days = {key: Cells(row, self._context).date(SIGNED) for key, row in self._rows("Investigators").items()}
        return {key for key, day in days.items() if day is not None and day <= self._context.today}

    @cached_property
    def _leads(self) -> dict[str, tuple[str, ...]]:
        return {key: tuple(Cells(row, self._context).texts(_LEADS)) for key, row in self._rows("Projects").items()}


def _choosing(record: Record, tier: Tier) -> Record:
    """Return a record with the tier that was chosen for it, where rows of its kind may be held."""
    if not isinstance(record, Project | Person | Need):
        return record
    return record.model_copy(update={"chosen_tier": iri_of("tier", tier.value)})


def _named(sheet: str, keys: list[str]) -> str:
    return sheet[:-1].lower() if len(keys) == 1 else sheet.lower()


def _some(keys: list[str]) -> str:
    more = len(keys) - _FEW
    return ", ".join(keys[:_FEW]) + (f" and {more} more" if more > 0 else "")
