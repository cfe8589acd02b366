"""Programs of others, over the network: the README's examples run against servers of ours, and Comunica beside them."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from atmp.api.app import create_app
from atmp.api.bare import create_bare_app
from atmp.kg.bare import Bare
from atmp.kg.records import ATMP, RDFS

if TYPE_CHECKING:
    from atmp.api.atlas import Atlas

Comunica = Callable[..., str]
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("### For graph engineers\n")[2].partition("\n### ")[0]
P04 = "https://w3id.org/atmp/id/lund/project/P04"
BUDGET = f"<{P04}> <https://example.org/budget> 400000 ."
TITLE = "Dual-promoter AAV gene supplementation for inherited blindness"


@pytest.fixture
def address(serve: Callable[..., str], served: Atlas) -> str:
    """Serve the demonstration."""
    return serve(create_app(served))


@pytest.fixture
def budget(serve: Callable[..., str], tmp_path: Path) -> str:
    """Serve one statement of somebody else's about a project."""
    file = tmp_path / "budget.ttl"
    file.write_text(BUDGET, encoding="utf-8")
    return serve(create_bare_app(Bare.load(file)))


@pytest.fixture
def comunica(tmp_path: Path) -> Comunica:
    """Return what asks Comunica; the variable COMUNICA names the folder that it is installed in."""
    if "COMUNICA" not in os.environ or shutil.which("node") is None:
        pytest.skip("Comunica is not here: install @comunica/query-sparql with npm, and name its folder in COMUNICA")
    program = Path(os.environ["COMUNICA"]) / "node_modules" / ".bin" / "comunica-sparql"

    def ask(*words: str) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            [program, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return ask


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))[1:]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL))
def test_the_readme_s_examples_hold(address: str, capsys: pytest.CaptureFixture[str], block: str) -> None:
    """Each example of the README for graph engineers prints what it says that it prints."""
    exec(block.replace("http://127.0.0.1:8000", address), {})  # noqa: S102 - our own README
    said = re.findall(r"# prints (.*)", block)
    assert said
    assert capsys.readouterr().out.splitlines() == said


def test_comunica_joins_as_the_readme_says(address: str, budget: str, comunica: Comunica) -> None:
    """Comunica finds out by itself that both are SPARQL endpoints, and joins what they say."""
    (block,) = re.findall(r"```sh\n(npx .*?)```", SECTION, re.DOTALL)
    text = block.replace("http://127.0.0.1:8000", address).replace("http://127.0.0.1:8001", budget)
    words = shlex.split(text.replace("\\\n", " "))
    assert words[3] == "comunica-sparql"
    assert BUDGET in README
    assert _rows(comunica(*words[4:])) == [[TITLE, "400000"]]


@pytest.mark.parametrize("kind", ["sparql@", ""])
def test_comunica_selects(address: str, comunica: Comunica, kind: str) -> None:
    """As an endpoint that it is told of, and as one that it finds out by the service description."""
    query = f"SELECT ?label {{ ?p a <{ATMP}Project> ; <{RDFS}label> ?label }} ORDER BY ?label LIMIT 100"
    rows = _rows(comunica(f"{kind}{address}/sparql", query, "-t", "text/csv"))
    assert (len(rows), [TITLE] in rows, rows == sorted(rows)) == (23, True, True)


def test_comunica_constructs(address: str, comunica: Comunica) -> None:
    """A graph comes back as one."""
    query = f"CONSTRUCT {{ ?p <{RDFS}label> ?label }} {{ ?p a <{ATMP}Project> ; <{RDFS}label> ?label }}"
    told = comunica(f"sparql@{address}/sparql", query, "-t", "application/n-triples")
    found = {quad.triple for quad in ox.parse(told.encode(), format=ox.RdfFormat.N_TRIPLES)}
    assert len(found) == 23
    assert ox.Triple(ox.NamedNode(P04), ox.NamedNode(f"{RDFS}label"), ox.Literal(TITLE)) in found


def test_comunica_reads_documents(address: str, comunica: Comunica) -> None:
    """It follows a name to its document, and asks what stands there."""
    query = f"SELECT (STR(?method) AS ?m) {{ ?use <{ATMP}usesMethod> ?method }}"
    assert [f"{ATMP}method-aav-production"] in _rows(
        comunica(f"{address}/id/lund/project/P04", query, "-t", "text/csv")
    )
