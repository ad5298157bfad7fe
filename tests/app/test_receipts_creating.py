"""Making receipts: what they say, what they hide, and what is left when making one fails."""

from __future__ import annotations

import hashlib
import json
import stat
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.ledger.home import writing
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import viewing
from affidavit.app.receipts import creating, logged
from affidavit.app.receipts.creating import LONGEST, MOST, Wanted, created
from affidavit.app.receipts.file import parse_receipt
from affidavit.app.receipts.predicate import authorship_of
from affidavit.base.errors import (
    AffidavitError,
    KeyFileError,
    LedgerBusyError,
    OutputError,
    UnreadableError,
    UsageError,
)
from affidavit.ledger.commitment import parse_opening
from affidavit.ledger.statement import statement_of
from receipts import PROMPT, REVIEWER, a_ledger, a_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.receipts.predicate import Asserted
    from gitrepo import Repo


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return a_ledger(tmp_path, monkeypatch)


def asserted(file: Path) -> Asserted:
    statement = statement_of(parse_receipt(file.read_bytes()).envelope)
    return authorship_of(statement, "it").asserted


def wanted(repo: Repo, folder: Path, **asked: object) -> Wanted:
    usual = Wanted(revision="HEAD", repository=repo.path, output=folder / "r.json")
    return msgspec.structs.replace(usual, **asked)


