"""Patches of files made to be misread, and of repositories that want git to compare otherwise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.sources.git.patches import Step
from blames import chain, told
from gitrepo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from affidavit.provenance.blame.change import Hunk

ID = b"0123456789" * 4
PIECES = (
    b"@@ -1 +1 @@",
    b"-1 +1 @@",
    b"@@ -",
    b"- a/a",
    b"-- a/a",
    b"++ b/a",
    b"+",
    b"-",
    b"\\ No newline at end of file",
    b"diff --git a/a b/a",
    b"Binary files a/a and b/a differ",
    b"GIT binary patch",
    b"rename from a",
    b"index 0000000..1111111 100644",
    b"new file mode 100644",
    b":100644 100644 %b %b M" % (ID, ID),
    ID,
    b"\r",
    b"",
    b"\xff\xfe",
    b"\x1b[31m",
    b"\xe2\x80\xa8",
)
"""Each a line that stands for something in a patch, or almost."""
PATHS = (
    b"a b",
    b" ",
    b"-a",
    b"--stdin",
    b":(glob)*",
    b"*",
    b"a\nb",
    b"\n",
    b"a\n@@ -1 +1 @@",
    b"a\ndiff --git a/a b/a",
    b"a\nBinary files a and b differ",
    b"a\tb",
    b'a"b',
    b'"a"',
    b"a\\b",
    b"a\\nb",
    b"\xff\xfe",
    b"\xc3\xa4",
    b"a c/d",
    b"Binary files a and b differ",
    b"diff --git a",
    b"a -> b",
    b"a\rb",
    b"\x1b[31m",
    b"dev/null",
    b":100644 100644 %b %b M" % (ID, ID),
    ID,
    b"x" * 255,
    b"/".join([b"x" * 200] * 15),
)
HOSTILE = b"\n".join((*PIECES, b""))


def lines(body: bytes) -> list[bytes]:
    """The lines of a file, as git counts them."""
    found = body.split(b"\n")
    return [one + b"\n" for one in found[:-1]] + [found[-1]] * bool(found[-1])


def applied(before: bytes, after: bytes, blocks: Sequence[Hunk]) -> bytes:
    """`before` with its blocks replaced by those of `after`."""
    old, new = lines(before), lines(after)
    found: list[bytes] = []
    at = 0
    for start, end, new_start, new_end in blocks:
        found += old[at:start] + new[new_start:new_end]
        at = end
    return b"".join(found + old[at:])


bodies = st.builds(
    lambda some, end: b"\n".join(some) + end,
    st.lists(st.sampled_from(PIECES), max_size=12),
    st.sampled_from([b"\n", b""]),
)


@settings(max_examples=30)
@given(versions=st.lists(st.dictionaries(st.sampled_from("abc"), bodies), min_size=1, max_size=5))
def test_blocks_lead_from_each_version_of_a_file_to_the_next(
    tmp_path_factory: pytest.TempPathFactory, versions: list[dict[str, bytes]]
) -> None:
    repo = Repo(tmp_path_factory.mktemp("hostile") / "repo")
    for version in versions:
        repo.commit(files={path: version.get(path) for path in "abc"})
    landings = told(repo, chain(repo, repo.resolve("main"))).landings
    for before, after, landing in zip([{}, *versions], versions, landings, strict=False):
        now = dict(before)
        for entry, blocks in landing:
            assert blocks is not None
            old, new = entry.old_path.decode(), entry.path.decode()
            body = before.get(old, b"") if entry.status != "A" else b""
            now.pop(old, None)
            now[new] = applied(body, after.get(new, b""), blocks)
        for entry, _ in landing:
            if entry.status == "D":
                assert now.pop(entry.path.decode()) == b"", "all of its lines went"
        assert now == after


def test_lines_that_name_other_landings_end_none(repo: Repo) -> None:
    """A NUL follows each landing's id; lines can hold one past their first 8,000 bytes."""
    padding = b"x" * 8_000 + b"\n"
    ids = [repo.commit(files={"a": padding})]
    for _ in range(3):
        body = padding + b"".join(b"%b\0\n%b\0" % (id_.encode(), id_.encode()) for id_ in ids)
        ids.append(repo.commit(files={"a": body, "b": b"\n%b" % body}))
    steps = list(reversed(chain(repo, ids[-1])))
    assert [
        [(entry.path, blocks) for entry, blocks in landing]
        for landing in told(repo, steps).landings
    ] == [
        [(b"a", [(3, 4, 3, 5)]), (b"b", [(4, 5, 4, 6)])],
        [(b"a", [(2, 3, 2, 4)]), (b"b", [(3, 4, 3, 5)])],
        [(b"a", [(1, 1, 1, 3)]), (b"b", [(0, 0, 0, 4)])],
        [(b"a", [(0, 0, 0, 1)])],
    ]


def test_paths_are_told_byte_for_byte(repo: Repo) -> None:
    bodies = {path: b"%d\n" % n * (n + 1) for n, path in enumerate(PATHS)}
    moved = {b"moved/%b" % path: body for path, body in bodies.items()}
    repo.commit(files=bodies)
    repo.commit(files={path: body + HOSTILE for path, body in bodies.items()})
    repo.commit(files=bodies)
    repo.commit(files={**dict.fromkeys(bodies), **moved})
    first, second, third, fourth = (
        {entry.path: (entry.old_path, blocks) for entry, blocks in landing}
        for landing in told(repo, chain(repo, repo.resolve("main"))).landings
    )
    more = len(PIECES)
    size = {path: n + 1 for n, path in enumerate(PATHS)}
    assert first == {path: (path, [(0, 0, 0, n)]) for path, n in size.items()}
    assert second == {path: (path, [(n, n, n, n + more)]) for path, n in size.items()}
    assert third == {path: (path, [(n, n + more, n, n)]) for path, n in size.items()}
    assert fourth == {b"moved/%b" % path: (path, []) for path in PATHS}


