"""A query's tokens, cut where the engine cuts them: what the guard does not see, it cannot hold back.

The engine knows no borders of words: to it `?o.SERVICE`, `1SERVICE` and `trueSERVICE` end in a keyword. So a token
takes here no ASCII character more than the grammar gives it, and text that is no token at all is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import QuerySyntaxError

_BEYOND = "\u00b7-\U0010ffff"  # more than the grammar's letters, all of which the engine refuses
_CHARACTER = rf"[A-Za-z0-9_\-{_BEYOND}]"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+|\#[^\n\r]*)
      | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
                  |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
      | (?P<name>[?$][A-Za-z0-9_{_BEYOND}]+
                |(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
                |_:[A-Za-z0-9_{_BEYOND}](?:(?:{_CHARACTER}|\.)*{_CHARACTER})?
                |(?:[A-Za-z{_BEYOND}](?:(?:{_CHARACTER}|\.)*{_CHARACTER})?)?:
                 (?:(?:[A-Za-z0-9_:{_BEYOND}]|{_ESCAPED})(?:(?:{_CHARACTER}|[.:]|{_ESCAPED})*(?:{_CHARACTER}|:|{_ESCAPED}))?)?
                |[A-Za-z][A-Za-z0-9_]*)
      | (?P<mark>[{{}}()\[\].,;|/^?*+\-!=<>&@~])""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token: its sort (string, iri, name or mark), text, and where it begins."""

    sort: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """Return a bare word in upper case, or an empty string for anything else."""
        return self.text.upper() if self.sort == "name" and ":" not in self.text and self.text[0] not in "?$" else ""

    @property
    def variable(self) -> str:
        """Return the name of a variable, or an empty string for anything else, as for the mark of a path."""
        return self.text[1:] if self.sort == "name" and self.text[0] in "?$" else ""


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, without white space and comments, in one pass; raises QuerySyntaxError."""
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None:
            raise QuerySyntaxError(_strange(query[position]), *place(query, position))
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match.group(), position)
        position = match.end()


def _strange(character: str) -> str:
    if character in "\"'":
        return "a string is opened here and never closed"
    shown = f"'{character}'" if character.isprintable() else f"the character U+{ord(character):04X}"
    return f"{shown} cannot stand here, outside of strings and IRIs"


def place(query: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset."""
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def placed(query: str, error: QuerySyntaxError) -> QuerySyntaxError:
    """Return a syntax error with what stands at its place, at most 40 characters of the line."""
    if error.line is None or error.column is None:
        return error
    line = query.split("\n")[error.line - 1] if error.line <= query.count("\n") + 1 else ""
    return QuerySyntaxError(error.said, error.line, error.column, line[error.column - 1 : error.column + 39].strip())


def expand(text: str, prefixes: dict[str, str]) -> str:
    """Return the IRI that a token stands for: `<...>`, or a prefixed name; anything else comes back as it is."""
    if text.startswith("<"):
        return text[1:-1]
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else text
