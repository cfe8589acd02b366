"""Where in a record something was met, and which places of a passage to mark."""

from __future__ import annotations

from itertools import pairwise

from atmp.kg.records import ATMP
from atmp.search.explain import wanted
from atmp.search.fields import Fields, marks
from hypothesis import given
from hypothesis import strategies as st

PROSE = {"description": "Cells are grown. They carry AAV9.", "aim": "A first trial in children."}
FIELDS = Fields.of("Cells for children", ("Vector: AAV9.", "Needs: a clean room."), ("Cells are grown.",), PROSE)


def test_a_sentence_stands_in_the_first_field_that_has_it() -> None:
    """Cut or whole; what no field has stands in the text, and no sentence nowhere."""
    assert FIELDS.where("A first trial in children.") == "aim"
    assert FIELDS.where("A first trial ...") == "aim"
    assert FIELDS.where("Vector: AAV9.") == "vector"
    assert FIELDS.where("Gone meanwhile.") == "text"
    assert FIELDS.where("") == ""


def test_a_word_is_met_in_every_field_that_has_it() -> None:
    """Title before facts before prose, in either number."""
    assert FIELDS.having(wanted(["cell"])[0]) == ("title", "description")
    assert FIELDS.having(wanted(["rooms"])[0]) == ("needs",)
    assert FIELDS.having(wanted(["zebra"])[0]) == ()


def test_a_concept_is_named_by_title_and_facts_before_prose() -> None:
    """Prose is asked only where the rest is silent."""
    assert FIELDS.naming(f"{ATMP}vector-aav9") == ("vector",)
    only = Fields.of("Cells", (), (), PROSE)
    assert only.naming(f"{ATMP}vector-aav9") == ("description",)
    assert only.naming(f"{ATMP}vector-aav8") == ()


def test_prose_of_unknown_fields_is_the_text() -> None:
    """Nothing is lost where the facts have changed meanwhile."""
    assert Fields.of("A", (), ("One.", "Two."), {}).where("Two.") == "text"


def test_words_and_names_are_marked() -> None:
    """A concept is marked by whatever word names it; places that touch are one."""
    said = "We give AAV9 vectors to the retina."
    found = marks(said, wanted(["retinas", "vector"]), [f"{ATMP}vector-aav9"])
    assert [said[start:end] for start, end in found] == ["AAV9", "vectors", "retina"]
    assert marks("Without AAV9.", (), [f"{ATMP}vector-aav9"]) == ()


@given(st.text(max_size=60), st.lists(st.text("abcsİß½ ", min_size=1, max_size=5), max_size=4))
def test_marks_rise_and_lie_within(text: str, words: list[str]) -> None:
    """Whatever the text, each place is within it and after the one before."""
    said = f"{text} AAV9 {text}"
    found = marks(said, wanted(words), [f"{ATMP}vector-aav9"])
    assert all(0 <= start < end <= len(said) for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
