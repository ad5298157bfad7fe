"""Signed approvals are found wherever they lie, each once, and judged by the base alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.gate.table import GateTable
from affidavit.app.ledger.noting import REF
from affidavit.base.errors import FormatError
from affidavit.changes.approval.model import Code, Strength, TimeBy
from affidavit.changes.approval.posted import posted
from affidavit.changes.approval.predicate import Change
from affidavit.changes.forge.model import Review, ReviewState
from affidavit.ledger.dsse import Envelope
from affidavit.ledger.entry import Subject
from approval_desk import ALLOWED, REVOKED, Desk
from authenticator import maker, plain_key, security_key
from gitrepo import Entry
from signed_approvals import (
    ANN,
    APPROVED,
    BEN,
    LAPTOP,
    NOON,
    OTHER_TOUCH,
    SOFT,
    TOUCH,
    fact_of,
    line,
    row,
)

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.approval.model import SignedApproval, SignedApprovals
    from affidavit.changes.approval.predicate import Approval
    from authenticator import Key

CAROL = "carol@firm.mail"
CHALLENGE = b"a challenge of its own"
EARLIER = "2026-11-21T09:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Ann has a security key, Ben a software one."""
    return Desk(tmp_path / "repo", row(ANN, TOUCH) + row(BEN, SOFT))


def only(found: SignedApprovals) -> SignedApproval:
    assert found.unread == ()
    (one,) = found.found
    return one


def told(found: SignedApprovals) -> list[tuple[tuple[str, ...], str | None, list[Code]]]:
    return [
        (one.principals, one.grade, [each.code for each in one.problems]) for one in found.found
    ]


def test_an_approval_is_found_in_the_notes_of_the_head(desk: Desk) -> None:
    desk.note(desk.signed(SOFT))
    one = only(desk.read())
    assert (one.principals, one.grade, one.strength) == ((BEN,), "R2", Strength.SOFTWARE)
    assert (one.source, one.time, one.time_by) == (
        f"{REF} of {desk.head}, line 1",
        NOON,
        TimeBy.GATE,
    )
    assert desk.read(notes=False).found == ()


def test_a_note_in_folders_is_found_as_git_lays_them_out(desk: Desk) -> None:
    desk.repo.note(REF, desk.head, line(fact_of(desk.signed(SOFT))) + b"\n", fanout=True)
    assert only(desk.read()).counts


def test_notes_that_are_not_whole_are_unread(desk: Desk) -> None:
    desk.note(desk.signed(SOFT))
    blob = desk.repo.git("rev-parse", f"{REF}:{desk.head}").decode().strip()
    (desk.repo.directory / "objects" / blob[:2] / blob[2:]).unlink()
    found = desk.read()
    assert (found.found, len(found.unread)) == ((), 1)
    assert found.unread[0].startswith(f"notes: {REF} cannot be read whole: Objects")


def test_an_approval_is_found_in_a_file_of_facts_about_many_commits(
    desk: Desk, tmp_path: Path
) -> None:
    mine, other = desk.signed(SOFT), desk.signed(SOFT, commit=desk.base)
    path = tmp_path / "facts.jsonl"
    path.write_bytes(b"\n".join([b"{}", line(fact_of(other)), line(fact_of(mine))]) + b"\n")
    assert only(desk.read(files=(path,))).source == "facts.jsonl, line 3"


def test_one_signature_in_two_places_is_one_approval(desk: Desk, tmp_path: Path) -> None:
    envelope = desk.signed(SOFT)
    desk.note(envelope)
    path = tmp_path / "facts.jsonl"
    path.write_bytes(line(fact_of(envelope)))
    assert only(desk.read(files=(path,))).counts


def test_two_signatures_under_one_statement_are_two_approvals(desk: Desk) -> None:
    first, second = desk.signed(SOFT), desk.signed(TOUCH)
    both = (*first.signatures, *second.signatures)
    desk.note(Envelope(first.payload_type, first.payload, both))
    assert sorted(told(desk.read())) == [((ANN,), "R2", []), ((BEN,), "R2", [])]


def test_the_heads_own_file_allows_nobody(desk: Desk) -> None:
    mine = plain_key(seed=40)
    desk.head = desk.repo.commit("Let me in", files={ALLOWED: row(ANN, mine)}, branch="side")
    desk.note(desk.signed(mine))
    assert told(desk.read()) == [((), None, [Code.UNKNOWN_KEY])]


