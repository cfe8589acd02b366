"""What stands beside a search inside a query, asked of workers: it is a stranger's text like the rest of the query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anyio.from_thread
import pyoxigraph as ox
from atmp.kg.errors import QueryRefusedError
from atmp.kg.sparql.answer import SOLUTIONS, WIRED
from atmp.kg.sparql.dataset import WHOLE, Dataset
from atmp.kg.sparql.endpoint import Endpoint
from atmp.kg.sparql.order import Order

from .pool import Pool

_MOST = 32_000_000
"""Bytes of such an answer that this process takes in."""


class Beside:
    """What an endpoint holds, asked through a pool; to be used on a thread that the server's own waits for."""

    def __init__(self, pool: Pool, endpoint: Endpoint, client: str) -> None:
        """Ask as `client`, within the limits of its other queries."""
        self._pool, self._endpoint, self._client = pool, endpoint, client

    def updated(self, order: Order) -> bytes:
        """Return the result of an order that updates; raises as `Pool.answer`, and QueryLimitError for one that is too long."""
        most = self._pool.bounds.bytes
        data: bytes | None = anyio.from_thread.run(self._gathered, order, "application/n-quads", most)
        if data is None:
            raise self._pool.bounds.passed("bytes")
        return data

    def query(self, text: str, bindings: Mapping[str, Any] | None = None, dataset: Dataset = WHOLE) -> Any:
        """Return a SELECT's solutions; raises as `Pool.answer`, and QueryRefusedError for more than can be taken in."""
        data = anyio.from_thread.run(self._gathered, Order(text, dataset), WIRED["SELECT"], _MOST)
        if data is None:
            raise QueryRefusedError("too much stands beside the search: narrow what its variables may be")
        return ox.parse_query_results(data, format=SOLUTIONS[WIRED["SELECT"]])

    async def _gathered(self, order: Order, media: str, most: int) -> bytes | None:
        """Return a whole result, None where it is longer than so many bytes."""
        endpoint = self._endpoint
        answering = await self._pool.answer(endpoint.holding, endpoint.revision, order, media, self._client)
        return await answering.gathered(most)
