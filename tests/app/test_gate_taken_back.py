"""Signed rejections before the gate that their person takes back, and those that stay."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.gate.model import Status
from authenticator import maker, plain_key
from gates import Gates, statuses
from signed_approvals import APPROVED, SOFT, TOUCH, fact_of, line, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.approval.predicate import Word
    from authenticator import Key

BEN, CLEO = "ben@firm.mail", "cleo@firm.mail"
SECOND, HERS = plain_key(seed=21), plain_key(seed=22)
CHALLENGE = b"enrolment of a key of the firm"
KEPT = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"
FIRST, LATER = "2026-01-02T09:00:00Z", "2026-01-02T10:00:00Z"


class Firm(Gates):
    """The firm, where Ben has a proven key and two of software, and Cleo has one of software."""

    def __init__(self, folder: Path) -> None:
        of_ben = "".join(row(BEN, key) for key in (TOUCH, SOFT, SECOND))
        files = {
            "affidavit/allowed_signers": f"{of_ben}{row(CLEO, HERS)}",
            f"{KEPT}.challenge": CHALLENGE.decode(),
            "affidavit/attestation_roots.pem": maker().pem.decode(),
        }
        super().__init__(folder, files)
        said = maker().device().attestation(TOUCH, CHALLENGE)
        self.shop.direct(self.ann, "Keep it", {f"{KEPT}.attestation": said})
        self.pull = self.opened()
        self.report(self.pull.head_oid)

    def sign(self, key: Key, decision: Word, at: str) -> None:
        """Sign a decision about the head, at a time that the statement asserts."""
        oid = self.pull.head_oid
        tree = self.shop.git.run("rev-parse", f"{oid}^{{tree}}").decode().strip()
        reason = "it is not right" if decision == "rejected" else None
        said = msgspec.structs.replace(APPROVED, decision=decision, at=at, reason=reason)
        with self.facts.open("ab") as file:
            file.write(line(fact_of(signed(key, said, commit=oid, tree=tree))) + b"\n")

    def against(self) -> int | None:
        """How many are against it, by the gate."""
        return self.asked(self.pull).input.approvals.against


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    made = Firm(tmp_path)
    with made.forge:
        yield made


@pytest.mark.parametrize("key", [SOFT, TOUCH])
def test_a_later_approval_with_the_same_key_or_a_proven_one_takes_it_back(
    firm: Firm, key: Key
) -> None:
    firm.sign(SOFT, "rejected", FIRST)
    assert firm.against() == 1
    firm.sign(key, "approved", LATER)
    assert firm.against() == 0


@pytest.mark.parametrize(
    ("key", "at"), [(SECOND, LATER), (HERS, LATER), (SOFT, FIRST), (TOUCH, "2026-01-02T08:00:00Z")]
)
def test_an_earlier_approval_or_another_hands_takes_nothing_back(
    firm: Firm, key: Key, at: str
) -> None:
    firm.sign(SOFT, "rejected", FIRST)
    firm.sign(key, "approved", at)
    assert firm.against() == 1


def test_a_later_review_by_their_account_takes_it_back(firm: Firm) -> None:
    firm.sign(SOFT, "rejected", "2020-01-02T09:00:00Z")
    firm.pull.review(firm.ben)
    asked = firm.asked(firm.pull)
    assert (asked.input.approvals.against, asked.input.approvals.persons) == (0, 1)
    assert statuses(asked.answer)["reviewed"] is Status.MET


def test_a_review_of_somebody_else_takes_nothing_back(firm: Firm) -> None:
    firm.sign(SOFT, "rejected", "2020-01-02T09:00:00Z")
    firm.pull.review(firm.cleo)
    assert firm.against() == 1


def test_a_review_from_before_takes_nothing_back(firm: Firm) -> None:
    firm.pull.review(firm.ben)
    firm.sign(SOFT, "rejected", "2099-01-02T09:00:00Z")
    assert firm.against() == 1


def test_a_review_of_what_was_there_before_takes_nothing_back(firm: Firm) -> None:
    firm.pull.review(firm.ben)
    firm.pull.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
    firm.sign(SOFT, "rejected", "2020-01-02T09:00:00Z")
    assert firm.against() == 1


def test_who_rejects_it_anew_is_against_it_again(firm: Firm) -> None:
    firm.sign(SOFT, "rejected", FIRST)
    firm.sign(SOFT, "approved", LATER)
    firm.sign(SOFT, "rejected", "2026-01-02T11:00:00Z")
    assert firm.against() == 1
