"""Check digits of public identifiers: a slip of the hand in an ORCID or a ROR id leads to nobody, or to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .findings import Finding, Severity
from .records import ATMP, VIVO

_ORCID = re.compile(r"https://orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
_ROR = re.compile(r"https://ror\.org/(0[0-9a-hj-km-np-tv-z]{6})(\d{2})", re.IGNORECASE)
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: without i, l, o and u
_CHECKED = {f"<{VIVO}orcidId>": ("ORCID", "0000-0002-1825-0097"), f"<{ATMP}ror>": ("ROR id", "012a77v79")}


def orcid_holds(iri: str) -> bool:
    """Return whether the last digit of an ORCID is right; what is no ORCID has none to be wrong.

    An ORCID is an ISNI, checked by ISO 7064, mod 11-2.
    """
    from stdnum import isni

    found = _ORCID.fullmatch(iri)
    return found is None or bool(isni.is_valid(found[1]))


def ror_holds(iri: str) -> bool:
    """Return whether the last two digits of a ROR id are right; what is no ROR id has none to be wrong.

    They are 98 minus the remainder of a hundred times the number before them by 97 (ISO 7064, mod 97-10), that number
    written in Crockford's base 32. Source: ROR's own description of its identifier.
    """
    found = _ROR.fullmatch(iri)
    if found is None:
        return True
    number = 0
    for digit in found[1].lower():
        number = 32 * number + _DIGITS.index(digit)
    return (100 * number + int(found[2])) % 97 == 1


def slips(subject: str, said: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """Yield a finding for each ORCID and ROR id of a record with a wrong check digit."""
    for _, prop, term in said:
        if prop in _CHECKED and not (orcid_holds(term[1:-1]) and ror_holds(term[1:-1])):
            name, example = _CHECKED[prop]
            yield Finding(
                Severity.WARNING,
                f"The {name} {term[1:-1].rpartition('/')[2]} cannot be right: its check digits do not fit.",
                record=subject,
                property=prop[1:-1],
                value=term[1:-1],
                mend=f"Compare it with the register, digit by digit; one that is right is {example}.",
                constraint=f"{ATMP}CheckDigitConstraintComponent",
            )
