"""Words of a cell that are read alike everywhere: yes and no, and the answers that name no value."""

from __future__ import annotations

from atmp.ontology.vocabulary import Concept, Vocabulary, key

YES = frozenset({"yes", "y", "ja", "j", "true", "sant", "1", "x"})
NO = frozenset({"no", "n", "nej", "false", "falskt", "0"})
NOTHING = "-"
"""What people put into a cell that they leave empty."""

_OPEN = {
    "other": "other|others|something else|annat|annan|andra|övrigt|övriga",
    "unknown": "unknown|not known|don't know|do not know|okänt|okänd|okända|vet ej|vet inte|ej känt|inte känt|?",
    "not applicable": "not applicable|n/a|na|n.a.|does not apply|ej tillämpligt|ej tillämplig|inte tillämpligt|ej aktuellt",
}
OPEN = {word: answer for answer, words in _OPEN.items() for word in words.split("|")}
"""The answers that name no value, by the words for them in English and Swedish."""


def open_answer(text: str) -> str | None:
    """Return `other`, `unknown` or `not applicable` where a text says so and no more."""
    return OPEN.get(" ".join(text.replace("’", "'").casefold().split()))


def open_concept(known: Vocabulary, scheme: str, answer: str) -> Concept | None:
    """Return the term of a scheme for an answer that names no value, if it has one."""
    found = known.find(answer, scheme)
    return found if found is not None and key(found.notation) in {key(answer), key("not-stated")} else None


def fallback(known: Vocabulary, scheme: str) -> str | None:
    """Return the IRI of the term that stands for words outside a scheme, if it has one."""
    found = (known.find(word, scheme) for word in ("other", "not-stated", "unknown"))
    return next((concept.iri for concept in found if concept), None)
