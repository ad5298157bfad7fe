"""Notes that others wrote, and hostile ones: kept byte for byte, and bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.ledger import noting
from affidavit.app.ledger.noting import REF, noted_lines, united
from affidavit.base.errors import GitFailedError, UnreadableError
from clones import Clones, blob_on, body_on, put
from gitrepo import git

if TYPE_CHECKING:
    from pathlib import Path

FOREIGN = b"Reviewed by hand.\n\nz, then a\na\na\n\xff\xfe no text"
"""A note that nobody here wrote: not sorted, lines twice, not UTF-8, no line feed at its end."""
LARGE = b"x" * (10 << 20)


@pytest.fixture
def clones(tmp_path: Path) -> Clones:
    return Clones(tmp_path)


def shared_by_git(clones: Clones, body: bytes, commit: str) -> str:
    """A note that Ben wrote with git alone and pushed; its blob."""
    blob = put(clones.paths[1], commit, body)
    git("push", "-q", "origin", f"{REF}:{REF}", cwd=clones.paths[1])
    return blob


@pytest.mark.parametrize("body", [FOREIGN, LARGE, b"\n", b"\0" * 99], ids=range(4))
def test_a_note_on_another_commit_is_kept_byte_for_byte(clones: Clones, body: bytes) -> None:
    blob = shared_by_git(clones, body, clones.second)
    clones.alice.add({clones.commit: [b"alice"]})
    clones.alice.share("origin")
    assert blob_on(clones.remote, clones.second) == blob
    assert body_on(clones.remote, clones.commit) == b"alice\n"


def test_a_note_on_the_same_commit_is_kept_byte_for_byte_before_the_lines(clones: Clones) -> None:
    shared_by_git(clones, FOREIGN, clones.commit)
    clones.alice.add({clones.commit: [b"alice", b"Alice too", b"a"]})
    clones.alice.share("origin")
    assert body_on(clones.remote, clones.commit) == FOREIGN + b"\nAlice too\nalice\n"


def test_lines_are_added_after_a_note_of_ones_own_that_git_wrote(clones: Clones) -> None:
    put(clones.paths[0], clones.commit, FOREIGN)
    for _ in range(2):
        clones.alice.add({clones.commit: [b"alice"]})
    assert body_on(clones.paths[0], clones.commit) == FOREIGN + b"\nalice\n"


def test_two_clones_that_add_to_a_foreign_note_come_to_one_end(clones: Clones) -> None:
    shared_by_git(clones, FOREIGN, clones.commit)
    clones.alice.share("origin")
    clones.alice.add({clones.commit: [b"alice"]})
    clones.ben.add({clones.commit: [b"ben"]})
    for one in (clones.alice, clones.ben, clones.alice, clones.ben):
        one.share("origin")
    places = (clones.remote, *clones.paths)
    assert len({git("rev-parse", REF, cwd=one) for one in places}) == 1
    assert body_on(clones.remote, clones.commit) == FOREIGN + b"\nalice\nben\n"


BODIES = st.lists(st.sampled_from([b"a", b"b", b"c", b"\n", b"\n\n", b"a\n", b"b\n"])).map(b"".join)


def held(body: bytes) -> set[bytes]:
    return {line for line in body.split(b"\n") if line}


@given(st.lists(BODIES, max_size=4))
def test_a_union_has_all_lines_and_nothing_else_in_any_order(bodies: list[bytes]) -> None:
    made = united(*bodies)
    assert held(made) == {line for body in bodies for line in held(body)}
    assert united(*reversed(bodies)) == made
    assert united(made, made) == made


@given(st.lists(BODIES, max_size=4))
def test_who_brings_the_same_notes_together_again_and_again_comes_to_an_end(
    bodies: list[bytes],
) -> None:
    made = united(*bodies)
    for body in bodies * 2:
        made = united(made, body)
    assert [united(made, body) for body in bodies] == [made] * len(bodies)


@given(BODIES, st.sets(st.sampled_from([b"a", b"b", b"d"])))
def test_a_body_in_another_form_stands_at_the_front_as_it_is(
    body: bytes, lines: set[bytes]
) -> None:
    own = b"".join(line + b"\n" for line in sorted(lines))
    made = united(body, own)
    is_sorted = body == b"".join(line + b"\n" for line in sorted(held(body)))
    expected = held(body) | lines if is_sorted else lines - held(body)
    after = b"".join(line + b"\n" for line in sorted(expected))
    feed = b"\n" if after and not body.endswith(b"\n") else b""
    assert made == (after if is_sorted else body + feed + after)


def test_a_note_too_large_to_be_read_is_not_added_to(clones: Clones) -> None:
    blob = shared_by_git(clones, LARGE, clones.commit)
    clones.alice.add({clones.commit: [b"alice"]})
    with pytest.raises(GitFailedError) as refused:
        clones.alice.share("origin")
    assert refused.value.message == (
        f"a note in {REF} has 10,485,760 bytes; one of more than 4,194,304 is not read"
    )
    assert blob_on(clones.remote, clones.commit) == blob
    assert body_on(clones.paths[0], clones.commit) == b"alice\n"


def test_a_note_does_not_grow_larger_than_can_be_read(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "NOTE_BYTES", 10)
    clones.alice.add({clones.commit: [b"12345"]})
    with pytest.raises(GitFailedError, match="has 12 bytes"):
        clones.alice.add({clones.commit: [b"67890"]})
    assert body_on(clones.paths[0], clones.commit) == b"12345\n"


def test_a_large_note_does_not_stand_before_those_of_another_commit(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"alice"]})
    put(clones.paths[0], clones.second, LARGE)
    assert noted_lines(clones.paths[0], clones.commit) == {clones.commit: [b"alice"]}
    for commit in (None, clones.second):
        with pytest.raises(UnreadableError, match="cannot be read whole"):
            noted_lines(clones.paths[0], commit)


def test_a_commit_without_notes_has_no_lines(clones: Clones) -> None:
    clones.alice.add({clones.commit: [b"alice"]})
    assert noted_lines(clones.paths[0], clones.second) == {}


@pytest.mark.parametrize("bound", ["MOST_LINES", "LARGEST_NOTES"])
def test_all_notes_together_have_a_bound(
    clones: Clones, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    clones.alice.add({clones.commit: [b"1", b"2"], clones.second: [b"3", b"4"]})
    monkeypatch.setattr(noting, bound, 5)
    with pytest.raises(UnreadableError, match="has more than"):
        noted_lines(clones.paths[0])


def test_nothing_is_written_where_there_is_nothing_to_add(clones: Clones) -> None:
    clones.alice.add({clones.commit: []})
    assert git("for-each-ref", REF, cwd=clones.paths[0]) == b""


def test_a_remote_that_takes_no_notes_is_not_asked_without_end(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "PAUSE", 0)
    hook = clones.remote / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\necho asked >> {clones.remote}/asked\necho no notes here >&2\nexit 1\n"
    )
    hook.chmod(0o755)
    clones.alice.add({clones.commit: [b"alice"]})
    with pytest.raises(GitFailedError) as refused:
        clones.alice.share("origin")
    assert refused.value.message == (
        f"{REF} could not be pushed to 'origin': ! [remote rejected] {REF} -> {REF} (hook declined)"
    )
    assert refused.value.hint.startswith("the facts are in the notes of this repository")
    assert (clones.remote / "asked").read_text().count("asked") == noting.MOST_REFUSED
    assert clones.lines(clones.paths[0]) == {clones.commit: [b"alice"]}


def test_a_remote_that_is_away_is_told_as_git_tells_it(clones: Clones, tmp_path: Path) -> None:
    clones.alice.add({clones.commit: [b"alice"]})
    gone = str(tmp_path / "gone.git")
    with pytest.raises(GitFailedError) as refused:
        clones.alice.share(gone)
    assert refused.value.message == (
        "git ls-remote failed in the repository of the notes:"
        f" fatal: '{gone}' does not appear to be a git repository"
    )


def test_no_push_is_forced_and_none_sends_more_than_the_notes(
    clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("config", "push.followTags", "true", cwd=clones.paths[0])
    git(
        *("-c", "user.name=A", "-c", "user.email=a@b.c"),
        "tag",
        "-m",
        "t",
        "v1",
        cwd=clones.paths[0],
    )
    usual, pushed = clones.alice._run, list[tuple[str, ...]]()

    def run(*arguments: str, stdin: bytes = b"") -> bytes | None:
        pushed.extend([arguments] if arguments[0] == "push" else [])
        return usual(*arguments, stdin=stdin)

    monkeypatch.setattr(clones.alice, "_run", run)
    clones.alice.add({clones.commit: [b"alice"]})
    clones.alice.share("origin")
    assert [one[-2:] for one in pushed] == [("origin", f"{REF}:{REF}")]
    assert not [word for one in pushed for word in one if word.startswith(("+", "-f", "--force"))]
    refs = git("for-each-ref", "--format=%(refname)", cwd=clones.remote).split()
    assert sorted(refs) == [b"refs/heads/main", REF.encode()]
