"""Words outside the lists: queued with their counts, given a term, linked anew, and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atmp.kg.answered import Answered
from atmp.kg.errors import UnknownRecordError, UnknownTermError, UsageError
from atmp.kg.findings import Severity
from atmp.kg.load import load
from atmp.kg.records import ATMP, PROV, Need, Product, Record
from atmp.kg.requests import requests, wordings
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC
from atmp.kg.wordings import assign, relink, undo
from atmp.ontology.vocabulary import Vocabulary

P01 = {"Project id": "P01", "Title": "A therapy", "ATMP class": "GTMP", "Stage": "4"}
P02 = P01 | {"Project id": "P02", "Title": "Another"}
WORDS = "virus of type nine"
AAV9, MSC = f"{ATMP}vector-aav9", f"{ATMP}cell-msc"
Survey = Callable[..., Path]


def _load(store: Store, folder: Path) -> Any:
    return load(store, folder, agent="test")


def _again(survey: Survey, fields: dict[str, str] | None = None, **sheets: Any) -> Path:
    """Return a survey in a folder of the first one's name: another edition of the same file."""
    made = survey(fields, **sheets)
    target = made.parent / "edition" / "survey1"
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(made, target))


def _product(store: Store, key: str = "P01") -> Product:
    found = store.view(OWNER).find("product", key)
    assert isinstance(found, Product)
    return found


def _project(store: Store) -> Record:
    return store.view(OWNER).find("project", "P01")


def _methods(store: Store) -> set[tuple[str, str]]:
    return {(str(one.method), str(one.role)) for one in store.view(OWNER).records("method-use")}  # type: ignore[attr-defined]


def test_words_are_queued_with_their_counts(store: Store, survey: Survey) -> None:
    """Spellings of one wording count together, with the columns, the records, and the nearest terms."""
    rows = [P01 | {"Vectors": "AVV-9; lentivirus"}, P02 | {"Vectors": "avv9", "Indication MONDO ids": "parkinsonitis"}]
    _load(store, survey(Projects=rows))
    first, second = requests(store.view(OWNER))
    assert (first.scheme, len(first.records), first.headings, first.term) == ("vector", 2, ("Vectors",), None)
    assert "AAV9" in first.nearest
    assert (second.scheme, second.words, len(second.records)) == ("disease", "parkinsonitis", 1)


def test_a_viewer_sees_the_words_of_visible_answers_only(store: Store, survey: Survey) -> None:
    """Neither words nor counts nor the decision tell of a hidden answer."""
    hidden = P02 | {"Vectors": f"{WORDS}; secret thing", "Tier": "confidential"}
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS}, hidden]))
    assert [(one.words, len(one.records)) for one in requests(store.view(PUBLIC))] == [(WORDS, 1)]
    assign(store, WORDS, "AAV9", agent="test")
    assign(store, "secret thing", "AAV2", agent="test")
    assert _product(store, "P02").vectors == (f"{ATMP}vector-aav2", AAV9)
    assert [one.label for one in wordings(store.view(PUBLIC))] == [WORDS]
    public = b"".join(store.view(PUBLIC).nquads())
    assert b"P02" not in public
    assert b"secret" not in public


def test_words_become_a_term_and_the_answers_are_linked(store: Store, survey: Survey) -> None:
    """The term stands with the decision as its source and the words beside it; undone, all is as it was."""
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS}, P02 | {"Vectors": WORDS.upper()}]))
    before = store.view(OWNER).facts_digest()
    made = assign(store, WORDS, "AAV9", agent="test")
    assert made.records == 2
    assert (_product(store).vectors, _product(store, "P02").vectors) == ((AAV9,), (AAV9,))
    assert _project(store).as_written == (f"Vectors: {WORDS}",)
    sources = store.view(OWNER).select(f"SELECT ?row {{ <{_product(store).iri}> <{PROV}wasDerivedFrom> ?row }}").rows
    assert any("/wording-" in str(row[0]) for row in sources)
    assert [one.term for one in requests(store.view(OWNER))] == [AAV9]
    assert undo(store, WORDS, agent="test") == 0
    assert store.view(OWNER).facts_digest() == before
    assert [one.term for one in requests(store.view(OWNER))] == [None]