@pytest.mark.parametrize("base", [None, "link"])
def test_without_a_file_at_the_base_nobody_may_sign(desk: Desk, base: str | None) -> None:
    linked = desk.repo.commit(
        "A link", files={ALLOWED: Entry("120000", desk.repo.blob("x"))}, branch="odd", at="main"
    )
    desk.note(desk.signed(SOFT))
    found = desk.read(base=linked if base else None)
    assert told(found) == [((), None, [Code.UNKNOWN_KEY])]


def test_an_approval_copied_from_another_commit_is_told_and_does_not_count(desk: Desk) -> None:
    copied = fact_of(desk.signed(SOFT, commit=desk.base))
    here = Subject(commit=desk.head, tree=desk.tree(desk.head))
    desk.repo.note(REF, desk.head, line(copied, about_=here) + b"\n")
    assert told(desk.read()) == [((BEN,), None, [Code.WRONG_COMMIT, Code.WRONG_TREE])]


NO_APPROVAL = [
    ({"statement": f"sha256:{'0' * 64}"}, "the fact says something else than what was signed"),
    ({"decision": "rejected"}, "the fact says something else than what was signed"),
    ({"envelope": "{}"}, "is not an object with the fields"),
]
RECORDERS = f'[[signers]]\nvkey = "{LAPTOP.key.encode()}"\nname = "Laptop"\nkinds = ["*"]\n'


@pytest.mark.parametrize(("said", "why"), NO_APPROVAL)
def test_a_fact_that_holds_no_approval_is_unread_where_somebody_whom_the_base_names_signed_it(
    tmp_path: Path, said: dict[str, object], why: str
) -> None:
    desk = Desk(tmp_path / "repo", row(BEN, SOFT), {"affidavit/signers.toml": RECORDERS})
    desk.repo.note(REF, desk.head, line(fact_of(desk.signed(SOFT), **said)) + b"\n")
    found = desk.read()
    assert (found.found, found.passed) == ((), ())
    (text,) = found.unread
    assert why in text


@pytest.mark.parametrize(("said", "why"), NO_APPROVAL)
@pytest.mark.parametrize("signers", ["", "[[signers]]\n"])
def test_a_strangers_line_that_holds_no_approval_is_passed_over_and_told(
    tmp_path: Path, said: dict[str, object], why: str, signers: str
) -> None:
    desk = Desk(tmp_path / "repo", row(BEN, SOFT), {"affidavit/signers.toml": signers})
    desk.repo.note(REF, desk.head, line(fact_of(desk.signed(SOFT), **said)) + b"\n")
    found = desk.read()
    assert (found.found, found.unread) == ((), ())
    (text,) = found.passed
    assert why in text


def test_a_file_that_is_not_there_is_unread(desk: Desk, tmp_path: Path) -> None:
    found = desk.read(files=(tmp_path / "nosuch",))
    assert found.unread == (f"nosuch: {tmp_path}/nosuch: No such file or directory",)


def test_revocations_that_cannot_be_understood_judge_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(BEN, SOFT), {REVOKED: "[[revoked]]\n"})
    with pytest.raises(FormatError, match=f"^{REVOKED} at the base: the revocations cannot be"):
        desk.read()


def test_a_revocation_at_the_base_counts(tmp_path: Path) -> None:
    text = f'[[revoked]]\nfingerprint = "{SOFT.public.fingerprint}"\n'
    dated = f'{text}since = 2026-11-21T00:00:00Z\nreason = "superseded"\n'
    desk = Desk(tmp_path / "repo", row(BEN, SOFT), {REVOKED: dated})
    desk.note(desk.signed(SOFT))
    assert told(desk.read()) == [((BEN,), None, [Code.SUPERSEDED])]


def review(text: str, *, edited: str | None = None) -> Review:
    return Review(
        id=1,
        state=ReviewState.COMMENTED,
        author=None,
        submitted_at=EARLIER,
        edited_at=edited,
        commit=None,
        body_digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
    )


class _Request(msgspec.Struct, frozen=True):
    """As much of a request as dates an approval."""

    reviews: tuple[Review, ...]


