from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tricks
from reading import read

from affidavit.base.errors import GitMissingError
from affidavit.sources.git.alternates import stores
from affidavit.sources.git.locate import locate
from affidavit.sources.git.notices import notices
from affidavit.sources.git.program import find_git, finish, start, stop
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from affidavit.base.limit import Limit
    from gitrepo import Repo


def a_git(folder: Path, script: str) -> Path:
    path = folder / "git"
    path.write_text(script)
    path.chmod(0o755)
    return path


def test_the_git_on_the_path_is_found() -> None:
    assert find_git().version >= (2, 30)
    assert Path(find_git().path).is_absolute()


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("#!/bin/sh\necho git version 2.29.9\n", id="too old"),
        pytest.param("#!/bin/sh\necho git version two\n", id="no number"),
        pytest.param("#!/bin/sh\necho git version 2.40.0; exit 1\n", id="it fails"),
        pytest.param("#!/nowhere/sh\n", id="it does not run"),
    ],
)
def test_a_git_that_cannot_be_used_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    a_git(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissingError):
        find_git()


@pytest.mark.parametrize("path", ["", ".", ".:sub", "/nowhere"])
def test_a_git_in_the_current_folder_is_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    (tmp_path / "sub").mkdir()
    for folder in (tmp_path, tmp_path / "sub"):
        a_git(folder, f"#!/bin/sh\ntouch {tmp_path}/fired\necho git version 2.40.0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path)
    with pytest.raises(GitMissingError):
        find_git()
    assert not (tmp_path / "fired").exists()


def a_child(*command: str) -> subprocess.Popen[bytes]:
    return start(command, environment={}, folder=Path("/"), stdin=subprocess.PIPE)


def test_a_child_that_runs_too_long_is_ended() -> None:
    assert finish(a_child("/bin/sh", "-c", "exec /bin/cat"), 60) == 0
    child = start(["/bin/sh", "-c", "exec sleep 600"], environment={}, folder=Path("/"))
    assert finish(child, 0) != 0


def test_the_exit_of_a_child_is_told() -> None:
    child = a_child("/bin/sh", "-c", "exit 3")
    child.wait()
    assert (stop(child), stop(a_child("/bin/cat"))) == (3, -9)


def test_what_a_child_says_about_this_machine_is_not_shown(
    capfd: pytest.CaptureFixture[str],
) -> None:
    child = a_child("/bin/sh", "-c", "echo /some/path >&2")
    child.wait()
    stop(child)
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")
def test_the_memory_of_a_child_is_bounded() -> None:
    child = a_child("/bin/sh", "-c", "read line; ulimit -d")
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(b"\n")
    child.stdin.flush()
    assert child.stdout.read() == b"786432\n"
    stop(child)


def test_where_another_processs_memory_cannot_be_bounded_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert finish(a_child("/bin/cat"), 60) == 0


def found(repo: Repo) -> list[Limit]:
    store = locate(repo.path)
    return list(notices(store, read_refs(store), stores(store.objects)))


def test_an_ordinary_repository_gives_no_notice(repo: Repo) -> None:
    repo.commit()
    repo.config("remote.origin.url", "https://host/repo")
    assert found(repo) == []


@pytest.mark.parametrize(
    ("path", "content", "named"),
    [
        ("info/attributes", "* binary\n", "attributes"),
        ("info/attributes", "", None),
        ("info/grafts", "\n", None),
        ("objects/info/commit-graphs/commit-graph-chain", "x", "commit-graph"),
        ("objects/pack/x.promisor", "", "partial-clone"),
        ("config", '[remote "o"]\n\tpromisor = true\n', "partial-clone"),
        ("config", '[remote "o"]\n\tpromisor = false\n', None),
        ("config", '[filter "lfs"]\n\tclean = evil\n', "configuration-not-obeyed"),
        ("config", '[remote "o"]\n\turl = ext::sh -c evil\n', "configuration-not-obeyed"),
    ],
)
def test_what_is_not_used_is_noticed(
    repo: Repo, path: str, content: str, named: str | None
) -> None:
    (repo.directory / path).parent.mkdir(parents=True, exist_ok=True)
    (repo.directory / path).write_text(content)
    assert [limit.id for limit in found(repo)] == ([named] if named else [])


def test_settings_that_are_not_obeyed_are_named_without_their_values(repo: Repo) -> None:
    tricks.hostile_config(repo, [])
    notice = next(limit for limit in found(repo) if limit.id == "configuration-not-obeyed")
    assert notice.items == (
        "alias.cat-file",
        "alias.rev-list",
        "core.fsmonitor",
        "core.hookspath",
        "core.sshcommand",
        "gpg.program",
        "include.path",
        "remote.url",
    )


def test_no_limit_names_a_path_of_the_machine(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    for trick in (tricks.replaced, tricks.grafted, tricks.cut_off, tricks.hostile_config):
        trick(repo, ids)
    place = tricks.chained(repo, 2, tmp_path)
    assert "alternates" in read(place).limits
    assert not any(os.fspath(tmp_path) in f"{limit}" for limit in found(repo))
