"""What a signed approval is worth: each thing that can be wrong has its own problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
import pytest

from affidavit.changes.approval.judging import Enrolment, judged, standing
from affidavit.changes.approval.model import Code, Dated, Seen, Strength, TimeBy
from affidavit.changes.approval.predicate import Approval, Change
from affidavit.ledger.dsse import Envelope, Signed
from authenticator import NAMESPACE, security_key
from signed_approvals import (
    ANN,
    APPROVED,
    BEN,
    COMMIT,
    NOON,
    OTHER_TOUCH,
    PRESENT,
    SOFT,
    TOUCH,
    TREE,
    VERIFIED,
    about,
    row,
    signed,
    statement,
    trusting,
)

if TYPE_CHECKING:
    from affidavit.changes.approval.judging import About, Trusted
    from affidavit.changes.approval.model import SignedApproval
    from authenticator import Key

ALLOWED = row(ANN, TOUCH) + row(BEN, SOFT)
GATE = Seen(NOON, TimeBy.GATE)
BEFORE, AFTER = "2026-11-20T12:00:00Z", "2026-11-22T12:00:00Z"
LATER = "2026-11-21T13:00:00Z"


def judge(
    envelope: Envelope,
    trusted: Trusted | None = None,
    asked: About | None = None,
    *,
    seen: Seen | None = GATE,
) -> SignedApproval:
    return judged(statement(envelope, seen), asked or about(), trusted or trusting(ALLOWED))


def codes(approval: SignedApproval) -> list[Code]:
    return [one.code for one in approval.problems]


def altered(envelope: Envelope, signature: bytes) -> Envelope:
    return Envelope(envelope.payload_type, envelope.payload, (Signed("", signature),))


def revoked(key: Key, reason: str, since: str = NOON) -> str:
    return (
        f'[[revoked]]\nfingerprint = "{key.public.fingerprint}"\nsince = {since}\n'
        f'reason = "{reason}"\n'
    )


def test_a_touched_key_whose_enrolment_is_proven_gives_the_highest_grade() -> None:
    found = judge(signed(TOUCH))
    assert (found.strength, found.grade, found.counts) == (Strength.PROVEN, "R4", True)
    assert (found.principals, found.line, found.fingerprint) == (
        (ANN,),
        1,
        TOUCH.public.fingerprint,
    )
    assert (found.time, found.time_by, found.dated) == (NOON, TimeBy.GATE, Dated.FITTING)
    assert found.shown == "hardware key, touched, enrolment proven: by a test"


def test_a_key_of_a_hardware_type_without_proven_enrolment_stays_below() -> None:
    doubt = trusting(
        ALLOWED, enrolment=lambda *_: Enrolment(proven=False, why="no attestation is kept")
    )
    found = judge(signed(TOUCH), doubt)
    assert (found.strength, found.grade, found.counts) == (
        Strength.UNPROVEN_ENROLMENT,
        "R2",
        True,
    )
    assert found.shown == ("touched by the signature, enrolment unproven: no attestation is kept")


def test_a_software_key_shows_nobody_and_stays_below() -> None:
    found = judge(signed(SOFT))
    assert (found.strength, found.grade, found.shown) == (
        Strength.SOFTWARE,
        "R2",
        "signed, presence unproven",
    )


def test_a_key_that_nobody_touched_does_not_count() -> None:
    found = judge(signed(TOUCH, flags=0))
    assert (found.strength, found.grade, codes(found)) == (
        Strength.ABSENT,
        None,
        [Code.NO_PRESENCE],
    )


@pytest.mark.parametrize(
    ("flags", "strength", "grade"),
    [(PRESENT, Strength.UNVERIFIED, "R2"), (VERIFIED, Strength.PROVEN, "R4")],
)
def test_where_verification_is_asked_for_a_touch_is_not_enough(
    flags: int, strength: Strength, grade: str
) -> None:
    found = judge(signed(TOUCH, flags=flags), trusting(ALLOWED, user_verification=True))
    assert (found.strength, found.grade) == (strength, grade)


def test_enrolment_is_not_asked_of_what_is_wrong_already() -> None:
    def ask(*_: object) -> Enrolment:
        raise AssertionError

    found = judge(signed(TOUCH, commit="d" * 40), trusting(ALLOWED, enrolment=ask))
    assert (found.strength, codes(found)) == (
        Strength.UNPROVEN_ENROLMENT,
        [Code.WRONG_COMMIT],
    )


def test_a_signature_of_other_content_is_bad() -> None:
    other = signed(TOUCH, commit="d" * 40).signatures[0].signature
    found = judge(altered(signed(TOUCH), other))
    assert (codes(found), found.strength) == ([Code.BAD_SIGNATURE], Strength.UNCHECKED)


@pytest.mark.parametrize(
    ("key", "namespace", "signature", "code"),
    [
        (TOUCH, "git", None, Code.WRONG_NAMESPACE),
        (TOUCH, NAMESPACE, b"SSHSIG", Code.MALFORMED_SIGNATURE),
        (security_key(application="https://evil"), NAMESPACE, None, Code.APPLICATION),
    ],
)
def test_a_signature_for_something_else_has_its_own_problem(
    key: Key, namespace: str, signature: bytes | None, code: Code
) -> None:
    envelope = signed(key, namespace=namespace)
    if signature is not None:
        envelope = altered(envelope, signature)
    found = judge(envelope, trusting(row(ANN, key)))
    assert (codes(found), found.grade) == ([code], None)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (about(commit="d" * 40), Code.WRONG_COMMIT),
        (about(tree="8" * 40), Code.WRONG_TREE),
        (about(merge_base="9" * 40), Code.WRONG_CHANGE),
        (about(patch=f"sha256:{'9' * 64}"), Code.WRONG_CHANGE),
        (about(request=8), Code.WRONG_CHANGE),
        (about(repository="other"), Code.WRONG_REPOSITORY),
    ],
    ids=["commit", "tree", "merge base", "patch", "request", "repository"],
)
def test_an_approval_of_another_change_does_not_count_here(asked: About, code: Code) -> None:
    change = Change(
        merge_base="a" * 40, patch=f"sha256:{'a' * 64}", repository="firm/app", request=7
    )
    said = msgspec.structs.replace(APPROVED, change=change)
    found = judge(signed(TOUCH, said), asked=asked)
    assert (codes(found), found.counts) == ([code], False)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [("rejected", []), ("waived", [Code.WRONG_CHANGE, Code.WRONG_REPOSITORY])],
)
def test_a_rejection_of_a_commit_holds_wherever_it_goes(
    decision: Literal["rejected", "waived"], expected: list[Code]
) -> None:
    said = msgspec.structs.replace(
        APPROVED,
        decision=decision,
        reason="no",
        until=None if decision == "rejected" else "2026-12-01T00:00:00Z",
        change=Change(merge_base="a" * 40, repository="firm/app"),
    )
    found = judge(signed(TOUCH, said), asked=about(merge_base="9" * 40, repository="other"))
    assert codes(found) == expected
    other = judge(signed(TOUCH, said), asked=about(commit="d" * 40))
    assert Code.WRONG_COMMIT in codes(other)


def test_what_is_not_known_of_a_change_is_not_held_against_its_approval() -> None:
    assert judge(signed(TOUCH), asked=about(merge_base="a" * 40, request=7)).counts


@pytest.mark.parametrize(
    ("allowed", "code"),
    [
        ("", Code.UNKNOWN_KEY),
        (row(ANN, OTHER_TOUCH), Code.UNKNOWN_KEY),
        (row(ANN, TOUCH, 'namespaces="git"'), Code.NAMESPACE_NOT_ALLOWED),
        (f"{ANN} {TOUCH.line}\n", Code.UNUSABLE_LINE),
        (
            row(ANN, TOUCH, f'namespaces="{NAMESPACE}",valid-after="20261122Z"'),
            Code.NOT_YET_VALID,
        ),
        (row(ANN, TOUCH, f'namespaces="{NAMESPACE}",valid-before="20261120Z"'), Code.EXPIRED),
    ],
    ids=["nobody", "another", "namespace", "linter", "too early", "expired"],
)
def test_a_key_that_the_base_does_not_allow_has_its_own_problem(allowed: str, code: Code) -> None:
    found = judge(signed(TOUCH), trusting(allowed))
    assert (codes(found), found.principals, found.grade) == ([code], (), None)


def test_the_validity_of_a_key_is_judged_at_the_time_that_counts() -> None:
    allowed = row(ANN, TOUCH, f'namespaces="{NAMESPACE}",valid-before="20261121Z"')
    early = Seen(BEFORE, TimeBy.FORGE)
    assert judge(signed(TOUCH), trusting(allowed), seen=early).counts
    assert codes(judge(signed(TOUCH), trusting(allowed))) == [Code.EXPIRED]


@pytest.mark.parametrize(
    ("reason", "seen", "expected"),
    [
        ("superseded", Seen(BEFORE, TimeBy.FORGE), []),
        ("superseded", Seen(BEFORE, TimeBy.GATE), []),
        ("superseded", Seen(AFTER, TimeBy.FORGE), [Code.SUPERSEDED]),
        ("compromised", Seen(BEFORE, TimeBy.WITNESS), []),
        ("compromised", Seen(BEFORE, TimeBy.AUTHORITY), []),
        ("compromised", Seen(BEFORE, TimeBy.GATE), [Code.COMPROMISED]),
        ("compromised", Seen(AFTER, TimeBy.WITNESS), [Code.COMPROMISED]),
    ],
)
def test_what_stands_after_a_revocation_depends_on_its_reason(
    reason: str, seen: Seen, expected: list[Code]
) -> None:
    trusted = trusting(ALLOWED, revoked(TOUCH, reason))
    assert codes(judge(signed(TOUCH), trusted, seen=seen)) == expected


def test_without_a_time_of_anybody_else_it_is_unknown_whether_it_counts() -> None:
    found = judge(signed(TOUCH), seen=None)
    assert (codes(found), found.counts, found.dated) == ([Code.NO_TIME], False, Dated.UNPROVEN)
    assert [one.unknown for one in found.problems] == [True]


@pytest.mark.parametrize(
    ("said", "dated"),
    [
        ("2026-11-20T11:59:59Z", Dated.EARLIER),
        (BEFORE, Dated.FITTING),
        (NOON, Dated.FITTING),
        ("2026-11-21T12:00:01Z", Dated.LATER),
    ],
)
def test_a_time_that_a_statement_asserts_is_told_and_moves_nothing(said: str, dated: Dated) -> None:
    found = judge(signed(TOUCH, msgspec.structs.replace(APPROVED, at=said)))
    assert (found.dated, found.asserted_at, found.time, found.counts) == (dated, said, NOON, True)


def against(at: str) -> Approval:
    return msgspec.structs.replace(APPROVED, decision="rejected", reason="it leaks", at=at)


@pytest.mark.parametrize(
    ("key", "at", "expected"),
    [
        (TOUCH, LATER, [Code.WITHDRAWN]),
        (TOUCH, NOON, [Code.WITHDRAWN]),
        (TOUCH, BEFORE, []),
        (SOFT, LATER, []),
    ],
    ids=["later", "at once", "before", "another key"],
)
def test_a_rejection_takes_back_what_its_key_approved_until_then(
    key: Key, at: str, expected: list[Code]
) -> None:
    found = standing([judge(signed(TOUCH)), judge(signed(key, against(at)))])
    assert [codes(one) for one in found] == [expected, []]
    assert [one.counts for one in found] == [not expected, False]


def test_a_rejection_of_another_commit_or_by_nobody_takes_nothing_back() -> None:
    elsewhere = judge(signed(TOUCH, against(LATER), commit="d" * 40))
    forged = altered(signed(TOUCH, against(LATER)), signed(TOUCH).signatures[0].signature)
    first = standing([judge(signed(TOUCH)), elsewhere, judge(forged)])[0]
    assert first.counts


def waiver(until: str, *items: str) -> Approval:
    return msgspec.structs.replace(
        APPROVED, decision="waived", reason="a flaky scanner", until=until, items=items
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (waiver(LATER, "scan"), []),
        (waiver("2027-11-21T00:00:00Z", "scan"), []),
        (waiver("2026-12-21T12:00:00Z"), []),
        (waiver("2026-12-21T12:00:01Z"), [Code.WAIVER_TOO_LONG]),
        (waiver(NOON, "scan"), [Code.WAIVER_OVER]),
    ],
    ids=["in force", "long, with items", "30 days", "more than 30 days", "over"],
)
def test_a_waiver_is_in_force_until_its_end_and_not_for_long_without_items(
    said: Approval, expected: list[Code]
) -> None:
    found = judge(signed(TOUCH, said))
    assert (codes(found), found.counts, found.decision) == (expected, False, "waived")


def test_a_waiver_that_ended_before_the_decision_is_over_whenever_it_was_made() -> None:
    early = Seen(BEFORE, TimeBy.FORGE)
    trusted = trusting(ALLOWED, now=NOON)
    found = judge(signed(TOUCH, waiver("2026-11-21T11:00:00Z", "scan")), trusted, seen=early)
    assert codes(found) == [Code.WAIVER_OVER]


def test_every_problem_is_told_and_not_the_first_alone() -> None:
    found = judge(
        signed(TOUCH, commit="d" * 40, namespace="git"),
        trusting("", revoked(TOUCH, "compromised")),
    )
    assert codes(found) == [
        Code.WRONG_NAMESPACE,
        Code.WRONG_COMMIT,
        Code.UNKNOWN_KEY,
        Code.COMPROMISED,
    ]
    assert (found.commit, found.tree) != (COMMIT, TREE)
