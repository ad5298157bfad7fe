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
from affidavit.changes.model import Grade, Kind
from affidavit.changes.people import People
from affidavit.changes.review import Evidence, Hands, review
from affidavit.changes.sworn import (
    About,
    GateState,
    Ruling,
    Statements,
    Sworn,
    sentences,
    sworn,
)
from affidavit.provenance.model import Party, PartyKind

HEAD, TREE, LANDED = "a" * 40, "b" * 40, "c" * 40
MERGED = "2026-03-02T12:00:00Z"
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
    tree = TREE if commit == HEAD else "d" * 40
    return Ruling(
        commit=commit, tree=tree, verdict=verdict, at=at, source="notes", digest=f"{verdict}{at}"
    )


def about(**changed: object) -> About:
    known = {
        "hands": Hands(authors=(ANN,)),
        "needed": 1,
        "merged_at": MERGED,
        "landing": "f" * 40,
        "base": "9" * 40,
        "landing_tree": LANDED,
        "who": PEOPLE.who,
    }
    return About(**{**known, **changed})  # type: ignore[arg-type]  # a builder


def found(*approvals: SignedApproval, **changed: object) -> Statements:
    known = {"head": HEAD, "tree": TREE, "rung": "forge-record", "approvals": approvals}
    return Statements(**{**known, **changed})  # type: ignore[arg-type]  # a builder


def graded(shown: Sworn) -> Grade:
    hands = Hands(authors=(ANN,))
    evidence = Evidence(kind=Kind.LINEAR, hands=hands, pull_request=None, sworn=shown)
    return review(evidence, PEOPLE.who).grade


def test_a_proven_hand_outside_the_authors_before_the_merge_gives_r4() -> None:
    shown = sworn(found(approval()), about())
    assert (shown.proven, shown.approvals[0].why_not, graded(shown)) == (1, (), Grade.R4)


NOT_COUNTING = [
    ({"strength": Strength.SOFTWARE}, "as shown"),
    ({"strength": Strength.UNPROVEN_ENROLMENT}, "as shown"),
    ({"decision": "rejected"}, "it rejected the change"),
    ({"problems": (Problem(Code.EXPIRED, "the key was over"),)}, "the key was over"),
    ({"principals": ("ann.lee@firm.mail",)}, "may be"),
    ({"principals": ("a@x.mail", "b@x.mail")}, "its key stands for no one person"),
    ({"principals": ("*@firm.mail",)}, "its key stands for no one person"),
    ({"time": None, "time_by": None}, "nobody but its signer says when it was there"),
    ({"time": AFTER}, f"it is first known at {AFTER}, not before the merge at {MERGED}"),
    ({"time": MERGED}, f"it is first known at {MERGED}, not before the merge at {MERGED}"),
]


@pytest.mark.parametrize(("changed", "why"), NOT_COUNTING)
def test_what_keeps_a_signature_from_counting_is_told(changed: dict[str, object], why: str) -> None:
    one = msgspec.structs.replace(approval(), **changed)
    shown = sworn(found(one), about())
    assert (shown.proven, graded(shown)) == (0, Grade.R0)
    assert any(why in told for told in shown.approvals[0].why_not)


def test_a_signature_counts_for_nothing_where_the_merged_commit_is_unknown() -> None:
    shown = sworn(found(approval(), head=None, tree=None, doubt="two match"), about())
    assert (shown.proven, shown.approvals[0].why_not) == (0, ("two match",))


def test_a_signature_counts_for_nothing_where_no_record_says_when_it_was_merged() -> None:
    shown = sworn(found(approval()), about(merged_at=None))
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
    ((ruling("maybe"),), GateState.UNKNOWN),
]


@pytest.mark.parametrize(("rulings", "state"), GATES)
def test_the_last_decision_about_what_was_merged_counts(
    rulings: tuple[Ruling, ...], state: GateState
) -> None:
    shown = sworn(found(rulings=rulings, gated=True), about())
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
    shown = sworn(found(rulings=(group,), gated=True), about())
    assert shown.gate is not None
    assert shown.gate.state is state


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"gated": None}, "whether its base asks for a gate is unknown"),
        ({"gated": True, "head": None, "tree": None, "doubt": "two match"}, "two match"),
    ],
)
def test_what_is_not_known_of_the_gate_is_unknown(changed: dict[str, object], why: str) -> None:
    shown = sworn(found(rulings=(ruling(),), **changed), about())
    assert shown.gate is not None
    assert (shown.gate.state, why in shown.gate.why) == (GateState.UNKNOWN, True)


def test_a_leave_without_a_record_of_the_merge_is_unknown() -> None:
    shown = sworn(found(rulings=(ruling(),), gated=True), about(merged_at=None))
    assert shown.gate is not None
    assert shown.gate.state is GateState.UNKNOWN


def test_a_base_without_a_gate_says_nothing_of_one() -> None:
    assert sworn(found(rulings=(ruling(),)), about()).gate is None


def test_the_evidence_is_told_in_words() -> None:
    shown = sworn(found(approval(), gated=True, unread=("a file is no text",)), about())
    assert sentences(shown) == (
        f"signed as approved by ben.ode@firm.mail: a proven hand, known at {BEFORE} (forge)",
        "gate: no decision about what was merged is known",
        "could not be read: a file is no text",
    )
