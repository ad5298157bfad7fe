"""The three digests against an implementation from the page of their format, and what they tell."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.envelope.digest import LARGEST, after, blobs, patch
from affidavit.changes.envelope.lines import DEEPEST, Block, blocks
from affidavit.changes.envelope.touched import ABSENT, Touched

if TYPE_CHECKING:
    from collections.abc import Sequence

FILES: dict[str, bytes] = {}


def blob(body: bytes) -> str:
    """The id under which `read` finds `body`."""
    id_ = hashlib.sha1(b"blob %d\0%b" % (len(body), body), usedforsecurity=False).hexdigest()
    FILES[id_] = body
    return id_


def read(id_: str) -> bytes | None:
    body = FILES[id_]
    return None if len(body) > LARGEST else body


def edit(old: bytes | None, new: bytes | None, *, path: bytes = b"a.py") -> Touched:
    """What goes from `old` to `new` at `path`; None is no file."""
    modes = [ABSENT if body is None else "100644" for body in (old, new)]
    ids = ["" if body is None else blob(body) for body in (old, new)]
    return Touched(path, modes[0], modes[1], ids[0], ids[1])


def digest(*touched: Touched) -> str:
    return patch(touched, read)


# The format again, as docs/formats/patch-digest.md tells it.


def again(touched: Sequence[Touched]) -> str:
    body = text(b"affidavit-patch@1") + size(len(touched))
    for path, old_mode, new_mode, old, new in touched:
        one = text(b"affidavit-patch@1 file") + text(path)
        one += text(old_mode.encode()) + text(new_mode.encode())
        one += again_file(old_mode, new_mode, old, new)
        body += text(hashlib.sha256(one).digest())
    return "sha256:" + hashlib.sha256(body).hexdigest()


def again_file(old_mode: str, new_mode: str, old: str, new: str) -> bytes:
    bodies = [
        FILES[id_] if id_ else b"" for id_ in (old, new) if "160000" not in (old_mode, new_mode)
    ]
    odd = not bodies or any(len(one) > 1_048_576 or 0 in one[:8000] for one in bodies)
    if odd:
        return text(b"objects") + text(old.encode()) + text(new.encode())
    before, behind = (
        one.split(b"\n") if id_ else [] for one, id_ in zip(bodies, (old, new), strict=True)
    )
    found = again_blocks(before, behind, 0, 0, 0)
    out = text(b"text") + size(len(found))
    for at, to, new_at, new_to in found:
        for part in (
            before[max(0, at - 1) : at],
            before[at:to],
            behind[new_at:new_to],
            before[to : to + 1],
        ):
            out += size(len(part)) + b"".join(map(text, part))
    return out


def again_blocks(
    a: list[bytes], b: list[bytes], i: int, j: int, depth: int
) -> list[tuple[int, ...]]:
    while a and b and a[0] == b[0]:
        a, b, i, j = a[1:], b[1:], i + 1, j + 1
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if not a and not b:
        return []
    pairs = [(n, b.index(one)) for n, one in enumerate(a) if a.count(one) == b.count(one) == 1]
    run = longest(pairs) if depth < 64 else []
    if not run:
        return [(i, i + len(a), j, j + len(b))]
    found, last = [], (-1, -1)
    for at in [*run, (len(a), len(b))]:
        part = a[last[0] + 1 : at[0]], b[last[1] + 1 : at[1]]
        found += again_blocks(*part, i + last[0] + 1, j + last[1] + 1, depth + 1)
        last = at
    return found


def longest(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest rising run; of several the one that ends lowest, and so on from its end."""
    best: list[list[tuple[int, int]]] = []
    for pair in pairs:
        below = [run for run in best if run[-1][1] < pair[1]]
        most = max((len(run) for run in below), default=0)
        ends = [run for run in below if len(run) == most]
        best.append([*min(ends, key=lambda run: run[-1][1]), pair] if ends else [pair])
    most = max((len(run) for run in best), default=0)
    return min((run for run in best if len(run) == most), key=lambda run: run[-1][1], default=[])


def size(number: int) -> bytes:
    return number.to_bytes(8, "big")


def text(data: bytes) -> bytes:
    return size(len(data)) + data


LINES = st.lists(st.sampled_from([b"", b"a", b"b", b"c", b"d", b"e", b"f", b"g"]), max_size=14)


@given(old=LINES, new=LINES)
def test_the_digest_is_what_the_page_of_the_format_says(old: list[bytes], new: list[bytes]) -> None:
    touched = [edit(b"\n".join(old), b"\n".join(new)), edit(None, b"\n".join(new), path=b"b")]
    assert digest(*touched) == again(touched)


