"""Counting rows in what the engine writes: exact in every format, wherever the bytes are cut."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from atmp.kg.sparql.rows import TooManyRows, counted, counter
from hypothesis import given
from hypothesis import strategies as st

FORMATS = (
    ox.QueryResultsFormat.JSON,
    ox.QueryResultsFormat.XML,
    ox.QueryResultsFormat.CSV,
    ox.QueryResultsFormat.TSV,
)
ODD = st.text(st.sampled_from('",{}[]\\\n\r\t:<>a&/é') | st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ROWS = st.lists(st.tuples(ODD | st.just("}},{") | st.just("<result>"), st.none() | ODD), max_size=8)


def written(rows: list[tuple[str, str | None]], form: ox.QueryResultsFormat) -> bytes:
    lines = (f"({ox.Literal(one)} {'UNDEF' if other is None else ox.Literal(other)})" for one, other in rows)
    found = ox.Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {' '.join(lines)} (UNDEF UNDEF) }} }}")
    return bytes(found.serialize(format=form))  # type: ignore[union-attr,arg-type]


@given(ROWS, st.sampled_from(FORMATS), st.integers(1, 40))
def test_a_result_passes_with_as_many_rows_as_it_may_have_and_no_more(
    rows: list[tuple[str, str | None]], form: ox.QueryResultsFormat, piece: int
) -> None:
    """Marks within texts are no rows, a row without values is one, and a piece may end anywhere."""
    whole, output = written(rows, form), io.BytesIO()
    exact = counter(form, output, len(rows) + 1)
    pieces = [whole[at : at + piece] for at in range(0, len(whole), piece)]
    for one in pieces:
        exact.write(one)
    assert output.getvalue() == whole
    less = counter(form, io.BytesIO(), len(rows))
    with pytest.raises(TooManyRows):
        for one in pieces:
            less.write(one)


def test_triples_are_counted_one_by_one() -> None:
    """The one too many is not given."""
    assert list(counted("abc", 3)) == list(counted("abc", None)) == ["a", "b", "c"]
    passed = counted("abc", 2)
    assert [next(passed), next(passed)] == ["a", "b"]
    with pytest.raises(TooManyRows):
        next(passed)
