"""Namesakes: people of an organisation whose names may be one person's. A name alone is never enough."""

from __future__ import annotations

from .naming import plain

_TITLES = frozenset({"dr", "prof", "professor", "docent", "doc", "md", "phd", "msc", "mr", "ms", "mrs"})


def namesake(one: str, other: str) -> tuple[int, str] | None:
    """Return how sure it is, out of a hundred, that two names are one person's, and why; None where they are two."""
    first, second = _parts(one), _parts(other)
    if not first or not second or first[-1] != second[-1] or len(first) < 2 or len(second) < 2:
        return None
    if first == second:
        return 90, "the same name"
    given, theirs = first[:-1], second[:-1]
    if not all(_goes(mine, yours) for mine, yours in zip(given, theirs, strict=False)):
        return None
    if len(given) != len(theirs) and given[0] == theirs[0]:
        return 80, "the same name, one of them with a further given name"
    return 70, "the same family name, and given names that begin alike"


def _parts(text: str) -> tuple[str, ...]:
    """Return given names and, last, the family name; one that stands before a comma goes to its end."""
    family, comma, given = text.partition(",")
    said = f"{given} {family}" if comma and plain(given) and plain(given) not in _TITLES else family
    return tuple(word for word in plain(said).split() if word not in _TITLES)


def _goes(one: str, other: str) -> bool:
    """Return whether two given names are the same, or one the first letter of the other."""
    short, long = sorted((one, other), key=len)
    return long == short or (len(short) == 1 and long.startswith(short))
