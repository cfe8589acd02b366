"""Loading: a source becomes facts in one transaction, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from atmp.ontology.vocabulary import vocabulary

from .draft import Draft
from .errors import FindingsError, UsageError
from .findings import Findings, Severity
from .importers.interface import Context, chosen_importer
from .importers.package import oddities
from .judgement import judge
from .ledger import Outcome
from .progress import Progress, counted, quiet
from .provenance import Placement
from .rounds import held_rounds
from .source import Source
from .standing import store_home, store_knows, store_signed
from .store import Store, now
from .tiers import Tier
from .viewer import OWNER, Viewer
from .wordings import renew, worded


@dataclass(frozen=True)
class Receipt:
    """What a load did. `revision` is None where nothing was new, or in a dry run."""

    source: Source
    revision: int | None
    records: dict[str, int]
    rows: int
    unchanged: int
    added: int
    removed: int
    findings: Findings
    left_out: tuple[str, ...] = ()


def load(
    store: Store,
    path: Path,
    *,
    agent: str,
    as_format: str | None = None,
    mapping: Path | None = None,
    tier: Tier | None = None,
    centre: str | None = None,
    stated: date | None = None,
    round_: str | None = None,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Read, validate and write one source; `agent` is who loads it, for the change log.

    `mapping` is a mapping file for a table that is not ours; `stated` is the day on which the source's facts hold,
    where it does not say so itself, `round_` what a survey's round is called.

    Warnings do not block. Violations raise FindingsError and nothing changes, unless `keep_going` leaves out the
    rows they stand in; a finding about the source as a whole always blocks. Raises SourceError for a source that
    cannot be read.
    """
    draft = prepare(
        store, path, as_format=as_format, mapping=mapping, tier=tier, centre=centre, stated=stated, round_=round_,
        progress=progress,
    )  # fmt: skip
    findings = draft.findings
    grave = findings.counts[Severity.VIOLATION]
    if grave and not dry_run and (findings.of_the_whole or not keep_going):
        count = f"{grave} violation" + ("s" if grave > 1 else "")
        raise FindingsError(f"{path.name} was not loaded: it has {count}. Nothing was changed", findings)
    outcome = Outcome() if dry_run else _write(store, draft, agent, progress or quiet)
    if outcome.revision is not None:
        renew(store, agent=agent)
    return Receipt(
        draft.reading.source, outcome.revision, draft.kinds(), draft.count(), outcome.rows_unchanged, outcome.added,
        outcome.removed, findings, tuple(sorted(draft.bad)),
    )  # fmt: skip


def _write(store: Store, draft: Draft, agent: str, tell: Progress) -> Outcome:
    """Write the rows that are not left out, in one transaction."""
    source = draft.reading.source
    rows = counted(draft.good, "writing", tell, draft.count())
    entries = Placement(draft.reading, store.names, now(), store_home(store)).entries(rows, draft.row_of)
    outcome = store.write(source.key, source.stated.isoformat(), entries, agent=agent, keep=draft.bad)
    tell("writing", draft.count(), draft.count())
    return outcome


def prepare(
    store: Store | None,
    path: Path,
    *,
    as_format: str | None = None,
    mapping: Path | None = None,
    tier: Tier | None = None,
    centre: str | None = None,
    stated: date | None = None,
    round_: str | None = None,
    viewer: Viewer = OWNER,
    progress: Progress | None = None,
) -> Draft:
    """Read and validate a source without writing; `store` is what its references may point into.

    Whoever loads is the store's owner; who only has a source checked is told nothing that `viewer` may not read.

    Raises SourceError for a source that cannot be read, UsageError for a tier that it cannot have.
    """
    from .iris import Names

    tell, known = progress or quiet, store_knows(store, viewer)
    owned = store if viewer == OWNER else None  # who signed, and what was decided, is within the centre
    context = Context(
        names=store.names if store else Names(), vocabulary=vocabulary(), today=datetime.now(UTC).date(), centre=centre,
        tier=tier, known=known, tell=tell, round=round_, stated=stated, rounds=held_rounds(store, viewer),
        signed=store_signed(owned), worded=worded(owned),
    )  # fmt: skip
    reading = chosen_importer(path, as_format, mapping).read(path, context)
    if reading.source.collection is not None and tier not in {None, Tier.PUBLIC}:
        raise UsageError(
            f"{path.name} would be a collection without a centre, which everybody may read: it cannot be {tier}."
            " Say whose it is with --centre where the format has one, or leave --tier out"
        )
    if stated is not None:
        reading = replace(reading, source=replace(reading.source, stated=stated))
    draft = Draft(reading)
    draft.find(oddities(path))
    for row in counted(reading.rows, "making records", tell):
        draft.add(row)
    judge(draft, store, viewer, known, context.names.base, tell)
    return draft
