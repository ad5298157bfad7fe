"""Any one piece of evidence taken away never lets through what was held up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.app.asking.model import ForgeNow
from affidavit.app.gate import facts
from affidavit.app.gate.ran import checks
from affidavit.app.gate.voices import Voice, ai_use, approvals, checklist, heard
from affidavit.base.commit import Ident
from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    CheckRun,
    Checks,
    Missing,
    PullRequest,
    Status,
)
from affidavit.changes.gate.model import OPTIONAL, Verdict, verdict
from affidavit.changes.gate.requirements import requirements
from affidavit.changes.gate.score import score
from affidavit.changes.people import People
from affidavit.controls.cc8.rules import Required
from affidavit.identity.member import Member, MemberKind
from affidavit.ledger import results
from affidavit.policy.input import Checklist
from affidavit.provenance.model import Party, PartyKind
from gate_cases import HEAD, case, changed
from gates import report_of_tests, scanned

if TYPE_CHECKING:
    from collections.abc import Sequence

PEOPLE = People(lambda _: Party(PartyKind.PERSON))
NAMES = ("Ann Lee", "Ben Ode", "Cleo Park", "B. Ode")
MEMBERS = {name: Member(kind=MemberKind.PERSON, name=name) for name in NAMES}
YES = Checklist(functional_correctness=True, security=True, tests=True, ai_review=True)
PART = Checklist(functional_correctness=True, security=None, tests=None, ai_review=None)
ASKED = (Required("build"), Required("test"))
CI = Account("ci", AccountKind.BOT, 7)


@st.composite
def voices(draw: st.DrawFn) -> Voice:
    """An approval of any weight, or an objection."""
    name = draw(st.sampled_from(NAMES))
    account = f"{name.casefold().replace(' ', '')}@firm.mail"
    return Voice(
        who=PEOPLE.who(Ident(name, account)),
        shown=name,
        signed=draw(st.booleans()),
        against=draw(st.sampled_from((False,) * 9 + (True,))),
        member=MEMBERS[name] if draw(st.booleans()) else None,
        grade=draw(st.sampled_from(("R3", "R4", "R2"))),
        counts=draw(st.sampled_from((True, True, True, None, False))),
        answers=draw(st.sampled_from((None, YES, PART))),
        ai_use=draw(st.sampled_from((None, "assisted", "generated"))),
    )


@st.composite
def runs(draw: st.DrawFn) -> CheckRun:
    """A run of a check."""
    ended = draw(st.sampled_from(("success", "success", "failure", "skipped", None)))
    return CheckRun(
        id=draw(st.integers(1, 9)),
        name=draw(st.sampled_from(("build", "test"))),
        app="github-actions",
        app_id=draw(st.sampled_from((1, 2))),
        status="completed" if ended else "in_progress",
        conclusion=ended,
        started_at=None,
        completed_at=None,
    )


@st.composite
def statuses_(draw: st.DrawFn) -> Status:
    """A status that CI set."""
    state = draw(st.sampled_from(("success", "failure", "pending")))
    name = draw(st.sampled_from(("build", "test")))
    return Status(context=name, state=state, created_at=None, creator=CI)


Piece = Voice | CheckRun | Status | results.TestReported | results.ScanReported


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that there is for and against a change; `told` is whether that is all there is."""

    voices: tuple[Voice, ...]
    runs: tuple[CheckRun, ...]
    statuses: tuple[Status, ...]
    tests: tuple[results.TestReported, ...]
    scans: tuple[results.ScanReported, ...]
    needed: int
    told: bool = True
    ran: bool = True
    read: bool = True


def reported(result: str) -> results.TestReported:
    return msgspec.convert(report_of_tests(HEAD, HEAD, result).body, results.TestReported)


def scan(**found: int) -> results.ScanReported:
    return msgspec.convert(scanned(HEAD, HEAD, **found).body, results.ScanReported)


def several(one: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=most).map(tuple)


EVIDENCE = st.builds(
    Evidence,
    voices=several(voices(), 5),
    runs=several(runs(), 4),
    statuses=several(statuses_(), 2),
    tests=several(st.sampled_from((reported("passed"), reported("passed"), reported("failed")))),
    scans=several(st.sampled_from((scan(), scan(), scan(high=1), scan(low=1)))),
    needed=st.sampled_from((1, 1, 2)),
)


