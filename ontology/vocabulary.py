"""The vocabulary as Python sees it: schemes and concepts, read from the tables that ontologists edit.

Nothing here needs an RDF library, so that an importer, a search or a drop-down list has its words at once.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from .nearness import nearest
from .terms import Terms, extra_synonyms, terms

ATMP = "https://w3id.org/atmp/ontology/"
FOLDER = Path(__file__).parent
LANGUAGES = ("en", "sv")
PREFIXES = {
    "OBI": "http://purl.obolibrary.org/obo/OBI_",
    "CL": "http://purl.obolibrary.org/obo/CL_",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "UBERON": "http://purl.obolibrary.org/obo/UBERON_",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "VIVO": "http://vivoweb.org/ontology/core#",
    "atmp": ATMP,
}


@dataclass(frozen=True)
class Concept:
    """One concept of a scheme. `labels` and `definition` are by language; `mappings` pair a SKOS relation and an IRI.

    `example` is a case of it in English, `source` where its meaning comes from. A deprecated concept has in
    `replaced_by` the IRI of the one to use instead.
    """

    iri: str
    scheme: str
    notation: str
    labels: dict[str, str]
    synonyms: tuple[tuple[str, str], ...]
    definition: dict[str, str]
    broader: tuple[str, ...] = ()
    order: int | None = None
    platforms: tuple[str, ...] = ()
    mappings: tuple[tuple[str, str], ...] = ()
    trl: str | None = None
    example: str = ""
    source: str = ""
    replaced_by: str | None = None

    def words(self) -> Iterator[str]:
        """Yield all that the concept is called, in both languages, the best name first."""
        yield self.notation
        yield from self.labels.values()
        yield from (word for word, _ in self.synonyms)

    def called(self, language: str) -> tuple[str, ...]:
        """Return what the concept is called in one language, its label first."""
        return (self.labels[language], *(word for word, of in self.synonyms if of == language))


@dataclass(frozen=True)
class Scheme:
    """A pick-list: its concepts in the order of its table."""

    name: str
    iri: str
    labels: dict[str, str]
    definition: dict[str, str]
    concepts: tuple[Concept, ...]
    example: str = ""
    source: str = ""

    @property
    def offered(self) -> tuple[Concept, ...]:
        """Return the concepts to choose from: those that are not deprecated."""
        return tuple(concept for concept in self.concepts if concept.replaced_by is None)


class Vocabulary:
    """All schemes, and the diseases of the MONDO slice."""

    def __init__(self, schemes: dict[str, Scheme]) -> None:
        """Keep the schemes by name."""
        self.schemes = schemes
        self._concepts = {concept.iri: concept for scheme in schemes.values() for concept in scheme.concepts}
        self._ancestors: dict[str, dict[str, int]] = {}

    @property
    def diseases(self) -> Terms:
        """Return the disease terms that indications name."""
        return terms("mondo")

    @cached_property
    def _keys(self) -> dict[str, dict[str, Concept]]:
        """Return each scheme's concepts by every word for them; where two share a word, the better name wins, a deprecated one's last."""
        found: dict[str, dict[str, Concept]] = {}
        for name, scheme in self.schemes.items():
            names: dict[str, Concept] = {}
            synonyms: dict[str, Concept] = {}
            former = {key(word): one for one in scheme.concepts if one.replaced_by for word in (one.iri, *one.words())}
            former |= {key(one.iri.replace(ATMP, "atmp:")): one for one in former.values()}
            for concept in scheme.offered:
                for word in (
                    concept.iri,
                    concept.iri.replace(ATMP, "atmp:"),
                    concept.notation,
                    *concept.labels.values(),
                ):
                    names.setdefault(key(word), concept)
                for word, _ in concept.synonyms:
                    synonyms.setdefault(key(word), concept)
            found[name] = former | synonyms | names
        return found

    @cached_property
    def _narrower(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for concept in self._concepts.values():
            now = self.current(concept)
            for above in {concept.iri, now.iri, *self.ancestors(concept.iri), *self.ancestors(now.iri)}:
                found.setdefault(above, set()).add(concept.iri)
        return found

    def concept(self, iri: str) -> Concept | None:
        """Return the concept at an IRI, if it is one of ours."""
        return self._concepts.get(iri)

    def current(self, concept: Concept) -> Concept:
        """Return what replaces a deprecated concept; any other concept as it is."""
        return self._concepts.get(concept.replaced_by or "", concept)

    def find(self, word: str, scheme: str) -> Concept | None:
        """Return the concept that a word means: IRI, CURIE, notation, label or synonym, whatever its case and hyphens.

        A word for a deprecated concept means the one that replaces it.
        """
        found = self._keys[scheme].get(key(word))
        return self.current(found) if found else None

    def deprecated(self, word: str, scheme: str) -> Concept | None:
        """Return the deprecated concept whose word this is, where no other concept has it."""
        found = self._keys[scheme].get(key(word))
        return found if found and found.replaced_by else None

    def nearest(self, word: str, scheme: str, n: int = 3) -> list[str]:
        """Return the English labels of up to `n` concepts whose words look most like `word`."""
        keys, said = self._keys[scheme], key(word)
        close = nearest(said, keys, n=n * 4, least=0.5)
        inside = [one for one in keys if len(one) > 3 and one in said]
        labels = [self.current(keys[one]).labels["en"] for one in (*sorted(inside, key=len, reverse=True), *close)]
        return list(dict.fromkeys(labels))[:n]

    def ancestors(self, iri: str) -> dict[str, int]:
        """Return the concepts above one, with their distance in steps."""
        if iri not in self._ancestors:
            found: dict[str, int] = {}
            concept = self._concepts.get(iri)
            for above in concept.broader if concept else ():
                found[above] = 1
                for further, steps in self.ancestors(above).items():
                    found[further] = min(found.get(further, steps + 1), steps + 1)
            self._ancestors[iri] = found
        return self._ancestors[iri]

    def narrower(self, iri: str) -> frozenset[str]:
        """Return a concept and all below it."""
        return frozenset(self._narrower.get(iri, {iri}))


def key(word: str) -> str:
    """Return what two spellings of a word share: case, spaces, hyphens and other marks do not count."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(mark for mark in plain if mark.isalnum() or mark in "+/")


