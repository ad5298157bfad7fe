"""Lines of a commit found again in its rebased twin: only where the context proves the place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.envelope.lifting import State, lines_of
from affidavit.changes.envelope.lines import Block, blocks
from affidavit.changes.envelope.rebased import placed
from affidavit.changes.envelope.touched import ABSENT, Touched
from affidavit.provenance.gitai_log import Keyed, Span, Spans

PATH = b"a.py"
BASE = "".join(f"line {number}\n" for number in range(1, 21))
KEY = "s_11111111111111"


class Texts:
    """Files by what stands for their ids; an id that is no text gives nothing."""

    def __init__(self, **texts: str | None) -> None:
        self.texts = {"": "", **texts}

    def changes(self, one: Touched) -> list[Block] | None:
        old, new = self.texts[one.old], self.texts[one.new]
        if old is None or new is None:
            return None
        return blocks(lines_of(old.encode()), lines_of(new.encode()))


def touched(old: str, new: str) -> dict[bytes, Touched]:
    mode = "100644" if old else ABSENT
    return {PATH: Touched(PATH, mode, "100644", old, new)}


def state(*spans: tuple[int, int]) -> State:
    return {PATH: {KEY: tuple(Span(*one) for one in spans)}}


def found(
    attested: State, before: str, after: str, onto: str | None, landed: str | None
) -> list[tuple[int, ...]]:
    """Where the lines are that were attested of `after`, in `landed`."""
    texts = Texts(p=before, c=after, q=onto, l=landed)
    own = touched("p" if before else "", "c")
    other = touched("q" if onto != "" else "", "l")
    spans: Spans = placed(attested, own, other, texts.changes).get(PATH, Keyed()).get(KEY, ())
    return [tuple(one) for one in spans]


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_a_block_moves_with_what_was_added_above_it() -> None:
    after = edited(BASE, "line 9\n", "new 1\nnew 2\n")
    onto, landed = "top\n" + BASE, "top\n" + after
    assert found(state((9, 10)), BASE, after, onto, landed) == [(10, 11)]


def test_only_the_attested_lines_of_a_block_are_told() -> None:
    after = edited(BASE, "line 9\n", "new 1\nnew 2\nnew 3\n")
    onto, landed = "top\n" + BASE, "top\n" + after
    assert found(state((9, 9), (11, 11)), BASE, after, onto, landed) == [(10, 10), (12, 12)]


def test_a_file_that_is_new_in_both_keeps_its_lines() -> None:
    assert found(state((1, 3)), "", "1\n2\n3\n", "", "1\n2\n3\n") == [(1, 3)]


def test_a_block_whose_third_neighbour_changed_is_dropped_and_the_fourth_does_not_matter() -> None:
    after = edited(BASE, "line 9\n", "new\n")
    third, fourth = (edited(BASE, f"line {number}\n", "else\n") for number in (6, 5))
    landed = [edited(one, "line 9\n", "new\n") for one in (third, fourth)]
    assert found(state((9, 9)), BASE, after, third, landed[0]) == []
    assert found(state((9, 9)), BASE, after, fourth, landed[1]) == [(9, 9)]


def test_a_block_at_another_copy_of_the_same_lines_is_dropped() -> None:
    copy = "a\nb\nc\nd\ne\nf\n"
    before = f"{copy}between\n{copy}"
    after = f"a\nb\nc\nnew\nd\ne\nf\nbetween\n{copy}"
    elsewhere = f"{copy}between\na\nb\nc\nnew\nd\ne\nf\n"
    assert found(state((4, 4)), before, after, before, elsewhere) == []


def test_a_patch_with_another_number_of_blocks_or_lines_gives_nothing() -> None:
    after = edited(BASE, "line 9\n", "new\n")
    more = edited(after, "line 15\n", "more\n")
    longer = edited(BASE, "line 9\n", "new\nnew again\n")
    assert found(state((9, 9)), BASE, after, BASE, more) == []
    assert found(state((9, 9)), BASE, after, BASE, longer) == []


def test_what_is_no_text_or_not_touched_there_gives_nothing() -> None:
    after = edited(BASE, "line 9\n", "new\n")
    assert found(state((9, 9)), BASE, after, BASE, None) == []
    texts = Texts(p=BASE, c=after)
    assert placed(state((9, 9)), touched("p", "c"), {}, texts.changes) == {}


@given(st.lists(st.sampled_from(["x\n", "y\n", "z\n"]), max_size=8), st.integers(0, 20))
def test_what_is_told_always_has_the_same_text(above: list[str], at: int) -> None:
    lines = lines_of(BASE.encode())
    new = [*lines[:at], b"new 1\n", b"new 2\n", *lines[at:]]
    onto = "".join(above) + BASE
    landed = "".join(above) + b"".join(new).decode()
    told = found(state((at + 1, at + 2)), BASE, b"".join(new).decode(), onto, landed)
    texts = [landed.splitlines()[first - 1 : last] for first, last in told]
    assert texts == [["new 1", "new 2"]] * (len(above) == 0 or at > 0 or bool(told))
