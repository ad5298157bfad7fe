"""``affidavit attest``: whose signature a statement has, where it goes, and what is refused."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.signers import write_secret
from affidavit.ledger.dsse import check, parse_envelope
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import Outcome
from affidavit.ledger.statement import commit_and_tree, statement_of
from gitobjects import git
from gitrepo import BEN
from histories import BY_CLAUDE, ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended

KEY = SigningKey.from_secret("ci.firm.example", b"\x07" * 32)
VSA = ("--level", "SLSA_SOURCE_LEVEL_1", "--policy", "https://firm.example/policy",
       "--resource", "git+https://firm.example/shop")  # fmt: skip


@pytest.fixture
def merged(repo: Repo) -> Repo:
    """A change of Ada that Ben merged, by what git shows."""
    repo.commit("Begin", files={"a.py": "one\n"})
    repo.commit("Work", branch="work", at="main", files={"a.py": "one\ntwo\n"})
    repo.merge("work", author=BEN, committer=BEN)
    return repo


@pytest.fixture
def attest(merged: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    return lambda what, *args: ran(
        "attest", what, "--repo", merged.path, "--commit", "main", *args, here=tmp_path / "here"
    )


def test_the_key_of_a_file_signs(
    merged: Repo, attest: Callable[..., Ended], tmp_path: Path
) -> None:
    write_secret(tmp_path / "key", KEY)
    done = attest("svr", "--key-file", tmp_path / "key")
    found = parse_envelope(done.out.encode())
    assert (done.status, check(found, KEY.key)) == (0, Outcome.GOOD)
    tree = merged.git("rev-parse", "main^{tree}").decode().strip()
    assert commit_and_tree(statement_of(found)) == (merged.resolve("main"), tree)


def test_this_account_signs_under_the_name_that_is_given_first(
    attest: Callable[..., Ended],
) -> None:
    (one,) = parse_envelope(attest("svr", "--signer", "firm.example/ann").out.encode()).signatures
    (other,) = parse_envelope(attest("source-vsa", *VSA).out.encode()).signatures
    assert one.keyid.startswith("firm.example/ann+")
    assert one.keyid == other.keyid


def test_it_is_written_to_a_file_and_told_of(attest: Callable[..., Ended], tmp_path: Path) -> None:
    place = tmp_path / "svr.json"
    done = attest("svr", "--unsigned", "--output", place)
    assert (done.status, done.err) == (0, "")
    assert "holds          REVIEWER_SHOWN: the review grade is R2" in done.out.splitlines()
    assert json.loads(place.read_text())["predicate"]["properties"] == ["AFFIDAVIT_REVIEWER_SHOWN"]


def test_in_a_clone_source_and_branch_are_called_as_they_are_where_they_lie(
    merged: Repo, attest: Callable[..., Ended], tmp_path: Path
) -> None:
    clone = merged.clone(tmp_path / "clone")
    git("-C", clone, "remote", "set-url", "origin", "https://token@firm.example/shop.git")
    git("-C", clone, "checkout", "--quiet", "--detach")
    git("-C", clone, "branch", "--quiet", "-D", "main")
    about = ("--repo", clone, "--commit", "HEAD", "--branch", "main", *VSA[:4])
    found = json.loads(attest("source-vsa", "--unsigned", *about).out)
    assert found["predicate"]["resourceUri"] == "git+https://firm.example/shop.git"
    assert found["subject"][0]["annotations"] == {"sourceRefs": ["refs/heads/main"]}


def test_nothing_is_written_where_nothing_is_stated(
    attest: Callable[..., Ended], tmp_path: Path
) -> None:
    place = tmp_path / "result.json"
    done = attest("test-result", "--output", place)
    assert (done.status, done.out, place.exists()) == (3, "", False)


def test_a_policy_stands_in_it_by_its_address_and_digest(
    attest: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "policy").write_bytes(b"allow\n")
    addresses = ("--policy", "https://firm.example/p", "--verifier", "https://firm.example/v")
    done = attest("svr", "--unsigned", "--policy-file", tmp_path / "policy", *addresses)
    digest = hashlib.sha256(b"allow\n").hexdigest()
    assert json.loads(done.out)["predicate"]["verifier"] == {
        "id": "https://firm.example/v",
        "policies": [{"uri": "https://firm.example/p", "digest": {"sha256": digest}}],
    }


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("svr", "--unsigned", "--signer", "a"), 2, "AFF-USAGE: --key-file, --signer and"),
        (("svr", "--branch", "work"), 2, "AFF-USAGE: "),
        (("svr", "--verifier", "me", "--unsigned"), 4, "AFF-FORMAT: a statement cannot be written"),
        (("svr", "--policy-file", "none"), 5, "AFF-UNREADABLE: none is no file of at most"),
        (("source-vsa", "--level", "SLSA_SOURCE_LEVEL_1"), 2, "AFF-USAGE: a summary names the"),
        (("source-vsa", *VSA, "--require", "GOOD"), 2, "AFF-USAGE: --require 'GOOD' is no prop"),
        (("source-vsa", *VSA[:4]), 2, "AFF-USAGE: the repository has no remote address"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    attest: Callable[..., Ended], arguments: tuple[str, ...], status: int, says: str
) -> None:
    done = attest(*arguments)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"affidavit: {says}")


def test_a_commit_behind_a_landing_is_no_landing(
    merged: Repo, attest: Callable[..., Ended]
) -> None:
    done = attest("svr", "--commit", "work", "--branch", "main")
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        f"affidavit: AFF-USAGE: {merged.resolve('work')[:12]} is no landing of main",
    )


def test_the_first_commit_of_all_is_a_landing(merged: Repo, attest: Callable[..., Ended]) -> None:
    done = attest("svr", "--commit", merged.parents("main")[0])
    assert done.status == 3
    assert "not shown      REVIEWER_SHOWN: the review grade is R0" in done.err.splitlines()


def test_a_squash_whose_commits_are_not_here_is_not_attributed(
    merged: Repo, attest: Callable[..., Ended]
) -> None:
    merged.squash("work", f"Work (#7)\n\n* One\n\n{BY_CLAUDE}\n\n* Two")
    done = attest("svr")
    assert "not shown      AI_ATTRIBUTED: the commits behind it are not here" in done.err


def test_in_a_clone_that_is_cut_off_it_is_told_what_is_missing(
    merged: Repo, attest: Callable[..., Ended], tmp_path: Path
) -> None:
    clone = merged.clone(tmp_path / "clone", "--bare", "--depth=1")
    done = attest("svr", "--repo", clone)
    assert (done.status, done.out) == (3, "")
    assert "REVIEWER_SHOWN: the review grade is R0" in done.err
