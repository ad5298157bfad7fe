"""What signed statements are worth for a landing, on statements made by hand."""

from __future__ import annotations

import msgspec
import pytest

from affidavit.base.commit import Ident
from affidavit.changes.approval.model import (
    Code,
    Dated,
    Problem,
    SignedApproval,
    Strength,
    TimeBy,
)
from affidavit.changes.approval.predicate import Answers, Change
from affidavit.changes.gated import GateState, Merge, Ruling, Sought
from affidavit.changes.model import Grade, Kind
from affidavit.changes.people import People
from affidavit.changes.review import Evidence, Hands, review
from affidavit.changes.sworn import About, Statements, Sworn, sentences, sworn
from affidavit.ledger.decided import Time
from affidavit.provenance.model import Party, PartyKind

HEAD, TREE, LANDED = "a" * 40, "b" * 40, "c" * 40
LANDING, BASE, BUNDLE = "f" * 40, "9" * 40, "sha256:" + "7" * 64
MERGED = "2026-03-02T12:00:00Z"
LOST = "not all statements about it could be read"
BEFORE, AFTER = "2026-03-02T11:00:00Z", "2026-03-02T13:00:00Z"
PEOPLE = People(lambda _: Party(PartyKind.PERSON))
ANN, BEN = (PEOPLE.who(Ident(one, f"{one}@firm.mail")) for one in ("ann lee", "ben ode"))


def approval(
    principal: str = "ben.ode@firm.mail", strength: Strength = Strength.PROVEN
) -> SignedApproval:
    return SignedApproval(
        statement="sha256:" + "1" * 64,
        source="a file",
        commit=HEAD,
        tree=TREE,
        fingerprint=f"SHA256:{principal}",
        principals=(principal,),
        line=1,
        decision="approved",
        change=Change(),
        strength=strength,
        shown="as shown",
        problems=(),
        answers=Answers(),
        ai_use=None,
        reason=None,
        items=(),
        until=None,
        time=BEFORE,
        time_by=TimeBy.FORGE,
        asserted_at=BEFORE,
        dated=Dated.FITTING,
        counter=None,
    )


def ruling(verdict: str = "allowed", at: str = BEFORE, commit: str = HEAD) -> Ruling:
    return Ruling(
        commit=commit,
        tree=TREE if commit == HEAD else "d" * 40,
        verdict=verdict,
        at=at,
        source="notes",
        digest=f"{verdict}{at}",
        by="ci.example+5f2c6f1d",
        bundle=BUNDLE,
        base=BASE,
        request=7,
        branch="main",
    )


def merged(at: str | None = MERGED, **changed: object) -> Merge:
    known = {"landing": LANDING, "base": BASE, "tree": LANDED, "request": 7, "branch": "main"}
    return Merge(**{**known, "merged_at": at, **changed})  # type: ignore[arg-type]  # a builder


def about(**changed: object) -> About:
    known = {"hands": Hands(authors=(ANN,)), "needed": 1, "merge": merged(), "who": PEOPLE.who}
    return About(**{**known, **changed})  # type: ignore[arg-type]  # a builder


def unmerged() -> About:
    return about(merge=merged(None))


def found(*approvals: SignedApproval, **sought: object) -> Statements:
    known = {"head": HEAD, "tree": TREE, "bundle": BUNDLE, "branch": frozenset({BASE})}
    gate = Sought(**{**known, **sought})  # type: ignore[arg-type]  # a builder
    return Statements(gate=gate, rung="forge-record", approvals=approvals)


def graded(shown: Sworn) -> Grade:
    hands = Hands(authors=(ANN,))
    evidence = Evidence(kind=Kind.LINEAR, hands=hands, pull_request=None, sworn=shown)
    return review(evidence, PEOPLE.who).grade


def test_a_proven_hand_outside_the_authors_before_the_merge_gives_r4() -> None:
    shown = sworn(found(approval()), about())
    assert (shown.proven, shown.approvals[0].why_not, graded(shown)) == (1, (), Grade.R4)


