"""The ladder over candidates that are made up: what joins, what is ambiguous, what carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.envelope.index import RARER, Index
from affidavit.changes.envelope.ladder import (
    MOST_REPLAYS,
    Candidate,
    Joined,
    Ladder,
    Landed,
    Rung,
    contested,
)
from affidavit.changes.envelope.touched import Change, Touched

PARENT, LANDING, HEAD = "a" * 40, "b" * 40, "c" * 40
BEFORE, AFTER = "1" * 40, "2" * 40


class Merges:
    """Gives the trees that a test says merges have; all else conflicts."""

    def __init__(self, *trees: tuple[str, str, str]) -> None:
        self.able = True
        self._trees = {(ours, theirs): tree for ours, theirs, tree in trees}

    def merged(self, ours: str, theirs: str) -> str | None:
        return self._trees.get((ours, theirs))


class Files:
    """Knows the patch digests that changes bring along, and no file."""

    def patch(self, change: Change) -> str | None:
        return change.patch

    def lines(self, id_: str) -> frozenset[bytes] | None:
        return None if id_ else frozenset()


def edit(old: str = "0", new: str = "9", path: bytes = b"a") -> Touched:
    return Touched(path, "100644", "100644", old * 40, new * 40)


def change(*touched: Touched, after: str = AFTER, patch: str | None = None) -> Change:
    return Change(before=BEFORE, after=after, touched=touched or (edit(),), patch=patch)


def landed(own: Change | None = None, **rest: object) -> Landed:
    given = {"commit": LANDING, "parents": (PARENT,), **rest}
    return Landed(change=own or change(), **given)  # type: ignore[arg-type]


def candidate(key: str = "one", own: Change | None = None, **rest: object) -> Candidate:
    given = {"head": key.encode().hex().ljust(40, "0"), **rest}
    return Candidate(key=key, change=own or change(after="3" * 40), **given)  # type: ignore[arg-type]


def join(
    landing: Landed, *candidates: Candidate, merges: Merges | None = None, able: bool = True
) -> Joined:
    merges = merges or Merges()
    merges.able = able
    return Ladder(Index(candidates), merges, Files()).joined(landing)


def to(rung: Rung, one: Candidate, *others: Candidate) -> Joined:
    among = tuple(sorted(each.key for each in (one, *others)))
    return Joined(rung=rung, key=one.key, head=one.head, tree=one.change.after, among=among)


def ambiguous(*candidates: Candidate) -> Joined:
    return Joined(rung=Rung.AMBIGUOUS, among=tuple(sorted(one.key for one in candidates)))


def test_the_forges_record_comes_before_all_that_is_alike() -> None:
    recorded = candidate("recorded", change(edit(path=b"other")), landed_as=(LANDING,))
    assert join(landed(), recorded, candidate("alike")) == to(Rung.MERGE_SHA, recorded)


def test_two_records_of_one_landing_are_ambiguous() -> None:
    both = [candidate(key, landed_as=(LANDING,)) for key in ("one", "two")]
    assert join(landed(), *both) == ambiguous(*both)


def test_the_same_tree_reached_by_the_same_change_is_the_tree_rung() -> None:
    one = candidate("one", change(after=AFTER))
    assert join(landed(), one) == to(Rung.TREE, one)


def test_the_tree_of_a_revert_is_no_join_to_what_it_went_back_to() -> None:
    one = candidate("one", change(edit(old="8", new="0"), after=AFTER))
    back = landed(change(edit(old="9", new="0")))
    merges = Merges((PARENT, one.head, "7" * 40))
    assert join(back, one, merges=merges) == Joined(rung=Rung.NONE)


def test_a_merge_that_gives_the_landings_tree_is_a_replay() -> None:
    one = candidate("one", change(edit(old="5", new="6"), after="3" * 40))
    assert join(landed(), one, merges=Merges((PARENT, one.head, AFTER))) == to(Rung.REPLAY, one)


def test_equal_blobs_join_where_nothing_could_be_merged() -> None:
    assert join(landed(), candidate(), able=False) == to(Rung.BLOBS, candidate())


def test_equal_blobs_whose_merge_gives_another_tree_prove_nothing() -> None:
    merges = Merges((PARENT, candidate().head, "7" * 40))
    assert join(landed(), candidate(), merges=merges) == Joined(rung=Rung.NONE)


def test_an_equal_patch_joins_and_does_not_carry() -> None:
    one = candidate("one", change(edit(old="5", new="6"), after="3" * 40, patch="sha256:p"))
    found = join(landed(change(patch="sha256:p")), one)
    assert (found, found.carries) == (to(Rung.PATCH, one), False)


def test_twins_are_ambiguous_even_where_one_has_the_landings_tree() -> None:
    twins = [candidate("up to date", change(after=AFTER)), candidate("behind")]
    merges = Merges(*((PARENT, one.head, AFTER) for one in twins))
    assert join(landed(), *twins, merges=merges) == ambiguous(*twins)


def test_two_requests_of_one_head_are_joined_and_both_are_named() -> None:
    both = [candidate(key, change(after=AFTER), head=HEAD) for key in ("one", "two")]
    assert join(landed(), *both) == to(Rung.TREE, both[0], both[1])


def test_the_whole_landing_comes_before_one_that_holds_more() -> None:
    whole = candidate("whole")
    more = candidate("more", change(edit(), edit(path=b"b"), after="4" * 40))
    merges = Merges(*((PARENT, one.head, AFTER) for one in (whole, more)))
    assert join(landed(), whole, more, merges=merges) == to(Rung.REPLAY, whole)


def test_what_began_on_commits_that_came_later_is_not_the_whole_landing() -> None:
    port = candidate("port", since=7)
    own = candidate("own", since=2)
    merges = Merges(*((PARENT, one.head, AFTER) for one in (own, port)))
    assert join(landed(place=5), own, port, merges=merges) == to(Rung.REPLAY, own)


def test_a_hit_in_a_list_that_was_cut_is_ambiguous() -> None:
    many = [
        candidate(f"{number:03}", change(edit(old="5", new="6"), edit(path=b"b"), after="4" * 40))
        for number in range(MOST_REPLAYS + 1)
    ]
    merges = Merges((PARENT, many[0].head, AFTER))
    assert join(landed(), *many, merges=merges) == Joined(
        rung=Rung.AMBIGUOUS, among=("000",), cut=True
    )


@pytest.mark.parametrize("beyond", [False, True])
def test_a_hit_is_ambiguous_where_changes_share_only_paths_that_were_not_looked_at(
    *, beyond: bool
) -> None:
    *near, far = (edit(path=f"{number:03}".encode()) for number in range(RARER + 1))
    moved = candidate("moved", change(*near, edit(path=b"old"), after="4" * 40))
    common = [candidate(f"c{one}", change(far)) for one in range(2)]
    given = [moved, *(common if beyond else ())]
    own = landed(change(*near, far))
    found = join(own, *given, merges=Merges((PARENT, moved.head, AFTER)))
    expected = Joined(rung=Rung.AMBIGUOUS, among=("moved",), cut=True)
    assert found == (expected if beyond else to(Rung.REPLAY, moved))


def test_a_head_that_was_merged_as_it_was_is_joined_though_the_merge_added_more() -> None:
    one = candidate("one", head=HEAD)
    found = join(landed(parents=(PARENT, HEAD)), one, merges=Merges((PARENT, HEAD, "7" * 40)))
    assert (found, found.carries) == (to(Rung.HEAD, one), False)


def test_a_landing_that_is_the_head_itself_is_joined_only_if_it_is_all_of_it() -> None:
    whole = candidate("whole", change(after=AFTER), head=LANDING, base=PARENT)
    release = candidate("release", change(edit(path=b"more")), head=LANDING, base="f" * 40)
    assert join(landed(), whole, release) == to(Rung.TREE, whole)
    assert join(landed(), release) == Joined(rung=Rung.NONE)


def test_the_squashed_request_comes_before_one_made_of_the_landing() -> None:
    squashed = candidate("squashed", change(after=AFTER))
    onward = candidate("onward", change(after=AFTER), head=LANDING, base=PARENT)
    assert join(landed(), squashed, onward) == to(Rung.TREE, squashed)


def test_a_change_that_nobody_can_see_any_more_joins_by_its_patch_alone() -> None:
    one = candidate("one", change(after=AFTER, patch="sha256:p"), known=False)
    assert join(landed(change(patch="sha256:p")), one) == to(Rung.PATCH, one)


@pytest.mark.parametrize("own", [change(after=BEFORE), None], ids=["empty", "not told"])
def test_an_empty_landing_is_joined_by_no_content(own: Change | None) -> None:
    empty = Change(before=BEFORE, after=BEFORE, touched=() if own else None)
    same = candidate("one", empty)
    assert join(landed(empty), same) == Joined(rung=Rung.NONE)


def test_a_number_joins_where_nothing_else_does_and_does_not_carry() -> None:
    one = candidate("one", change(edit(path=b"other")), number="12")
    found = join(landed(number="12"), one)
    assert (found, found.carries) == (to(Rung.NUMBER, one), False)


def test_what_a_change_says_of_itself_is_asserted_like_a_number() -> None:
    one = candidate("one", change(edit(path=b"other")), said_as=(LANDING,))
    found = join(landed(), one)
    assert (found, found.carries) == (to(Rung.NUMBER, one), False)
    numbered = candidate("two", change(edit(path=b"more")), number="12")
    assert join(landed(number="12"), one, numbered) == ambiguous(one, numbered)


CANDIDATES = st.lists(
    st.tuples(
        st.sampled_from([(edit(),), (edit(), edit(path=b"b")), (edit(old="5", new="6"),)]),
        st.sampled_from([AFTER, "3" * 40]),
        st.sampled_from([AFTER, "7" * 40, None]),
        st.sampled_from([None, "sha256:p"]),
        st.booleans(),
    ),
    max_size=5,
)
Drawn = list[tuple[tuple[Touched, ...], str, str | None, str | None, bool]]


def among(drawn: Drawn, *, without: int | None = None, backwards: bool = False) -> Joined:
    """The join to candidates of these changes, trees, merges, patches and sureties."""
    made, merges = list[Candidate](), list[tuple[str, str, str]]()
    for number, (touched, after, merge, patch, known) in enumerate(drawn):
        one = candidate(f"{number}", change(*touched, after=after, patch=patch), known=known)
        made += [one] * (number != without)
        merges += [(PARENT, one.head, merge)] if merge else []
    own = landed(change(patch="sha256:p"))
    return join(own, *(made[::-1] if backwards else made), merges=Merges(*merges))


@given(drawn=CANDIDATES)
def test_the_order_of_candidates_changes_nothing(drawn: Drawn) -> None:
    assert among(drawn) == among(drawn, backwards=True)


@given(drawn=CANDIDATES, without=st.integers(0, 4))
def test_a_join_stays_when_another_candidate_goes(drawn: Drawn, without: int) -> None:
    found = among(drawn)
    if found.key is not None and found.key != f"{without}":
        assert among(drawn, without=without) == found


@given(drawn=CANDIDATES)
def test_what_carries_was_merged_to_the_landings_tree_or_had_its_blobs(drawn: Drawn) -> None:
    found = among(drawn)
    if found.carries:
        touched, _, merge, _, known = drawn[int(found.key or "")]
        assert known
        assert merge == AFTER or (merge is None and touched == (edit(),))


def test_a_change_that_two_landings_claim_is_neither() -> None:
    one = to(Rung.TREE, candidate())
    lost = ambiguous(candidate())
    assert contested({"x": one, "y": one}) == {"x": lost, "y": lost}


def test_of_two_landings_the_one_that_the_forge_recorded_keeps_its_change() -> None:
    recorded, other = to(Rung.MERGE_SHA, candidate()), to(Rung.REPLAY, candidate())
    assert contested({"x": recorded, "y": other}) == {"x": recorded, "y": ambiguous(candidate())}


def test_a_landing_with_the_same_lines_keeps_a_join_that_carries_nothing() -> None:
    joins = {"x": to(Rung.TREE, candidate()), "y": to(Rung.PATCH, candidate())}
    assert contested(joins) == joins