def iri_of(scheme: str, notation: str) -> str:
    """Return the IRI of a concept."""
    return f"{ATMP}{scheme}-{notation.lower()}"


def expand(curie: str) -> str:
    """Return the IRI of a CURIE whose prefix the vocabulary uses."""
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a tab-separated table by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the package."""
    return read_vocabulary(FOLDER / "schemes")


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary of the tables in a folder, as they stand: a cycle is not looked for."""
    extra: dict[str, list[tuple[str, str]]] = {}
    for synonym in extra_synonyms():
        extra.setdefault(synonym.iri, []).append((synonym.text, synonym.language))
    schemes = {}
    for row in read_table(folder / "schemes.tsv"):
        name = row["scheme"]
        concepts = tuple(_concept(name, one, extra) for one in read_table(folder / f"{name}.tsv"))
        labels, definition = _spoken(row, "label"), _spoken(row, "definition")
        iri = f"{ATMP}scheme-{name}"
        schemes[name] = Scheme(name, iri, labels, definition, concepts, row["example"], row["source"])
    return Vocabulary(schemes)


def _concept(scheme: str, row: dict[str, str], extra: dict[str, list[tuple[str, str]]]) -> Concept:
    iri = iri_of(scheme, row["notation"])
    synonyms = [(word, language) for language in LANGUAGES for word in _several(row[f"synonyms_{language}"])]
    mappings = (one.split(" ", 1) for one in _several(row["mappings"]))
    return Concept(
        iri,
        scheme,
        row["notation"],
        _spoken(row, "label"),
        tuple(dict.fromkeys([*synonyms, *extra.get(iri, [])])),
        _spoken(row, "definition"),
        tuple(iri_of(scheme, one) for one in _several(row["broader"])),
        int(row["order"]) if row["order"] else None,
        tuple(iri_of("platform", one) for one in _several(row["platforms"])),
        tuple((relation, expand(curie)) for relation, curie in mappings),
        row["trl"] or None,
        row["example"],
        row["source"],
        iri_of(scheme, row["replaced_by"]) if row.get("replaced_by") else None,
    )


def _spoken(row: dict[str, str], column: str) -> dict[str, str]:
    return {language: row[f"{column}_{language}"] for language in LANGUAGES}


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]
