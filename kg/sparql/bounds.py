"""What a query may take while it runs, and what is said of one that takes more."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import QueryLimitError

_NARROWER = "bind more of its variables, ask for less at once, or part it"
_PASSED = {
    "seconds": f"the query was stopped after {{:g}} seconds, the most that a query may run here: {_NARROWER}",
    "cpu": f"the query was stopped after {{}} seconds of computing, the most that a query may take here: {_NARROWER}",
    "memory": f"the query was stopped: it needs more than {{}} MB of memory, the most that it may have here: {_NARROWER}",
    "rows": "the result has more than {} rows, the most that is given here: add a LIMIT, and OFFSET for the next part",
    "bytes": "the result is longer than {} bytes, the most that is given here: add a LIMIT, or ask for fewer variables",
    "depth": "the query ended the process that answered it, for it nests too deeply: ask it in parts",
}


@dataclass(frozen=True)
class Bounds:
    """What a query may take: seconds, of them computing, megabytes beside the graph, rows and bytes of the result."""

    seconds: float = 20
    cpu: int = 10
    memory: int = 256
    rows: int = 1_000_000
    bytes: int = 500_000_000

    def passed(self, limit: str) -> QueryLimitError:
        """Return the error for a query that passed the limit of this name, or went too deep (`depth`)."""
        return QueryLimitError(_PASSED[limit].format(getattr(self, limit, "")), limit)
