"""A drafted mapping as TOML that a survey manager can edit, with what was guessed and what is left in its comments."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from atmp.ontology.vocabulary import vocabulary

from .guess import SURE
from .importers.columns import SHEETS
from .plan import Line, Plan
from .rewording import Rewording, rewording
from .sketch import Sketch

_MOST = 200  # words of a column that are written out

_SAID = {
    "en": {
        "head": "A mapping of {file} to the survey, drafted by guessing. Look at the lines marked GUESS; # begins a remark.",
        "load": "Load it with: atmp load {file} --mapping {to} --centre KEY --round 2027",
        "frame": "What holds for all rows; the options --centre, --round, --stated and --tier say it too.",
        "notes": "Left over: kept as notes on the project, unless written under ignore.",
        "contacts": "Contact details: not kept, unless given a field.",
        "ignored": "Columns that a form's program adds.",
        "nothing": "Codes for missing data.",
        "events": "The table has several events; to read one of them only, take away the # and choose.",
        "record": "Rows of one record belong together.",
        "id": "{sheet}: the id rests on {columns}. While that stays the same, next year's table updates the same record.",
        "id_private": "An id made of an address does not show it, but confirms it to who guesses it; else take name or ORCID.",
        "fixed": "What stands where the cell is empty, or no column says it.",
        "guess": "GUESS, {per_cent} %",
        "known": "understood: {words}",
        "unknown": "Unknown words: write the term they mean, and take away the #. Left so, they are kept as written.",
        "dates": "Day and month could also be {forms}: check it.",
    },
    "sv": {
        "head": "En mappning av {file} till enkäten, gissad. Se över raderna med GISSNING; det som står efter # läses inte.",
        "load": "Läs in den med: atmp load {file} --mapping {to} --centre NYCKEL --round 2027",
        "frame": "Det som gäller alla rader; flaggorna --centre, --round, --stated och --tier säger det också.",
        "notes": "Över: sparas som anmärkningar på projektet, om de inte skrivs under ignore.",
        "contacts": "Kontaktuppgifter: sparas inte, om de inte får ett fält.",
        "ignored": "Kolumner som formulärets program lägger till.",
        "nothing": "Koder för saknade svar.",
        "events": "Tabellen har flera tillfällen; ta bort # och välj för att läsa bara ett.",
        "record": "Rader i en post hör ihop.",
        "id": "{sheet}: id vilar på {columns}. Så länge det är oförändrat uppdaterar nästa års tabell samma post.",
        "id_private": "Ett id av en adress visar den inte, men bekräftar den för den som gissar; välj annars namn eller ORCID.",
        "fixed": "Det som gäller där cellen är tom, eller ingen kolumn säger det.",
        "guess": "GISSNING, {per_cent} %",
        "known": "förstås: {words}",
        "unknown": "Okända ord: skriv termen de betyder och ta bort #. Annars sparas de som de skrevs.",
        "dates": "Dag och månad kan också vara {forms}: kontrollera.",
    },
}  # fmt: skip


def text(sketch: Sketch, file: str, to: Path, language: str = "en") -> str:
    """Return the TOML of a sketch; `file` is the table's name, `to` where the mapping will stand."""
    return "\n".join(_Writer(sketch, file, to, language).lines()) + "\n"


