"""Foreseeing partners: only the past is learned from, known partners are no candidates, and figures are of the best."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from atmp.kg.errors import UsageError
from atmp.search.circle import Circle, Work
from atmp.search.collaboration import Likeness, neighbours, parts, score, weights
from atmp.search.foresight import OURS, Split, foreseen, splits, years_after
from atmp.search.learning import learnt

DAY = date(2016, 1, 1)
FIELDS = ("retina cornea lens", "cartilage knee joint", "leukaemia blood marrow", "islets pancreas insulin")


def work(number: int, year: int, *parties: str, text: str = "", subjects: tuple[str, ...] = ()) -> Work:
    """Return a work of a year."""
    return Work(f"W{number}", parties, date(year, 6, 1), text, "", subjects)


def world() -> list[Work]:
    """Return pairs who work in four fields, and who of each field meet across pairs in 2016 to 2019."""
    past = [
        work(10 * field + pair, 2010 + pair, f"A{field}{pair}", f"B{field}{pair}", text=text, subjects=(text[:4],))
        for field, text in enumerate(FIELDS)
        for pair in range(4)
    ]
    return past + [work(100 + field, 2016 + field, f"A{field}0", f"B{field}1") for field in range(len(FIELDS))]


def split_of(works: list[Work]) -> Split:
    """Return the works split at the first day of 2016, with what came in four years."""
    return Split(works, None, DAY, date(2020, 1, 1))


def test_new_partners_are_those_of_known_people_who_had_not_met() -> None:
    """A newcomer is foreseen by nobody, an old partner is no news, and what comes too late does not count."""
    works = [*world(), work(200, 2017, "A00", "B00", "stranger"), work(201, 2020, "A00", "A11")]
    split = split_of(works)
    names = split.circle.parties
    assert {frozenset((names[one], names[other])) for one, other in split.pairs} == {
        frozenset((f"A{field}0", f"B{field}1")) for field in range(4)
    }
    assert "stranger" not in names


def test_what_comes_after_the_day_changes_no_score() -> None:
    """Texts and ties of the predicted years are not seen."""
    alone = split_of(world())
    told = [*world(), work(300, 2018, "A03", "B13", text="retina cornea lens islets", subjects=("reti",))]
    seen = split_of(told)
    rows = [seen.asked.index(party) for party in alone.asked]
    for name, values in alone.scores().items():
        if name != "random":
            assert np.array_equal(seen.scores()[name][rows], values)


def test_parts_lie_between_0_and_1_and_add_up() -> None:
    """Of each part the best candidate has 1; itself and known partners have nothing."""
    split = split_of(world())
    for values in split.parts.values():
        assert values.min() >= 0
        assert values.max() <= 1
        assert not values[split.known].any()
    whole = sum(weights().get(name, 0.0) * values for name, values in split.parts.items())
    assert np.allclose(score(split.parts, weights()), whole)
    assert sum(weights().values()) == pytest.approx(1.0, abs=0.01)


def test_the_field_tells_more_than_neighbours_who_share_nobody() -> None:
    """Words and subjects find partners in one's own field; with no shared partner, neighbours find none."""
    found = foreseen(splits(world(), None, [DAY], 4))
    assert (found.asked, found.pairs, found.candidates) == (8, 4, (32,))
    assert found.figures[OURS]["hits@10"].mean == 1.0 > found.figures["adamic_adar"]["hits@10"].mean
    assert found.figures[OURS]["mrr"].low <= found.figures[OURS]["mrr"].mean <= found.figures[OURS]["mrr"].high
    assert found.best != OURS


def test_ranks_leave_known_partners_out_and_equals_stand_by_name() -> None:
    """Without any score the order is that of names, less oneself and old partners."""
    split = split_of(world())
    ranks = split.ranks(np.zeros((8, 32)))
    names = split.circle.parties
    for row, party in enumerate(split.asked):
        others = [name for name in names if not split.known[row, split.circle.place[name]]]
        met = next(at for at, name in enumerate(others) if split.met[row, split.circle.place[name]])
        assert ranks[row] == met + 1, names[party]


def test_a_day_without_a_new_pair_is_said() -> None:
    """Before the first work, or after the last, there is nothing to foresee."""
    with pytest.raises(UsageError, match="nothing to foresee"):
        splits(world(), None, [date(2024, 1, 1)], 4)


def test_shared_partners_count_by_their_rarity() -> None:
    """Adamic and Adar's measure: one who works with few says more of two of them than one who works with many."""
    works = [work(1, 2010, "a", "m"), work(2, 2010, "m", "b"), work(3, 2010, "a", "n"), work(4, 2010, "n", "c")]
    circle = Circle([*works, work(5, 2010, "n", "d")], DAY)
    here = circle.place
    found = neighbours(circle, [here["a"]])
    assert found["common_neighbours"][0, [here["b"], here["c"]]].tolist() == [1, 1]
    assert found["adamic_adar"][0, here["b"]] == pytest.approx(1 / np.log(2))
    assert found["adamic_adar"][0, here["c"]] == pytest.approx(1 / np.log(3))


def test_a_circle_of_nothing_written_has_parts_all_the_same() -> None:
    """Works without text, subject or date are ranked by ties alone, and one who stands alone by nothing."""
    circle = Circle([Work("W1", ("a", "b")), Work("W2", ("b", "c")), Work("W3", ("alone", "alone"))], DAY)
    found = parts(Likeness(circle, None), range(4))
    assert set(found) == {"partners of partners", "lately active"}
    assert found["partners of partners"][circle.place["a"]].argmax() == circle.place["c"]
    assert not found["partners of partners"][circle.place["alone"]].any()


def test_weights_are_learnt_from_earlier_choices_alone() -> None:
    """Who always chose in her own field teaches that words count; what comes from the day on teaches nothing."""
    choices = [
        work(1000 + 10 * field + pair, 2014, f"A{field}{pair}", f"B{field}{(pair + 1) % 4}", text=text)
        for field, text in enumerate(FIELDS)
        for pair in range(3)
    ]
    taught = learnt([*world(), *choices], None, DAY)
    assert sum(taught.values()) == pytest.approx(1.0, abs=0.01)
    assert taught["words"] + taught["words, lately"] + taught["subjects"] > 0.5
    later = work(2000, 2017, "A00", "B33", text="cartilage")
    assert learnt([*world(), *choices, later], None, DAY) == taught
    assert learnt(world()[:3], None, DAY) == {}


def test_years_later_is_the_same_day() -> None:
    """Of a 29 February the first of March, where there is none."""
    assert years_after(date(2016, 2, 29), 4) == date(2020, 2, 29)
    assert years_after(date(2016, 2, 29), 1) == date(2017, 3, 1)
