"""Signing in: whoever sends a token that the server was started with is its viewer; everybody else is the public.

A program sends it as `Authorization: Bearer TOKEN`; a browser asks its user for a name and the token (HTTP Basic), and
the name goes into the change log.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from dataclasses import dataclass, field, replace

from atmp.kg.errors import UsageError
from atmp.kg.viewer import OWNER, PUBLIC, Viewer, viewer
from fastapi import Request
from starlette.exceptions import HTTPException

CHALLENGE = {"www-authenticate": 'Basic realm="ATMP Atlas", charset="UTF-8"'}
_SHORTEST = 16


@dataclass(frozen=True)
class Asker:
    """Who asks: what may be read, and by the viewer's name the one under which something is written."""

    viewer: Viewer

    @property
    def name(self) -> str:
        """Return the name for the change log."""
        return self.viewer.name

    @property
    def is_owner(self) -> bool:
        """Return whether the asker may write."""
        return self.viewer.key == OWNER.key


NOBODY = Asker(PUBLIC)


@dataclass(frozen=True)
class Keys:
    """Tokens, each with the viewer that it makes of who sends it."""

    viewers: tuple[tuple[str, Viewer], ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, text: str) -> Keys:
        """Return the tokens of `VIEWER=TOKEN ...`; raises UsageError, which tells no token."""
        found: dict[str, Viewer] = {}
        for number, pair in enumerate(text.split(), start=1):
            name, _, token = pair.partition("=")
            if len(token) < _SHORTEST:
                raise UsageError(
                    f"ATMP_TOKENS, entry {number}: write VIEWER=TOKEN, such as owner=... or lund:internal=...,"
                    f" with a token of {_SHORTEST} characters or more"
                )
            if token in found:
                raise UsageError(f"ATMP_TOKENS, entry {number}: the token stands there twice: give each viewer its own")
            found[token] = viewer(name)
        return cls(tuple(found.items()))

    def asker(self, header: str | None) -> Asker:
        """Return who sends an Authorization header; raises HTTPException 401 for a token that is none of these.

        Where there are no tokens the header is meant for somebody else, such as a proxy in front.
        """
        if header is None or not self.viewers:
            return NOBODY
        name, token = _sent(header)
        known = [one for key, one in self.viewers if hmac.compare_digest(key.encode(), token.encode())]
        if not known:
            raise refused("the token is not one of this server's")
        return Asker(replace(known[0], name=name or known[0].name))


def refused(why: str) -> HTTPException:
    """Return the error 401, upon which a browser asks its user for name and token."""
    return HTTPException(
        401, f"{why}: sign in with your name and a token, or send it as `Authorization: Bearer TOKEN`", CHALLENGE
    )


def keys_of(request: Request) -> Keys:
    """Return the tokens that a server knows."""
    found: Keys = getattr(request.app.state, "keys", Keys())
    return found


def signed_in(request: Request, asker: Asker, why: str) -> None:
    """Raise HTTPException 401, upon which programs too send their token, where nobody has signed in and somebody may."""
    if asker is NOBODY and keys_of(request).viewers:
        raise refused(why)


async def asker_of(request: Request) -> Asker:
    """Return who asks, remembered with the request for its page to say."""
    found = keys_of(request).asker(request.headers.get("authorization"))
    request.state.asker = found
    return found


def _sent(header: str) -> tuple[str, str]:
    """Return the name and the token in an Authorization header, empty where there is none that can be read."""
    scheme, _, said = header.partition(" ")
    if scheme.lower() == "bearer":
        return "", said.strip()
    try:
        name, _, token = b64decode(said.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (" ".join(name.split())[:100], token) if scheme.lower() == "basic" else ("", "")
