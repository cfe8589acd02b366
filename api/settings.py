"""Settings: read here only, from the environment (`ATMP_...`), and passed down as arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from atmp.kg.errors import UsageError
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the environment may set. Command-line options come before it."""

    model_config = SettingsConfigDict(env_prefix="ATMP_", extra="ignore")

    db: Path = Path("atmp.atlas")
    """The store's file."""
    model: str | None = None
    """A sentence-transformers model by name or path; the packaged one without it."""
    base: str | None = None
    """The base of records' IRIs, used when a store is made."""
    host: str = "127.0.0.1"
    """The address that `serve` listens on."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """The port that `serve` tries first."""
    tokens: SecretStr = SecretStr("")
    """Who may sign in over HTTP: `VIEWER=TOKEN`, several parted by spaces."""

    @classmethod
    def read(cls) -> Self:
        """Return what the environment sets; raises UsageError for a value that cannot be meant."""
        try:
            return cls()
        except ValidationError as error:
            wrong = error.errors()[0]
            name = f"ATMP_{str(wrong['loc'][0]).upper()}"
            raise UsageError(f"{name} is '{wrong['input']}': {wrong['msg'].lower()}") from None
