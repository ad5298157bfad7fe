"""What landings did to lines, as git's patches are read: blocks, and kinds of files and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from affidavit.sources.git.patches import Step
from blames import chain, told
from gitobjects import Entry
from gitrepo import Repo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affidavit.provenance.blame.change import Hunk

    Tree = Mapping[str, str | Entry | None]

LINK = Entry("160000", "1" * 40)
OTHER_LINK = Entry("160000", "2" * 40)
TEXT = "".join(f"line {number}\n" for number in range(20))


class Did(NamedTuple):
    """One change; `blocks` is None where the file is binary before or after."""

    status: str
    path: bytes
    blocks: list[Hunk] | None
    old_path: bytes | None = None
    """Where it is another."""
    modes: tuple[str, str] = ("100644", "100644")


def did(repo: Repo) -> list[list[Did]]:
    """What each landing of the first branch did."""
    return [
        [
            Did(
                entry.status.value,
                entry.path,
                None if blocks is None else list(blocks),
                None if entry.old_path == entry.path else entry.old_path,
                (entry.old_mode, entry.mode),
            )
            for entry, blocks in landing
        ]
        for landing in told(repo, chain(repo, repo.resolve("main"))).landings
    ]


def became(repo: Repo, before: Tree, after: Tree) -> list[Did]:
    """What a landing did that made `after` of `before`."""
    repo.commit(files=before)
    repo.commit(files=after)
    return did(repo)[1]


def added(path: str, lines: int, mode: str = "100644") -> Did:
    blocks = [(0, 0, 0, lines)] if lines else []
    return Did("A", path.encode(), blocks, modes=("000000", mode))


@pytest.mark.parametrize(
    ("before", "after", "blocks"),
    [
        pytest.param("1\n2\n3\n", "0\n1\n2\n3\n", [(0, 0, 0, 1)], id="put above"),
        pytest.param("1\n2\n3\n", "1\n2\n0\n3\n", [(2, 2, 2, 3)], id="put between"),
        pytest.param("1\n2\n3\n", "1\n2\n3\n0\n0\n", [(3, 3, 3, 5)], id="put below"),
        pytest.param("1\n2\n3\n", "2\n3\n", [(0, 1, 0, 0)], id="taken from above"),
        pytest.param("1\n2\n3\n4\n", "1\n4\n", [(1, 3, 1, 1)], id="taken from between"),
        pytest.param("1\n2\n3\n", "1\n2\n", [(2, 3, 2, 2)], id="taken from below"),
        pytest.param("1\n2\n3\n", "1\n0\n0\n3\n", [(1, 2, 1, 3)], id="replaced by more"),
        pytest.param("1\n2\n3\n", "0\n", [(0, 3, 0, 1)], id="all replaced"),
        pytest.param("1\n2\n3\n", "", [(0, 3, 0, 0)], id="emptied"),
        pytest.param("", "1\n2\n", [(0, 0, 0, 2)], id="filled"),
        pytest.param("1\n2\n3\n", "0\n2\n0\n", [(0, 1, 0, 1), (2, 3, 2, 3)], id="several"),
        pytest.param("1\n2\n3\n4\n", "2\n3\n0\n4\n", [(0, 1, 0, 0), (3, 3, 2, 3)], id="shifted"),
        pytest.param("1\n2", "1\n2\n", [(1, 2, 1, 2)], id="last line ended"),
        pytest.param("1\n2\n", "1\n2", [(1, 2, 1, 2)], id="last line no more ended"),
        pytest.param("1\n2", "0\n2", [(0, 1, 0, 1)], id="last line never ended"),
        pytest.param("1\n2", "1\n3", [(1, 2, 1, 2)], id="last line replaced"),
        pytest.param("1\n2\n", "1\r\n2\r\n", [(0, 2, 0, 2)], id="carriage returns"),
        pytest.param("1\r\n2\r\n", "1\r\n2\n", [(1, 2, 1, 2)], id="one carriage return less"),
        pytest.param("1\r2\r3", "1\r4\r3", [(0, 1, 0, 1)], id="carriage returns end no line"),
        pytest.param("1\f2\n", "1\v2\n", [(0, 1, 0, 1)], id="form feeds end no line"),
    ],
)
def test_blocks_of_lines_are_told_as_they_stand(
    repo: Repo, before: str, after: str, blocks: list[Hunk]
) -> None:
    assert became(repo, {"a": before}, {"a": after}) == [Did("M", b"a", blocks)]


def test_the_beginning_of_a_history_adds_every_file(repo: Repo) -> None:
    repo.commit(files={"a": "1\n2\n", "b/c": "1", "empty": ""})
    assert did(repo) == [[added("a", 2), added("b/c", 1), added("empty", 0)]]


def test_a_second_beginning_is_told_like_the_first(repo: Repo) -> None:
    repo.commit(files={"a": "1\n"})
    other = repo.commit(files={"b": "1\n2\n"}, parents=[], branch="other")
    [landing] = told(repo, [Step(other, None)]).landings
    assert [(entry.path, blocks) for entry, blocks in landing] == [(b"b", [(0, 0, 0, 2)])]


def test_landings_that_change_nothing_are_told_as_such(repo: Repo) -> None:
    repo.commit(files={})
    repo.commit(files={})
    repo.commit(files={"a": "1\n"})
    repo.commit(files={})
    repo.commit(files={})
    assert did(repo) == [[], [], [added("a", 1)], [], []]


def test_a_merge_is_compared_with_the_parent_that_is_named(repo: Repo) -> None:
    base = repo.commit(files={"a": "1\n"})
    side = repo.commit(files={"b": "1\n"}, branch="side", at="main")
    main = repo.commit(files={"c": "1\n"})
    merge = repo.merge("side")
    steps = [Step(merge, main), Step(merge, side), Step(merge, base)]
    assert [[entry.path for entry, _ in landing] for landing in told(repo, steps).landings] == [
        [b"b"],
        [b"c"],
        [b"b", b"c"],
    ]


def test_a_file_that_goes_loses_its_lines(repo: Repo) -> None:
    [gone] = became(repo, {"a": "1\n2\n", "b": ""}, {"a": None})
    assert gone == Did("D", b"a", [(0, 2, 0, 0)], modes=("100644", "000000"))


def test_a_change_of_mode_alone_changes_no_line(repo: Repo) -> None:
    blob = repo.blob(TEXT)
    assert became(repo, {"a": TEXT}, {"a": Entry("100755", blob)}) == [
        Did("M", b"a", [], modes=("100644", "100755"))
    ]


def test_a_change_of_mode_and_lines_is_one(repo: Repo) -> None:
    blob = repo.blob(f"{TEXT}0\n")
    assert became(repo, {"a": TEXT}, {"a": Entry("100755", blob)}) == [
        Did("M", b"a", [(20, 20, 20, 21)], modes=("100644", "100755"))
    ]


@pytest.mark.parametrize(
    ("after", "blocks"),
    [
        pytest.param(TEXT, [], id="as it was"),
        pytest.param(f"0\n{TEXT}", [(0, 0, 0, 1)], id="with a line more"),
        pytest.param("1\n" * 9 + TEXT[:100], [(0, 0, 0, 9), (13, 20, 22, 23)], id="half of it"),
    ],
)
def test_a_renamed_file_is_compared_with_what_it_was(
    repo: Repo, after: str, blocks: list[Hunk]
) -> None:
    assert became(repo, {"a": TEXT}, {"a": None, "d/b": after}) == [Did("R", b"d/b", blocks, b"a")]


def test_what_is_too_different_is_another_file(repo: Repo) -> None:
    assert became(repo, {"a": TEXT}, {"a": None, "b": "1\n" * 40 + TEXT[:70]}) == [
        Did("D", b"a", [(0, 20, 0, 0)], modes=("100644", "000000")),
        added("b", 50),
    ]


def test_a_copy_is_another_file(repo: Repo) -> None:
    assert became(repo, {"a": TEXT}, {"a": "0\n", "b": TEXT}) == [
        Did("M", b"a", [(0, 20, 0, 1)]),
        added("b", 20),
    ]


def test_two_files_that_change_places_are_compared_where_they_stand(repo: Repo) -> None:
    other = TEXT.replace("line", "other")
    assert became(repo, {"a": TEXT, "b": other}, {"a": other, "b": TEXT}) == [
        Did("M", b"a", [(0, 20, 0, 20)]),
        Did("M", b"b", [(0, 20, 0, 20)]),
    ]


def test_a_file_can_go_where_another_was_that_goes_elsewhere(repo: Repo) -> None:
    """The path in the middle is there before and after: it is no end of a rename."""
    other = TEXT.replace("line", "other")
    assert became(repo, {"a": TEXT, "b": other}, {"a": None, "b": TEXT, "c": other}) == [
        Did("D", b"a", [(0, 20, 0, 0)], modes=("100644", "000000")),
        Did("M", b"b", [(0, 20, 0, 20)]),
        added("c", 20),
    ]


def test_a_folder_can_come_where_a_file_was(repo: Repo) -> None:
    assert became(repo, {"a": TEXT}, {"a": None, "a/b": TEXT}) == [Did("R", b"a/b", [], b"a")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("1\n2\n", "1\n\0\n", id="text to binary"),
        pytest.param("1\n\0\n", "1\n2\n", id="binary to text"),
        pytest.param("1\n\0\n", "2\n\0\n", id="binary to binary"),
        pytest.param("1\n" * 3_999 + "1\0\n", "1\n", id="the last byte that is looked at"),
    ],
)
def test_of_a_file_that_is_binary_before_or_after_no_blocks_are_told(
    repo: Repo, before: str, after: str
) -> None:
    assert became(repo, {"a": before}, {"a": after}) == [Did("M", b"a", None)]


def test_binary_files_come_go_and_move(repo: Repo) -> None:
    repo.commit(files={"a": "\0"})
    repo.commit(files={"a": None, "b": "\0"})
    repo.commit(files={"b": Entry("100755", repo.blob("\0"))})
    repo.commit(files={"b": None})
    assert did(repo) == [
        [Did("A", b"a", None, modes=("000000", "100644"))],
        [Did("R", b"b", [], b"a")],
        [Did("M", b"b", [], modes=("100644", "100755"))],
        [Did("D", b"b", None, modes=("100755", "000000"))],
    ]


def test_a_nul_past_the_first_8_000_bytes_makes_no_binary(repo: Repo) -> None:
    before = "1234567\n" * 1_000 + "\0\0\n\0\n"
    after = before.replace("\0\n\0\n", "\0\n2\0\n\n")
    assert became(repo, {"a": before}, {"a": after}) == [
        Did("M", b"a", [(1_001, 1_002, 1_001, 1_003)])
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        pytest.param("file", "link", 1, id="file to symbolic link"),
        pytest.param("link", "file", 3, id="symbolic link to file"),
        pytest.param("file", "module", 1, id="file to another repository"),
        pytest.param("module", "file", 3, id="another repository to file"),
        pytest.param("link", "module", 1, id="symbolic link to another repository"),
    ],
)
def test_what_becomes_something_else_is_told_as_it_is_now(
    repo: Repo, before: str, after: str, lines: int
) -> None:
    kinds = {
        "file": Entry("100644", repo.blob("1\n2\n3\n")),
        "link": Entry("120000", repo.blob("a/b/c")),
        "module": LINK,
    }
    one, other = kinds[before], kinds[after]
    # What stands beside it is told with its own blocks.
    now: Tree = {"a": "1\n", "m": other, "z": "2\n"}
    assert became(repo, {"a": "0\n", "m": one, "z": "0\n"}, now) == [
        Did("M", b"a", [(0, 1, 0, 1)]),
        Did("T", b"m", [(0, 0, 0, lines)], modes=(one.mode, other.mode)),
        Did("M", b"z", [(0, 1, 0, 1)]),
    ]


def test_a_file_that_becomes_a_link_and_a_binary_one_the_other_way_round(repo: Repo) -> None:
    link = Entry("120000", repo.blob("a"))
    assert became(repo, {"a": "\0", "b": link}, {"a": link, "b": "\0"}) == [
        Did("T", b"a", [(0, 0, 0, 1)], modes=("100644", "120000")),
        Did("T", b"b", None, modes=("120000", "100644")),
    ]


def test_a_symbolic_link_has_one_line_that_never_ends(repo: Repo) -> None:
    one, other = (Entry("120000", repo.blob(target)) for target in ("a", "b"))
    assert became(repo, {"a": one}, {"a": other}) == [
        Did("M", b"a", [(0, 1, 0, 1)], modes=("120000", "120000"))
    ]


def test_the_commits_of_other_repositories_come_change_move_and_go(repo: Repo) -> None:
    mode, none = "160000", "000000"
    repo.commit(files={"m": LINK})
    repo.commit(files={"m": OTHER_LINK})
    repo.commit(files={"m": None, "n": OTHER_LINK})
    repo.commit(files={"n": None})
    assert did(repo) == [
        [added("m", 1, mode)],
        [Did("M", b"m", [(0, 1, 0, 1)], modes=(mode, mode))],
        [Did("R", b"n", [], b"m", (mode, mode))],
        [Did("D", b"n", [(0, 1, 0, 0)], modes=(mode, none))],
    ]


def test_ids_are_those_of_the_blobs(repo: Repo) -> None:
    repo.commit(files={"a": "1\n"})
    repo.commit(files={"a": "2\n"})
    repo.commit(files={"a": None})
    one, two, none = repo.blob("1\n"), repo.blob("2\n"), "0" * 40
    landings = told(repo, chain(repo, repo.resolve("main"))).landings
    assert [(entry.old_id, entry.id) for [(entry, _)] in landings] == [
        (none, one),
        (one, two),
        (two, none),
    ]


def test_a_repository_with_longer_ids_is_read_alike(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "long", object_format="sha256")
    repo.commit(files={"a": TEXT})
    repo.commit(files={"a": None, "b": f"0\n{TEXT}"})
    assert did(repo) == [[added("a", 20)], [Did("R", b"b", [(0, 0, 0, 1)], b"a")]]
