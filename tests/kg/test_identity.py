"""Identity: what is one, whatever the order of what ties it, and for whom."""

from __future__ import annotations

from itertools import combinations

from atmp.kg.identity import CERTAIN, DECIDED, LISTED, NAME, WELL_KNOWN, Identity, Thing, Tie, identity, standing
from atmp.kg.iris import Names
from atmp.kg.tiers import Tier
from hypothesis import given
from hypothesis import strategies as st

NAMES = Names()
OPEN = NAMES.read_graph(NAMES.graph(None, Tier.PUBLIC, source="organisations"))
LUND = NAMES.read_graph(NAMES.graph("lund", Tier.INTERNAL))
UMEA = NAMES.read_graph(NAMES.graph("umea", Tier.INTERNAL))
IRIS = [f"https://example.org/{letter}" for letter in "abcdefgh"]

things = st.lists(
    st.builds(
        Thing,
        st.sampled_from(IRIS),
        st.just("a name"),
        st.sampled_from([OPEN, LUND, UMEA]),
        ids=st.sampled_from([frozenset[str](), frozenset({"ror-1"}), frozenset({"ror-2"})]),
    ),
    min_size=1,
    unique_by=lambda thing: thing.iri,
)
pairs = st.tuples(st.sampled_from(IRIS), st.sampled_from(IRIS)).filter(lambda pair: pair[0] != pair[1])
ties = st.lists(
    st.builds(lambda pair, strength: Tie(strength, *pair), pairs, st.sampled_from([CERTAIN, DECIDED, LISTED]))
)


def _ends(found: Identity) -> dict[str, str]:
    led = dict(standing((link.iri, link.same_as) for link in found.links))
    return {iri: led.get(iri, iri) for iri in found.groups.things}


@given(things, ties, st.lists(pairs), st.randoms())
def test_what_is_one_does_not_hang_on_the_order(
    some: list[Thing], tied: list[Tie], apart: list[tuple[str, str]], dice: object
) -> None:
    """Shuffled things and ties give the same groups and links; doubled ties change nothing."""
    first = identity(some, tied, apart, NAMES)
    shuffled, again = list(some), [*tied, *tied]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    dice.shuffle(again)  # type: ignore[attr-defined]
    second = identity(shuffled, again, apart[::-1], NAMES)
    assert (first.groups.all(), set(first.links), first.made) == (second.groups.all(), set(second.links), second.made)


@given(things, ties, st.lists(pairs))
def test_two_public_ids_and_what_was_told_apart_are_never_one(
    some: list[Thing], tied: list[Tie], apart: list[tuple[str, str]]
) -> None:
    """No group has two ROR ids or a pair that somebody told apart; every tie is taken or left out with a reason."""
    found = identity(some, tied, apart, NAMES)
    for group in found.groups.all():
        assert len(frozenset[str]().union(*(found.groups.things[iri].ids for iri in group))) <= 1
        assert not any(set(pair) <= group for pair in apart if pair[0] != pair[1])
    for tie in found.ties:
        assert tie.other in found.groups.of(tie.one)
    for tie in found.left_out:
        assert found.groups.against(tie.one, tie.other) is not None


@given(things, ties, st.lists(pairs))
def test_being_one_is_transitive_and_ends_at_one(
    some: list[Thing], tied: list[Tie], apart: list[tuple[str, str]]
) -> None:
    """For who sees everything, two things are in one group exactly if one stands for both, and that one is of the group."""
    found = identity(some, tied, apart, NAMES)
    ends = _ends(found)
    for one, other in combinations(ends, 2):
        assert (ends[one] == ends[other]) == (other in found.groups.of(one))


@given(things, ties, st.lists(pairs))
def test_a_reader_sees_only_links_between_what_she_sees(
    some: list[Thing], tied: list[Tie], apart: list[tuple[str, str]]
) -> None:
    """A link stands in a graph that is closed to whoever does not see both of its ends."""
    found = identity(some, tied, apart, NAMES)
    for link in found.links:
        for iri in (link.iri, link.same_as):
            stands = found.groups.things[iri].graph
            assert stands.tier is Tier.PUBLIC or stands == link.graph or link.graph.centre is None


@given(things, ties)
def test_what_is_hidden_changes_nothing_for_the_public(some: list[Thing], tied: list[Tie]) -> None:
    """The links that the public sees are those of a store without any hidden record."""
    public = [thing for thing in some if thing.graph == OPEN]
    seen = [link for link in identity(some, tied, [], NAMES).links if link.graph == OPEN]
    assert seen == list(identity(public, tied, [], NAMES).links)


def test_a_record_stands_for_names_and_a_name_of_the_table_for_others() -> None:
    """Among equally open things somebody's record is the better one; records alone need no name beside them."""
    record, known, name = (
        Thing(iri, iri, OPEN, sort) for iri, sort in zip(IRIS[:3], (0, WELL_KNOWN, NAME), strict=True)
    )
    tied = [Tie(LISTED, record.iri, known.iri), Tie(LISTED, name.iri, known.iri)]
    assert _ends(identity([record, known, name], tied, [], NAMES)) == dict.fromkeys(IRIS[:3], record.iri)
    assert _ends(identity([known, name], tied, [], NAMES)) == dict.fromkeys(IRIS[1:3], known.iri)
    assert identity([record, known], tied, [], NAMES).made == {}


def test_two_closed_centres_meet_for_the_owner_alone() -> None:
    """What their records have in common stands in a graph that no level but the owner's reads."""
    found = identity([Thing("a", "a", LUND), Thing("b", "b", UMEA)], [Tie(CERTAIN, "a", "b")], [], NAMES)
    (link,) = found.links
    assert (link.graph.iri, link.graph.tier, link.graph.centre) == (
        f"{NAMES.base}/graph/owner",
        Tier.CONFIDENTIAL,
        None,
    )


def test_what_two_closed_centres_share_ends_where_each_of_them_ends() -> None:
    """A public name that one centre holds to be its own is what the other's is, for who reads both."""
    some = [Thing(iri, "a name", graph) for iri, graph in zip(IRIS[:3], (OPEN, LUND, UMEA), strict=True)]
    found = identity(some, [Tie(CERTAIN, IRIS[0], IRIS[2]), Tie(CERTAIN, IRIS[1], IRIS[2])], [], NAMES)
    assert _ends(found) == dict.fromkeys(IRIS[:3], IRIS[0])