def quoted(word: str) -> str:
    """Return a word as a TOML string."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(words: Iterable[str]) -> str:
    found = [quoted(word) for word in words]
    return found[0] if len(found) == 1 else f"[{', '.join(found)}]"


def _name(word: str) -> str:
    return word if re.fullmatch(r"[A-Za-z0-9_-]+", word) else quoted(word)


class _Writer:
    """Writes one sketch."""

    def __init__(self, sketch: Sketch, file: str, to: Path, language: str) -> None:
        self.sketch, self.file, self.to, self.language = sketch, file, to, language

    def _say(self, what: str, **said: str) -> str:
        """Return a comment; what it quotes of the table must not end it."""
        words = {
            name: "".join(mark for mark in " ".join(one.split()) if mark.isprintable()) for name, one in said.items()
        }
        return f"# {_SAID[self.language][what].format(**words)}"

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        sketch = self.sketch
        yield self._say("head", file=self.file)
        yield self._say("load", file=self.file, to=self.to.name)
        yield 'kind = "survey"'
        yield f"name = {quoted(sketch.name)}"
        yield from (
            "",
            self._say("frame"),
            '# centre = "lund"',
            '# round = "2027"',
            "# date = 2027-11-01",
            '# tier = "internal"',
            "",
        )
        if sketch.table.place.sheet:
            yield f"sheet = {quoted(sketch.table.place.sheet)}"
        if sketch.header:
            yield f"header = {sketch.header}"
        if sketch.dictionary:
            yield f"dictionary = {quoted(Path(os.path.relpath(sketch.dictionary, self.to.parent)).as_posix())}"
        if sketch.record:
            yield from (self._say("record"), f"record = {quoted(sketch.record)}")
        if len(sketch.events) > 1:
            yield from (
                self._say("events"),
                f"# only = {{ redcap_event_name = [{', '.join(map(_safe, sketch.events))}] }}",
            )
        if sketch.nothing:
            yield from (self._say("nothing"), f"nothing = [{', '.join(map(quoted, sketch.nothing))}]")
        yield from self._left()
        for plan in sketch.plans:
            yield from self._block(plan)

    def _left(self) -> Iterator[str]:
        sketch = self.sketch
        if sketch.ignored:
            yield self._say("ignored")
        yield "ignore = ["
        yield from (f"    {quoted(name)}," for name in sketch.ignored)
        yield "]"
        for what, names in (("notes", sketch.notes), ("contacts", sketch.contacts)):
            if names:
                yield self._say(what)
                yield from (f"#   {_safe(name)}" for name in names)

    def _block(self, plan: Plan) -> Iterator[str]:
        yield from ("", self._say("id", sheet=plan.sheet, columns=", ".join(plan.id)))
        if (
            plan.digest
            and plan.sheet == "Investigators"
            and "E-mail" in plan.lines
            and plan.id[0] in plan.lines["E-mail"].columns
        ):
            yield self._say("id_private")
        yield f"[rows.{plan.name}]"
        yield f"sheet = {quoted(plan.sheet)}"
        yield f"id = {{ column = {_listed(plan.id)}, first = true }}" if plan.first else f"id = {_listed(plan.id)}"
        if plan.digest:
            yield "digest = true"
        if plan.prefix:
            yield f"prefix = {quoted(plan.prefix)}"
        if plan.repeat:
            yield f"repeat = [{', '.join(map(quoted, plan.repeat))}]"
        if plan.each:
            yield f"each = {self._reads(plan.each)}{self._mark(plan.each)}"
        yield f"[rows.{plan.name}.columns]"
        worded = {header: self._wording(plan, header, line) for header, line in plan.lines.items()}
        for header, line in plan.lines.items():
            if not worded[header]:
                if len(line.dates) > 1:
                    yield self._say("dates", forms=", ".join(line.dates[1:]))
                yield f"{_name(header)} = {self._reads(line)}{self._mark(line)}"
        for header, line in plan.lines.items():
            yield from self._words(plan, header, line, worded[header])
        if plan.fixed:
            yield self._say("fixed")
            yield f"[rows.{plan.name}.fixed]"
            yield from (f"{_name(header)} = {quoted(word)}" for header, word in plan.fixed.items())

    def _mark(self, line: Line) -> str:
        if line.sure or line.guess is None or line.part:
            return ""
        return f"   {self._say('guess', per_cent=str(line.guess.per_cent))}"

    def _reads(self, line: Line) -> str:
        if line.rows:
            return f"{{ rows = {quoted(line.rows)} }}"
        more = self._more(line)
        columns = _listed(line.columns)
        return f"{{ {', '.join([f'column = {columns}', *more])} }}" if more else columns

    def _more(self, line: Line) -> list[str]:
        said = {"split": line.split, "date": line.dates[0] if line.dates else None}
        more = [f"{name} = {quoted(value)}" for name, value in said.items() if value]
        return [*more, f"longest = {line.longest}"] if line.longest else more

    def _wording(self, plan: Plan, header: str, line: Line) -> Rewording | None:
        """Return what a pick-list's words mean, where they are not all understood."""
        scheme = next(column.scheme for column in SHEETS[plan.sheet] if column.header == header)
        if scheme is None or line.look is None:
            return None
        split = plan.each.split if line.part and plan.each else line.split
        found = rewording(vocabulary(), line.look.look.pieces(split)[:_MOST], scheme)
        return found if found.guessed or found.unknown else None

    def _words(self, plan: Plan, header: str, line: Line, words: Rewording | None) -> Iterator[str]:
        if words is None:
            return
        name = f"rows.{plan.name}.columns.{_name(header)}"
        yield f"[{name}]{self._mark(line)}"
        yield f"column = {_listed(line.columns)}"
        yield from self._more(line)
        if words.known:
            yield self._say("known", words="; ".join(words.known))
        yield f"[{name}.values]"
        for word, (concept, per_cent) in words.guessed.items():
            mark, term = self._say("guess", per_cent=str(per_cent)), quoted(concept.labels[self.language])
            yield f"{quoted(word) if per_cent >= SURE else f'# {_safe(word)}'} = {term}   {mark}"
        if words.unknown:
            yield self._say("unknown")
            yield from (f'# {_safe(word)} = ""' for word in words.unknown)


def _safe(word: str) -> str:
    """Return a word as a TOML string that can stand in a comment."""
    return quoted("".join(mark if mark.isprintable() else " " for mark in word))
