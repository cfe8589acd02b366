"""Settings: read here only, from the environment (`ATMP_...`), and passed down as arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from atmp.kg.errors import UsageError
from atmp.kg.sparql.bounds import Bounds
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .admission import Crowd


class Settings(BaseSettings):
    """What the environment may set. Command-line options come before it."""

    model_config = SettingsConfigDict(env_prefix="ATMP_", extra="ignore")

    db: Path = Path("atmp.atlas")
    """The store's file."""
    model: str | None = None
    """A sentence-transformers model by name or path; the packaged one without it."""
    reranker: str | None = None
    """The folder of a cross-encoder that re-orders the best hits; none without it."""
    base: str | None = None
    """The base of records' IRIs, used when a store is made."""
    host: str = "127.0.0.1"
    """The address that `serve` listens on."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """The port that `serve` tries first."""
    tokens: SecretStr = SecretStr("")
    """Who may sign in over HTTP: `VIEWER=TOKEN`, several parted by spaces."""

    query_seconds: Annotated[float, Field(gt=0)] = Bounds.seconds
    """Seconds that a stranger's SPARQL query may run, not counting those in which its asker reads."""
    query_cpu: Annotated[int, Field(ge=1)] = Bounds.cpu
    """Seconds that it may compute."""
    query_memory: Annotated[int, Field(ge=16)] = Bounds.memory
    """Megabytes that it may take beside the graph."""
    query_rows: Annotated[int, Field(ge=1)] = Bounds.rows
    """Rows, or triples, of its result."""
    query_bytes: Annotated[int, Field(ge=1)] = Bounds.bytes
    """Bytes of its result."""
    queries: Annotated[int, Field(ge=1)] = Crowd.running
    """Queries that run at once, each in a process of its own."""
    queries_waiting: Annotated[int, Field(ge=0)] = Crowd.waiting
    """Queries that wait for their turn; more are told to come back."""
    queries_client: Annotated[int, Field(ge=1)] = Crowd.client
    """Queries of one address that run, and that wait."""
    workers: Annotated[int, Field(ge=1)] = Crowd.ready
    """Processes that stand ready for queries."""
    services: Annotated[frozenset[str], NoDecode] = frozenset()
    """IRIs of SPARQL services elsewhere that a query may call, parted by spaces; none without it."""

    @field_validator("services", mode="before")
    @classmethod
    def _parted(cls, given: object) -> object:
        return frozenset(given.split()) if isinstance(given, str) else given

    @property
    def bounds(self) -> Bounds:
        """Return what one query may take."""
        return Bounds(self.query_seconds, self.query_cpu, self.query_memory, self.query_rows, self.query_bytes)

    @property
    def crowd(self) -> Crowd:
        """Return how many queries there may be."""
        return Crowd(self.queries, self.queries_waiting, self.queries_client, self.workers)

    @classmethod
    def read(cls) -> Self:
        """Return what the environment sets; raises UsageError for a value that cannot be meant."""
        try:
            return cls()
        except ValidationError as error:
            wrong = error.errors()[0]
            name = f"ATMP_{str(wrong['loc'][0]).upper()}"
            raise UsageError(f"{name} is '{wrong['input']}': {wrong['msg'].lower()}") from None
