"""Commands that put data in and look after them: init, demo, load, check, index."""

from __future__ import annotations

import os
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from atmp.api.output import SHOWN, Format, emit_findings, emit_gravest, progress, say
from atmp.kg.findings import Findings, Severity
from atmp.kg.tiers import Tier

from .copies import ErrorsTo, copied_if_refused, copy, may_copy
from .options import As, Centre, Db, agent, day, may_write, open_atlas, path_of, viewer_of, write_text

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas
    from atmp.kg.load import Receipt

FINDINGS = 3


class Told(StrEnum):
    """The forms that findings are told in: those of answers, and SHACL's report as Turtle."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    SHACL = "shacl"


_As = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="FORMAT", help="The format, where it is not told from the content: survey, studies ..."
    ),
]
_Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="A mapping file (TOML) for a table whose columns are not ours: `atmp survey map` drafts one."
    ),
]
_Tier = Annotated[Tier | None, typer.Option("--tier", help="Who may see what is loaded.")]
_Stated = Annotated[
    date | None,
    typer.Option(
        "--stated", parser=day, metavar="DATE", help="The day on which its facts hold, where it does not say."
    ),
]
_Round = Annotated[
    str | None, typer.Option("--round", help="What the survey's round is called, whatever the file calls it.")
]
_Dry = Annotated[bool, typer.Option("--dry-run", help="Read and validate, and change nothing.")]
_Going = Annotated[bool, typer.Option("--keep-going", help="Load the good rows, and say which were left out.")]


def init(db: Db = None, base: Annotated[str | None, typer.Option(help="The base of records' IRIs.")] = None) -> None:
    """Make an empty store with the vocabulary in it."""
    from atmp.api.atlas import Atlas
    from atmp.api.settings import Settings
    from atmp.kg.iris import DEFAULT_BASE

    path = path_of(db)
    Atlas.create(path, base=base or Settings.read().base or DEFAULT_BASE).close()
    say(f"made {path}: load a survey with `atmp load survey.xlsx`")


def load(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of CSV sheets.")],
    as_format: _As = None,
    mapping: _Mapping = None,
    tier: _Tier = None,
    centre: Centre = None,
    stated: _Stated = None,
    round_: _Round = None,
    dry_run: _Dry = False,
    keep_going: _Going = False,
    errors_to: ErrorsTo = None,
    db: Db = None,
) -> None:
    """Load a survey, records of a register, any table, or RDF.

    Each file is loaded wholly or not at all; to load it again changes nothing.
    """
    from atmp.kg.load import load as load_one

    may_copy(paths, errors_to)
    atlas = open_atlas(db)
    found = Findings()
    for path in paths:
        with progress() as tell, copied_if_refused(path, errors_to):
            receipt = load_one(
                atlas.store, path, agent=agent(), as_format=as_format, mapping=mapping, tier=tier, centre=centre,
                stated=stated, round_=round_, dry_run=dry_run, keep_going=keep_going, progress=tell,
            )  # fmt: skip
        _tell(path, receipt, dry_run=dry_run)
        found.extend(receipt.findings)
    if not dry_run:
        _index(atlas)
    copy(paths, found, errors_to)
    emit_gravest(found)
    atlas.close()
    if found.counts[Severity.VIOLATION]:
        raise typer.Exit(FINDINGS)


def _tell(path: Path, receipt: Receipt, *, dry_run: bool) -> None:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(receipt.records.items()))
    counted = _counted(receipt.findings)
    if dry_run:
        say(f"{path.name}: would load {kinds or 'nothing'}; {counted}. Nothing was changed")
    elif receipt.revision is None:
        say(f"{path.name}: nothing new; {counted}")
    else:
        moved = f"{receipt.added} statements came, {receipt.removed} went"
        say(f"{path.name}: revision {receipt.revision}: {kinds}; {moved}; {counted}")
    if receipt.left_out:
        say(f"{path.name}: left out {len(receipt.left_out)} rows: {', '.join(receipt.left_out[:SHOWN])}")


def _counted(findings: Findings) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(findings.counts.items())) or "no findings"


def _index(atlas: Atlas, *, rebuild: bool = False) -> None:
    with progress() as tell:
        status = atlas.finder.rebuild(tell) if rebuild else atlas.finder.index(tell)
        atlas.keep()
    say(f"index: {status.cards} records at revision {status.revision}, {status.pending} waiting for their embedding")


def index(db: Db = None, rebuild: Annotated[bool, typer.Option(help="Make all embeddings anew.")] = False) -> None:
    """Bring the search index up to the store.

    Needed only after an interrupted load, or for another model: with --rebuild its embeddings take the place of the old
    ones when all of them are there.
    """
    atlas = open_atlas(db)
    _index(atlas, rebuild=rebuild)
    atlas.close()


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Sources to check without loading them.")] = None,
    as_format: _As = None,
    mapping: _Mapping = None,
    centre: Centre = None,
    viewer: As = "owner",
    form: Annotated[Told, typer.Option("--format", help="How the findings are printed.")] = Told.TABLE,
    report: Annotated[
        Path | None, typer.Option("--report", help="A file to write them to, too: SHACL's report as Turtle.")
    ] = None,
    errors_to: ErrorsTo = None,
    db: Db = None,
) -> None:
    """List findings about sources, or the store.

    Without a source, about all that is in the store. The exit code is 3 where there are any but remarks.
    """
    from atmp.kg.load import prepare
    from atmp.kg.validate import check as check_view

    may_copy(paths or [], errors_to)
    if report is not None:
        may_write(report)
    found = Findings()
    store = open_atlas(db).store if not paths or path_of(db).exists() else None
    for path in paths or []:
        with progress() as tell:
            draft = prepare(
                store,
                path,
                as_format=as_format,
                mapping=mapping,
                centre=centre,
                viewer=viewer_of(viewer),
                progress=tell,
            )
            found.extend(draft.findings)
    if not paths and store is not None:
        found.extend(check_view(store.view(viewer_of(viewer), as_stated=True)))
    copy(paths or [], found, errors_to)
    _findings(found, form, report)
    say(_counted(found))
    if set(found.counts) - {Severity.INFO}:
        raise typer.Exit(FINDINGS)


def _findings(found: Findings, form: Told, to: Path | None) -> None:
    from atmp.kg.verdict import report

    if form is Told.SHACL or to is not None:
        text = report(found).serialize(format="turtle")
        if to is not None:
            write_text(to, text)
        if form is Told.SHACL:
            print(text, end="")
    if form is not Told.SHACL:
        emit_findings(found, Format(form.value))


def demo(
    db: Db = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it, or stop when the data stand.")] = True,
) -> None:
    """Make the demonstration atlas, and serve it.

    It holds a synthetic survey and the ATMPs that were authorised in the EU.
    """
    from atmp.api.atlas import Atlas
    from atmp.api.demonstration import SOURCES, prepare_demo
    from atmp.api.settings import Settings

    path = path_of(db)
    atlas = open_atlas(db) if path.exists() else Atlas.create(path, model=Settings.read().model, tell=say)
    with progress() as tell:
        receipts = prepare_demo(atlas, agent=agent(), progress=tell)
    for (name, _), receipt in zip(SOURCES, receipts, strict=True):
        _tell(Path(name), receipt, dry_run=False)
    _index(atlas)
    say(f"the demonstration stands in {path}. Its survey is synthetic")
    atlas.close()
    if serve:
        _start_anew("serve", "--db", str(path))


def _start_anew(*words: str) -> None:
    """Become another command of ours: the memory that making the index took is given back."""
    sys.stderr.flush()
    program = "from atmp.api.cli import main; main()"
    os.execv(sys.executable, [sys.executable, "-c", program, *words])  # noqa: S606 - our own program


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (init, demo, load, check, index):
        app.command()(command)
