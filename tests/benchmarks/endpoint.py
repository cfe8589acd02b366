"""SPARQL servers side by side: `python tests/benchmarks/endpoint.py [CENTRES]` asks them the same of the same facts.

`atmp serve` with all its guards stands beside two peers, each left out where its command is not on the PATH
(`pip install oxigraph rdflib-endpoint`, in an environment apart: they are not needed here otherwise). The facts are the
demonstration's public ones, its survey once for each of so many centres, and a made-up market. Asked are the catalogue,
shoppers' questions and look-ups, by posting, so that nothing is answered from a cache. Servers take turns, question by
question, so that what else the machine does strikes all alike; only ratios mean something. One that leaves a question
unanswered is started again, and not asked it by more clients. Asserts nothing.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import market
from atmp.kg.catalogue import questions
from atmp.kg.store import Store
from atmp.kg.viewer import PUBLIC
from clients import Seen, crowd, first
from rich.console import Console
from rich.table import Table
from servers import OURS, RDFLIB, Server, installed
from workers import entries, filled

SECONDS, CLIENTS = 1.0, (1, 8, 64)
GRAPH = "<https://w3id.org/atmp/id/graph/lund/public>"
PRODUCTS = 500
"""Products of the market, with one centre; 20 more for each further one."""


@dataclass
class Asked:
    """A question, what it is asked of, and what was seen by the server's name: rows, and figures by the number of clients."""

    sort: str
    name: str
    queries: list[str]
    rows: dict[str, int | str] = field(default_factory=dict)
    seen: dict[tuple[str, int], Seen] = field(default_factory=dict)

    def ratio(self, peer: str, clients: int) -> float | None:
        """Return our rate to a peer's, or None where one of them has none."""
        ours, theirs = self.seen.get((OURS, clients)), self.seen.get((peer, clients))
        return ours.rate / theirs.rate if ours and theirs and theirs.seconds else None

    def ask(self, servers: Iterable[Server]) -> None:
        """Ask each server once, and then with more and more clients, in turns."""
        for server in servers:
            self.rows[server.name] = first(server.port, server.path, self.queries[0])
            if isinstance(self.rows[server.name], str):
                server.restart()
        able = [server for server in servers if isinstance(self.rows[server.name], int)]
        for clients in CLIENTS:
            for server in list(able):
                seen = crowd(server.port, server.path, self.queries, clients, SECONDS)
                self.seen[server.name, clients] = seen
                if seen.unanswered:
                    server.restart()
                    able.remove(server)


def main(centres: int) -> None:
    """Fill a store, serve it, ask, and print what was seen."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        path, facts = stored(Path(folder), centres)
        servers = installed(path, facts)
        for server in servers:
            running.callback(server.stop)
            server.start()
        asked = [*catalogue(), *shopping()]
        for one in asked:
            print(f"{one.sort}: {one.name}", file=sys.stderr)
            one.ask(servers)
        size = facts.read_bytes().count(b"\n")
    console = Console(width=170)
    console.print(figures(asked, servers, f"{centres} centres, {size} quads"))
    console.print(means(asked, servers))


def stored(folder: Path, centres: int) -> tuple[Path, Path]:
    """Return a store of all facts, and a file of what is public there."""
    path, facts = filled(folder / "bench.atlas", centres), folder / "facts.nq"
    lines = "".join(f"{one} {GRAPH} .\n" for one in market.triples(PRODUCTS + 20 * (centres - 1)))
    with Store.open(path) as store:
        store.write("market", "2024-01-01", entries(lines), agent="benchmark")
        with facts.open("wb") as file:
            file.writelines(store.view(PUBLIC).nquads())
    return path, facts


def catalogue() -> list[Asked]:
    """Return the questions that need nothing named, and no search, which is ours alone."""
    return [
        Asked("catalogue", str(one.number), [one.query])
        for one in questions()
        if not any(parameter.required for parameter in one.parameters) and "SERVICE" not in one.query
    ]


def shopping() -> list[Asked]:
    """Return what is asked of the market: the mix, and look-ups."""
    mix = [Asked("market", name, queries) for name, queries in market.mix().items()]
    return [*mix, Asked("look-up", "a rack", market.named(market.LOOK_UP, 100))]


def figures(asked: list[Asked], servers: list[Server], title: str) -> Table:
    """Return a line for each question and number of clients."""
    names = [server.name for server in servers]
    heads = [*(f"{name}: a second, p50, p99 ms" for name in names), *(f"{OURS} / {peer}" for peer in names[1:])]
    table = Table("question", "rows", "clients", *heads, title=title)
    for one in asked:
        for clients in CLIENTS:
            cells = [_cell(one.seen.get((name, clients)), one.rows[name]) for name in names]
            ratios = [_said(one.ratio(peer, clients)) for peer in names[1:]]
            table.add_row(f"{one.sort}: {one.name}", _rows(one), str(clients), *cells, *ratios)
    return table


def _rows(one: Asked) -> str:
    """Return how many rows come, which must be as many from each that answers."""
    counts = [str(rows) for rows in one.rows.values() if isinstance(rows, int)]
    return counts[0] if len(set(counts)) == 1 else f"differ: {', '.join(counts)}"


def _cell(seen: Seen | None, rows: int | str) -> str:
    if seen is None:
        return rows if isinstance(rows, str) else "not asked"
    lost = f", {seen.unanswered} unanswered" if seen.unanswered else ""
    return f"{seen.rate:.0f}, {seen.at(0.5):.1f}, {seen.at(0.99):.1f}{lost}" if seen.seconds else f"none{lost}"


def _said(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"


def means(asked: list[Asked], servers: list[Server]) -> Table:
    """Return the geometric means of our rate to each peer's, over the questions that both answered, and the least."""
    table = Table("geometric mean, least, of how many", *(f"{clients} clients" for clients in CLIENTS), "asked for")
    for peer in [server.name for server in servers[1:]]:
        for sorts in (("catalogue",), ("market",), ("catalogue", "market"), ("look-up",)):
            chosen = [one for one in asked if one.sort in sorts]
            cells = [_mean([one.ratio(peer, clients) for one in chosen]) for clients in CLIENTS]
            table.add_row(f"{' and '.join(sorts)}: {OURS} / {peer}", *cells, _bar(peer, sorts))
    return table


def _mean(ratios: list[float | None]) -> str:
    known = [ratio for ratio in ratios if ratio is not None]
    return f"{statistics.geometric_mean(known):.2f}, {min(known):.2f}, {len(known)}" if known else "-"


def _bar(peer: str, sorts: tuple[str, ...]) -> str:
    if peer == RDFLIB:
        return "each over 1"
    return {("catalogue", "market"): "mean 0.8", ("look-up",): "mean 0.3"}.get(sorts, "reported")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
