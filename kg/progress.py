"""Progress: what long work tells of how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how far it is, and out of how many where that is known."""

_EVERY = 100

T = TypeVar("T")


def quiet(_: str, done: int, total: int | None) -> None:
    """Tell nobody."""


def counted(members: Iterable[T], what: str, tell: Progress, total: int | None = None) -> Iterator[T]:
    """Yield the members, and tell now and then how many were taken."""
    for number, member in enumerate(members):
        if number % _EVERY == 0:
            tell(what, number, total)
        yield member