@given(old=LINES, new=LINES)
def test_the_blocks_turn_the_old_lines_into_the_new(old: list[bytes], new: list[bytes]) -> None:
    made, at = list[bytes](), 0
    for block in blocks(old, new):
        made += [*old[at : block.old_start], *new[block.new_start : block.new_end]]
        at = block.old_end
    assert made + old[at:] == new


@given(before=LINES, old=LINES, new=LINES, behind=LINES)
def test_lines_far_away_that_moved_on_leave_the_digest(
    before: list[bytes], old: list[bytes], new: list[bytes], behind: list[bytes]
) -> None:
    # Unique lines keep what is around apart from what changes.
    def file(body: list[bytes], *, moved: bool) -> bytes:
        top = [b"new line"] * moved + before
        return b"\n".join([*top, b"<", b"<<", *body, b">>", b">", *behind])

    one = edit(file(old, moved=False), file(new, moved=False))
    other = edit(file(old, moved=True), file(new, moved=True))
    assert digest(one) == digest(other)
    assert (blobs([one]) == blobs([other])) == (one == other)


BASE = b"def f():\n    return 1\n\n\ndef g():\n    return 2\n"


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(BASE.replace(b"    return 2", b"  return 2"), id="indentation"),
        pytest.param(BASE.replace(b"\n", b"\r\n"), id="CR LF"),
        pytest.param(BASE[:-1], id="no last line feed"),
        pytest.param(BASE.replace(b"return 2", b"return  2"), id="a blank more"),
        pytest.param(BASE + b"\0", id="binary"),
        pytest.param(b"", id="emptied"),
        pytest.param(None, id="removed"),
    ],
)
def test_changes_that_differ_have_digests_that_differ(new: bytes | None) -> None:
    ordinary = edit(BASE, BASE.replace(b"    return 2", b"    return 3"))
    one = edit(BASE, new)
    assert len({digest(ordinary), digest(one), digest()}) == 3
    assert digest(one) == again([one])


def test_a_mode_alone_is_a_change() -> None:
    same = blob(BASE)
    one = Touched(b"a", "100644", "100755", same, same)
    other = Touched(b"a", "100755", "100644", same, same)
    assert digest(one) != digest(other)
    assert digest(one) == again([one])


def test_of_a_submodule_the_commits_count_and_are_not_read() -> None:
    one = Touched(b"lib", "160000", "160000", "a" * 40, "b" * 40)
    other = Touched(b"lib", "160000", "160000", "a" * 40, "c" * 40)
    assert digest(one) != digest(other)
    assert digest(one) == again([one])


def test_a_symbolic_link_is_a_text_of_its_own_mode() -> None:
    link = Touched(b"a", ABSENT, "120000", "", blob(b"/etc/passwd"))
    file = Touched(b"a", ABSENT, "100644", "", blob(b"/etc/passwd"))
    assert digest(link) != digest(file)
    assert digest(link) == again([link])


def test_of_a_huge_file_its_ids_stand_for_it() -> None:
    big, bigger = b"x\n" * (LARGEST // 2 + 1), b"x\n" * (LARGEST // 2 + 2)
    one = edit(big, bigger)
    assert digest(one) == again([one])
    assert digest(one) != digest(edit(BASE, bigger))


def test_what_two_paths_do_is_not_what_one_does() -> None:
    old, new = b"1\n", b"2\n"
    both = edit(old, new, path=b"a"), edit(old, new, path=b"b")
    assert len({digest(*both), digest(both[0]), digest(both[1])}) == 3


def test_what_stands_afterwards_has_a_digest_without_what_was_before() -> None:
    one, other = edit(b"1", b"3"), edit(b"2", b"3")
    assert after([one]) == after([other])
    assert blobs([one]) != blobs([other])


def test_the_digests_of_a_known_change_never_change() -> None:
    one = edit(b"a\nb\nc\n", b"a\nB\nc\n")
    assert (blobs([one]), patch([one], read), after([one])) == (
        "sha256:a5238a960e842dd10e21fad0c163ad2ce9e2db5ca5bf6b49f9efa7d36edf32cd",
        "sha256:068af66ad4db1fc56b406ff96c43149557330e245e8d56624e85ef9b9861fdbe",
        "sha256:03613e3f922ffd01b33d2dc97a06845bc3a409ef066e7baec06ba6c98d4d5520",
    )


def test_lines_made_to_be_divided_for_ever_are_bounded() -> None:
    old = [b"%d" % (number + 1 if number % 2 else number // 2) for number in range(4_000)]
    new = [b"%d" % (number // 2 if number % 2 else number) for number in range(4_000)]
    assert len(blocks(old, new)) <= 4_000
    assert DEEPEST == 64


def test_texts_without_a_line_in_common_are_one_block() -> None:
    assert blocks([b"a", b"b"], [b"c"]) == [Block(0, 2, 0, 1)]
