"""Signed approvals before the gate: what each sort of key is good for, and what is not signed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.gate.signed import NO_ROLE
from affidavit.app.gate.voices import UNPROVEN
from affidavit.changes.approval.predicate import Answers, Change
from affidavit.changes.gate.model import Status
from authenticator import maker
from gates import Gates, found, statuses
from signed_approvals import APPROVED, SOFT, TOUCH, fact_of, line, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.gate.judging import Gated
    from affidavit.changes.approval.predicate import Approval
    from authenticator import Key

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
ANN, BEN, ZOE = "ann@firm.mail", "ben@firm.mail", "zoe@firm.mail"
CHALLENGE = b"enrolment of a key of the firm"
WHOLE = msgspec.structs.replace(
    APPROVED,
    ai_use="assisted",
    answers=Answers(functional_correctness=True, security=True, tests=True, ai_review=True),
)
KEPT = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"


class Signing(Gates):
    """The firm, of which somebody may sign with a key; no forge is asked."""

    def __init__(self, folder: Path, who: str, key: Key, *, attested: bool = True) -> None:
        files = {"affidavit/allowed_signers": row(who, key)}
        if attested:
            files[f"{KEPT}.challenge"] = CHALLENGE.decode()
            files["affidavit/attestation_roots.pem"] = maker().pem.decode()
        super().__init__(folder, files)
        if attested:
            said = maker().device().attestation(TOUCH, CHALLENGE)
            held = {f"{KEPT}.attestation": said}
            self.shop.direct(self.ann, "Keep it", held)
        self.pull = self.opened()
        self.report(self.pull.head_oid)

    def sign(self, key: Key, approval: Approval = WHOLE, commit: str | None = None) -> None:
        """Sign the head, or another commit, and hand the line in."""
        oid = commit or self.pull.head_oid
        tree = self.shop.git.run("rev-parse", f"{oid}^{{tree}}").decode().strip()
        with self.facts.open("ab") as file:
            file.write(line(fact_of(signed(key, approval, commit=oid, tree=tree))) + b"\n")

    def judged(self, *require: str) -> Gated:
        """What the gate says without a forge."""
        return self.asked(base="main", head=self.pull.head_oid, require=require)


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Signing]:
    made = Signing(tmp_path, BEN, TOUCH)
    with made.forge:
        yield made


def test_a_proven_key_of_another_person_reviews_without_a_forge(ben: Signing) -> None:
    ben.sign(TOUCH)
    answer = ben.judged("proven-approval", "ai-declared").answer
    wanted = ("reviewed", "proven-approval", "checklist", "ai-declared")
    assert [statuses(answer)[one] for one in wanted] == [MET] * 4


@pytest.mark.parametrize(("key", "attested"), [(SOFT, False), (TOUCH, False)])
def test_a_key_that_a_program_may_hold_reviews_nothing(
    tmp_path: Path, key: Key, *, attested: bool
) -> None:
    firm = Signing(tmp_path, BEN, key, attested=attested)
    with firm.forge:
        firm.sign(key)
        asked = firm.judged("proven-approval")
    assert [one.grade for one in asked.input.approvals.by] == ["R2"]
    told = statuses(asked.answer)
    assert [told[one] for one in ("reviewed", "proven-approval", "checklist")] == [
        *(UNMET, UNMET, UNKNOWN)
    ]


def test_the_authors_own_key_reviews_nothing(tmp_path: Path) -> None:
    firm = Signing(tmp_path, ANN, TOUCH)
    with firm.forge:
        firm.sign(TOUCH)
        answer = firm.judged().answer
    assert statuses(answer)["reviewed"] is UNMET
    assert "is among the authors" in found(answer, "reviewed")


def test_a_signer_whom_the_base_does_not_declare_may_be_anybody(tmp_path: Path) -> None:
    firm = Signing(tmp_path, ZOE, TOUCH)
    with firm.forge:
        firm.sign(TOUCH)
        answer = firm.judged().answer
    assert statuses(answer)["reviewed"] is UNKNOWN


def test_an_approval_of_another_change_is_none_of_this_one(ben: Signing) -> None:
    other = ben.opened({"other.py": "1\n"})
    ben.sign(TOUCH, commit=other.head_oid)
    elsewhere = msgspec.structs.replace(WHOLE, change=Change(merge_base="e" * 40))
    ben.sign(TOUCH, elsewhere)
    answer = ben.judged().answer
    assert statuses(answer)["reviewed"] is UNMET
    assert any("wrong-change" in one for one in answer.noticed)


def test_a_signed_rejection_holds_a_change_up(ben: Signing) -> None:
    rejected = msgspec.structs.replace(APPROVED, decision="rejected", reason="it is not right")
    ben.sign(TOUCH, rejected)
    asked = ben.judged()
    assert asked.input.approvals.against == 1
    assert statuses(asked.answer)["reviewed"] is UNMET


@pytest.mark.parametrize(
    "change",
    [
        Change(merge_base="e" * 40),
        Change(request=999),
        Change(patch=f"sha256:{'0' * 64}", repository="other/shop", base="e" * 40),
    ],
)
def test_a_signed_rejection_of_the_head_holds_it_up_wherever_it_goes(
    ben: Signing, change: Change
) -> None:
    said = msgspec.structs.replace(
        APPROVED, decision="rejected", reason="it is not right", change=change
    )
    ben.sign(TOUCH, said)
    ben.pull.review(ben.cleo)
    asked = ben.asked(ben.pull)
    assert (asked.input.approvals.against, asked.input.approvals.persons) == (1, 1)
    assert statuses(asked.answer)["reviewed"] is UNMET


def test_one_person_with_a_review_and_a_key_is_one_person(ben: Signing) -> None:
    ben.sign(TOUCH)
    ben.pull.review(ben.ben)
    asked = ben.asked(ben.pull)
    assert asked.input.approvals.persons == 1
    assert {one.party for one in asked.input.approvals.by} == {"person-1"}


def test_a_key_and_an_account_that_nobody_ties_to_persons_may_be_of_one(tmp_path: Path) -> None:
    firm = Signing(tmp_path, ZOE, TOUCH)
    with firm.forge:
        firm.sign(TOUCH)
        firm.pull.review(firm.ben)
        asked = firm.asked(firm.pull)
    assert (asked.input.approvals.persons, asked.input.approvals.possible) == (1, 1)


def test_a_waiver_is_told_with_who_may_sign_one(ben: Signing) -> None:
    waived = msgspec.structs.replace(
        APPROVED, decision="waived", reason="the scanner is down", items=("scan.clean",),
        until="2026-01-20T00:00:00Z",
    )  # fmt: skip
    ben.sign(TOUCH, waived)
    (one,) = ben.judged().input.waivers
    assert (one.items, one.grade, one.entitled, one.beneficiary) == (
        *(("scan.clean",), "R4", True, False),
    )


def test_revocations_that_cannot_be_read_leave_everything_open(tmp_path: Path) -> None:
    firm = Gates(tmp_path, {"affidavit/revoked_signers.toml": "revoked = 1\n"})
    with firm.forge:
        pull = firm.opened()
        asked = firm.asked(base="main", head=pull.head_oid)
    assert (asked.input.approvals.possible, asked.input.approvals.proven) == (None, None)
    assert statuses(asked.answer)["reviewed"] is UNKNOWN


def test_answers_by_a_key_of_software_are_told_with_why_they_do_not_count(tmp_path: Path) -> None:
    firm = Signing(tmp_path, BEN, SOFT, attested=False)
    with firm.forge:
        firm.sign(SOFT)
        answer = firm.judged("ai-declared").answer
    why = f"not counted: Ben Ode: {UNPROVEN}"
    assert found(answer, "ai-declared") == f"nobody said; {why}"
    assert found(answer, "checklist").endswith(f"ai_review; {why}")


@pytest.mark.parametrize(
    ("who", "key", "attested", "lacks"),
    [
        (BEN, SOFT, False, f"by Ben Ode does not count: {UNPROVEN}"),
        ("cleo@firm.mail", TOUCH, True, f"by Cleo Park does not count: {NO_ROLE}"),
        (ANN, TOUCH, True, f"by Ann Lee does not count: {NO_ROLE}; "),
    ],
)
def test_a_waiver_that_lifts_nothing_is_told_with_who_signed_it_and_why(
    tmp_path: Path, who: str, key: Key, lacks: str, *, attested: bool
) -> None:
    firm = Signing(tmp_path, who, key, attested=attested)
    waived = msgspec.structs.replace(
        APPROVED, decision="waived", reason="it is down", items=("scan.clean",),
        until="2026-01-20T00:00:00Z",
    )  # fmt: skip
    with firm.forge:
        firm.sign(key, waived)
        noticed = firm.judged().answer.noticed
    assert [one for one in noticed if one.startswith(f"waiver of scan.clean {lacks}")]


def test_a_waiver_that_counts_is_not_told_as_one_that_does_not(ben: Signing) -> None:
    waived = msgspec.structs.replace(
        APPROVED, decision="waived", reason="it is down", items=("scan.clean",),
        until="2026-01-20T00:00:00Z",
    )  # fmt: skip
    ben.sign(TOUCH, waived)
    assert not [one for one in ben.judged().answer.noticed if "waive" in one]
