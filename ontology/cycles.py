"""Cycles: concepts that stand above themselves, of which no tree can be made."""

from __future__ import annotations

from .vocabulary import Scheme, Vocabulary


class CycleError(ValueError):
    """A concept stands above itself; says which, in which table, and how to mend it."""


def refuse_cycles(known: Vocabulary) -> None:
    """Raise CycleError naming every cycle of every scheme, as its concepts follow each other upwards."""
    found = [(scheme.name, cycle) for scheme in known.schemes.values() for cycle in cycles(scheme)]
    if found:
        said = "; ".join(f"{' > '.join((*cycle, cycle[0]))} in schemes/{name}.tsv" for name, cycle in found)
        raise CycleError(f"a concept stands above itself: {said}. Mend the column 'broader' of one row of each")


def cycles(scheme: Scheme) -> tuple[tuple[str, ...], ...]:
    """Return the cycles of a scheme, each once, as notations from its first one in the table upwards."""
    above = {concept.iri: concept.broader for concept in scheme.concepts}
    notations = {concept.iri: concept.notation for concept in scheme.concepts}
    found: list[tuple[str, ...]] = []
    taken: set[str] = set()
    for start in above:
        path = () if start in taken else _back_to(start, above)
        if path:
            taken.update(path)
            found.append(tuple(notations[iri] for iri in path))
    return tuple(found)


def _back_to(start: str, above: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the shortest way upwards from a concept to below itself; none where there is no such way."""
    seen = {start}
    ways: list[tuple[str, ...]] = [(start,)]
    for way in ways:  # grows as it is read
        for broader in above.get(way[-1], ()):
            if broader == start:
                return way
            if broader not in seen:
                seen.add(broader)
                ways.append((*way, broader))
    return ()
