"""The default policy where a team's base says that there is no forge: signed approvals alone."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.setup.proposing import proposed
from affidavit.changes.approval.predicate import Answers
from affidavit.changes.gate.model import Verdict
from authenticator import maker
from gates import CONFIG, Gates
from signed_approvals import APPROVED, TOUCH, fact_of, line, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.gate.answer import Answer
    from forges import Pull

CHALLENGE = b"enrolment of a key of the firm"
KEPT = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"
SET_UP = {one.path: one.text for one in proposed(None, None, None, date(2026, 11, 20), hooks=False)}
POLICY = {path: text for path, text in SET_UP.items() if path.startswith("affidavit/policy/")}
ASKED = next(one for one in SET_UP["affidavit.toml"].splitlines() if one.startswith("require"))
FILES: dict[str, str | None] = {
    **POLICY,
    "affidavit/policy/all.rego": None,
    "affidavit.toml": CONFIG.replace("[gate]\n", f"[gate]\n{ASKED}\n"),
    "affidavit/allowed_signers": row("ben@firm.mail", TOUCH),
    f"{KEPT}.challenge": CHALLENGE.decode(),
    "affidavit/attestation_roots.pem": maker().pem.decode(),
}
WHOLE = msgspec.structs.replace(
    APPROVED,
    ai_use="assisted",
    answers=Answers(functional_correctness=True, security=True, tests=True, ai_review=True),
)
LACKING = {"ai.known", "change.known", "checks.known"}
"""What is not known without a forge, by the rules that ask for it."""


class Local(Gates):
    """A firm that says that it has no forge, with a change that its Ben approved with his key."""

    def __init__(self, folder: Path, files: dict[str, str | None]) -> None:
        super().__init__(folder, files)
        said = maker().device().attestation(TOUCH, CHALLENGE)
        self.shop.direct(self.ann, "Keep it", {f"{KEPT}.attestation": said})

    def change(self, *, approved: bool) -> Pull:
        pull = self.opened()
        self.report(pull.head_oid)
        if approved:
            tree = self.shop.git.run("rev-parse", f"{pull.head_oid}^{{tree}}").decode().strip()
            made = signed(TOUCH, WHOLE, commit=pull.head_oid, tree=tree)
            with self.facts.open("ab") as file:
                file.write(line(fact_of(made)) + b"\n")
        return pull

    def judged(self, pull: Pull) -> Answer:
        """What the gate says where no forge is asked."""
        return self.answer(base="main", head=pull.head_oid)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    made = Local(tmp_path, FILES)
    with made.forge:
        yield made


def ids(answer: Answer) -> set[str]:
    return {one.id for one in answer.policy.reasons}


def test_a_signed_approval_of_a_proven_key_lets_a_change_in(local: Local) -> None:
    answer = local.judged(local.change(approved=True))
    assert (answer.verdict, ids(answer)) == (Verdict.ALLOWED, set())


def test_without_an_approval_it_is_refused(local: Local) -> None:
    answer = local.judged(local.change(approved=False))
    assert (answer.verdict, ids(answer)) == (
        Verdict.REFUSED,
        {"ai.known", "checklist.answered", "persons.enough"},
    )


def test_a_base_that_does_not_say_so_is_not_taken_to_have_no_forge(tmp_path: Path) -> None:
    data = (SET_UP["affidavit/policy/data.json"]).replace('"forge": "none"', '"forge": "asked"')
    made = Local(tmp_path, {**FILES, "affidavit/policy/data.json": data})
    with made.forge:
        answer = made.judged(made.change(approved=True))
    assert (answer.verdict, ids(answer)) == (Verdict.UNDECIDED, LACKING)


def test_a_forge_that_was_asked_and_told_nothing_is_a_forge(local: Local) -> None:
    pull = local.change(approved=True)
    records = local.folder / "records.jsonl"
    local.asked(pull)
    head = local.export.read_bytes().splitlines(keepends=True)[:1]
    records.write_bytes(b"".join(head))
    asked = local.asked(forge=records, base="main", head=pull.head_oid)
    assert asked.input.forge is True
    assert ids(asked.answer) >= LACKING
    assert asked.answer.verdict is not Verdict.ALLOWED