def test_a_review_with_the_line_gives_the_time_of_the_forge(desk: Desk) -> None:
    envelope = desk.signed(SOFT)
    desk.note(envelope)
    one = only(desk.read(request=_Request((review(posted(envelope)),)), now=None))
    assert (one.time, one.time_by, one.counts) == (EARLIER, TimeBy.FORGE, True)


@pytest.mark.parametrize(
    ("text", "edited", "expected"),
    [
        ("{line}\r\n", None, EARLIER),
        ("{line}", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("LGTM\n{line}", None, None),
        ("affidavit-approval: {statement}", None, None),
    ],
    ids=["line end", "edited", "more text", "another digest"],
)
def test_only_a_review_that_is_the_line_dates_it(
    desk: Desk, text: str, edited: str | None, expected: str | None
) -> None:
    envelope = desk.signed(SOFT)
    desk.note(envelope)
    posted_text = text.format(line=posted(envelope), statement=envelope.digest())
    found = desk.read(request=_Request((review(posted_text, edited=edited),)), now=None)
    assert [one.time for one in found.found] == [expected]


def test_a_second_signature_under_a_dated_statement_is_not_dated_by_it(desk: Desk) -> None:
    first = desk.signed(SOFT)
    late = Envelope(first.payload_type, first.payload, desk.signed(TOUCH).signatures)
    desk.note(first, late)
    found = desk.read(request=_Request((review(posted(first)),)), now=None).found
    assert {one.principals: one.time for one in found} == {(BEN,): EARLIER, (): None}


# Enrolment.


def attested(key: Key, about: Key | None = None) -> dict[str, bytes | str]:
    name = f"affidavit/attestations/{hashlib.sha256(key.blob).hexdigest()}"
    said = maker().device().attestation(about or key, CHALLENGE)
    return {
        f"{name}.attestation": said,
        f"{name}.challenge": CHALLENGE,
        "affidavit/attestation_roots.pem": maker().pem,
    }


def test_a_key_that_its_maker_attested_is_proven(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH), attested(TOUCH))
    desk.note(desk.signed(TOUCH))
    one = only(desk.read())
    assert (one.grade, one.shown) == (
        "R4",
        "hardware key, touched, enrolment proven: attested by its maker",
    )


def test_the_attestation_of_another_key_proves_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH), attested(TOUCH, OTHER_TOUCH))
    desk.note(desk.signed(TOUCH))
    one = only(desk.read())
    assert (one.grade, one.strength) == ("R2", Strength.UNPROVEN_ENROLMENT)
    assert "the attestation does not hold: the device speaks of another key" in one.shown


def test_an_agent_that_enrols_a_security_key_of_its_own_making_stays_unproven(
    desk: Desk,
) -> None:
    own = security_key(seed=99)
    rows = row(ANN, TOUCH) + row(BEN, SOFT) + row("mallory@firm.mail", own)
    desk.base = desk.repo.commit("Enrol mallory", files={ALLOWED: rows})
    desk.head = desk.repo.commit("A change", branch="other", at="main")
    (first,) = desk.repo.parents(desk.base)
    desk.note(desk.signed(own, since(first), commit=desk.base), on=desk.base)
    desk.note(desk.signed(own))
    one = only(desk.read())
    assert (one.counts, one.grade, one.strength) == (True, "R2", Strength.UNPROVEN_ENROLMENT)
    assert one.shown == (
        "touched by the signature, enrolment unproven: no attestation is kept;"
        f" nobody else is shown to have approved {desk.base[:12]}"
    )


def since(merge_base: str) -> Approval:
    """An approval of what changed since that commit."""
    return msgspec.structs.replace(APPROVED, change=Change(merge_base=merge_base))


def enrolled(tmp_path: Path, *, who: str, by: Key, merged: bool) -> Desk:
    """Ann's key is attested; `who` gets a key by a commit, or a merge, that `by` approved."""
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH) + row(BEN, SOFT), attested(TOUCH))
    rows = row(ANN, TOUCH) + row(BEN, SOFT) + row(who, OTHER_TOUCH)
    first = desk.base
    enrolling = desk.repo.commit("Enrol", files={ALLOWED: rows}, branch="enrol", at="main")
    if merged:
        desk.base = desk.repo.merge("enrol")
    else:
        desk.base = enrolling
    desk.head = desk.repo.commit("Another change", branch="next", at=desk.base)
    desk.note(desk.signed(by, since(first), commit=enrolling), on=enrolling)
    desk.note(desk.signed(OTHER_TOUCH))
    return desk


