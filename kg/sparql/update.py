"""Updates: guarded as queries are, kept from reaching outside, and given the graphs that a request names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from ..engine import unread
from ..errors import QueryForbiddenError, QueryRefusedError, QuerySyntaxError, UsageError
from .dataset import Dataset
from .guard import Limits, Measure, cut
from .tokens import Token, place, placed, tokens

LIMITS = Limits(size=1_000_000, tokens=400_000)
_DATA = replace(LIMITS, patterns=400_000, listed=400_000, marks=400_000)
"""Facts that are spelt out need no plan, so that there may be as many as a request holds."""

_OPERATIONS = 1_000
_NOTHING = "INSERT DATA {}"
Edit = tuple[int, int, str]


def guarded_update(text: str, using: Dataset, limits: Limits = LIMITS) -> str:
    """Return an update that is safe to run, with USING for the graphs that a request names.

    Raises QueryRefusedError, QueryForbiddenError for LOAD and SERVICE (a silent LOAD is left out, for it may fail),
    QuerySyntaxError, and UsageError where graphs are named by the request and by the update.
    """
    forbidden: list[tuple[int, int]] = []
    try:
        found = cut(text, limits)
        _measure(text, limits, found)
        edits = [*_loads(text, found, forbidden), *(_using(text, found, using) if using.is_chosen else ())]
    except QuerySyntaxError as error:
        raise placed(text, error) from None
    for start, end, said in sorted(edits, reverse=True):
        text = f"{text[:start]}{said}{text[end:]}"
    if forbidden:
        check_update(text, using)  # what cannot be read is said to be that first
        line, column = forbidden[0]
        raise QueryForbiddenError(
            f"line {line}, column {column}: LOAD is not done here, for nothing is fetched: send the facts themselves"
        )
    return text


def check_update(text: str, using: Dataset) -> None:
    """Raise QuerySyntaxError where the engine cannot read an update; no fact is touched."""
    try:
        ox.Store().update(text, base_iri=using.base)
    except SyntaxError as error:
        raise placed(text, unread(str(error.msg))) from None
    except (ValueError, OSError, RuntimeError):
        return  # it was read, and failed for want of facts


def operations(text: str) -> Iterator[tuple[str, str]]:
    """Yield the operations of an update, each with the prefixes before it and at its own place in the text.

    With each comes what it begins with where it is data spelt out: INSERT or DELETE, else nothing. Raises
    QueryRefusedError for too many.
    """
    parts: list[list[Token]] = [[]]
    ends: list[int] = []
    for _, token, depth in _levels(list(tokens(text))):
        if depth or token.text != ";" or token.sort != "mark":
            parts[-1].append(token)
        else:
            parts.append([])
            ends.append(token.start)
    if len(parts) > _OPERATIONS:
        raise QueryRefusedError(
            f"the update has more than {_OPERATIONS} operations: put data together, or do it in parts"
        )
    prologue, start = "", 0
    for own, end in zip(parts, (*ends, len(text)), strict=True):
        body = _after_prologue(own)
        begin = body[0].start if body else end
        head = text[start:begin].replace(";", " ", 1) if start else text[:begin]
        if body:
            words = "".join(token.word for token in body[:2])
            yield (words[:6] if words in {"INSERTDATA", "DELETEDATA"} else ""), f"{prologue}{head}{text[begin:end]}"
        prologue, start = prologue + head + _blanked(text[begin:end]), end


def _after_prologue(own: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens of an operation after its PREFIX and BASE."""
    at = 0
    while at < len(own) and own[at].word in {"PREFIX", "BASE"}:
        at += 3 if own[at].word == "PREFIX" else 2
    return own[at:]


def _blanked(text: str) -> str:
    """Return as much space, line by line."""
    return "".join(one if one in "\r\n" else " " for one in text)


def _measure(text: str, bounds: Limits, found: Sequence[Token]) -> None:
    """Measure what an update asks as a query is measured, and what it spells out by its nesting alone."""
    asked, told = Measure(text, bounds), Measure(text, replace(_DATA, depth=bounds.depth))
    data = 0
    for before, token in zip((None, *found), found, strict=False):
        opened = token.text == "{" and token.sort == "mark"
        if opened and (data or (before is not None and before.word in {"DATA", "INSERTDATA", "DELETEDATA"})):
            data += 1
        (told if data else asked).take(token)
        data -= bool(data) and token.text == "}" and token.sort == "mark"


def _loads(text: str, found: Sequence[Token], forbidden: list[tuple[int, int]]) -> Iterator[Edit]:
    """Yield what takes the place of each LOAD, and tell the places of those that may not fail in silence.

    Raises QueryForbiddenError for SERVICE, QuerySyntaxError for a LOAD that is none.
    """
    for at, token, depth in _levels(found):
        where = place(text, token.start)
        if token.word.startswith("SERVICE"):
            raise QueryForbiddenError(f"line {where[0]}, column {where[1]}: SERVICE is not answered in an update")
        if depth or token.sort != "name" or not token.text.upper().startswith("LOAD"):
            continue
        if token.word != "LOAD":
            if at and found[at - 1].word == "PREFIX":
                continue
            raise QuerySyntaxError(f"'{token.text[:40]}' could be read as the keyword LOAD: name it otherwise", *where)
        end = next((one.start for one in found[at:] if one.text == ";" and one.sort == "mark"), len(text))
        words = [
            one.word if one.sort == "name" and ":" not in one.text else "<>" for one in found[at:] if one.start < end
        ]
        silent = "SILENT" in words[1:2]
        if words[1 + silent :] not in (["<>"], ["<>", "INTO", "GRAPH", "<>"]):
            raise QuerySyntaxError("LOAD takes an IRI, and may go INTO GRAPH another", *where)
        if not silent:
            forbidden.append(where)
        yield token.start, end, _NOTHING


def _using(text: str, found: Sequence[Token], using: Dataset) -> Iterator[Edit]:
    """Yield USING for each WHERE of an update, and the long form of DELETE WHERE; raises UsageError for WITH and USING."""
    clauses = [f"USING <{iri}>" for iri in using.default or ()] + [f"USING NAMED <{iri}>" for iri in using.named or ()]
    levels = list(_levels(found))
    for at, token, depth in levels:
        if depth or token.word not in {"WITH", "USING", "WHERE", "DELETEWHERE"}:
            continue
        if token.word in {"WITH", "USING"}:
            raise UsageError(
                f"the request names graphs with using-graph-uri, and the update with {token.word}: leave out one of the two"
            )
        head = "DELETE " if token.word == "DELETEWHERE" else ""
        if head or (at and found[at - 1].word == "DELETE"):
            closing = next((mark for one, mark, level in levels if one > at and mark.text == "}" and level == 0), token)
            head += f"{text[token.start + len(token.text) : closing.start + 1]} "
        yield token.start, token.start + len(token.text), f"{head}{' '.join(clauses)} WHERE"


def _levels(found: Sequence[Token]) -> Iterator[tuple[int, Token, int]]:
    """Yield each token with its place and the braces around it; a closing brace stands outside of its own."""
    depth = 0
    for at, token in enumerate(found):
        depth -= token.sort == "mark" and token.text == "}"
        yield at, token, depth
        depth += token.sort == "mark" and token.text == "{"
