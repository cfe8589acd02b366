"""Entity tags: what names one answer, so that a reader who has it is told so instead of being sent it again."""

from __future__ import annotations

import hashlib

from fastapi import Request


def tag(*told: str) -> str:
    """Return what names an answer that is told by these words; it is weak, for the same answer may come packed or not."""
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def is_known(request: Request, name: str) -> bool:
    """Return whether If-None-Match names a tag; weak and strong tags of one name count as the same."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or name.removeprefix("W/") in header
