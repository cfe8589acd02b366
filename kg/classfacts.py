"""Class facts: what a text says of the facts that a product's class rests on, read off the words that say them.

They take one value each. A text that speaks for two values of one of them proposes neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from atmp.ontology.dictionary import plain
from atmp.ontology.vocabulary import iri_of, vocabulary

from .linking import Proposal, Value
from .negation import affirmed, negated
from .records import ATMP

_DELIVERY, _DONOR, _GMO, _COMBINED, _EXEMPTION = (
    f"{ATMP}{name}" for name in ("delivery", "donorType", "gmo", "combined", "hospitalExemption")
)
_EX_VIVO, _IN_VIVO = iri_of("delivery", "ex-vivo"), iri_of("delivery", "in-vivo")
_SURE = {"title": 0.95, "subtitle": 0.9, "text": 0.8}
"""How sure plain words are, by where they stand."""

_BY_TERMS = 0.75
"""How sure it is that cells of the title are given as cells, and that a vector without cells is given as it is."""

_INJECTED = frozenset(iri_of("platform", word) for word in ("aav", "adenovirus", "mrna"))

_CUES: tuple[tuple[str, Value, str], ...] = (
    (_DONOR, iri_of("donor", "autologous"),
     r"autologous|autolog[at]?|(?:patient|child|recipient|person)(?:s?['’]s?|s)?\s+own (?:\S+ ){0,3}cells?"
     r"|kroppsegna|egna (?:\w+ )?\w*celler"),
    (_DONOR, iri_of("donor", "allogeneic"),
     r"allogene?ic|allogena?|off-the-shelf|on the shelf|one (?:\w+ )?bank|donor-derived"
     r"|embryonic stem cells?|hESCs?|embryonala stamceller"),
    (_DONOR, iri_of("donor", "xenogeneic"), r"xenogene?ic|xenogena?"),
    (_DELIVERY, _EX_VIVO,
     r"ex[ -]vivo(?! (?:\w+ )?(?:perfusion|model|assay|organ|study|studies))|transplanted (?:\w+ )?(?:cells|progenitors)"),
    (_DELIVERY, _IN_VIVO,
     r"in[ -]vivo (?:gene|genome|editing|delivery|transduction|reprogramming|administration|genterapi)"
     r"|(?:injection|infusion|dose) (?:of|with) (?:an? )?(?:AAV\w*|adeno-associated|adenovir\w+)"),
    (_GMO, True,
     r"genetically (?:modified|engineered)|gene[ -](?:modified|edited)|edited (?:\S+ ){0,2}cells|transduced|CAR[ -]T"
     r"|chimeric antigen receptor|genmodifierad[ea]?|genetiskt modifierad[ea]?"),
    (_GMO, False,
     r"(?:no|without(?: any)?|utan|ingen) (?:genetic(?:al)? modification|genetisk modifiering|genmodifiering)"
     r"|(?:not|non|inte|ej)[ -](?:genetically |gene[ -]|genetiskt )modif\w+|carr(?:y|ies) no (?:trans)?gene|unmodified cells"),
    (_COMBINED, True, r"combined (?:ATMP|advanced therapy)|combination product|kombinerat ATMP|kombinationsprodukt"),
    (_EXEMPTION, True,
     r"(?:under|by|through|within|as|with) (?:the |a |an )?hospital exemption|(?:enligt|genom|med|under) sjukhusundantag(?:et)?"),
)  # fmt: skip
_PATTERNS = tuple(
    (prop, value, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)) for prop, value, pattern in _CUES
)
_GENE_THERAPY = re.compile(r"(?<!\w)(?:gene therapy|genterapi)(?!\w)", re.IGNORECASE)

_Found = tuple[str, Value, str, float]


def class_facts(title: str, subtitle: str = "", text: str = "", *, least: float) -> tuple[Proposal, ...]:
    """Return the class facts that a title, a longer title and a description propose, none below `least`."""
    seen: dict[str, dict[Value, list[tuple[float, str]]]] = defaultdict(lambda: defaultdict(list))
    for place, said in (("title", title), ("subtitle", subtitle), ("text", text)):
        for prop, value, words, sure in (*_plain_words(place, plain(said)), *_terms(place, plain(said))):
            seen[prop][value].append((sure, words))
    found = []
    for prop, values in seen.items():
        if len(values) == 1:
            ((value, rests),) = values.items()
            rests_on = tuple(dict.fromkeys(words for _, words in sorted(rests, reverse=True)))
            found.append(Proposal(prop, value, rests_on[:3], max(sure for sure, _ in rests)))
    return tuple(one for one in sorted(found, key=lambda one: one.property) if one.confidence >= least)


def _plain_words(place: str, said: str) -> Iterator[_Found]:
    for prop, value, pattern in _PATTERNS:
        for match in pattern.finditer(said):
            if value is False or not negated(said, match.start(), match.group()):
                yield prop, value, match.group(), _SURE[place]


def _terms(place: str, said: str) -> Iterator[_Found]:
    """Yield what follows from the cells and vectors that a title names; in a text they may be research tools."""
    if place != "title":
        return
    known, cells, vectors = vocabulary(), [], []
    for mention in affirmed(said):
        concept = known.concept(mention.iri)
        if concept is not None:
            cells += [mention.words] if concept.scheme == "cell" else []
            injected = concept.scheme == "vector" and _INJECTED & set(concept.platforms)
            vectors += [mention.words] if injected else []
            if concept.scheme == "vector" and "vir" in concept.labels["en"].lower() + mention.words.lower():
                yield _GMO, True, mention.words, _SURE[place]
    for match in _GENE_THERAPY.finditer(said):
        if not negated(said, match.start(), match.group()):
            yield _GMO, True, match.group(), _SURE[place]
    if cells:
        yield _DELIVERY, _EX_VIVO, cells[0], _BY_TERMS
    elif vectors:
        yield _DELIVERY, _IN_VIVO, vectors[0], _BY_TERMS