def judged(found: Evidence) -> Verdict:
    """What the gate makes of it, where a change lacks nothing else."""
    lost = () if found.ran else (Missing("runs", "error"),)
    ran = Checks(commit=HEAD, runs=found.runs, statuses=found.statuses, missing=lost)
    forge = ForgeNow(
        forge="github", host="h", repository="r", at="t", request=asked(), checks={HEAD: ran},
        rules=None, pushes=(), twins=(),
    )  # fmt: skip
    found_ = facts.Results(
        tests=found.tests, scans=found.scans, whole=found.read, noticed=(), where=""
    )  # fmt: skip
    said = heard(found.voices)
    input_ = changed(
        approvals=approvals(found.voices, found.needed, told=found.told, objections=found.told),
        checklist=checklist(said),
        ai={"use": ai_use(said), "declared": "approval" if ai_use(said) else None},
        checks=checks(forge, HEAD, ASKED, frozenset()),
        scan=facts.scan_of(found_),
    )
    tests = facts.tests_of(found_)
    points = score(input_, tested=tests.state == "passed", threshold="high").points
    whole = case(msgspec.structs.replace(input_, score=points), tests=tests)
    needed = [one for one in OPTIONAL if one != "proven-approval"]
    return verdict(requirements(whole, needed, 60))


def asked() -> PullRequest:
    """A request of which nothing but the checks of its head is looked at."""
    said = {name: None for name in PullRequest.__struct_fields__ if name != "missing"}
    lists: dict[str, object] = {"labels": [], "commits": [], "reviews": [], "events": []}
    words = {"number": 1, "title": "", "url": "", "state": "open", "draft": False, "base_ref": "m"}
    times = {"created_at": "t", "updated_at": "t", "head_ref": "w"}
    return msgspec.convert({**said, **lists, **words, **times}, PullRequest)


def without(found: Evidence) -> Sequence[Evidence]:
    """`found` with each piece of it taken away; of what is against it, the gap is known."""
    less = list[Evidence]()
    for name, mark in (
        ("voices", "told"), ("runs", "ran"), ("statuses", "ran"), ("tests", "read"),
        ("scans", "read"),
    ):  # fmt: skip
        items = getattr(found, name)
        for at, one in enumerate(items):
            marks = {mark: False} if is_against(one) else {}
            left = (*items[:at], *items[at + 1 :])
            less.append(msgspec.structs.replace(found, **{name: left, **marks}))
    return less


def is_against(
    one: Voice | CheckRun | Status | results.TestReported | results.ScanReported,
) -> bool:
    """Whether a piece of evidence speaks against a change: it may hide another."""
    match one:
        case Voice():
            return one.against
        case CheckRun():
            return one.conclusion != "success"
        case Status():
            return one.state != "success"
        case results.TestReported():
            return one.result != "passed"
    return bool(one.severities)


@settings(max_examples=150, deadline=None)
@given(EVIDENCE)
def test_no_piece_that_goes_lets_through_what_was_held_up(found: Evidence) -> None:
    if judged(found) is not Verdict.ALLOWED:
        assert [one for one in without(found) if judged(one) is Verdict.ALLOWED] == []


def test_evidence_enough_is_let_through_and_each_piece_of_it_is_needed() -> None:
    person = Voice(
        who=PEOPLE.who(Ident("Ben Ode", "ben@firm.mail")), shown="Ben", signed=False, counts=True,
        answers=YES, ai_use="assisted",
    )  # fmt: skip
    good = CheckRun(
        id=1, name="build", app="a", app_id=1, status="completed", conclusion="success",
        started_at=None, completed_at=None,
    )  # fmt: skip
    found = Evidence(
        voices=(person,), runs=(good, msgspec.structs.replace(good, name="test")), statuses=(),
        tests=(reported("passed"),), scans=(scan(),), needed=1,
    )  # fmt: skip
    assert judged(found) is Verdict.ALLOWED
    assert {judged(one) for one in without(found)} == {Verdict.REFUSED}


@settings(max_examples=300, deadline=None)
@given(st.lists(voices(), max_size=7), st.data())
def test_a_voice_that_goes_never_makes_more_persons(
    several_: list[Voice], data: st.DataObject
) -> None:
    persons = approvals(several_, 1, told=True, objections=True)
    assert (persons.possible or 0) >= (persons.persons or 0)
    rest = [one for one in several_ if not one.against]
    whole = approvals(rest, 1, told=True, objections=True)
    if rest:
        at = data.draw(st.integers(0, len(rest) - 1))
        less = approvals([*rest[:at], *rest[at + 1 :]], 1, told=True, objections=True)
        assert (less.persons or 0) <= (whole.persons or 0)
        assert (less.proven or 0) <= (whole.proven or 0)
