"""What of places of statements cannot be read, or does not count, is told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import NotALedgerError, UnreadableError
from affidavit.base.limit import Limit
from affidavit.changes.approval.posted import posted
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from gates import STRANGER
from receipts import ORIGIN, a_ledger
from signed_approvals import APPROVED, fact_of, line, signed
from sworn_desk import SOFT, Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing
    from forges import Pull

LOST = "not all statements about it could be read"
UNREAD = "Signed statements could not be read; what they say is unknown, and counts for nothing."
NO_JSON = "is not JSON in UTF-8 with each key once"
PASSED = (
    "Decisions of the gate, or what is no approval, were passed over: nobody signed them whom the"
    " commit that the landing was merged into believes."
)


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def limits(report: Report, id_: str) -> list[Limit]:
    """The limits of a report that are called `id_`."""
    return [one for one in report.limits if one.id == id_]


def damaged(sworn: Sworn, old: bytes, new: bytes) -> int:
    """The number of the last line of the file of facts, in which `old` becomes `new`."""
    lines = sworn.firm.facts.read_bytes().splitlines(keepends=True)
    assert old in lines[-1]
    lines[-1] = lines[-1].replace(old, new, 1)
    sworn.firm.facts.write_bytes(b"".join(lines))
    return len(lines)


def newest(report: Report, commit: str) -> Landing:
    return next(one for one in report.landings if one.commit == commit)


def approved(sworn: Sworn) -> Pull:
    """A request that was approved by a proven hand and that the gate allowed."""
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    sworn.decide(pull)
    return pull


def test_nothing_counts_where_a_line_that_may_be_a_rejection_cannot_be_read(sworn: Sworn) -> None:
    pull = approved(sworn)
    against = type(APPROVED)(decision="rejected", change=APPROVED.change, at=APPROVED.at,
                             nonce="1" * 32, reason="No")  # fmt: skip
    made = signed(SOFT, against, commit=pull.head_oid, tree=sworn.tree(pull.head_oid))
    sworn.say(line(fact_of(made)))
    number = damaged(sworn, b'"payload":"', b'"payload":"*')
    landed = pull.merge(sworn.firm.ben, "squash")
    report = sworn.report()
    landing = newest(report, landed)
    place = f"facts.jsonl, line {number}: payload is not base64 in its one canonical form"
    assert landing.sworn
    assert (landing.sworn.proven, landing.review.grade) == (0, Grade.R2)
    assert landing.sworn.approvals[0].why_not == (LOST,)
    assert landing.sworn.unread == (place,)
    assert limits(report, "statements-unread") == [
        Limit("statements-unread", UNREAD, 1, (place,), gap=True)
    ]


@pytest.mark.parametrize("old", [b'"payload":"', b'"sig":"'])
def test_a_refusal_that_is_damaged_leaves_no_allowance(sworn: Sworn, old: bytes) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull)
    sworn.decide(pull, "refused")
    lines = sworn.firm.facts.read_bytes().splitlines(keepends=True)
    at = lines[-1].index(old) + len(old)
    other = b"A" if lines[-1][at : at + 1] != b"A" else b"B"
    lines[-1] = lines[-1][:at] + other + lines[-1][at + 1 :]
    sworn.firm.facts.write_bytes(b"".join(lines))
    landed = pull.merge(sworn.firm.ben, "squash")
    report = sworn.report()
    assert state(newest(report, landed)) is GateState.UNKNOWN
    [told] = limits(report, "statements-unread")
    assert told.items[0].startswith(f"facts.jsonl, line {len(lines)}")


def test_a_file_that_holds_no_statements_is_told_and_allows_nothing(sworn: Sworn) -> None:
    readme = sworn.firm.folder / "README.txt"
    readme.write_text("Shop\n\n" + "Sells things.\n" * 30)
    pull = sworn.firm.opened()
    sworn.decide(pull)
    landed = pull.merge(sworn.firm.ben, "squash")
    report = sworn.report(readme)
    assert state(newest(report, landed)) is GateState.UNKNOWN
    [told] = limits(report, "statements-unread")
    assert (told.count, told.items[0]) == (11, f"README.txt, line 1 {NO_JSON}")
    assert "README.txt: 21 more lines" in told.items


def test_a_line_in_the_notes_of_what_was_merged_keeps_the_word_on_that_alone(sworn: Sworn) -> None:
    first, second = (sworn.firm.opened({f"{one}.py": "1\n"}) for one in "ab")
    sworn.decide(first)
    sworn.decide(second)
    git = sworn.firm.shop.git
    tree = git.tree({first.head_oid: ("100644", git.blob(b"no statement\n"))})
    who = ("-c", "user.name=Ann Lee", "-c", "user.email=ann@firm.mail")
    noted = git.run(*who, "commit-tree", "-m", "Notes", tree).decode().strip()
    git.ref("refs/notes/affidavit", noted)
    landed = [one.merge(sworn.firm.ben, "squash") for one in (first, second)]
    report = sworn.report()
    states = [state(newest(report, one)) for one in landed]
    assert states == [GateState.UNKNOWN, GateState.ALLOWED]


def test_a_place_that_is_not_there_ends_the_audit_before_the_work(sworn: Sworn) -> None:
    with pytest.raises(UnreadableError, match=r"missing\.jsonl: No such file") as raised:
        sworn.report(sworn.firm.folder / "missing.jsonl")
    assert raised.value.exit_status == 5
    with pytest.raises(NotALedgerError):
        sworn.report(sworn.firm.folder)


def test_a_report_names_each_place_of_statements_by_its_digest(
    sworn: Sworn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = a_ledger(tmp_path / "kept", monkeypatch)
    sworn.decide(sworn.firm.opened())
    data = sworn.firm.facts.read_bytes()
    told = sworn.report(ledger.folder, ledger.folder).statements
    assert isinstance(told, tuple)
    assert [(one.kind, one.name) for one in told] == [
        ("file", "facts.jsonl"), ("ledger", ORIGIN),
    ]  # fmt: skip
    assert told[0].digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert (told[0].size, told[1].digest[:8]) == (len(data), "rfc6962:")


def test_decisions_that_nobody_believed_signed_are_told(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull)
    sworn.decide(pull, "refused", STRANGER)
    landed = pull.merge(sworn.firm.ben, "squash")
    report = sworn.report()
    assert state(newest(report, landed)) is GateState.ALLOWED
    who = f"no known signer signed it; it says to be by {str(STRANGER.key)!r}"
    assert limits(report, "statements-passed-over") == [
        Limit("statements-passed-over", PASSED, 1, (f"facts.jsonl, line 2: {who}",))
    ]