def sample(repo: Repo, extra: dict[str, str]) -> list[object]:
    """What is told of a history in which every setting would make a difference."""
    text = "".join(f"{n}\n{{\n}}\n" for n in range(9))
    repo.commit(files={"a.txt": text, "b.txt": "1 2\n", "old.txt": text + "0\n", **extra})
    repo.commit(files={"a.txt": f"{text}{text}0\n", "b.txt": "1  2\n", "old.txt": text})
    repo.commit(files={"old.txt": None, "new.txt": f"{text}1\n", "copy.txt": text})
    repo.commit(files={"a.txt": "".join(reversed(text)), "b.txt": "1\0\n"})
    steps = chain(repo, repo.resolve("main"))
    return [
        [
            (entry.status, entry.old_path, entry.path, entry.old_id, entry.id, blocks)
            for entry, blocks in landing
            if not entry.path.startswith(b".git")
        ]
        for landing in told(repo, steps).landings
    ]


ATTRIBUTES = (
    "* -diff\n",
    "* binary\n",
    "* diff=up\n*.txt text eol=crlf filter=up\n",
    "* diff=java\n",
)
SETTINGS = {
    "diff.renames": "copies",
    "diff.renameLimit": "1",
    "diff.algorithm": "patience",
    "diff.indentHeuristic": "false",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.context": "3",
    "diff.interHunkContext": "9",
    "diff.external": "false",
    "diff.orderFile": os.devnull,
    "diff.suppressBlankEmpty": "true",
    "diff.ignoreSubmodules": "all",
    "diff.submodule": "log",
    "diff.colorMoved": "zebra",
    "diff.wordRegex": ".",
    "diff.relative": "true",
    "diff.up.textconv": "tr a-z A-Z <",
    "diff.up.binary": "true",
    "diff.up.xfuncname": "(",
    "filter.up.clean": "false",
    "color.ui": "always",
    "color.diff": "always",
    "core.quotePath": "false",
    "core.autocrlf": "true",
    "core.bigFileThreshold": "1",
    "core.whitespace": "cr-at-eol",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "log.diffMerges": "off",
}


@pytest.fixture
def plain(tmp_path: Path) -> list[object]:
    return sample(Repo(tmp_path / "plain"), {})


def in_tree(text: str) -> Callable[[Repo], dict[str, str]]:
    return lambda _repo: {".gitattributes": text}


def configured(repo: Repo) -> dict[str, str]:
    for key, value in SETTINGS.items():
        repo.config(key, value)
    return {}


def of_the_repository(repo: Repo) -> dict[str, str]:
    (repo.directory / "info").mkdir()
    (repo.directory / "info" / "attributes").write_text("* diff=up\n")
    repo.config("diff.up.textconv", "false")
    return {}


def in_a_file(repo: Repo) -> dict[str, str]:
    (repo.directory / "attributes").write_text("* -diff\n")
    repo.config("core.attributesFile", str(repo.directory / "attributes"))
    return {}


@pytest.mark.parametrize(
    "make",
    [
        *(pytest.param(in_tree(text), id=f"in the tree {text.split()[1]}") for text in ATTRIBUTES),
        of_the_repository,
        in_a_file,
        configured,
    ],
)
def test_attributes_and_settings_change_nothing(
    repo: Repo, plain: list[object], make: Callable[[Repo], dict[str, str]]
) -> None:
    assert sample(repo, make(repo)) == plain


def test_the_environment_changes_nothing(
    repo: Repo, plain: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / "git").mkdir(parents=True)
    (home / "git" / "attributes").write_text("* -diff\n")
    settings = "[diff]\n\talgorithm = histogram\n\tnoprefix = true\n\trenames = false\n"
    for name in (".gitconfig", "git/config"):
        (home / name).write_text(settings)
    for name, value in {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_DIFF_OPTS": "--unified=5",
        "GIT_CONFIG_PARAMETERS": "'diff.noprefix=true'",
        "GIT_BASENAME_FACTOR": "0",
        "GIT_TRACE": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_ATTR_SOURCE": "HEAD",
    }.items():
        monkeypatch.setenv(name, value)
    assert sample(repo, {}) == plain


def test_plain_git_goes_by_these_settings(repo: Repo) -> None:
    """Else the tests above could not fail."""
    sample(repo, {})
    before = repo.git("log", "-p", "main")
    configured(repo)
    assert repo.git("log", "-p", "main") != before


def test_steps_need_not_follow_each_other(repo: Repo) -> None:
    one = repo.commit(files={"a": "1\n"})
    two = repo.commit(files={"a": "1\n2\n"})
    three = repo.commit(files={"a": "1\n2\n3\n"})
    steps = [Step(one, None), Step(three, one), Step(one, three), Step(two, two)]
    assert [[blocks for _, blocks in landing] for landing in told(repo, steps).landings] == [
        [[(0, 0, 0, 1)]],
        [[(1, 1, 1, 3)]],
        [[(1, 3, 1, 1)]],
        [],
    ]
