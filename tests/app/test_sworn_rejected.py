"""Signatures that were taken back, or given for another branch: nothing was approved by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.approval.posted import posted
from affidavit.changes.gate.model import Status
from affidavit.changes.model import Grade
from authenticator import plain_key
from gates import statuses
from signed_approvals import APPROVED, fact_of, line, row, signed
from sworn_desk import FILES, SOFT, Sworn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from authenticator import Key
    from forges import Pull

SECOND = plain_key(seed=9)


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def approved(sworn: Sworn) -> Pull:
    """A request that Ben approved with his hardware key, after he enrolled a second one."""
    lines = f"{FILES['affidavit/allowed_signers']}{row('ben@firm.mail', SECOND)}"
    shop, firm = sworn.firm.shop, sworn.firm
    shop.direct(firm.ann, "A second key", {"affidavit/allowed_signers": lines})
    pull = firm.opened()
    pull.review(firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    return pull


def reject(sworn: Sworn, pull: Pull, key: Key) -> None:
    """Sign that the head is rejected, and post it."""
    said = msgspec.structs.replace(
        APPROVED, decision="rejected", at="2026-12-21T12:00:00Z", reason="it is broken"
    )
    commit = pull.head_oid
    made = signed(key, said, commit=commit, tree=sworn.tree(commit))
    sworn.say(line(fact_of(made)))
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(made))


@pytest.mark.parametrize(("key", "name"), [(SECOND, "ben"), (SOFT, "cleo")])
def test_who_rejects_it_with_whatever_key_takes_the_approval_away(
    sworn: Sworn, key: Key, name: str
) -> None:
    pull = approved(sworn)
    reject(sworn, pull, key)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert landing.sworn
    why = next(one.why_not for one in landing.sworn.approvals if one.decision == "approved")
    assert (landing.review.grade, why) == (
        Grade.R2,
        (f"{name}@firm.mail rejected it, and did not take it back",),
    )


def test_without_a_rejection_the_approval_counts(sworn: Sworn) -> None:
    pull = approved(sworn)
    assert sworn.landing(pull.merge(sworn.firm.ben, "squash")).review.grade is Grade.R4


def test_what_was_signed_for_one_branch_is_not_for_the_one_that_it_went_to(sworn: Sworn) -> None:
    shop, ann = sworn.firm.shop, sworn.firm.ann
    shop.push(ann, "release", sworn.enrolled)
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    pull.change_base(ann, "release")
    merge = pull.merge(sworn.firm.ben, "squash")
    report = sworn.report(branches=("main", "release"))
    landing = next(one for one in report.landings if one.commit == merge)
    assert landing.sworn
    assert (landing.review.grade, landing.sworn.proven) == (Grade.R2, 0)
    assert "the base of the request became another at" in landing.sworn.approvals[0].why_not[0]


def test_the_gate_of_another_branch_takes_no_signature_that_was_for_the_first(
    sworn: Sworn,
) -> None:
    sworn.firm.shop.push(sworn.firm.ann, "release", sworn.enrolled)
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    asked = ("proven-approval",)
    before = statuses(sworn.firm.answer(pull, require=asked))["proven-approval"]
    pull.change_base(sworn.firm.ann, "release")
    after = statuses(sworn.firm.answer(pull, require=asked))["proven-approval"]
    assert (before, after is Status.MET) == (Status.MET, False)
