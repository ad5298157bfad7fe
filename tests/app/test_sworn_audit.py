"""Audits that read signed statements: on a firm's forge, with its gate, keys and decisions."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.facts.signing import bundle_of
from affidavit.app.progress import QUIET
from affidavit.app.sworn.asked import Asked
from affidavit.changes.approval.posted import posted
from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from affidavit.ledger.bundle import Place
from affidavit.ledger.decided import KIND, PolicyDecided
from affidavit.ledger.entry import Fact, Subject
from affidavit.package.summary import summary
from affidavit.policy.bundle import bundle_of as bundle_of_files
from authenticator import maker, plain_key, security_key
from collectors import gathered
from gates import ALL, ALLOW, CI, SIGNERS, STRANGER, Gates
from signed_approvals import APPROVED, fact_of, line, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing
    from affidavit.ledger.dsse import Envelope
    from affidavit.ledger.key import SigningKey
    from authenticator import Key
    from forges import Pull

TOUCH, SOFT = security_key(seed=1), plain_key(seed=3)
CHALLENGE = b"a challenge of its own"
NAME = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"
FILES: dict[str, str | None] = {
    "affidavit/allowed_signers": row("ben@firm.mail", TOUCH) + row("cleo@firm.mail", SOFT),
    "affidavit/attestation_roots.pem": maker().pem.decode(),
    "affidavit/signers.toml": SIGNERS.replace("kinds = [", f'kinds = ["{KIND}", '),
}


class Sworn:
    """The firm, and what was signed about its changes."""

    def __init__(self, folder: Path) -> None:
        self.firm = Gates(folder, FILES)
        shop, ann = self.firm.shop, self.firm.ann
        kept = {
            f"{NAME}.attestation": maker().device().attestation(TOUCH, CHALLENGE),
            f"{NAME}.challenge": CHALLENGE,
        }
        self.enrolled = shop.direct(ann, "Enrol a key", kept)
        policy = {"policy.toml": ALLOW.encode(), "all.rego": ALL.encode()}
        self.bundle = bundle_of_files(policy).digest

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.firm.shop.git.run("rev-parse", f"{commit}^{{tree}}").decode().strip()

    def say(self, *lines: bytes) -> None:
        """Add lines to the file of facts."""
        with self.firm.facts.open("ab") as file:
            file.writelines(one + b"\n" for one in lines)

    def approve(self, pull: Pull, key: Key = TOUCH) -> Envelope:
        """Sign that the head is approved."""
        commit = pull.head_oid
        made = signed(key, APPROVED, commit=commit, tree=self.tree(commit))
        self.say(line(fact_of(made)))
        return made

    def decide(self, commit: str, verdict: str = "allowed", key: SigningKey = CI) -> None:
        """Let the gate have decided about a commit."""
        body = PolicyDecided(
            purpose="merge", verdict=verdict, allowed=verdict == "allowed", failed=False,  # type: ignore[arg-type]
            bundle=self.bundle, input=f"sha256:{'2' * 64}", engine="e", base=self.enrolled,
            at=self.firm.forge.clock.text(),
        )  # fmt: skip
        said = {k: v for k, v in msgspec.to_builtins(body).items() if v is not None}
        subject = Subject(commit=commit, tree=self.tree(commit))
        fact = Fact(kind=KIND, stream="ci", actor="ci", subject=subject, body=said)
        number = hashlib.sha256(f"{commit}{verdict}{key.key}".encode()).hexdigest()[:32]
        self.say(*(one.removesuffix(b"\n") for one in bundle_of([fact], Place(number), key)))

    def landing(self, commit: str, *, forge: bool = True) -> Landing:
        """What the audit finds of a landing."""
        return next(one for one in self.report(forge=forge).landings if one.commit == commit)

    def report(self, *, forge: bool = True) -> Report:
        """The audit."""
        gathered(self.firm.forge, self.firm.export)
        repository = self.firm.shop.git.path
        places = (self.firm.facts,) if self.firm.facts.exists() else ()
        request = Request(
            repository=repository,
            name="shop",
            forge=self.firm.export if forge else None,
            sworn=Asked(repository=repository, places=places),
        )
        return audit(request, QUIET)


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def state(landing: Landing) -> GateState:
    assert landing.sworn
    assert landing.sworn.gate is not None
    return landing.sworn.gate.state


@pytest.mark.parametrize("style", ["squash", "merge", "rebase"])
def test_a_change_signed_by_a_proven_hand_and_let_through_is_r4(sworn: Sworn, style: str) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    sworn.decide(pull.head_oid)
    landing = sworn.landing(pull.merge(sworn.firm.ben, style))
    assert landing.sworn
    assert [one.why_not for one in landing.sworn.approvals] == [()]
    assert (landing.review.grade, state(landing)) == (Grade.R4, GateState.ALLOWED)
    assert UNGATED not in landing.exceptions


OTHER = security_key(seed=2)


@pytest.mark.parametrize(
    ("approver", "grade"), [("cleo", Grade.R4), ("ben", Grade.R2), (None, Grade.R2)]
)
def test_a_key_is_enrolled_by_a_change_that_another_person_approved_on_the_forge(
    sworn: Sworn, approver: str | None, grade: Grade
) -> None:
    firm = sworn.firm
    lines = f"{FILES['affidavit/allowed_signers']}{row('ben@firm.mail', OTHER)}"
    enrolling = firm.opened({"affidavit/allowed_signers": lines})
    if approver is not None:
        enrolling.review({"cleo": firm.cleo, "ben": firm.ben}[approver])
    enrolling.merge(firm.cleo, "squash")
    pull = firm.opened()
    pull.review(firm.cleo, "COMMENTED", body=posted(sworn.approve(pull, OTHER)))
    assert sworn.landing(pull.merge(firm.ben, "squash")).review.grade is grade


def test_a_key_of_software_shows_no_hand(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.ben, "COMMENTED", body=posted(sworn.approve(pull, SOFT)))
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert landing.review.grade is Grade.R2
    assert landing.sworn
    assert landing.sworn.approvals[0].why_not == ("signed, presence unproven",)


def test_a_signature_that_nobody_else_saw_before_the_merge_does_not_count(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.approve(pull)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (landing.sworn and landing.sworn.proven, landing.review.grade) == (0, Grade.R2)


def test_a_signature_of_an_author_does_not_count(sworn: Sworn) -> None:
    pull = sworn.firm.opened(by=sworn.firm.ben)
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    landing = sworn.landing(pull.merge(sworn.firm.cleo, "squash"))
    assert landing.review.grade is Grade.R2
    assert landing.sworn
    assert "among the authors" in landing.sworn.approvals[0].why_not[0]


def test_a_signature_is_not_carried_to_what_was_pushed_after_it(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    sworn.decide(pull.head_oid)
    pull.commit(sworn.firm.ann, "More", {"more.py": "y = 2\n"})
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (landing.review.grade, state(landing)) == (Grade.R2, GateState.NONE)
    assert UNGATED in landing.exceptions


@pytest.mark.parametrize(
    ("verdict", "key", "expected"),
    [
        ("refused", CI, GateState.REFUSED),
        ("undecided", CI, GateState.UNDECIDED),
        ("allowed", STRANGER, GateState.NONE),
    ],
)
def test_a_landing_that_was_not_let_through_is_an_exception(
    sworn: Sworn, verdict: str, key: SigningKey, expected: GateState
) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull.head_oid, verdict, key)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (state(landing), UNGATED in landing.exceptions) == (expected, True)


def test_a_decision_after_the_merge_comes_too_late(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    head, merged = pull.head_oid, pull.merge(sworn.firm.ben, "squash")
    sworn.firm.forge.clock.advance(seconds=1)
    sworn.decide(head)
    landing = sworn.landing(merged)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.NONE, True)


def test_every_landing_is_listed_where_no_decision_is_known(sworn: Sworn) -> None:
    pushed = sworn.firm.shop.direct(sworn.firm.ann, "Hotfix", {"fix.py": "1\n"})
    landing = sworn.landing(pushed)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.UNKNOWN, True)


def test_the_first_landing_with_a_gate_needed_none(sworn: Sworn) -> None:
    landing = sworn.landing(sworn.firm.base)
    assert UNGATED not in landing.exceptions


def test_without_a_forge_a_leave_is_unknown_for_nobody_says_when_it_was_merged(
    sworn: Sworn,
) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull.head_oid)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "merge"), forge=False)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.UNKNOWN, True)


def test_the_summary_says_how_many_landings_the_gate_allowed(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull.head_oid)
    pull.merge(sworn.firm.ben, "squash")
    sworn.firm.shop.direct(sworn.firm.ann, "Hotfix", {"fix.py": "1\n"})
    lines = list(summary(sworn.report()))
    assert "gate           allowed 1 of 3 (33.3%) of the landings whose base asks for it" in lines
