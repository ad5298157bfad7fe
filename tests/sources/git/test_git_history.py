from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tricks
from reading import listing, read

from affidavit.sources.git import history
from affidavit.sources.git.commit import Oddities, ident, parse
from affidavit.sources.git.history import walk
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.base.commit import Commit
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked
    from gitrepo import Repo


def walked(place: Path, heads: Sequence[str], **options: Sequence[str] | set[str]) -> Graph:
    store = locate(place)
    with PrivateGit(store, read_refs(store)) as git:
        return walk(git, heads, lambda *_seen: None, **options)  # type: ignore[arg-type]


def test_every_commit_is_handed_out_with_its_body_and_time(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    store = locate(repo.path)
    seen: list[tuple[Commit, Walked]] = []
    with PrivateGit(store, read_refs(store)) as git:
        graph = walk(git, ids[-1:], lambda id_, body, read: seen.append((parse(id_, body), read)))
    assert sorted(commit.id for commit, _ in seen) == sorted(graph.order)
    assert {commit.id: commit.parents for commit, _ in seen} == graph.parents
    assert {commit.id: commit.committer_time for commit, _ in seen} == graph.times
    assert [
        (read.parents, read.time, ident(read.author), ident(read.committer)) for _, read in seen
    ] == [
        (
            [parent.encode() for parent in commit.parents],
            commit.committer_time,
            commit.author,
            commit.committer,
        )
        for commit, _ in seen
    ]
    assert (graph.missing, graph.damaged, graph.boundary, graph.limits) == (set(), set(), set(), ())


def test_ids_are_one_object_each(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    graph = walked(repo.path, ids[-1:])
    keys = {id_: id_ for id_ in graph.parents}
    assert all(keys[p] is p for parents in graph.parents.values() for p in parents)


def test_no_heads_have_no_history(repo: Repo) -> None:
    tree = repo.tree({})
    assert walked(repo.path, []).order == []
    assert walked(repo.path, [tree, repo.blob("x")]).order == []


def test_heads_may_be_tags_and_may_repeat(repo: Repo) -> None:
    commit = repo.commit()
    tag = repo.tag("v1", message="One")
    assert walked(repo.path, [tag, commit, tag]).order == [commit]


def test_a_head_that_is_not_there_is_missing(repo: Repo) -> None:
    commit = repo.commit()
    found = read(repo.path, commit, "d" * 40)
    assert (found.graph.order, found.graph.missing) == ([commit], {"d" * 40})
    assert found.limits == {"missing-commits"}


SHAPES = {
    "criss-cross": [(), (0,), (0,), (1, 2), (2, 1), (3, 4)],
    "octopus": [(), (0,), (0,), (0,), (0, 1, 2, 3)],
    "unrelated roots": [(), (), (), (0, 1), (3, 2)],
    "a parent named twice": [(), (0, 0)],
    "a shortcut": [(), (0,), (1,), (2, 0)],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_history_of_any_shape_is_read_as_it_is(repo: Repo, shape: list[tuple[int, ...]]) -> None:
    ids: list[str] = []
    for number, above in enumerate(shape):
        ids.append(repo.commit(f"{number}", parents=[ids[n] for n in above]))
    found = read(repo.path, ids[-1])
    expected = {ids[number]: tuple(ids[n] for n in above) for number, above in enumerate(shape)}
    assert (found.graph.parents, found.limits) == (expected, frozenset())


def test_dates_that_run_backwards_change_nothing(repo: Repo) -> None:
    dates = [2_000_000_000, 5, 4_000_000_000, 0, 1_700_000_000]
    ids = [repo.commit(f"{date}", date=date) for date in dates]
    found = read(repo.path)
    assert found.graph.order == ids[::-1]
    assert [found.graph.times[id_] for id_ in ids] == dates


# Leaving out.


def test_what_is_left_out_is_not_handed_out(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    graph = walked(repo.path, ids[-1:], without=[ids[4]])
    assert graph.order == [ids[8], ids[7], ids[6], ids[5]]
    assert graph.parents[ids[5]] == (ids[1],)
    assert graph.limits == ()
    assert walked(repo.path, [ids[4]], without=[ids[8]]).order == []


def test_what_an_earlier_walk_found_can_be_handed_in(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    known = set(ids[:5])
    assert set(walked(repo.path, [ids[8]], without=[ids[4]], known=known).order) == set(ids[5:])


def test_what_git_leaves_out_without_reason_is_read(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    graph = walked(repo.path, [ids[8]], without=[ids[4]], known=set(ids[2:5]))
    assert set(graph.order) == {*ids[5:], *ids[:2]}
    assert [limit.id for limit in graph.limits] == ["history-read-directly"]


def test_what_git_lists_though_it_was_left_out_is_passed_over(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    graph = walked(repo.path, [ids[8]], without=[ids[3]], known=set(ids[:5]))
    assert set(graph.order) == set(ids[5:])


# Clones that are not whole.


@pytest.fixture
def origin(tmp_path: Path) -> tuple[Repo, list[str]]:
    return tricks.history(tmp_path / "origin")


def test_a_shallow_clone_ends_at_its_boundary(
    tmp_path: Path, origin: tuple[Repo, list[str]]
) -> None:
    repo, ids = origin
    clone = repo.clone(tmp_path / "clone", "--depth", "2")
    before = listing(clone)
    found = read(clone)
    assert found.commits == {ids[8], ids[4], ids[7]}
    assert found.graph.boundary == {ids[4], ids[7]}
    assert found.graph.parents[ids[4]] == (ids[3],)
    assert (found.graph.missing, found.limits) == (set(), frozenset({"shallow"}))
    assert listing(clone) == before


def test_forged_lines_in_a_shallow_file_are_told_from_true_ones(
    tmp_path: Path, origin: tuple[Repo, list[str]]
) -> None:
    repo, ids = origin
    clone = repo.clone(tmp_path / "clone", "--depth", "3")
    with (clone / ".git" / "shallow").open("a") as file:
        file.write(f"{ids[8]}\n{'e' * 40}\nnonsense\n")
    found = read(clone)
    assert found.commits == {ids[8], ids[4], ids[7], ids[3], ids[6]}
    assert found.limits == {"shallow", "shallow-not-used"}


def test_the_parent_of_a_boundary_that_is_there_is_read(repo: Repo) -> None:
    root, other = repo.commit("root"), repo.commit("other", parents=[], branch="other")
    merge = repo.merge(other)
    (repo.directory / "shallow").write_text(f"{merge}\n")
    repo.loose(other).unlink()
    found = read(repo.path)
    assert found.graph.order == [merge, root]
    assert (found.graph.boundary, found.graph.missing) == ({merge}, set())


@pytest.mark.parametrize("filter_", ["blob:none", "tree:0"])
def test_a_partial_clone_has_all_its_commits_and_fetches_nothing(
    tmp_path: Path, origin: tuple[Repo, list[str]], filter_: str
) -> None:
    repo, ids = origin
    clone = repo.clone(tmp_path / "clone", "--bare", f"--filter={filter_}")
    before = listing(clone)
    found = read(clone)
    assert found.commits == set(ids)
    assert found.limits == {"partial-clone"}
    assert listing(clone) == before


def test_a_missing_commit_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    repo.loose(ids[6]).unlink()
    found = read(repo.path)
    assert found.commits == set(ids) - {ids[5], ids[6]}
    assert (found.graph.missing, found.graph.damaged) == ({ids[6]}, set())
    assert found.limits == {"missing-commits", "history-read-directly"}


def test_a_missing_commit_stays_missing_when_packs_are_looked_through(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    repo.pack()
    body = f"tree {repo.tree({})}\nparent {'e' * 40}\nauthor A <a> 1 +0\ncommitter A <a> 1 +0\n\n"
    repo.raw_commit(body.encode(), branch="side")
    found = read(repo.path, ids[8], repo.resolve("side"))
    assert found.commits == {*ids, repo.resolve("side")}
    assert found.limits == {"missing-commits", "history-read-directly"}


def test_a_truncated_pack_is_no_end_of_the_audit(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    repo.pack()
    top = repo.commit("not packed")
    pack = next((repo.directory / "objects" / "pack").glob("*.pack"))
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:-100])
    before = listing(tmp_path)
    found = read(repo.path)
    assert top in found.commits <= {*ids, top}
    assert found.limits & {"missing-commits", "damaged-commits"}
    assert listing(tmp_path) == before


def test_a_head_behind_a_forged_index_is_read(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    tag = repo.tag("v1", at=ids[5], message="One")
    tricks.idx_forged(repo, ids)
    found = read(repo.path, ids[5], tag)
    assert found.commits == {ids[5], ids[1], ids[0]}
    assert found.limits == {"pack-index-wrong"}


def test_a_damaged_head_is_passed_by(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    tricks.author_changed(repo, ids)
    found = read(repo.path, ids[6])
    assert found.graph.order == [ids[5], ids[1], ids[0]]
    assert (found.graph.damaged, found.graph.bridges) == ({ids[6]}, {ids[6]: (ids[5],)})
    assert found.limits == {"damaged-commits"}


def test_damaged_commits_in_a_row_are_passed_by(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    for number in (6, 5):
        tricks.author_changed(repo, ids, number)
    found = read(repo.path)
    assert found.commits == set(ids) - set(ids[5:7])
    assert found.graph.bridges == {ids[6]: (ids[5],), ids[5]: (ids[1],)}


def test_of_what_is_to_be_left_out_only_commits_count(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    graph = walked(repo.path, [ids[1]], without=["e" * 40, repo.blob("x")])
    assert graph.order == [ids[1], ids[0]]


def test_a_commit_name_given_to_another_commit_is_not_passed_by(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    repo.loose(ids[3]).write_bytes(repo.loose(ids[0]).read_bytes())
    found = read(repo.path)
    assert found.commits == set(ids) - {ids[2], ids[3]}
    assert (found.graph.damaged, found.graph.bridges) == ({ids[3]}, {})


def test_a_parent_that_is_no_commit_is_damaged(repo: Repo) -> None:
    blob = repo.blob("no commit")
    top = repo.commit(parents=[blob])
    found = read(repo.path)
    assert (found.graph.order, found.graph.damaged) == ([top], {blob})


# Commits that are odd.


def odd(repo: Repo, text: str) -> str:
    return repo.raw_commit(text.encode(), branch="main")


def test_headers_that_git_dies_of_are_followed(repo: Repo) -> None:
    root = repo.commit()
    tree = repo.tree({})
    people = "author A <a@b> 1 +0000\r\ncommitter A <a@b> 2 +0000\r\n"
    middle = odd(repo, f"tree {tree}\r\nparent {root}\r\n{people}\r\nmessage\r\n")
    top = repo.commit()
    found = read(repo.path)
    assert found.graph.order == [top, middle, root]
    assert found.graph.times[middle] == 2
    assert found.limits == {"history-read-directly", "odd-commit-headers"}


def test_a_parent_after_the_author_is_none_and_people_may_be_absent(repo: Repo) -> None:
    root = repo.commit()
    tree = repo.tree({})
    late = odd(repo, f"tree {tree}\nauthor A <a@b> 1 +0000\nparent {root}\n\nx")
    top = odd(repo, f"tree {tree}\nparent {late.upper()}\n\nx")
    found = read(repo.path)
    assert found.graph.parents == {top: (late,), late: ()}
    assert found.graph.times == {top: None, late: None}


@pytest.mark.parametrize("before", ["parent", "author", "committer", ""])
def test_parents_that_git_does_not_see_are_a_gap(repo: Repo, before: str) -> None:
    hidden, tree = repo.commit(), repo.tree({})
    people = ("author A <a@b> 1 +0000\n", "committer A <a@b> 1 +0000\n")
    lines = [f"tree {tree}\n", f"parent {hidden}\n", *people]
    if before:
        at = next(n for n, text in enumerate(lines) if text.startswith(before))
        lines.insert(at, "gpgsig-x y\n")
    if before != "parent":
        lines.append(lines.pop(1))
    top = odd(repo, "".join(lines) + f"\nparent {hidden}\n")
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git:
        graph = walk(git, [top], lambda _id, _body, _time: None)
    assert graph.parents == {top: ()}
    assert [(limit.id, limit.items, limit.gap) for limit in graph.limits] == [
        ("odd-commit-headers", (top,), False),
        ("hidden-parents", (top,), True),
    ]


def test_a_message_that_begins_a_line_like_a_parent_is_not_odd(repo: Repo) -> None:
    top = repo.commit("Subject\n\nparent of all\n")
    assert read(repo.path).limits == set()
    assert read(repo.path).commits == {top}


def test_a_forged_trailer_behind_a_nul_is_kept_and_named(repo: Repo) -> None:
    id_ = repo.commit(b"Subject\n\nBody\n\0\nAI-Generated: no\n")
    store = locate(repo.path)
    oddities = Oddities()
    messages: list[bytes] = []
    with PrivateGit(store, read_refs(store)) as git:
        walk(git, [id_], lambda i, body, _: messages.append(parse(i, body, oddities).message))
    assert messages == [b"Subject\n\nBody\n\0\nAI-Generated: no\n"]
    assert [found.items for found in oddities.findings] == [(id_,)]


def test_a_message_may_look_like_the_framing(repo: Repo) -> None:
    first = repo.commit()
    second = repo.commit(b"x\n" + first.encode() + b" commit 3\nabc\n" + b"\0\n" * 9)
    assert read(repo.path).graph.order == [second, first]


def test_of_a_large_commit_the_beginning_is_kept(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "WHOLE", 3_000)
    monkeypatch.setattr(history, "KEPT", 1_000)
    first = repo.commit()
    large = repo.commit("x" * 5_000)
    top = repo.commit()
    store = locate(repo.path)
    sizes: dict[str, int] = {}
    with PrivateGit(store, read_refs(store)) as git:
        graph = walk(git, [top], lambda id_, body, _: sizes.update({id_: len(body)}))
    assert (graph.order, sizes[large]) == ([top, large, first], 1_000)
    assert [(limit.id, limit.items) for limit in graph.limits] == [("large-commits", (large,))]


def test_of_a_large_commit_the_end_is_kept_too(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "WHOLE", 3_000)
    monkeypatch.setattr(history, "KEPT", 100_000)
    large = repo.commit("x" * 2_000_000 + "\n\nEnd: here\n")
    store = locate(repo.path)
    bodies: list[bytes] = []
    with PrivateGit(store, read_refs(store)) as git:
        graph = walk(git, [large], lambda _id, body, _time: bodies.append(body))
    assert bodies[0].endswith(b"xx\n\nEnd: here\n")
    assert len(bodies[0]) == 100_000 + 1 + 65_536
    assert [(limit.id, limit.gap) for limit in graph.limits] == [("large-commits", True)]


def test_fifty_thousand_commits_in_a_line_are_read(repo: Repo) -> None:
    tip = repo.deep(50_000)
    found = read(repo.path, tip)
    assert (len(found.graph.order), found.graph.order[0]) == (50_000, tip)
    assert found.limits == frozenset()


def test_a_reader_that_stops_leaves_no_child_behind(repo: Repo) -> None:
    tip = repo.deep(3_000)
    store = locate(repo.path)

    def stop(_id: str, _body: bytes, _read: Walked) -> None:
        raise KeyboardInterrupt

    with PrivateGit(store, read_refs(store)) as git, pytest.raises(KeyboardInterrupt):
        walk(git, [tip], stop)