def test_a_single_answer_takes_the_term_and_gives_it_back(store: Store, survey: Survey) -> None:
    """What stood for the words, such as `other`, makes room for the term, and comes back."""
    need = {"Need id": "N1", "Project id": "P01", "Category": "a room with clean air", "Horizon": "3-4"}
    _load(store, survey(Projects=[P01 | {"Donor type": "from a brother"}], Needs=[need]))

    def category() -> str | None:
        found = store.view(OWNER).find("need", "N1")
        assert isinstance(found, Need)
        return found.category

    assert (category(), _product(store).donor_type) == (f"{ATMP}category-other", f"{ATMP}donor-other")
    assign(store, "a room with clean air", "GMP slot", agent="test", scheme="category")
    assign(store, "from a brother", "allogeneic", agent="test")
    assert (category(), _product(store).donor_type) == (f"{ATMP}category-gmp-slot", f"{ATMP}donor-allogeneic")
    undo(store, "a room with clean air", agent="test")
    assert category() == f"{ATMP}category-other"


def test_words_can_be_decided_anew(store: Store, survey: Survey) -> None:
    """Another term takes the place of the first one, in single answers as in lists; undone, both are gone."""
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS, "Donor type": "from a brother"}]))
    for vector, donor in (("AAV9", "autologous"), ("AAV2", "allogeneic")):
        assert assign(store, WORDS, vector, agent="test").records == 1
        assert assign(store, "from a brother", donor, agent="test").records == 1
        assert _product(store).vectors == (f"{ATMP}vector-{vector.lower()}",)
        assert _product(store).donor_type == f"{ATMP}donor-{donor}"
    undo(store, "from a brother", agent="test")
    assert _product(store).donor_type == f"{ATMP}donor-other"


def test_methods_and_stages_are_linked_where_they_stand(store: Store, survey: Survey) -> None:
    """A method becomes a use of it in its role, a stage the project's observation."""
    row = P01 | {"Methods planned": "zapping of cells", "Stage": "nearly in patients"}
    _load(store, survey(Projects=[row]))
    assert _methods(store) == set()
    assign(store, "zapping of cells", "electroporation", agent="test")
    assign(store, "nearly in patients", "7", agent="test")
    assert _methods(store) == {(f"{ATMP}method-electroporation", f"{ATMP}method-role-planned")}
    (seen,) = store.view(OWNER).records("stage-observation")
    assert seen.stage == f"{ATMP}stage-7"  # type: ignore[attr-defined]
    undo(store, "zapping of cells", agent="test")
    assert _methods(store) == set()


def test_what_is_loaded_later_is_read_by_the_decision(store: Store, survey: Survey) -> None:
    """The next round's answer has the term and the words, is told so, and waits for nothing."""
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS}]))
    assign(store, WORDS, "AAV9", agent="test")
    later = survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[P02 | {"Vectors": f"lentivirus; {WORDS}"}])
    receipt = _load(store, later)
    told = [one for one in receipt.findings if WORDS in one.message]
    assert [one.severity for one in told] == [Severity.INFO]
    assert "AAV9" in told[0].message
    assert _product(store, "P02").vectors == (AAV9, f"{ATMP}vector-lentivirus")
    assert undo(store, WORDS, agent="test") == 1


def test_loading_the_same_again_after_a_decision_changes_no_fact(store: Store, survey: Survey) -> None:
    """The survey then says the term itself; what a reader sees is the same."""
    folder = survey(Projects=[P01 | {"Vectors": WORDS, "Donor type": "from a brother"}])
    _load(store, folder)
    assign(store, WORDS, "AAV9", agent="test")
    assign(store, "from a brother", "allogeneic", agent="test")
    before = store.view(OWNER).facts_digest()
    _load(store, folder)
    assert store.view(OWNER).facts_digest() == before