UNTIMED = Problem(Code.NO_TIME, "nobody recorded when it was there")
OVER = Problem(Code.WAIVER_OVER, "the waiver ended at 2026-01-20T00:00:00Z")
NOT_COUNTING = [
    ({"strength": Strength.SOFTWARE}, "as shown"),
    ({"strength": Strength.UNPROVEN_ENROLMENT}, "as shown"),
    ({"decision": "rejected"}, "it rejected the change"),
    ({"problems": (Problem(Code.EXPIRED, "the key was over"),)}, "the key was over"),
    ({"principals": ("ann.lee@firm.mail",)}, "may be"),
    ({"principals": ("a@x.mail", "b@x.mail")}, "its key stands for no one person"),
    ({"principals": ("*@firm.mail",)}, "its key stands for no one person"),
    ({"time": None, "time_by": None}, "nobody but its signer says when it was there"),
    (
        {"time": None, "time_by": None, "principals": (), "problems": (UNTIMED,)},
        "nobody but its signer says when it was there",
    ),
    ({"time": AFTER}, f"it is first known at {AFTER}, not before the merge at {MERGED}"),
    ({"time": MERGED}, f"it is first known at {MERGED}, not before the merge at {MERGED}"),
]


@pytest.mark.parametrize(("changed", "why"), NOT_COUNTING)
def test_what_keeps_a_signature_from_counting_is_told(changed: dict[str, object], why: str) -> None:
    one = msgspec.structs.replace(approval(), **changed)
    shown = sworn(found(one), about())
    assert (shown.proven, graded(shown)) == (0, Grade.R0)
    assert any(why in told for told in shown.approvals[0].why_not)


def test_a_signature_without_a_time_lacks_that_alone() -> None:
    problems = (UNTIMED, OVER)
    bare = {"time": None, "time_by": None, "principals": (), "problems": problems}
    waiver = msgspec.structs.replace(approval(), decision="waived", **bare)
    shown = sworn(found(waiver), about())
    late = "nobody but its signer says when it was there"
    assert shown.approvals[0].why_not == ("it waived the change", late)
    over = msgspec.structs.replace(approval(), decision="waived", problems=(OVER,))
    why = sworn(found(over), about()).approvals[0].why_not
    assert why == ("it waived the change", "the waiver ended at 2026-01-20T00:00:00Z")


def test_a_signature_counts_for_nothing_where_the_merged_commit_is_unknown() -> None:
    shown = sworn(found(approval(), head=None, tree=None, doubt="two match"), about())
    assert (shown.proven, shown.approvals[0].why_not) == (0, ("two match",))


def test_a_signature_counts_for_nothing_where_no_record_says_when_it_was_merged() -> None:
    shown = sworn(found(approval()), unmerged())
    assert shown.approvals[0].why_not == ("no record says when it was merged",)


def test_two_signatures_of_one_person_are_one_person() -> None:
    twice = (approval(), msgspec.structs.replace(approval(), statement="sha256:" + "2" * 64))
    shown = sworn(found(*twice), about(needed=2))
    assert (shown.proven, shown.reviewed, graded(shown)) == (1, False, Grade.R0)


def test_two_persons_are_enough_where_two_are_needed() -> None:
    two = (approval(), approval("cleo.park@firm.mail"))
    assert sworn(found(*two), about(needed=2)).reviewed


GATES = [
    ((ruling(),), GateState.ALLOWED),
    ((), GateState.NONE),
    ((ruling("refused"),), GateState.REFUSED),
    ((ruling(), ruling("refused", "2026-03-02T11:30:00Z")), GateState.REFUSED),
    ((ruling("refused", "2026-03-02T10:30:00Z"), ruling()), GateState.ALLOWED),
    ((ruling("undecided"),), GateState.UNDECIDED),
    ((ruling(at=AFTER),), GateState.NONE),
    ((ruling(commit="e" * 40),), GateState.NONE),
    ((ruling(), ruling("refused")), GateState.REFUSED),
    ((ruling("undecided"), ruling()), GateState.UNDECIDED),
]


@pytest.mark.parametrize(("rulings", "state"), GATES)
def test_the_last_decision_about_what_was_merged_counts(
    rulings: tuple[Ruling, ...], state: GateState
) -> None:
    shown = sworn(found(rulings=rulings, is_gated=True), about())
    assert shown.gate is not None
    assert shown.gate.state is state


