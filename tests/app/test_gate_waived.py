"""What a waiver let through is told: in the answer, in the decision, and where it is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from test_gate_signed import CHALLENGE, KEPT

from affidavit.app.gate.keeping import decided as kept
from affidavit.app.policy.deciding import fact_of, lifted
from affidavit.app.policy.replaying import Asked, replayed
from affidavit.changes.gate.answer import Waived
from affidavit.changes.gate.model import Verdict
from affidavit.package.gate.text import lines
from authenticator import maker
from gate_desk import DEFAULT_POLICY
from gates import CHECKLIST, CONFIG, Gates
from policy_decisions import decided, keep
from policy_inputs import waiver
from receipts import a_ledger
from signed_approvals import APPROVED, TOUCH, line, row, signed
from signed_approvals import fact_of as signed_fact

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.gate.judging import Gated

REQUIRE = 'checks = ["test"]\nrequire = ["reviewed", "checks", "checklist"]'
UNTIL = "2026-01-20T00:00:00Z"
FILES = {
    **DEFAULT_POLICY,
    "affidavit.toml": CONFIG.replace('checks = ["test"]', REQUIRE),
    "affidavit/allowed_signers": row("ben@firm.mail", TOUCH),
    f"{KEPT}.challenge": CHALLENGE.decode(),
    "affidavit/attestation_roots.pem": maker().pem.decode(),
}


def judged(folder: Path, *items: str) -> Gated:
    """The gate's answer about a change with an open finding, for which Ben waives `items`."""
    firm = Gates(folder, FILES)
    with firm.forge:
        said = maker().device().attestation(TOUCH, CHALLENGE)
        firm.shop.direct(firm.ann, "Keep it", {f"{KEPT}.attestation": said})
        pull = firm.opened()
        firm.report(pull.head_oid, critical=3)
        pull.review(firm.cleo, body=CHECKLIST.format(use="none"))
        if items:
            waived = msgspec.structs.replace(
                APPROVED, decision="waived", reason="it is down", items=items, until=UNTIL
            )
            tree = firm.shop.git.run("rev-parse", f"{pull.head_oid}^{{tree}}").decode().strip()
            made = signed(TOUCH, waived, commit=pull.head_oid, tree=tree)
            with firm.facts.open("ab") as file:
                file.write(line(signed_fact(made)) + b"\n")
        return firm.asked(pull)


def test_what_a_waiver_let_through_stands_in_answer_text_and_decision(tmp_path: Path) -> None:
    found = judged(tmp_path, "scan.clean", "checks.failed")
    answer = found.answer
    assert (answer.verdict, answer.waived) == (
        Verdict.ALLOWED, (Waived(rule="scan.clean", by=("Ben Ode",), until=UNTIL),),
    )  # fmt: skip
    assert f"waived         scan.clean by Ben Ode until {UNTIL}" in [
        one.text for one in lines(answer)
    ]
    assert fact_of(kept(found)).body["waived"] == ("scan.clean",)


@pytest.mark.parametrize("items", [(), ("checks.failed",)])
def test_where_a_waiver_lifted_nothing_nothing_is_waived(
    tmp_path: Path, items: tuple[str, ...]
) -> None:
    found = judged(tmp_path, *items)
    assert (found.answer.verdict, found.answer.waived) == (Verdict.REFUSED, ())
    assert not [one for one in lines(found.answer) if one.text.startswith("waived")]
    assert fact_of(kept(found)).body["waived"] == ()


def test_what_was_waived_cannot_be_told_through_a_policy_that_fails() -> None:
    found = decided(waivers=[waiver("scan.clean")])
    lost = msgspec.structs.replace(found.decision, error="engine: it failed")
    assert [lifted(found.decision, lost), lifted(found.decision, None)] == [None, None]


@pytest.mark.parametrize(
    ("told", "again", "why"),
    [
        (("scan.clean",), "same", ""),
        (None, "same", ""),
        ((), "differs", 'waived was [] and is now ["scan.clean"]'),
    ],
)
def test_what_a_decision_says_to_be_waived_is_made_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: tuple[str, ...] | None,
    again: str,
    why: str,
) -> None:
    place = a_ledger(tmp_path, monkeypatch)
    found = decided(scan__state="none", waivers=[waiver("scan.clean")])
    keep(place, msgspec.structs.replace(found, waived=told))
    (made,) = replayed(place, Asked()).decisions
    assert (made.again, made.why) == (again, why)
