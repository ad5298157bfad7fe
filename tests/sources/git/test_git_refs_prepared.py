"""Refs that were prepared to be shown otherwise than git shows them, or to show other files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from reading import read as whole

from affidavit.sources.git.files import leads_outside
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import Refs, read_refs

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.base.limit import Limit
    from gitrepo import Repo

A, B, C = "a" * 40, "b" * 40, "c" * 40
SORTED = "# pack-refs with: peeled fully-peeled sorted \n"
MAIN = "refs/heads/main"


def read(repo: Repo) -> Refs:
    return read_refs(locate(repo.path))


def write(repo: Repo, name: str, text: str) -> Path:
    path = repo.directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def broken(found: Refs) -> list[tuple[tuple[str, ...], bool]]:
    return [(limit.items, limit.gap) for limit in found.limits if limit.id == "broken-refs"]


def limits(repo: Repo) -> dict[str, Limit]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git:
        return {limit.id: limit for limit in git.limits}


@pytest.mark.parametrize("after", [" x\n", "\tx", "\nmore lines\n", "\r\n", " "])
def test_what_follows_an_id_after_a_blank_is_passed_over(repo: Repo, after: str) -> None:
    write(repo, "packed-refs", f"{A} {MAIN}\n")
    write(repo, MAIN, B + after)
    found = read(repo)
    assert (found.ids, broken(found)) == ({MAIN: B}, [])


@pytest.mark.parametrize("text", ["", B + "x", B + "\vx", " " + B, "ref: ../x", B[1:]])
def test_no_packed_ref_shows_through_a_broken_file(repo: Repo, text: str) -> None:
    write(repo, "packed-refs", f"{A} {MAIN}\n{A} refs/heads/other\n")
    write(repo, MAIN, text)
    found = read(repo)
    assert (found.ids, broken(found)) == ({"refs/heads/other": A}, [((MAIN,), True)])


def test_a_link_to_a_refs_name_is_a_symbolic_ref_wherever_it_leads(repo: Repo) -> None:
    write(repo, "refs/heads/work", A)
    write(repo, "refs/heads/refs/heads/work", B)
    (repo.directory / MAIN).symlink_to("refs/heads/work")
    found = read(repo)
    assert found.symbolic == {MAIN: "refs/heads/work"}
    assert (found.get(MAIN), found.limits) == (A, ())


def test_a_link_to_a_file_in_the_repository_is_read(repo: Repo) -> None:
    write(repo, "refs/heads/work", A)
    (repo.directory / MAIN).symlink_to("work")
    assert read(repo).get(MAIN) == A


def test_a_link_to_a_file_outside_is_broken(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(A)
    (repo.directory / "refs/heads").mkdir(exist_ok=True)
    (repo.directory / MAIN).symlink_to(tmp_path / "outside")
    found = read(repo)
    assert (found.ids, broken(found)) == ({}, [((MAIN,), True)])


@pytest.mark.parametrize("folder", ["refs/heads", "refs"])
def test_no_packed_ref_shows_through_a_folder_that_is_a_link(
    repo: Repo, tmp_path: Path, folder: str
) -> None:
    write(repo, "packed-refs", f"{A} {MAIN}\n")
    write(repo, MAIN, B)
    (repo.directory / folder).rename(tmp_path / "moved")
    (repo.directory / folder).symlink_to(tmp_path / "moved")
    found = read(repo)
    assert (found.ids, broken(found)) == ({}, [((folder,), True)])


@pytest.mark.parametrize("head", ["", SORTED])
def test_a_name_that_is_packed_twice_is_broken(repo: Repo, head: str) -> None:
    write(repo, "packed-refs", f"{head}{A} {MAIN}\n{B} {MAIN}\n{C} refs/tags/v1\n")
    found = read(repo)
    assert (found.ids, broken(found)) == ({"refs/tags/v1": C}, [((MAIN,), True)])


def test_names_out_of_the_stated_order_are_broken_and_their_neighbour(repo: Repo) -> None:
    names = ["refs/heads/a", "refs/heads/z", MAIN, "refs/tags/v1"]
    lines = "".join(f"{A} {name}\n" for name in names)
    write(repo, "packed-refs", SORTED + lines)
    found = read(repo)
    assert list(found.names()) == ["refs/heads/a", "refs/tags/v1"]
    assert broken(found) == [((MAIN, "refs/heads/z"), True)]
    write(repo, "packed-refs", lines)
    assert list(read(repo).names()) == sorted(names)


def test_a_broken_ref_that_no_history_is_under_is_no_gap(repo: Repo) -> None:
    write(repo, "refs/stash", "x")
    write(repo, "refs/pull/1/head", "x")
    assert broken(read(repo)) == [(("refs/pull/1/head", "refs/stash"), False)]


def test_a_line_that_is_no_ref_is_told_by_its_number(repo: Repo) -> None:
    write(repo, "packed-refs", f"{A} {MAIN}\npassword hunter2\n{B} ../secret\n")
    found = read(repo)
    assert broken(found) == [(("packed-refs line 2", "packed-refs line 3"), True)]


@pytest.mark.parametrize(
    "name", ["packed-refs", "config", "shallow", "info/grafts", "objects/info/alternates"]
)
def test_a_file_that_is_a_link_out_of_the_repository_is_not_read(
    repo: Repo, tmp_path: Path, name: str
) -> None:
    (tmp_path / "outside").write_text("[alias]\n\tx = !y\npassword hunter2\n")
    repo.commit()
    path = repo.directory / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(tmp_path / "outside")
    found = limits(repo)
    assert set(found) == {"outside-file"}
    assert (found["outside-file"].items, found["outside-file"].gap) == ((name,), True)


def test_an_object_store_that_is_a_link_is_told(repo: Repo, tmp_path: Path) -> None:
    id_ = repo.commit()
    (repo.directory / "objects").rename(tmp_path / "moved")
    (repo.directory / "objects").symlink_to(tmp_path / "moved")
    found = limits(repo)
    assert {id_: limit.items for id_, limit in found.items()} == {"linked-store": ("objects",)}
    assert whole(repo.path).graph.order == [id_]


def test_a_linked_worktree_is_told(repo: Repo) -> None:
    repo.commit()
    repo.branch("side")
    linked = repo.path.parent / "linked"
    repo.git("worktree", "add", linked, "side")
    assert whole(linked).limits == {"linked-store"}


def test_a_path_that_cannot_be_one_leads_outside(tmp_path: Path) -> None:
    assert leads_outside(tmp_path / "nul\0in it", tmp_path)
    assert not leads_outside(tmp_path, tmp_path)
    assert leads_outside(tmp_path.with_name(tmp_path.name + "x"), tmp_path)
    assert not leads_outside(tmp_path / os.fsdecode(b"\xff"), tmp_path)
