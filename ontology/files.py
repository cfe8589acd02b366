"""The ontology's own files, by name."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
_NAMES = {"ontology": "atmp.ttl", "schemes": "schemes.ttl", "shapes": "shapes.ttl"}


def ontology_files() -> tuple[tuple[str, Path], ...]:
    """Return the Turtle files as pairs of a short name and a path."""
    return tuple((name, FOLDER / file) for name, file in _NAMES.items())


def context_file() -> Path:
    """Return the JSON-LD context that exports use and imports understand."""
    return FOLDER / "context.jsonld"


def search_file() -> Path:
    """Return the vocabulary of searches inside SPARQL; no fact uses it, so that it is read into no store."""
    return FOLDER / "search.ttl"


def search_guide() -> Path:
    """Return the page that shows how to search inside SPARQL, with its examples."""
    return FOLDER / "SEARCH.md"
