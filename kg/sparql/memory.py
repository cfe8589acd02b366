"""Memory: how much more of it this process may take than it has."""

from __future__ import annotations

import resource
from pathlib import Path

_MB = 1 << 20


def limit(more: int) -> None:
    """Let this process take so many megabytes more, and let the system end it first where memory runs out.

    Where the system does not tell the size of a process, nothing is limited.
    """
    sizes, choice = Path("/proc/self/statm"), Path("/proc/self/oom_score_adj")
    if sizes.exists():
        size = int(sizes.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + more * _MB, size + more * _MB))
        choice.write_text("1000")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