@pytest.mark.parametrize("merged", [False, True])
def test_a_key_is_proven_whose_enrolment_another_person_with_a_proven_key_approved(
    tmp_path: Path, *, merged: bool
) -> None:
    desk = enrolled(tmp_path, who=CAROL, by=TOUCH, merged=merged)
    one = only(desk.read())
    assert (one.grade, one.principals) == ("R4", (CAROL,))
    assert one.shown.endswith(f"{desk.base[:12]} was approved by {ANN}")


@pytest.mark.parametrize(
    ("who", "by"),
    [(CAROL, SOFT), (ANN, TOUCH), (CAROL, OTHER_TOUCH), (f"*,!{BEN}", TOUCH)],
    ids=["a software key", "the same person", "itself", "anybody"],
)
def test_others_do_not_prove_an_enrolment(tmp_path: Path, who: str, by: Key) -> None:
    one = only(enrolled(tmp_path, who=who, by=by, merged=False).read())
    assert one.grade != "R4"


def test_who_approved_a_change_that_began_with_the_line_did_not_approve_the_line(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH) + row(CAROL, OTHER_TOUCH), attested(TOUCH))
    began = desk.base
    work = desk.repo.commit("Some work", branch="work", at="main")
    desk.repo.commit("Take carol out", files={ALLOWED: row(ANN, TOUCH)})
    rows = row(ANN, TOUCH) + row(CAROL, OTHER_TOUCH)
    desk.base = desk.repo.merge("work", files={ALLOWED: rows})
    desk.head = desk.repo.commit("Another change", branch="next", at="main")
    desk.note(desk.signed(TOUCH, since(began), commit=work), on=work)
    desk.note(desk.signed(OTHER_TOUCH))
    one = only(desk.read())
    assert (one.grade, one.principals) == ("R2", (CAROL,))


def test_keys_that_vouch_for_each_other_prove_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", "")
    both = row(ANN, TOUCH) + row(CAROL, OTHER_TOUCH)
    desk.base = desk.repo.commit("Enrol both", files={ALLOWED: both})
    desk.head = desk.repo.commit("A change", branch="next", at="main")
    (first,) = desk.repo.parents(desk.base)
    notes = [desk.signed(one, since(first), commit=desk.base) for one in (TOUCH, OTHER_TOUCH)]
    desk.note(*notes, on=desk.base)
    desk.note(desk.signed(TOUCH))
    one = only(desk.read())
    assert (one.grade, one.strength) == ("R2", Strength.UNPROVEN_ENROLMENT)


def test_a_line_that_was_taken_out_and_put_back_was_enrolled_anew(tmp_path: Path) -> None:
    desk = enrolled(tmp_path, who=CAROL, by=TOUCH, merged=False)
    whole = row(ANN, TOUCH) + row(BEN, SOFT)
    desk.repo.branch("main", desk.base)
    desk.repo.commit("Take it out", files={ALLOWED: whole}, branch="enrol")
    desk.base = desk.repo.commit(
        "Put it back", files={ALLOWED: whole + row(CAROL, OTHER_TOUCH)}, branch="enrol"
    )
    one = only(desk.read())
    assert (one.grade, desk.base[:12] in one.shown) == ("R2", True)


@pytest.mark.parametrize(("answer", "grade"), [(True, "R4"), (False, "R2"), (None, "R2")])
def test_an_approval_on_the_forge_of_the_commit_that_enrolled_proves_it(
    desk: Desk, *, answer: bool | None, grade: str
) -> None:
    asked = list[tuple[str, tuple[str, ...]]]()

    def by_forge(commit: str, whose: tuple[str, ...]) -> bool | None:
        asked.append((commit, whose))
        return answer

    desk.note(desk.signed(TOUCH))
    one = only(desk.read(enrolled_by_forge=by_forge))
    assert (one.grade, asked) == (grade, [(desk.base, (ANN,))])


def test_user_verification_is_asked_for_by_the_base(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH), attested(TOUCH))
    desk.note(desk.signed(TOUCH))
    one = only(desk.read(table=GateTable(user_verification=True)))
    assert (one.grade, one.strength) == ("R2", Strength.UNVERIFIED)
