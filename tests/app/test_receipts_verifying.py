"""Verifying receipts: what holds, what is self-asserted, what was not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.ledger.verifying import Trusted
from affidavit.app.receipts.creating import Wanted, created
from affidavit.app.receipts.predicate import Asserted, Authorship, Prompt
from affidavit.app.receipts.prompts import prompt_check
from affidavit.app.receipts.result import Check, State, Verified
from affidavit.app.receipts.verifying import Asked, verified
from affidavit.base.errors import FormatError, NotARepositoryError, UnreadableError
from affidavit.ledger.commitment import Opening
from affidavit.ledger.note import SigningKey
from affidavit.verify.result import Status
from gitrepo import Repo
from receipts import a_ledger, a_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from receipts import Made

SIX = ("signature", "statement", "entry", "inclusion", "checkpoint", "subjects")


@pytest.fixture
def made(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    repo.commit("One")
    repo.commit("Two")
    return a_receipt(a_ledger(tmp_path, monkeypatch), repo, tmp_path)


def a_vkey(name: str, seed: bytes = bytes(32)) -> str:
    return SigningKey.from_secret(name, seed).key.encode()


def asked(made: Made, **changes: object) -> Asked:
    return msgspec.structs.replace(made.asked(), **changes)


def states(result: Verified) -> dict[str, str]:
    return {one.name: str(one.state) for one in result.checks}


def the(result: Verified, name: str) -> Check:
    return next(one for one in result.checks if one.name == name)


def test_all_that_was_asked_holds_for_an_honest_receipt(made: Made) -> None:
    result = verified(made.file, made.asked())
    assert states(result) == dict.fromkeys((*SIX, "prompt"), "held")
    assert result.status is Status.VERIFIED
    assert result.status.exit_status == 0
    assert result.commit == made.commit


def test_without_keys_from_outside_a_receipt_is_self_asserted(made: Made) -> None:
    result = verified(made.file, Asked())
    assert states(result) == {
        **dict.fromkeys(("statement", "entry", "inclusion"), "held"),
        **dict.fromkeys(("signature", "checkpoint", "subjects", "prompt"), "not checked"),
    }
    assert (result.status, result.status.exit_status) == (Status.SELF_ASSERTED, 3)


@pytest.mark.parametrize("left_out", [{"signers": ()}, {"trusted": Trusted()}])
def test_one_of_the_two_keys_is_not_enough(made: Made, left_out: dict[str, object]) -> None:
    assert verified(made.file, asked(made, **left_out)).status is Status.SELF_ASSERTED


def test_what_was_not_asked_is_listed_and_does_not_count(made: Made) -> None:
    result = verified(made.file, made.trusting())
    assert result.status is Status.VERIFIED
    assert [one.name for one in result.checks if one.state is State.NOT_CHECKED] == [
        "subjects", "prompt",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["someone.example", ""])
def test_another_signer_is_not_believed(made: Made, name: str) -> None:
    own_name = made.signer.split("+", 1)[0]
    result = verified(made.file, asked(made, signers=(a_vkey(name or own_name),)))
    assert the(result, "signature").state is State.FAILED
    assert result.status is Status.FAILED


def test_of_several_signers_one_is_enough(made: Made) -> None:
    both = (a_vkey("someone.example"), made.signer)
    assert verified(made.file, asked(made, signers=both)).status is Status.VERIFIED


def test_another_log_is_not_believed(made: Made) -> None:
    trusted = Trusted(keys=(a_vkey("someone.example"),))
    result = verified(made.file, asked(made, trusted=trusted))
    assert the(result, "checkpoint").state is State.FAILED
    assert result.status is Status.FAILED


def test_an_earlier_or_later_key_of_the_log_leaves_the_checkpoint_not_checked(made: Made) -> None:
    name, number, _ = made.log.split("+", 2)
    own = f"{name}+{number}"
    trusted = Trusted(keys=(a_vkey(name),))
    result = verified(made.file, asked(made, trusted=trusted))
    checkpoint = the(result, "checkpoint")
    assert (checkpoint.state, result.status) == (State.NOT_CHECKED, Status.INCOMPLETE)
    start = f"it is signed as {own}, a key that was not given: "
    assert checkpoint.text.startswith(start)


def test_keys_are_read_from_files_too(made: Made, tmp_path: Path) -> None:
    for name, key in (("log", made.log), ("signer", made.signer)):
        (tmp_path / name).write_text(f"# {name}\n{key}\n")
    trusted = Trusted(keys=(str(tmp_path / "log"),))
    found = asked(made, trusted=trusted, signers=(str(tmp_path / "signer"),))
    assert verified(made.file, found).status is Status.VERIFIED


def test_a_key_that_is_none_is_named(made: Made) -> None:
    with pytest.raises(FormatError, match="--signer"):
        verified(made.file, asked(made, signers=("a+b",)))


def test_a_policy_without_witnesses_serves_as_the_logs_key(made: Made, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"log {made.log}\nquorum none\n")
    found = asked(made, trusted=Trusted(policy=policy))
    assert verified(made.file, found).status is Status.VERIFIED


def test_witnesses_that_a_policy_asks_for_leave_the_checkpoint_not_checked(
    made: Made, tmp_path: Path
) -> None:
    witness = SigningKey.from_secret("witness.example", bytes(32), algorithm=4).key.encode()
    policy = tmp_path / "policy"
    policy.write_text(f"log {made.log}\nwitness w {witness}\nquorum w\n")
    result = verified(made.file, asked(made, trusted=Trusted(policy=policy)))
    assert the(result, "checkpoint").state is State.NOT_CHECKED
    assert result.status is Status.INCOMPLETE


def test_a_repository_without_the_commit_fails(made: Made, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit("Other")
    result = verified(made.file, asked(made, repository=other.path))
    assert the(result, "subjects").text == "the commit is missing in the repository"
    assert result.status is Status.FAILED


def test_a_repository_of_another_object_format_fails(made: Made, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other", object_format="sha256")
    other.commit("Other")
    result = verified(made.file, asked(made, repository=other.path))
    assert the(result, "subjects").state is State.FAILED


def test_no_repository_where_one_was_named_is_an_error(made: Made, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotARepositoryError):
        verified(made.file, asked(made, repository=tmp_path / "empty"))


def test_a_tree_that_is_not_there_leaves_the_subjects_not_checked(made: Made, repo: Repo) -> None:
    tree = verified(made.file, made.trusting()).tree
    assert tree is not None
    (repo.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    result = verified(made.file, made.asked())
    assert the(result, "subjects").state is State.NOT_CHECKED
    assert result.status is Status.INCOMPLETE


@pytest.mark.parametrize("part", ["commit", "tree"])
def test_an_object_that_is_not_what_its_id_says_fails(made: Made, repo: Repo, part: str) -> None:
    result = verified(made.file, made.trusting())
    victim, other = {
        "commit": (result.commit or "", repo.commit("X")),
        "tree": (result.tree or "", repo.tree({})),
    }[part]
    objects = repo.path / ".git" / "objects"
    place = objects / victim[:2] / victim[2:]
    place.chmod(0o644)
    place.write_bytes((objects / other[:2] / other[2:]).read_bytes())
    after = verified(made.file, made.asked())
    assert the(after, "subjects").state is State.FAILED


def test_another_prompt_fails(made: Made, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Write the parser")
    result = verified(made.file, asked(made, prompt=other))
    assert the(result, "prompt").text == "the prompt is not the one in the opening"
    assert result.status is Status.FAILED


def test_a_prompt_without_its_opening_is_not_checked(made: Made) -> None:
    result = verified(made.file, asked(made, opening=None))
    assert the(result, "prompt").state is State.NOT_CHECKED
    assert (result.status, result.status.exit_status) == (Status.INCOMPLETE, 3)


def test_an_opening_alone_shows_that_it_opens_the_commitment(made: Made) -> None:
    assert verified(made.file, asked(made, prompt=None)).status is Status.VERIFIED


@pytest.mark.parametrize(("old", "new"), [('"prompt"', '"prompts"'), ("parser", "Parser")])
def test_an_opening_of_something_else_fails(made: Made, old: str, new: str) -> None:
    made.opening.write_text(made.opening.read_text().replace(old, new))
    result = verified(made.file, asked(made, prompt=None))
    assert the(result, "prompt").text == "the opening is of another commitment"


def test_an_opening_of_another_field_opens_no_prompt(tmp_path: Path) -> None:
    """Its maker could have committed to a title: that is not shown as a prompt."""
    opening = Opening(field="title", value="Write the parser.", salt=bytes(32))
    (tmp_path / "opening").write_bytes(opening.encode())
    asserted = Asserted(prompt=Prompt(commitment=opening.commitment()))
    said = Authorship(asserted=asserted, created="then", tool="a tool")
    [check] = prompt_check(said, None, tmp_path / "opening")
    assert check.state is State.FAILED


def test_an_opening_that_is_none_is_an_error(made: Made) -> None:
    made.opening.write_text("{}")
    with pytest.raises(FormatError, match=r"opening\.json: an opening has the fields"):
        verified(made.file, made.asked())


@pytest.mark.parametrize(
    ("text", "given", "state"),
    [("p", True, State.HELD), ("q", True, State.FAILED), ("p", False, State.NOT_CHECKED)],
)
def test_an_unsalted_hash_is_held_against_the_prompt_and_says_so(
    made: Made, repo: Repo, text: str, *, given: bool, state: State
) -> None:
    output, prompt = made.file.with_name("other.json"), made.prompt
    prompt.write_text(text)
    hashed = "148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940"
    wanted = Wanted(revision="HEAD", repository=repo.path, output=output, prompt_hash=hashed)
    created(made.ledger, wanted)
    check = the(verified(output, asked(made, prompt=prompt if given else None)), "prompt")
    assert check.state is state
    assert ("unsalted" in check.text) == (state is State.HELD)


def test_a_prompt_for_a_receipt_that_names_none_fails(made: Made, repo: Repo) -> None:
    output = made.file.with_name("other.json")
    created(made.ledger, Wanted(revision="HEAD", repository=repo.path, output=output))
    assert verified(output, made.asked()).status is Status.FAILED
    assert "prompt" not in states(verified(output, made.trusting()))


def test_a_file_that_is_not_there_is_an_error(made: Made) -> None:
    with pytest.raises(UnreadableError):
        verified(made.file.with_name("missing"), Asked())