@pytest.mark.parametrize(
    ("commit", "parent", "state"),
    [
        ("e" * 40, "9" * 40, GateState.ALLOWED),
        ("f" * 40, None, GateState.ALLOWED),
        ("e" * 40, "8" * 40, GateState.NONE),
        ("e" * 40, None, GateState.NONE),
    ],
)
def test_a_decision_about_the_merge_group_counts_by_its_tree_on_the_same_base(
    commit: str, parent: str | None, state: GateState
) -> None:
    group = msgspec.structs.replace(ruling(commit=commit), tree=LANDED, parent=parent)
    shown = sworn(found(rulings=(group,), is_gated=True), about())
    assert shown.gate is not None
    assert shown.gate.state is state


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"is_gated": None}, "whether its base asks for a gate is unknown"),
        ({"is_gated": True, "head": None, "tree": None, "doubt": "two match"}, "two match"),
    ],
)
def test_what_is_not_known_of_the_gate_is_unknown(changed: dict[str, object], why: str) -> None:
    shown = sworn(found(rulings=(ruling(),), **changed), about())
    assert shown.gate is not None
    assert (shown.gate.state, why in shown.gate.why) == (GateState.UNKNOWN, True)


def test_a_leave_without_a_record_of_the_merge_is_unknown() -> None:
    shown = sworn(found(rulings=(ruling(),), is_gated=True), unmerged())
    assert shown.gate is not None
    assert shown.gate.state is GateState.UNKNOWN


def test_a_base_without_a_gate_says_nothing_of_one() -> None:
    assert sworn(found(rulings=(ruling(),)), about()).gate is None


def test_the_evidence_is_told_in_words() -> None:
    lost = msgspec.structs.replace(found(approval(), is_gated=True), unread=("a file is no text",))
    shown = sworn(lost, about())
    assert sentences(shown) == (
        f"signed as approved by ben.ode@firm.mail, does not count for R4: {LOST}",
        "gate: no decision about what was merged, before it was, is known",
        "could not be read: a file is no text",
    )


DOUBTS = [
    ({"branch": frozenset()}, "it was allowed for another branch"),
    ({"bundle": None}, "it was allowed, and the base has no policy that can be read"),
    ({"bundle": "sha256:" + "8" * 64}, "it was allowed by another policy than its base has"),
    ({"unread": ("a",)}, "it was allowed, and not all that may say otherwise could be read"),
]


@pytest.mark.parametrize(("changed", "why"), DOUBTS)
def test_a_leave_that_the_gate_of_its_base_did_not_surely_give_is_unknown(
    changed: dict[str, object], why: str
) -> None:
    gate = sworn(found(rulings=(ruling(),), is_gated=True, **changed), about()).gate
    assert gate is not None
    assert (gate.state, gate.why) == (GateState.UNKNOWN, why)


@pytest.mark.parametrize(("changed", "why"), DOUBTS)
def test_a_refusal_stays_one_whatever_else_is_in_doubt(
    changed: dict[str, object], why: str
) -> None:
    gate = sworn(found(rulings=(ruling("refused"),), is_gated=True, **changed), about()).gate
    assert gate is not None
    assert (gate.state, gate.why != why) == (GateState.REFUSED, True)


def test_a_decision_that_cannot_be_read_makes_the_gate_unknown() -> None:
    odd = msgspec.structs.replace(ruling("", at=""), readable=False)
    gate = sworn(found(rulings=(odd, ruling()), is_gated=True), about()).gate
    assert gate is not None
    assert gate.state is GateState.UNKNOWN


def test_whoever_asked_for_changes_on_the_forge_does_not_count_by_a_signature() -> None:
    shown = sworn(found(approval()), about(against=(BEN,)))
    assert (shown.proven, "asked for changes" in shown.approvals[0].why_not[0]) == (0, True)
    assert sworn(found(approval()), about(against=(ANN,))).proven == 1


@pytest.mark.parametrize("at", ["yesterday", "2026-03-02T12:00:00.5Z", "2026-03-02T12:00:00+00:00"])
def test_a_decision_is_recorded_with_a_time_that_can_be_compared_alone(at: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(at, Time)
    assert msgspec.convert(MERGED, Time) == MERGED