def test_an_answer_that_is_corrected_loses_the_term_of_its_old_words(store: Store, survey: Survey) -> None:
    """A decision holds for the words: without them, what the answer says now stands, in lists as in single answers."""
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS, "Donor type": "from a brother"}]))
    assign(store, WORDS, "AAV9", agent="test")
    assign(store, "from a brother", "allogeneic", agent="test")
    corrected = P01 | {"Vectors": "lentivirus", "Donor type": "autologous"}
    _load(store, _again(survey, Projects=[corrected]))
    assert _product(store).vectors == (f"{ATMP}vector-lentivirus",)
    assert _product(store).donor_type == f"{ATMP}donor-autologous"
    _load(store, _again(survey, Projects=[P01 | {"Vectors": WORDS}]))
    assert _product(store).vectors == (AAV9,)  # the decision outlives the words


def test_a_later_answer_is_not_overwritten(store: Store, survey: Survey) -> None:
    """Words of an old round do not push aside what was answered since."""
    _load(store, survey(Projects=[P01 | {"Donor type": "from a brother"}]))
    _load(store, survey({"Round": "2024", "Date": "2024-06-01"}, Projects=[P01 | {"Donor type": "autologous"}]))
    assert assign(store, "from a brother", "allogeneic", agent="test").records == 0
    assert _product(store).donor_type == f"{ATMP}donor-autologous"


def test_a_term_that_was_added_to_a_list_is_linked(
    store: Store, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that the lists know by now are linked in one step; run again, nothing changes."""
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS}]))
    assert relink(store, agent="test") == []
    find = Vocabulary.find

    def grown(self: Vocabulary, word: str, scheme: str) -> Any:
        return find(self, "aav9" if word == WORDS else word, scheme)

    monkeypatch.setattr(Vocabulary, "find", grown)
    assert [one.records for one in relink(store, agent="test")] == [1]
    assert _product(store).vectors == (AAV9,)
    revision = store.revision()
    assert relink(store, agent="test") == []
    assert store.revision() == revision


def test_what_cannot_be_decided_is_said_and_changes_nothing(store: Store, survey: Survey) -> None:
    """Unknown words, unknown terms, words of two lists, and a decision that there is none of."""
    _load(store, survey(Projects=[P01 | {"Vectors": WORDS, "Cell sources": WORDS}]))
    before = store.revision()
    with pytest.raises(UnknownRecordError, match="no answer outside the lists has the words 'nothing'"):
        assign(store, "nothing", "AAV9", agent="test")
    with pytest.raises(UsageError, match=r"cell, vector.*--scheme"):
        assign(store, WORDS, "AAV9", agent="test")
    with pytest.raises(UnknownTermError, match=r"'AVV9' is not a term of the scheme 'vector'.*AAV9"):
        assign(store, WORDS, "AVV9", agent="test", scheme="vector")
    with pytest.raises(UnknownRecordError, match="nothing was decided"):
        undo(store, WORDS, agent="test")
    assert store.revision() == before
    assert assign(store, WORDS, "MSC", agent="test", scheme="cell").wording.term == MSC


def test_words_go_back_into_the_next_survey_until_they_have_a_term(store: Store, survey: Survey) -> None:
    """A filled-in survey gives the words as they were written, and once decided the term instead."""
    _load(store, survey(Projects=[P01 | {"Vectors": f"lentivirus; {WORDS}", "GMO": "unknown", "Started": "vet ej"}]))

    def row() -> dict[str, str]:
        return Answered(store.view(OWNER), "lund").sheets()["Projects"][0]

    assert row()["Vectors"] == f"lentiviral vector; {WORDS}"
    assert (row()["GMO"], row()["Started"]) == ("unknown", "unknown")
    assign(store, WORDS, "AAV9", agent="test")
    assert set(row()["Vectors"].split("; ")) == {"lentiviral vector", "AAV9"}
