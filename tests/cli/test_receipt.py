"""``affidavit receipt``: what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from histories import ran
from receipts import a_ledger, a_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended
    from receipts import Made


@pytest.fixture
def made(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    repo.commit("One")
    return a_receipt(a_ledger(tmp_path, monkeypatch), repo, tmp_path)


def verify(made: Made, *args: str | Path) -> Ended:
    return ran("receipt", "verify", made.file, *args, here=made.file.parent)


def test_create_answers_where_everything_is(made: Made, tmp_path: Path) -> None:
    args = ("--commit", "main", "--repo", made.repository, "--ledger", made.ledger.folder)
    done = ran("receipt", "create", *args, "--prompt", made.prompt, here=tmp_path)
    name = f"{made.commit[:12]}.receipt.json"
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[:3] == [
        f"receipt        {name}",
        f"opening        {name}.opening.json: whoever has it can read the prompt",
        f"commit         {made.commit}",
    ]
    assert done.out.splitlines()[4:] == ["entry          2", f"signer         {made.signer}"]
    assert (tmp_path / name).exists()


def test_create_shows_no_opening_where_no_prompt_was_given(made: Made, tmp_path: Path) -> None:
    args = ("--commit", "main", "--repo", made.repository, "--ledger", made.ledger.folder)
    done = ran("receipt", "create", *args, here=tmp_path)
    assert (done.status, "opening" in done.out) == (0, False)
    shown = ran("receipt", "verify", f"{made.commit[:12]}.receipt.json", here=tmp_path)
    assert "asserted " not in shown.out


def test_create_answers_in_json_too(made: Made, tmp_path: Path) -> None:
    args = ("--commit", "main", "--repo", made.repository, "--ledger", made.ledger.folder)
    done = ran("receipt", "create", *args, "--output", "r.json", "--json", here=tmp_path)
    answer = json.loads(done.out)
    assert (answer["commit"], answer["index"], answer["opening"]) == (made.commit, 2, None)
    assert (answer["output"], answer["signer"]) == ("r.json", made.signer)


def test_verify_lists_every_check_and_what_is_only_asserted(made: Made) -> None:
    done = verify(made, "--key", made.log, "--signer", made.signer)
    words = [line.split(":")[0].split() for line in done.out.splitlines()]
    assert done.status == 0
    assert words[:8] == [
        ["status", "verified"], ["held", "signature"], ["held", "statement"], ["held", "entry"],
        ["held", "inclusion"], ["held", "checkpoint"], ["not", "checked", "subjects"],
        ["not", "checked", "prompt"],
    ]  # fmt: skip
    assert {line.split()[0] for line in done.out.splitlines()[8:]} == {"asserted"}


def test_verify_ends_with_3_for_what_is_self_asserted(made: Made) -> None:
    done = verify(made)
    assert (done.status, done.out.splitlines()[0]) == (3, "status         self-asserted")


def test_verify_ends_with_3_for_what_was_asked_and_not_checked(made: Made) -> None:
    done = verify(made, "--key", made.log, "--signer", made.signer, "--prompt", made.prompt)
    assert (done.status, done.out.splitlines()[0]) == (3, "status         incomplete")


def test_verify_ends_with_1_where_a_check_failed(made: Made) -> None:
    made.file.write_text(made.file.read_text().replace("session-7", "session-8"))
    made.file.write_text(made.file.read_text().replace("receipt.issued.v1", "receipt.issued.v2"))
    done = verify(made, "--key", made.log, "--signer", made.signer)
    assert (done.status, done.out.splitlines()[0]) == (1, "status         failed")


def test_verify_ends_with_4_for_what_is_no_receipt(made: Made) -> None:
    made.file.write_text("{}")
    done = verify(made)
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"affidavit: AFF-FORMAT: {made.file} is not an object with")


def test_verify_answers_all_of_it_in_json(made: Made) -> None:
    done = verify(
        made, "--key", made.log, "--signer", made.signer, "--repo", made.repository,
        "--prompt", made.prompt, "--opening", made.opening, "--json",
    )  # fmt: skip
    answer = json.loads(done.out)
    assert (done.status, answer["status"], answer["exit_status"]) == (0, "verified", 0)
    assert {one["state"] for one in answer["checks"]} == {"held"}
    assert answer["commit"] == made.commit
    assert answer["asserted"]["agent"] == "Claude Code"


def test_of_a_statement_that_cannot_be_read_nothing_is_shown(made: Made) -> None:
    whole = json.loads(made.file.read_bytes())
    whole["envelope"]["payload"] = "e30="
    made.file.write_text(json.dumps(whole))
    done = verify(made)
    assert (done.status, "asserted " in done.out) == (1, False)


def test_nothing_in_a_receipt_can_move_the_cursor(made: Made) -> None:
    made.file.write_text(made.file.read_text().replace("receipt.issued.v1", "\\u001b[2Jx.y.v1"))
    done = verify(made)
    assert done.status == 1
    assert "\x1b" not in done.out
