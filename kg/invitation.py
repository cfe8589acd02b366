"""Invitations: the workbooks of a new round of the survey, blank or with what was answered before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

from .answered import Answered, Rows
from .errors import UsageError
from .importers.columns import FIELDS, SURVEY
from .iris import slug
from .outbox import new_file
from .workbook import write

_ANEW = {"Projects": ("Stage date",), "Investigators": ("Response", "Response date", "Signed off")}
"""What is asked anew each round: a stage is observed again at the new date, and each answer is a new response."""


def blank_invitation(path: Path, round_: str, centre: str | None = None, language: str = "en") -> None:
    """Write a survey to fill in, with the round and, where it is given, the centre's key."""
    said = {"Round": named(round_), "Centre": slug(centre) if centre else ""}
    rows = [{"Field": column.header, "Value": said.get(column.header, "")} for column in FIELDS]
    write(_free(path), {SURVEY: rows}, language)


def invitation(path: Path, answered: Answered, round_: str, held: date, language: str = "en") -> None:
    """Write a survey with what was answered before; `held` is the date it suggests for the answers."""
    write(_free(path), _asked_again(answered, round_, held), language)


def invitations(
    folder: Path, answered: Answered, round_: str, held: date, language: str = "en"
) -> Iterator[tuple[Path, str]]:
    """Write a survey for each lead investigator into `folder`, with just what is hers or his; yield files and names.

    Each names its respondent, so that it is loaded beside the others.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder for the workbooks of each investigator")
    if not folder.parent.is_dir():
        raise UsageError(f"the folder {folder.parent} does not exist: make it first")
    folder.mkdir(exist_ok=True)
    files = {one.iri: folder / f"{slug(round_)}-{quote(one.identifier or '', safe='')}.xlsx" for one in answered.leads}
    for path in files.values():
        _free(path)  # all or none
    for one in answered.leads:
        sheets = _asked_again(answered.only(one.iri), round_, held)
        _set(sheets[SURVEY], "Respondent id", one.identifier or "")
        write(files[one.iri], sheets, language)
        yield files[one.iri], one.label or ""


def _asked_again(answered: Answered, round_: str, held: date) -> dict[str, Rows]:
    """Return the sheets as they were answered, for a new round."""
    last = answered.round.identifier if answered.round else None
    if last == named(round_):
        raise UsageError(f"the round {round_} is in the store already: give the new one another name with --round")
    sheets = answered.sheets()
    ask_anew(sheets, round_, held)
    return sheets


def ask_anew(sheets: dict[str, Rows], round_: str, held: date) -> None:
    """Make sheets those of a new round: its name and date, and nothing where each round is answered anew."""
    _set(sheets[SURVEY], "Round", named(round_))
    _set(sheets[SURVEY], "Date", held.isoformat())
    _set(sheets[SURVEY], "Signed off", "")
    for sheet, headers in _ANEW.items():
        for row in sheets[sheet]:
            row.update(dict.fromkeys(headers, ""))


def _set(survey: Rows, field: str, value: str) -> None:
    next(row for row in survey if row["Field"] == field)["Value"] = value


def named(round_: str) -> str:
    """Return a round's name; raises UsageError where it is none."""
    if not slug(round_):
        raise UsageError("a round needs a name, such as 2027: give it with --round")
    return round_.strip()


def _free(path: Path) -> Path:
    return new_file(path, ".xlsx", f"a survey is written as .xlsx, not as '{path.name}'")
