"""Search inside SPARQL."""

from __future__ import annotations

import pytest
from atmp.kg.errors import QueryRefusedError, UnknownTermError
from atmp.kg.sparql.answer import answer
from atmp.kg.store import Store
from atmp.kg.table import Table
from atmp.kg.viewer import PUBLIC
from atmp.search.finder import Finder
from atmp.search.service import SearchService

from .conftest import iri

SERVICE = "https://w3id.org/atmp/search"


def ask(store: Store, finder: Finder, body: str, select: str = "*", rest: str = "") -> Table:
    query = f"PREFIX search: <{SERVICE}#> SELECT {select} WHERE {{ SERVICE <{SERVICE}> {{ {body} }} {rest} }}"
    return answer(store.view(PUBLIC), query, {SERVICE: SearchService(finder)}).table()


def test_a_text_gives_hits_with_what_is_asked_of_them(store: Store, finder: Finder) -> None:
    """Score, rank, kind, label, sentence and reasons can each be had."""
    body = '?x search:text "stromal cells" ; search:limit 2 ; search:score ?s ; search:rank ?r ; search:kind ?k ; search:why ?w .'
    rows = ask(store, finder, body, "?x ?s ?r ?k ?w", "").dicts()
    hits = finder.search(PUBLIC, "stromal cells", limit=2).hits
    assert {row["x"] for row in rows} == {hit.iri for hit in hits}
    first = next(row for row in rows if row["r"] == 1)
    assert (first["k"], first["w"]) == ("trial", hits[0].why)
    assert first["s"] == pytest.approx(hits[0].score)


def test_like_takes_a_record_or_a_text(store: Store, finder: Finder) -> None:
    """The same property asks for both, as the catalogue's question does."""
    record = ask(store, finder, f"?x search:like <{iri('project', 'P02')}> ; search:limit 1")
    text = ask(store, finder, '?x search:like """AAV2 for\nthe retina"""@en ; search:limit 1 ; search:kind "product"')
    assert record.rows == text.rows == ((iri("product", "M1", None),),)


def test_hits_join_with_the_rest_of_the_query(store: Store, finder: Finder) -> None:
    """What is found by meaning is asked on by its facts."""
    rest = "?x <http://purl.org/dc/terms/identifier> ?id"
    rows = ask(
        store, finder, '?x search:text "progenitors for Parkinson\'s disease" ; search:kind "project"', "?id", rest
    ).rows
    assert ("P01",) in rows


def test_filters_and_a_least_score_may_be_given(store: Store, finder: Finder) -> None:
    """Every filter of search has its property; a decimal is a decimal."""
    assert ask(store, finder, '?x search:text "cells" ; search:vector "AAV" ; search:centre "lund"').rows == (
        (iri("project", "P02"),),
    )
    assert len(ask(store, finder, '?x search:text "stromal" ; search:minScore 1.0')) <= 1


def test_no_hit_is_an_empty_answer(store: Store, finder: Finder) -> None:
    """Nothing found is nothing joined, not an error."""
    assert ask(store, finder, '?x search:text "cells" ; search:vector "AAV9" ; search:score ?s').rows == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "at least"),
        ("?x search:limit 3", "search:text a text"),
        ('?x search:text "a" ; search:like "b"', "one of the two"),
        ('?x search:text "a" ; search:text "b"', "more than once"),
        ('?x search:text "a" ; search:limit "many"', "takes a whole number"),
        ('?x search:text "a" ; search:limit 0', "takes a whole number"),
        ('?x search:text "a" ; search:limit 2.5', "takes a whole number"),
        ('?x search:text "a" ; search:minScore 2', "takes a number"),
        ('?x search:text "a" ; search:colour ?c', "nothing that a hit has"),
        ('?x search:text "a" ; search:colour "red"', "cannot be asked for"),
        ("?x search:text ?t", "needs a value"),
        ('?x search:text "a" . ?y search:text "b"', "one variable"),
        ('<a:b> search:text "a"', "one variable"),
        ('?x <http://purl.org/dc/terms/title> "a"', "no place"),
        ("?x search:text", "no value"),
        ('?x search:text "a" ; search:score ?x', "two things"),
        ("?x search:text []", "cannot stand"),
        ('?x search:like "a", "b"', "one text only"),
    ],
)
def test_a_clause_that_cannot_be_answered_is_refused_in_words(
    store: Store, finder: Finder, body: str, said: str
) -> None:
    """An error, never an empty answer that looks like one."""
    with pytest.raises(QueryRefusedError, match=said):
        ask(store, finder, body)


def test_an_unknown_word_in_a_filter_is_an_error_there_too(store: Store, finder: Finder) -> None:
    """As on the command line."""
    with pytest.raises(UnknownTermError):
        ask(store, finder, '?x search:text "a" ; search:vector "nothing such"')


def test_a_past_revision_cannot_be_searched(store: Store, finder: Finder) -> None:
    """The index stands at the newest revision only, and says so."""
    with pytest.raises(QueryRefusedError, match="newest"):
        SearchService(finder)(store.view(PUBLIC, at=1), '?x <https://w3id.org/atmp/search#text> "a"', {})
