from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import GitFailedError, RefStorageError
from affidavit.sources.git import refs as refs_module
from affidavit.sources.git import reftable
from affidavit.sources.git.config import Setting, parsed
from affidavit.sources.git.locate import locate
from affidavit.sources.git.program import Program
from affidavit.sources.git.refs import Refs, read_refs, remote_url
from affidavit.sources.git.remote import public_url

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

A, B, C = "a" * 40, "b" * 40, "c" * 40


def read(repo: Repo) -> Refs:
    return read_refs(locate(repo.path))


def write(repo: Repo, name: str | bytes, text: str) -> None:
    path = repo.directory / (name if isinstance(name, str) else os.fsdecode(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_loose_refs_override_packed_ones(repo: Repo) -> None:
    head = "# pack-refs with: peeled fully-peeled sorted\n"
    write(repo, "packed-refs", f"{head}{A} refs/heads/main\n{B} refs/tags/v1\n^{C}\n")
    write(repo, "refs/heads/main", f"{C}\n")
    found = read(repo)
    assert found.ids == {"refs/heads/main": C, "refs/tags/v1": B}
    assert list(found.names()) == ["refs/heads/main", "refs/tags/v1"]
    assert found.get("refs/heads/main") == C
    assert found.get("refs/heads/none") is None
    assert found.head == ("refs/heads/main", C)
    assert found.limits == ()


def test_ids_are_lower_case_and_lines_may_end_in_cr_lf(repo: Repo) -> None:
    write(repo, "packed-refs", f"{A.upper()} refs/heads/main\r\n")
    assert read(repo).ids == {"refs/heads/main": A}


@pytest.mark.parametrize(
    ("text", "head"),
    [
        pytest.param("ref: refs/heads/other\n", ("refs/heads/other", A), id="a branch"),
        pytest.param("ref:refs/heads/other", ("refs/heads/other", A), id="no blank"),
        pytest.param(f"{B}\n", (None, B), id="detached"),
        pytest.param("ref: refs/heads/unborn\n", ("refs/heads/unborn", None), id="unborn"),
    ],
)
def test_head_names_a_branch_or_an_id(
    repo: Repo, text: str, head: tuple[str | None, str | None]
) -> None:
    write(repo, "refs/heads/other", A)
    write(repo, "HEAD", text)
    found = read(repo)
    assert (found.head, found.limits) == (head, ())


@pytest.mark.parametrize("text", ["", "nonsense", "ref: ../outside", "ref: "])
def test_a_broken_head_is_named(repo: Repo, text: str) -> None:
    write(repo, "HEAD", text)
    found = read(repo)
    assert found.head == (None, None)
    assert [(limit.id, limit.items) for limit in found.limits] == [("broken-refs", ("HEAD",))]


@pytest.mark.parametrize("target", ["refs/heads/main", "../../elsewhere"])
def test_head_may_be_a_symbolic_link_to_a_ref(repo: Repo, target: str) -> None:
    write(repo, "refs/heads/main", A)
    (repo.directory / "HEAD").unlink()
    (repo.directory / "HEAD").symlink_to(target)
    good = target.startswith("refs")
    assert read(repo).head == (("refs/heads/main", A) if good else (None, None))


def test_symbolic_refs_are_followed_and_told(repo: Repo) -> None:
    write(repo, "refs/remotes/origin/main", A)
    write(repo, "refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main\n")
    write(repo, "refs/remotes/gone/HEAD", "ref: refs/remotes/gone/main\n")
    write(repo, "refs/remotes/origin/HEAD.lock", "")
    found = read(repo)
    assert found.symbolic == {
        "refs/remotes/gone/HEAD": "refs/remotes/gone/main",
        "refs/remotes/origin/HEAD": "refs/remotes/origin/main",
    }
    assert found.ids == {"refs/remotes/origin/HEAD": A, "refs/remotes/origin/main": A}
    assert found.limits == ()


@pytest.mark.parametrize(("links", "reached"), [(5, True), (6, False)])
def test_five_symbolic_refs_are_followed(repo: Repo, links: int, reached: bool) -> None:  # noqa: FBT001
    write(repo, "refs/heads/n0", A)
    for number in range(1, links + 1):
        write(repo, f"refs/heads/n{number}", f"ref: refs/heads/n{number - 1}")
    found = read(repo)
    assert found.get(f"refs/heads/n{links}") == (A if reached else None)
    assert bool(found.limits) != reached


BAD_NAMES = [b"a..b", b".hidden", b"a b", b"a~1", b"a^", b"a:b", b"a?", b"a*", b"a[b", b"a\\b"]


@pytest.mark.parametrize("name", [*BAD_NAMES, b"a\x07", b"end.", b"a@{1}", b"x.lock/y", b"\x7f"])
def test_a_name_that_git_forbids_is_no_ref(repo: Repo, name: bytes) -> None:
    write(repo, b"refs/heads/" + name, A)
    found = read(repo)
    assert (found.ids, [limit.id for limit in found.limits]) == ({}, ["broken-refs"])


def test_odd_names_that_git_allows_are_refs(repo: Repo) -> None:
    write(repo, b"refs/heads/\xff\xe9", A)
    write(repo, "refs/heads/fix.locked/a@b-#{x}", B)
    found = read(repo)
    assert found.ids == {"refs/heads/\\xff\\xe9": A, "refs/heads/fix.locked/a@b-#{x}": B}


def test_broken_refs_cost_only_themselves(repo: Repo) -> None:
    lines = f"{A} refs/heads/good\nzz refs/heads/bad\n{A} ../../escape\n{A[:39]} refs/heads/short\n"
    write(repo, "packed-refs", lines)
    write(repo, "refs/heads/empty", "")
    write(repo, "refs/heads/long", B + "00")
    write(repo, "refs/heads/other-format", "d" * 64)
    (repo.directory / "refs/heads/dangling").symlink_to("nowhere")
    found = read(repo)
    assert found.ids == {"refs/heads/good": A}
    assert [(limit.id, limit.count) for limit in found.limits] == [("broken-refs", 7)]


def test_a_ref_that_may_not_be_read_costs_only_itself(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, "refs/heads/closed", A)
    write(repo, "refs/heads/open", A)
    real = os.open

    def refused(path: str, *args: int) -> int:
        if str(path).endswith("closed"):
            raise PermissionError(13, "no")
        return real(path, *args)

    monkeypatch.setattr(os, "open", refused)
    assert read(repo).ids == {"refs/heads/open": A}


def test_a_folder_of_refs_that_may_not_be_read_is_named(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo, "refs/heads/closed/a", A)
    write(repo, "refs/heads/open/a", A)
    real = os.scandir

    def refused(path: bytes) -> os.PathLike[bytes]:
        if path.endswith(b"closed"):
            raise PermissionError(13, "no")
        return real(path)  # type: ignore[return-value]

    monkeypatch.setattr(os, "scandir", refused)
    found = read(repo)
    assert found.ids == {"refs/heads/open/a": A}
    assert [limit.items for limit in found.limits] == [("refs/heads/closed",)]


def test_the_number_of_refs_is_bounded(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refs_module, "MAX_REFS", 10)
    write(repo, "packed-refs", "".join(f"{A} refs/heads/n{n:03}\n" for n in range(50)))
    found = read(repo)
    assert len(found.ids) == 10
    assert [(limit.id, limit.gap) for limit in found.limits] == [("too-many-refs", True)]


def test_the_number_of_loose_refs_is_bounded(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refs_module, "MAX_REFS", 10)
    for number in range(20):
        write(repo, f"refs/heads/n{number}/x", A)
    found = read(repo)
    assert len(found.ids) == 11
    assert [limit.id for limit in found.limits] == ["too-many-refs"]


def test_a_line_without_end_or_of_any_length_is_no_ref(repo: Repo) -> None:
    long = "x" * 5_000
    text = f"{A} refs/heads/{long}{A} refs/heads/hidden\n{B} refs/heads/good\n{A} refs/heads/open"
    write(repo, "packed-refs", text)
    found = read(repo)
    assert found.ids == {"refs/heads/good": B}
    assert [limit.count for limit in found.limits] == [2]


@pytest.mark.parametrize("bound", ["MAX_BROKEN", "MAX_LINES"])
def test_the_number_of_broken_lines_is_bounded(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(refs_module, bound, 3)
    write(repo, "packed-refs", "".join(f"broken {n}\n" for n in range(9)))
    assert [(limit.id, limit.count) for limit in read(repo).limits] == [
        ("broken-refs", 3),
        ("too-many-refs", 0),
    ]


def test_no_more_of_packed_refs_is_read_than_its_bound(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refs_module, "PACKED_BYTES", 130)
    write(repo, "packed-refs", "".join(f"{A} refs/heads/n{n:03}\n" for n in range(9)))
    found = read(repo)
    assert list(found.names()) == ["refs/heads/n000", "refs/heads/n001"]
    assert [limit.id for limit in found.limits] == ["too-many-refs"]


@pytest.mark.parametrize(
    ("ids", "configured", "object_format"),
    [
        pytest.param(["a" * 64], "", "sha256", id="by its ids"),
        pytest.param([A, "a" * 64, A], "", "sha1", id="by most of its ids"),
        pytest.param([], "[extensions]\n\tObjectFormat = SHA256\n", "sha256", id="as configured"),
        pytest.param([A], "[extensions]\n\tobjectformat = sha256\n", "sha1", id="ids go first"),
        pytest.param([], "", "sha1", id="by default"),
    ],
)
def test_the_object_format(repo: Repo, ids: list[str], configured: str, object_format: str) -> None:
    for number, id_ in enumerate(ids):
        write(repo, f"refs/heads/n{number}", id_)
    write(repo, "config", configured)
    assert read(repo).object_format == object_format


def test_the_many_refs_of_a_forge_are_read(repo: Repo) -> None:
    lines = "".join(f"{n:040x} refs/pull/{n}/head\n" for n in range(1, 9001))
    write(repo, "packed-refs", lines)
    assert len(read(repo).ids) == 9000


# Reftables.


def a_reftable(repo: Repo) -> None:
    write(repo, "HEAD", "ref: refs/heads/.invalid\n")
    write(repo, "reftable/tables.list", "0x1-0x1.ref\n")
    write(repo, "reftable/0x1-0x1.ref", "REFT")


def test_a_reftable_that_git_is_too_old_for_is_said(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_reftable(repo)
    monkeypatch.setattr(reftable, "find_git", lambda: Program("git", (2, 39)))
    with pytest.raises(RefStorageError) as raised:
        read(repo)
    assert "2.45" in raised.value.hint


def a_new_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = tmp_path / "new-git"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(reftable, "find_git", lambda: Program(str(path), (2, 45)))


def test_a_reftable_is_listed_by_a_git_that_can(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_reftable(repo)
    lines = f"{A}\\0\\0refs/heads/main\\n{A}\\0refs/heads/main\\0refs/remotes/o/HEAD\\n"
    script = f"""
/bin/grep -q sha256 "$GIT_DIR/config" && exit 1
case "$1" in
for-each-ref) printf '{lines}';;
symbolic-ref) test -e "$GIT_DIR/reftable/0x1-0x1.ref" && echo refs/heads/main;;
esac"""
    a_new_git(tmp_path, monkeypatch, script)
    found = read(repo)
    assert found.ids == {"refs/heads/main": A, "refs/remotes/o/HEAD": A}
    assert found.head == ("refs/heads/main", A)


@pytest.mark.parametrize(("id_", "object_format"), [(A, "sha1"), ("a" * 64, "sha256")])
def test_a_detached_head_in_a_reftable_is_its_id(
    repo: Repo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    id_: str,
    object_format: str,
) -> None:
    a_reftable(repo)
    script = f"""
/bin/grep -q '= {object_format}' "$GIT_DIR/config" || exit 1
case "$1" in for-each-ref) printf '{id_}\\0\\0refs/heads/x\\n';; rev-parse) echo {id_};;
*) exit 1;; esac"""
    a_new_git(tmp_path, monkeypatch, script)
    found = read(repo)
    assert (found.head, found.object_format) == ((None, id_), object_format)


def test_a_reftable_that_git_does_not_understand_ends_the_audit(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_reftable(repo)
    a_new_git(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(GitFailedError):
        read(repo)


def test_a_reftable_without_bound_is_not_copied(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_reftable(repo)
    a_new_git(tmp_path, monkeypatch, "exit 0")
    monkeypatch.setattr(reftable, "TABLE_BYTES", 3)
    with pytest.raises(RefStorageError):
        read(repo)


# What the repository calls itself.


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://github.com/org/repo.git", "https://github.com/org/repo.git"),
        ("https://user:s3cret@GitHub.com:8443/org/repo", "https://github.com:8443/org/repo"),
        ("https://tok%40en@host/o/r?private_token=x#frag", "https://host/o/r"),
        ("HTTPS://host/o/r", "https://host/o/r"),
        ("ssh://git@host:22/o/r.git", "ssh://host:22/o/r.git"),
        ("ssh://[::1]/o/r.git", "ssh://[::1]/o/r.git"),
        ("git@github.com:org/repo.git", "ssh://github.com/org/repo.git"),
        ("host:/abs/repo.git", "ssh://host/abs/repo.git"),
        ("https://user:p@ss/word@host/o/r", None),
        ("git@host:o@r", None),
        ("file:///home/alice/repo", None),
        ("/home/alice/repo", None),
        ("../repo", None),
        ("C:/Users/alice/repo", None),
        (r"C:\Users\alice\repo", None),
        (r"host:some\path", None),
        ("ext::sh -c evil", None),
        ("https://host/a b", None),
        ("https://ho\x1b[31mst/a", None),
        ("", None),
    ],
)
def test_a_remote_url_names_neither_secret_nor_machine(url: str, public: str | None) -> None:
    assert public_url(url) == public


def test_the_remote_is_read_as_data(repo: Repo) -> None:
    assert remote_url(locate(repo.path)) is None
    write(
        repo,
        "config",
        '[include]\n\tpath = /etc/passwd\n[url "https://evil/"]\n\tinsteadOf = https://\n'
        '[remote "fork"]\n\turl = https://host/fork\n[remote "origin"]\n'
        "\turl = https://host/first\n\turl = https://host/second\n",
    )
    assert remote_url(locate(repo.path)) == "https://host/first"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"[a]\nk = v", [Setting("a.k", b"", b"v")]),
        (b'[A "S\\"x"] K=v', [Setting("a.k", b'S"x', b"v")]),
        (b"[remote.Origin]\nurl = x", [Setting("remote.url", b"origin", b"x")]),
        (b"[a]\nk", [Setting("a.k", b"", b"true")]),
        (
            b"[a]\nk = v ; note\nj = w # note",
            [Setting("a.k", b"", b"v"), Setting("a.j", b"", b"w")],
        ),
        (b'[a]\nk = "v ; no # note" t  ', [Setting("a.k", b"", b"v ; no # note t")]),
        (b"[a]\nk = one\\\n two", [Setting("a.k", b"", b"one two")]),
        (b"[a]\nk = a\\tb\\\\c\\n\\q", [Setting("a.k", b"", b"a\tb\\c\nq")]),
        (b"[a]\nk = open\\", [Setting("a.k", b"", b"open")]),
        (b"k = v\n[broken\n]]]\n= x", []),
        (b"\r\n[a]\r\nk = v\r\n", [Setting("a.k", b"", b"v")]),
    ],
)
def test_configuration_is_parsed_as_git_writes_it(text: bytes, expected: list[Setting]) -> None:
    assert list(parsed(text)) == expected


@given(st.binary(max_size=200))
def test_no_configuration_breaks_the_parser(text: bytes) -> None:
    assert all("." in setting.name for setting in parsed(b'[a "b"]\n' + text))
