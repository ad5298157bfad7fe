"""``affidavit facts push``: what a failed push leaves, and what is left to do then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.noting import REF
from affidavit.app.ledger.signers import write_secret
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.key import SigningKey
from clones import Clones
from commands import FACT
from commands import lines as facts
from gitrepo import git
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)
SIGN = ("facts", "sign", "facts.jsonl", "--key-file", "ci.key", "--notes")
REFUSED = "affidavit: AFF-GIT-FAILED: git ls-remote failed in the repository of the notes: fatal: "
TWICE = "shares them; signed anew they are recorded twice\n"


@pytest.fixture
def clones(tmp_path: Path) -> Clones:
    """Two clones; in that of Alice a key and two facts."""
    made = Clones(tmp_path / "clones")
    write_secret(made.paths[0] / "ci.key", KEY)
    (made.paths[0] / "facts.jsonl").write_bytes(facts(FACT, {**FACT, "stream": "t"}))
    return made


def streams(clones: Clones, path: Path) -> list[str]:
    found = clones.lines(path).get(clones.second, [])
    return sorted(parse_line(line).fact.stream for line in found)


def test_a_push_that_fails_says_what_was_signed_and_what_shares_it(clones: Clones) -> None:
    alice = clones.paths[0]
    done = ran(*SIGN, "--push", "nosuch", here=alice)
    assert (done.status, done.out) == (5, "")
    said, hint = done.err.splitlines(keepends=True)
    assert said.startswith(REFUSED)
    assert said.endswith(f"; 2 facts were signed and lie in the notes of {clones.second}\n")
    assert hint == f"  affidavit facts push REMOTE {TWICE}"
    assert ran("facts", "push", "origin", here=alice) == (0, "pushed to      origin\n", "")
    assert streams(clones, clones.remote) == ["s", "t"]


def test_a_repository_and_a_file_elsewhere_are_named(clones: Clones, tmp_path: Path) -> None:
    alice, here = clones.paths[0], tmp_path / "here"
    here.mkdir()
    given = str(alice / "facts.jsonl"), "--key-file", str(alice / "ci.key"), "--repo", str(alice)
    more = ("--notes", "--push", "nosuch", "--output", "b.jsonl")
    done = ran("facts", "sign", *given, *more, here=here)
    said, hint = done.err.splitlines(keepends=True)
    assert said.endswith(f"signed and lie in b.jsonl and the notes of {clones.second}\n")
    assert hint == f"  affidavit facts push REMOTE --repo {alice} {TWICE}"


def test_what_cannot_be_a_remote_is_refused_before_anything_is_signed(clones: Clones) -> None:
    done = ran(*SIGN, "--push", "--upload-pack=x", here=clones.paths[0])
    assert (done.status, done.out) == (5, "")
    assert done.err == "affidavit: AFF-GIT-FAILED: '--upload-pack=x' names no remote\n"
    assert streams(clones, clones.paths[0]) == []


def test_no_facts_that_cannot_be_pushed_are_no_signed_facts(clones: Clones) -> None:
    (clones.paths[0] / "facts.jsonl").write_bytes(b"")
    done = ran(*SIGN, "--push", "nosuch", here=clones.paths[0])
    assert done.status == 5
    assert "signed" not in done.err


def test_a_push_brings_what_others_signed_and_answers_in_json(clones: Clones) -> None:
    alice, ben = clones.paths
    ran(*SIGN, "--push", "origin", here=alice)
    done = ran("facts", "push", "origin", "--json", "--repo", str(ben), here=alice)
    assert (done.status, json.loads(done.out), done.err) == (0, {"pushed": "origin"}, "")
    assert streams(clones, ben) == ["s", "t"]
    assert git("rev-parse", REF, cwd=ben) == git("rev-parse", REF, cwd=alice)


def test_there_is_nothing_to_push_where_there_is_no_repository(tmp_path: Path) -> None:
    done = ran("facts", "push", "origin", here=tmp_path)
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith("affidavit: AFF-NOT-A-REPOSITORY: ")
