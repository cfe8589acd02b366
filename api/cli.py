"""The command line, `atmp`. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 the data have findings."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from .commands import (
    answer,
    change,
    data,
    evaluate,
    introducing,
    linking,
    match,
    plan,
    reconciling,
    serve,
    survey,
    terms,
    write,
)

app = typer.Typer(
    name="atmp",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for family in (
    data,
    linking,
    reconciling,
    terms,
    answer,
    match,
    plan,
    introducing,
    change,
    write,
    survey,
    evaluate,
    serve,
):
    family.register(app)

FAILED, USAGE, FINDINGS = 1, 2, 3


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"atmp {version('atmp-atlas')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Say the version, and end.")] = False,
) -> None:
    """ATMP Atlas: the knowledge graph, search and matchmaking tool of a centre that develops advanced therapies."""
    _version(wanted=version)


def _file_error() -> type[Exception]:
    """Return what the store's file may raise; only looked up when something was raised."""
    from atmp.kg.schema import FileError

    return FileError


def _told(error: Exception) -> Exception:
    from atmp.kg.schema import FileError, failure

    assert isinstance(error, FileError)  # noqa: S101 - caught as nothing else
    return failure("the store", error)


def main() -> None:
    """Run a command; an error of ours ends in one line on stderr and its exit code."""
    from atmp.kg.errors import AtlasError, FindingsError, UnknownTermError, UsageError

    if isinstance(sys.stdout, io.TextIOWrapper):  # a mark that the terminal's encoding lacks must not end an answer
        sys.stdout.reconfigure(errors="replace")
    try:
        app()
    except FindingsError as error:
        from .output import emit_gravest, say

        emit_gravest(error.findings)
        say(f"atmp: {error}")
        sys.exit(FINDINGS)
    except (UsageError, UnknownTermError) as error:
        print(f"atmp: {error}", file=sys.stderr)
        sys.exit(USAGE)
    except AtlasError as error:
        print(f"atmp: {error}", file=sys.stderr)
        sys.exit(FAILED)
    except _file_error() as error:
        print(f"atmp: {_told(error)}", file=sys.stderr)
        sys.exit(FAILED)
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        sys.stderr.close()
        sys.exit(FAILED)
