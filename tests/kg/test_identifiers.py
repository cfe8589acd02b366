"""Check digits: right ones pass, any single slip is found, at the cell and on every way in."""

from __future__ import annotations

from typing import Any

import pytest
from atmp.kg.identifiers import orcid_holds, ror_holds
from atmp.kg.load import load, prepare
from atmp.kg.store import Store
from atmp.kg.validate import check
from atmp.kg.viewer import OWNER
from hypothesis import given
from hypothesis import strategies as st

RIGHT = {"orcid": ("0000-0002-1825-0097", "0000-0002-1694-233X"), "ror": ("012a77v79", "056d84691", "05k89ew48")}


@pytest.mark.parametrize("digits", RIGHT["orcid"])
def test_right_orcids_hold(digits: str) -> None:
    """Published examples are right, an X at the end too."""
    assert orcid_holds(f"https://orcid.org/{digits}")


@pytest.mark.parametrize("digits", RIGHT["ror"])
def test_right_ror_ids_hold(digits: str) -> None:
    """Published ids are right, whatever the case of their letters."""
    assert ror_holds(f"https://ror.org/{digits}")
    assert ror_holds(f"https://ror.org/{digits.upper()}")


@given(st.integers(0, 15), st.integers(1, 9))
def test_a_slip_in_an_orcid_is_found(at: int, by: int) -> None:
    """Any one digit changed makes it wrong."""
    digits = list("0000000218250097")
    digits[at] = str((int(digits[at]) + by) % 10)
    whole = "-".join("".join(digits)[i : i + 4] for i in range(0, 16, 4))
    assert not orcid_holds(f"https://orcid.org/{whole}")


@given(st.integers(1, 8), st.sampled_from("0123456789"))
def test_a_slip_in_a_ror_id_is_found(at: int, digit: str) -> None:
    """Any one place changed makes it wrong."""
    digits = "012a77v79"
    changed = digits[:at] + digit + digits[at + 1 :]
    assert ror_holds(f"https://ror.org/{changed}") is (changed == digits)


def test_what_is_no_identifier_has_no_check_digit() -> None:
    """Another address is for the shapes to judge."""
    assert orcid_holds("https://orcid.org/0000-1")
    assert ror_holds("https://example.org/012a77v71")


def test_a_slip_is_told_at_its_cell_and_by_the_check(survey: Any, store: Store) -> None:
    """The workbook's finding names the column; the fact is loaded, and found again in the store."""
    person = {"Investigator id": "I1", "Name": "Synthetic investigator 01", "ORCID": "0000-0002-1825-0079"}
    organisation = {"Organisation id": "O1", "Name": "Synthetic University", "ROR": "012a77v97"}
    folder = survey(Investigators=[person], Organisations=[organisation])
    found = [one for one in prepare(None, folder).findings if "check digits" in one.message]
    assert [(one.place.sheet, one.place.row, one.place.column) for one in found] == [
        ("Investigators", 2, "ORCID"), ("Organisations", 2, "ROR"),
    ]  # fmt: skip
    assert all(one.severity == "warning" and one.mend for one in found)
    load(store, folder, agent="test")
    assert {one.message for one in found} <= {one.message for one in check(store.view(OWNER))}
