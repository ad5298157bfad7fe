"""Each line's commit, path and number are those of git blame, on histories made up at random.

docs/lines.md says where they are not; the tests here show each case that it names.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.sources.git import patches
from blames import Line, blamed, chain, differing, forks, refined, replayed, steps_behind
from gitobjects import Entry
from gitrepo import Repo
from linehistories import CHANGES, TEXT, Author

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = st.integers(0, 1 << 32)


@pytest.fixture
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Repo]:
    return lambda: Repo(tmp_path_factory.mktemp("made") / "repo")


@settings(max_examples=25)
@given(seed=SEEDS, landings=st.integers(1, 12))
def test_landings_replayed_are_what_blame_finds_along_first_parents(
    made: Callable[[], Repo], seed: int, landings: int
) -> None:
    repo = made()
    head = Author(repo, Random(seed)).straight(landings)
    assert replayed(repo, head) == blamed(repo, head, "--first-parent")


@settings(max_examples=25)
@given(seed=SEEDS, commits=st.integers(1, 9))
def test_all_commits_behind_a_head_are_what_blame_finds(
    made: Callable[[], Repo], seed: int, commits: int
) -> None:
    repo = made()
    head = Author(repo, Random(seed)).woven(commits, TEXT)
    found, gits = refined(repo, head), blamed(repo, head)
    assert not differing(found, gits) or forks(repo, steps_behind(repo, head))


@settings(max_examples=10)
@given(seed=SEEDS, commits=st.integers(1, 9))
def test_what_is_known_of_files_that_were_binary_is_what_blame_finds(
    made: Callable[[], Repo], seed: int, commits: int
) -> None:
    repo = made()
    head = Author(repo, Random(seed)).woven(commits, CHANGES)
    found, gits = refined(repo, head), blamed(repo, head)
    known = {path: lines for path, lines in found.items() if lines is not None}
    missed = differing(known, gits) - (found.keys() - known.keys())
    assert not missed or forks(repo, steps_behind(repo, head))


@settings(max_examples=10)
@given(seed=SEEDS, commits=st.integers(1, 9))
def test_files_that_are_alike_differ_only_where_git_alone_finds_another_source(
    made: Callable[[], Repo], seed: int, commits: int
) -> None:
    repo = made()
    head = Author(repo, Random(seed), marked=False).woven(commits, TEXT)
    found, gits = refined(repo, head), blamed(repo, head)
    assert not differing(found, gits) or forks(repo, steps_behind(repo, head))


# Merges, one kind at a time.


def text(*changed: int, word: str = "x") -> str:
    """Twelve lines, of which these are changed."""
    return "".join(f"{word} {n}\n" if n in changed else f"line {n}\n" for n in range(12))


def octopus(repo: Repo) -> None:
    base = repo.commit(files={"a": text()})
    sides = [repo.commit(files={"a": text(n)}, branch=f"s{n}", at=base) for n in (1, 5, 9)]
    repo.commit(files={"a": text(1, 5, 9)}, parents=[base, *sides])


def evil(repo: Repo) -> None:
    repo.commit(files={"a": text()})
    side = repo.commit(files={"a": text(1)}, branch="side", at="main")
    repo.commit(files={"a": text(9)})
    mixed = text(1, 9).replace("line 5", "evil 5") + "evil\n"
    repo.merge(side, files={"a": mixed, "only here": "evil\n"})


def crossed(repo: Repo) -> None:
    """Each of two branches takes the other, and they meet again."""
    base = repo.commit(files={"a": text()})
    ours, theirs = (
        repo.commit(files={"a": text(1)}),
        repo.commit(files={"a": text(9)}, parents=[base]),
    )
    one = repo.commit(files={"a": text(1, 9)}, parents=[ours, theirs])
    two = repo.commit(files={"a": text(1, 5, 9)}, parents=[theirs, ours])
    repo.commit(files={"a": text(1, 5, 9) + "more\n"}, parents=[one, two])


def updated(repo: Repo) -> None:
    """A branch takes what came to the main line meanwhile, twice."""
    base = repo.commit(files={"a": text()})
    side = repo.commit(files={"a": text(1)}, parents=[base])
    main = repo.commit(files={"a": text(9)}, parents=[base])
    side = repo.commit(files={"a": text(1, 9)}, parents=[side, main])
    side = repo.commit(files={"a": text(1, 3, 9)}, parents=[side])
    main = repo.commit(files={"a": text(9, 11)}, parents=[main])
    side = repo.commit(files={"a": text(1, 3, 9, 11)}, parents=[side, main])
    repo.commit(files={"a": text(1, 3, 9, 11)}, parents=[main, side])


def one_sided(repo: Repo) -> None:
    """A merge that keeps nothing of the other side."""
    repo.commit(files={"a": text()})
    side = repo.commit(files={"a": text(1)}, branch="side", at="main")
    repo.commit(files={"a": text(9)})
    repo.merge(side, files={})


def unrelated(repo: Repo) -> None:
    one = repo.commit(files={"a": text()})
    two = repo.commit(files={"a": text(1, 2), "b": text(3)}, parents=[])
    repo.commit(files={"a": text(1), "b": text(3, 4)}, parents=[one, two])


def renamed_on_one_side(repo: Repo) -> None:
    base = repo.commit(files={"a": text()})
    ours = repo.commit(files={"a": None, "b": text(1)}, parents=[base])
    theirs = repo.commit(files={"a": text(9)}, parents=[base])
    repo.commit(files={"b": text(1, 9)}, parents=[ours, theirs])


def rewritten(repo: Repo) -> tuple[str, str]:
    """Two sides of a merge: one took a line away and brought it back, the other never did."""
    base = repo.commit(files={"a": text()})
    away = repo.commit(files={"a": text(1, 5)}, parents=[base])
    back = repo.commit(files={"a": text(1)}, parents=[away])
    return back, repo.commit(files={"a": text(9)}, parents=[base])


def renamed_as_it_was(repo: Repo) -> None:
    """The merge's file is one side's, moved; the other has some lines of its own there."""
    ours, theirs = rewritten(repo)
    ours = repo.commit(files={"a": None, "b": text(1)}, parents=[ours])
    repo.commit(files={"b": text(9)}, parents=[ours, theirs])


def of_another_mode(repo: Repo) -> None:
    ours, theirs = rewritten(repo)
    repo.commit(files={"a": Entry("100755", repo.blob(text(9)))}, parents=[ours, theirs])


def as_one_side_has_it(repo: Repo) -> None:
    ours, theirs = rewritten(repo)
    repo.commit(files={"a": text(9)}, parents=[ours, theirs])


@pytest.mark.parametrize(
    "build",
    [
        *(octopus, evil, crossed, updated, one_sided, unrelated),
        *(renamed_on_one_side, renamed_as_it_was, of_another_mode, as_one_side_has_it),
    ],
)
def test_a_merge_is_what_blame_finds(repo: Repo, build: Callable[[Repo], None]) -> None:
    build(repo)
    head = repo.resolve("main")
    assert refined(repo, head) == blamed(repo, head)


# Where the two differ, and how.


def commits(lines: list[Line] | None) -> set[str]:
    return {line.commit for line in lines or ()}


def test_the_source_of_two_files_is_that_of_one_alone(repo: Repo) -> None:
    """A split: blame asks for each path alone, and finds the same source for both."""
    first = repo.commit(files={"a": text()})
    split = repo.commit(files={"a": None, "b": text(), "c": text(5)})
    found, gits = replayed(repo, split), blamed(repo, split, "--first-parent")
    assert found[b"b"] == gits[b"b"]
    assert (commits(found[b"c"]), commits(gits[b"c"])) == ({split}, {first, split})
    assert [path for _, path in forks(repo, chain(repo, split))] == [b"c"]


def test_one_of_several_sources_goes_to_the_path_that_it_is_most_like(repo: Repo) -> None:
    """Asked for one path alone, git prefers a source of its name to one that is more alike."""
    first = repo.commit(files={"x/f": text(1, 2)})
    second = repo.commit(files={"g": text(0)})
    both = repo.commit(files={"x/f": None, "g": None, "a/f": text(), "b/f": "another\n"})
    found, gits = replayed(repo, both), blamed(repo, both, "--first-parent")
    assert (commits(found[b"a/f"]), commits(gits[b"a/f"])) == ({second, both}, {first, both})
    assert [path for _, path in forks(repo, chain(repo, both))] == [b"a/f"]


def test_beyond_the_limit_only_what_is_equal_is_renamed(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blame, asked for one path, never reaches it."""
    less = [one.replace("-l1000", "-l1") for one in patches._TREES]
    monkeypatch.setattr(patches, "_TREES", less)
    first = repo.commit(files={"a": text(), "b": text(*range(12)), "c": "equal\n"})
    moved = {"d": text(5), "e": text(*range(12)) + "1\n", "f": "equal\n"}
    many = repo.commit(files={"a": None, "b": None, "c": None, **moved})
    found, gits = replayed(repo, many), blamed(repo, many, "--first-parent")
    assert {path: commits(lines) for path, lines in found.items()} == {
        b"d": {many},
        b"e": {many},
        b"f": {first},
    }
    assert commits(gits[b"d"]) == commits(gits[b"e"]) == {first, many}


def test_a_merge_can_split_what_neither_side_did(repo: Repo) -> None:
    """One side still has, and has changed, the file that the others moved to two places."""
    base = repo.commit(files={"a": text()})
    one = repo.commit(files={"a": None, "b": text()}, parents=[base])
    two = repo.commit(files={"a": None, "c": text(9)}, parents=[base])
    main = repo.commit(files={"a": text(5, word="main")}, parents=[base])
    changed = text(5, word="main")
    both = {"a": None, "b": changed, "c": changed.replace("line 9", "x 9")}
    merge = repo.commit(files=both, parents=[main, one, two])
    found, gits = refined(repo, merge), blamed(repo, merge)
    assert [(step.parent, path) for step, path in forks(repo, steps_behind(repo, merge))] == [
        (main, b"c")
    ]
    assert found[b"b"] == gits[b"b"]
    assert (commits(found[b"c"]), commits(gits[b"c"])) == ({base, two, merge}, {base, two, main})