def test_a_receipt_says_what_was_given_as_asserted(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    said = asserted(a_receipt(ledger, repo, tmp_path).file)
    assert (said.agent, said.model, said.session) == ("Claude Code", "some-model-1", "session-7")
    assert [(one.digest, one.size) for one in said.tests] == [
        ("sha256:" + hashlib.sha256(b"<ok/>").hexdigest(), 5)
    ]


def test_the_entry_names_commit_tree_and_signer_and_the_envelope_is_kept(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    commit = repo.commit("One")
    made = a_receipt(ledger, repo, tmp_path)
    envelope = parse_receipt(made.file.read_bytes()).envelope
    with viewing(ledger) as view:
        row = view.row(1)
        blob = view.rows.blob_size(hashlib.sha256(envelope.encode()).digest())
    assert row.entry.kind == "receipt.issued.v1"
    assert row.entry.subject is not None
    assert row.entry.subject.commit == commit
    assert row.entry.actor == envelope.signatures[0].keyid
    assert blob == len(envelope.encode())


def test_a_receipt_has_a_few_thousand_bytes(repo: Repo, ledger: Home, tmp_path: Path) -> None:
    repo.commit("One")
    assert len(a_receipt(ledger, repo, tmp_path).file.read_bytes()) < 4_096


def test_reviewer_and_prompt_stand_nowhere_in_the_receipt_or_the_log(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    made = a_receipt(ledger, repo, tmp_path)
    receipt = parse_receipt(made.file.read_bytes())
    stored = b"".join(one.read_bytes() for one in sorted(ledger.folder.glob("ledger.db*")))
    for hidden in (b"Ben Example", b"ben@mail", b"Write the parser", b"junit", b"prompt.txt"):
        assert hidden not in receipt.envelope.payload + receipt.entry + stored


def test_the_vault_shows_the_reviewer_until_that_is_disposed_of(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    [reviewer] = asserted(a_receipt(ledger, repo, tmp_path).file).reviewers
    with viewing(ledger) as view, vault(ledger, view.origin) as kept:
        before = kept.reveal(reviewer.name)
        kept.dispose(reviewer.party)
        assert [before, kept.reveal(reviewer.name)] == [REVIEWER, None]


def test_the_opening_opens_the_prompt_and_only_its_owner_can_read_it(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    made = a_receipt(ledger, repo, tmp_path)
    opening, prompt = parse_opening(made.opening.read_bytes()), asserted(made.file).prompt
    assert (opening.field, opening.value) == ("prompt", PROMPT)
    assert prompt is not None
    assert prompt.commitment == opening.commitment()
    assert stat.S_IMODE(made.opening.stat().st_mode) == 0o600


def test_a_given_hash_of_a_prompt_is_marked_unsalted_and_has_no_opening(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    done = created(ledger, wanted(repo, tmp_path, prompt_hash="ab" * 32))
    payload = json.loads(parse_receipt((tmp_path / "r.json").read_bytes()).envelope.payload)
    assert done.opening is None
    assert payload["predicate"]["asserted"] == {"prompt": {"unsalted": "sha256:" + "ab" * 32}}


def test_two_receipts_of_one_commit_have_commitments_of_their_own(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    first = asserted(a_receipt(ledger, repo, tmp_path).file)
    other = tmp_path / "other"
    other.mkdir()
    second = asserted(a_receipt(ledger, repo, other).file)
    assert first.prompt != second.prompt
    assert first.reviewers[0].party == second.reviewers[0].party
    assert first.reviewers[0].name != second.reviewers[0].name


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"agent": ""}, "--agent is 1 to 1,024"),
        ({"model": "m" * (LONGEST + 1)}, "--model is 1 to 1,024"),
        ({"session": "a\nb"}, "--session is 1 to 1,024"),
        ({"agent": "\udcff"}, "--agent is 1 to 1,024"),
        ({"reviewers": (" ",)}, "--reviewer is 1 to 1,024"),
        ({"reviewers": ("a",) * (MOST + 1)}, "a receipt names at most 100 reviewers"),
        ({"prompt_hash": "ab"}, "--prompt-hash is a SHA-256"),
        ({"prompt_hash": "md5:" + "a" * 64}, "--prompt-hash is a SHA-256"),
        ({"revision": "nobody"}, "'nobody' names no commit of the repository"),
        ({"signer": "two words"}, "'two words' cannot name a signer"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_recorded(
    repo: Repo, ledger: Home, tmp_path: Path, asked: dict[str, object], message: str
) -> None:
    repo.commit("One")
    with pytest.raises(UsageError) as refused:
        created(ledger, wanted(repo, tmp_path, **asked))
    assert refused.value.message.startswith(message)
    with viewing(ledger) as view:
        assert view.size == 1
    assert not (tmp_path / "r.json").exists()


def test_a_prompt_and_its_hash_are_not_given_together(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="give one"):
        created(ledger, wanted(repo, tmp_path, prompt=tmp_path / "p", prompt_hash="ab" * 32))


@pytest.mark.parametrize("taken", ["r.json", "r.json.opening.json"])
def test_no_file_that_is_there_is_written_over(
    repo: Repo, ledger: Home, tmp_path: Path, taken: str
) -> None:
    repo.commit("One")
    prompt = tmp_path / "prompt"
    prompt.write_text("p")
    (tmp_path / taken).write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        created(ledger, wanted(repo, tmp_path, prompt=prompt))
    assert (tmp_path / taken).read_text() == "mine"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"prompt": "missing"}, UnreadableError),
        ({"tests": ("missing",)}, UnreadableError),
        ({"prompt": "latin"}, UnreadableError),
        ({"prompt": "large"}, UnreadableError),
        ({"output": "no-folder/r.json"}, OutputError),
    ],
)
def test_a_file_that_fails_leaves_nothing_recorded(
    repo: Repo, ledger: Home, tmp_path: Path, asked: dict[str, object], error: type[AffidavitError]
) -> None:
    repo.commit("One")
    (tmp_path / "latin").write_bytes(b"\xff")
    (tmp_path / "large").write_bytes(b"p" * ((1 << 20) + 1))
    paths = {
        name: tuple(tmp_path / one for one in value)
        if isinstance(value, tuple)
        else tmp_path / str(value)
        for name, value in asked.items()
    }
    with pytest.raises(error):
        created(ledger, wanted(repo, tmp_path, **paths))
    with viewing(ledger) as view:
        assert view.size == 1


def test_a_file_of_tests_has_a_bound(
    repo: Repo, ledger: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = tmp_path / "t"
    test.write_text("123")
    monkeypatch.setattr(creating, "LARGEST_BLOB", 2)
    with pytest.raises(UnreadableError, match="has more than 2 bytes"):
        created(ledger, wanted(repo, tmp_path, tests=(test,)))


def test_an_opening_that_cannot_be_kept_stops_everything(
    repo: Repo, ledger: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("One")
    prompt = tmp_path / "prompt"
    prompt.write_text("p")

    def refuse(path: Path, _data: bytes) -> None:
        raise KeyFileError(f"{path}: No space left on device")

    monkeypatch.setattr(creating, "write_private", refuse)
    with pytest.raises(OutputError, match="No space left"):
        created(ledger, wanted(repo, tmp_path, prompt=prompt))
    with viewing(ledger) as view:
        assert view.size == 1


def test_a_ledger_that_another_process_holds_is_waited_for_and_then_busy(
    repo: Repo, ledger: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("One")
    monkeypatch.setattr(logged, "WAIT", 0.3)
    with writing(ledger), pytest.raises(LedgerBusyError):
        created(ledger, wanted(repo, tmp_path))


def test_when_the_ledger_refuses_no_opening_and_no_receipt_stay(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    prompt = tmp_path / "prompt"
    prompt.write_text("p")
    ledger.lock.unlink()
    ledger.lock.mkdir()
    with pytest.raises(AffidavitError):
        created(ledger, wanted(repo, tmp_path, prompt=prompt))
    assert sorted(one.name for one in tmp_path.glob("*r.json*")) == []
