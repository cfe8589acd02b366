"""The table of well-known organisations."""

from __future__ import annotations

from collections import Counter

import pytest
from atmp.kg.identifiers import ror_holds
from atmp.kg.known import known, organisations
from atmp.kg.naming import plain


@pytest.mark.parametrize(
    "text", ["Karolinska Institutet", "Karolinska Inst.", "KI, Stockholm", "KAROLINSKA INSTITUTET, Stockholm, Sweden"]
)
def test_karolinska_institutet_by_every_name(text: str) -> None:
    """Whatever the spelling, place and country, it is one."""
    found = known(text)
    assert found is not None
    assert found.name == "Karolinska Institutet"


def test_what_is_not_certain_is_not_known() -> None:
    """Letters without a place, or a hospital of the same name, are not taken for it."""
    assert known("KI") is None
    assert known("Karolinska") is None
    assert known("National Cancer Institute, Egypt") is None
    assert known("National Cancer Institute, USA") == known("National Cancer Institute")
    assert known("Karolinska University Hospital") != known("Karolinska Institutet")


def test_every_ror_id_is_one_that_can_be() -> None:
    """Check digits hold, and no two organisations have the same id or name."""
    rors = [one.ror for one in organisations() if one.ror]
    assert len(rors) > 50
    assert [ror for ror in rors if not ror_holds(ror)] == []
    assert [ror for ror, number in Counter(rors).items() if number > 1] == []


def test_every_name_of_the_table_means_one_organisation() -> None:
    """No spelling is written at two of them, or it would mean neither."""
    for one in organisations():
        assert {known(said) for said in (one.name, *one.aliases)} == {one}
    spelled = Counter(plain(said) for one in organisations() for said in {one.name, *one.aliases})
    assert [text for text, number in spelled.items() if number > 1] == []
