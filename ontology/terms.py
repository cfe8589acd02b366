"""Slices of public ontologies that ship with the package: diseases, cells, tissues, and methods with cell lines."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from .nearness import nearest

FOLDER = Path(__file__).parent
OBO = "http://purl.obolibrary.org/obo/"
EFO = "http://www.ebi.ac.uk/efo/"
ATMP = "https://w3id.org/atmp/ontology/"
SLICES = {
    "mondo": "http://purl.obolibrary.org/obo/mondo.owl",
    "cl": "http://purl.obolibrary.org/obo/cl.owl",
    "uberon": "http://purl.obolibrary.org/obo/uberon.owl",
    "efo": "http://www.ebi.ac.uk/efo/efo.owl",
}
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ABBREVIATION = 4  # letters, at most, of a word that two terms may share by chance
_PLURAL = re.compile(r"\b(\w*[A-Z]{2,})s\b")  # several MSCs, each an MSC
_POSSESSIVE = re.compile(r"['’]s\b")
_WORD = re.compile(r"(?:[^\W_]|\+)+")
_BRITISH = (
    ("emi", re.compile(r"emia|(?<=an|uk|ch|yc|ur|ss)emic"), r"a\g<0>"),
    ("hem", re.compile(r"\bhem(?=[ao])"), "haem"),
    ("edema", re.compile(r"\b(lymph)?edema"), r"\1oedema"),
    ("esoph", re.compile(r"\besoph"), "oesoph"),
    ("tumor", re.compile(r"tumor\b"), "tumour"),
    ("pediatr", re.compile(r"\bpediatr"), "paediatr"),
    ("celiac", re.compile(r"\bceliac"), "coeliac"),
    ("diarrhea", re.compile(r"diarrhea"), "diarrhoea"),
)
_ELSEWHERE = frozenset(
    (
        "aav", "lca", "msc", "hsc", "esc", "nsc", "psc", "til", "tep", "gmp", "lv", "ev", "nk", "dc", "prp", "ivf",
        "hsp", "pma", "rb", "es", "pcl", "bmd", "fas", "fap", "tac", "tse", "pns", "sdb", "air", "mole", "dish",
        "caps", "ess", "imam", "fram", "hus", "any",
    )
)  # fmt: skip
"""Abbreviations that mean a cell, vector, reagent or an ordinary word (English or Swedish) before they mean a disease."""


@dataclass(frozen=True)
class Term:
    """One term of a public ontology."""

    iri: str
    label: str
    synonyms: tuple[str, ...]
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Synonym:
    """A curated word for a term or concept; `sort` is exact, abbreviation, spelling or related."""

    iri: str
    language: str
    text: str
    sort: str


class Terms:
    """One slice: terms by IRI, and by what they are called."""

    def __init__(
        self, terms: dict[str, Term], synonyms: dict[str, list[Synonym]], clashes: frozenset[str] = frozenset()
    ) -> None:
        """Keep the terms, the curated synonyms, and the words that the ontology's own synonyms may not claim."""
        self._terms, self._synonyms, self._clashes = terms, synonyms, clashes
        self._ancestors: dict[str, dict[str, int]] = {}

    def __iter__(self) -> Iterator[str]:
        """Yield the IRIs."""
        return iter(self._terms)

    def __len__(self) -> int:
        """Return how many terms there are."""
        return len(self._terms)

    def __contains__(self, iri: object) -> bool:
        """Return whether the slice has a term."""
        return iri in self._terms

    @cached_property
    def _words(self) -> dict[str, str]:
        """Return IRIs by word; curated words go before the ontology's own: AAV is a virus here, not a vasculitis."""
        found: dict[str, str] = {}
        for iri, synonyms in self._synonyms.items():
            for synonym in synonyms:
                if iri in self._terms and synonym.sort != "related":
                    found.setdefault(spelling(synonym.text), iri)
        for term in self._terms.values():
            found.setdefault(spelling(term.label), term.iri)
        own: dict[str, list[str]] = {}
        for term in self._terms.values():
            for word in {spelling(text) for text in term.synonyms} - self._clashes:
                own.setdefault(word, []).append(term.iri)
        for word, iris in own.items():
            if len(iris) == 1 or len(word) > _ABBREVIATION:
                found.setdefault(word, iris[0])
        found.pop("", None)
        return found

    @cached_property
    def _all_words(self) -> dict[str, str]:
        """Return the words and their British spellings; apart, since most words are found without these."""
        return {_british(word): iri for word, iri in self._words.items()} | self._words

    @cached_property
    def _narrower(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for iri in self._terms:
            for above in (iri, *self.ancestors(iri)):
                found.setdefault(above, set()).add(iri)
        return found

    def words(self) -> dict[str, str]:
        """Return the IRI of every word, in `spelling`, American or British, that means a term."""
        return self._all_words

    def label(self, iri: str) -> str | None:
        """Return a term's English label."""
        term = self._terms.get(iri)
        return term.label if term else None

    def synonyms(self, iri: str) -> tuple[str, ...]:
        """Return a term's synonyms, the curated ones first."""
        term = self._terms.get(iri)
        curated = tuple(synonym.text for synonym in self.curated(iri))
        return tuple(dict.fromkeys((*curated, *(term.synonyms if term else ()))))

    def find(self, text: str) -> str | None:
        """Return the IRI of the term that a label, synonym, CURIE or IRI means exactly; case and hyphens do not count.

        A heading that is turned round, such as `Diabetes Mellitus, Type 1`, is read either way.
        """
        plain = text.strip()
        if plain in self._terms:
            return plain
        iri = _expand(plain.upper().replace("_", ":", 1))
        if iri in self._terms:
            return iri
        turned = " ".join(reversed(plain.split(", ")))
        words = dict.fromkeys((spelling(plain), spelling(turned)))
        return next((found for word in words if (found := self._words.get(word) or self._all_words.get(word))), None)

    def nearest(self, text: str, n: int = 3) -> list[str]:
        """Return labels of up to `n` terms that look most like `text`."""
        close = nearest(spelling(text), self._words, n=n * 3, least=0.6)
        return list(dict.fromkeys(self._terms[self._words[word]].label for word in close))[:n]

    def curated(self, iri: str) -> tuple[Synonym, ...]:
        """Return the curated synonyms of a term, with their language and sort."""
        return tuple(self._synonyms.get(iri, ()))

    def parents(self, iri: str) -> tuple[str, ...]:
        """Return the terms right above one."""
        term = self._terms.get(iri)
        return term.parents if term else ()

    def ancestors(self, iri: str) -> dict[str, int]:
        """Return the terms above one, with their distance in steps."""
        if iri not in self._ancestors:
            found: dict[str, int] = {}
            for above in self.parents(iri):
                found[above] = 1
                for further, steps in self.ancestors(above).items():
                    found[further] = min(found.get(further, steps + 1), steps + 1)
            self._ancestors[iri] = found
        return self._ancestors[iri]

    def narrower(self, iri: str) -> frozenset[str]:
        """Return a term and all below it."""
        return frozenset(self._narrower.get(iri, {iri}))


def spelling(text: str) -> str:
    """Return `text` as words compare: lower case, no marks, single spaces, no plural on long words and abbreviations."""
    text = _PLURAL.sub(r"\1", text) if "s" in text else text
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    if "'" in plain or "’" in plain:
        plain = _POSSESSIVE.sub(" ", plain)
    return " ".join(map(_singular, _WORD.findall(plain)))


def _singular(word: str) -> str:
    if word[-1] != "s" or len(word) < 5 or word.endswith(("ss", "is", "us")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def _british(word: str) -> str:
    for part, pattern, spelled in _BRITISH:
        if part in word:  # much faster than the pattern, and mostly false
            word = pattern.sub(spelled, word)
    return word


@lru_cache(maxsize=1)
def extra_synonyms() -> tuple[Synonym, ...]:
    """Return the curated synonyms, in English and Swedish, of terms and concepts."""
    with (FOLDER / "synonyms.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(Synonym(_expand(row["term"]), row["language"], row["synonym"], row["kind"]) for row in rows)


@lru_cache
def terms(name: str) -> Terms:
    """Return a slice: mondo, cl, uberon or efo."""
    curated: dict[str, list[Synonym]] = {}
    for synonym in extra_synonyms():
        curated.setdefault(synonym.iri, []).append(synonym)
    found = {}
    with (FOLDER / "slices" / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            parents = tuple(_expand(one) for one in row["parents"].split("|") if one)
            synonyms = tuple(one for one in row["synonyms"].split("|") if one)
            found[_expand(row["id"])] = Term(_expand(row["id"]), row["label"], synonyms, parents)
    return Terms(found, curated, _clashes() if name == "mondo" else frozenset())


def slice_version(name: str) -> str:
    """Return the version of the ontology that a slice was cut from."""
    with (FOLDER / "slices" / f"{name}.tsv").open(encoding="utf-8") as file:
        return file.readline().split()[2].rstrip(",")


def slice_triples(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield a slice as triples in N-Triples syntax: classes with label, synonyms, what is above and where they are from."""
    known = terms(name)
    # UBERON's releases count a part as below its whole, and a part is no subclass of it
    above = f"<{_SKOS}broader>" if name == "uberon" else f"<{_RDFS}subClassOf>"
    for iri in known:
        subject = f"<{iri}>"
        yield subject, _TYPE, "<http://www.w3.org/2002/07/owl#Class>"
        yield subject, f"<{_RDFS}label>", _literal(known.label(iri) or "", "en")
        yield subject, f"<{_RDFS}isDefinedBy>", f"<{SLICES[name]}>"
        for parent in known.parents(iri):
            yield subject, above, f"<{parent}>"
        curated = [(one.text, one.language) for one in known.curated(iri)]
        spoken = {text for text, _ in curated}
        own = [(text, "en") for text in known.synonyms(iri) if text not in spoken]
        for text, language in dict.fromkeys((*curated, *own)):
            yield subject, f"<{_SKOS}altLabel>", _literal(text, language)


def _literal(text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{language}'


@lru_cache(maxsize=1)
def _clashes() -> frozenset[str]:
    """Return the words that mean one of our own concepts, so that a disease of the same abbreviation gives way."""
    ours = (spelling(synonym.text) for synonym in extra_synonyms() if synonym.iri.startswith(ATMP))
    return _ELSEWHERE.union(ours)


def _expand(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    if prefix == "atmp":
        return ATMP + local
    return f"{EFO if prefix == 'EFO' else OBO}{prefix}_{local}"
