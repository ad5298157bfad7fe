"""Nobody lets a key in alone: whose word an enrolment rests on, and whose it may not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.approvals.apart import Apart
from affidavit.app.approvals.enrolment import files
from affidavit.app.gate.table import GateTable
from affidavit.base.commit import Ident
from affidavit.changes.approval.posted import posted
from affidavit.changes.approval.predicate import Change
from affidavit.changes.forge.model import Review, ReviewState
from approval_desk import ALLOWED, Desk
from authenticator import maker, plain_key, security_key
from gitrepo import BEN as BY_BEN
from gitrepo import GITHUB
from signed_approvals import APPROVED, BEN, NOON, TOUCH, fact_of, line, row

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.approval.model import SignedApproval
    from affidavit.changes.approval.predicate import Approval
    from authenticator import Key

CLEO, DAN = "cleo@firm.mail", "dan@firm.mail"
FAKE, DANS, CLEOS = security_key(seed=99), plain_key(seed=41), plain_key(seed=42)
CHALLENGE = b"a challenge of its own"
ROOTS = files(ALLOWED).roots
FIRST = row(BEN, TOUCH) + row(DAN, DANS)


def attested(*keys: Key) -> dict[str, bytes | str]:
    """The makers, and what they say of the keys."""
    kept: dict[str, bytes | str] = {ROOTS: maker().pem}
    for key in keys:
        name = f"{files(ALLOWED).attestations}/{hashlib.sha256(key.blob).hexdigest()}"
        kept[f"{name}.attestation"] = maker().device().attestation(key, CHALLENGE)
        kept[f"{name}.challenge"] = CHALLENGE
    return kept


class Firm(Desk):
    """Ben has a proven key, Dan a plain one; what else is let in, is let in by `enrol`."""

    def __init__(self, folder: Path, allowed: str = FIRST) -> None:
        super().__init__(folder, allowed, attested(TOUCH))

    def enrol(self, given: dict[str, bytes | str], message: str = "Enrol", **how: str) -> str:
        """A landing, and a change that begins on it."""
        self.base = self.repo.commit(message, files=given, author=how.get("author", BY_BEN),
                                     committer=how.get("committer"))  # fmt: skip
        self.head = self.repo.commit("A change", branch="next", at="main")
        return self.base

    def vouch(self, key: Key, commit: str) -> None:
        """Approve what a landing changed."""
        (before,) = self.repo.parents(commit)
        self.note(self.signed(key, since(before), commit=commit), on=commit)

    def used(self, key: Key, **said: object) -> SignedApproval:
        """What an approval by `key` is worth."""
        self.note(self.signed(key))
        (found,) = self.read(**said).found
        return found


def since(merge_base: str) -> Approval:
    return msgspec.structs.replace(APPROVED, change=Change(merge_base=merge_base))


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return Firm(tmp_path / "repo")


@pytest.mark.parametrize(
    ("message", "author", "committer", "grade"),
    [
        ("Enrol", BY_BEN, GITHUB, "R2"),
        ("Enrol", "Ben Ode <BEN@firm.mail>", GITHUB, "R2"),
        ("Enrol", "Ben Ode <home@odes.net>", GITHUB, "R2"),
        ("Enrol", "Ben <ode@odes.net>", GITHUB, "R2"),
        ("Enrol", "Dan Roe <dan@firm.mail>", BY_BEN, "R2"),
        (f"Enrol\n\nCo-authored-by: {BY_BEN}\n", "Dan Roe <dan@firm.mail>", GITHUB, "R2"),
        ("Enrol", "Dan Roe <dan@firm.mail>", GITHUB, "R4"),
    ],
    ids=["author", "other case", "other address", "may be", "committer", "co-author", "another"],
)
def test_who_wrote_the_enrolment_does_not_vouch_for_it(
    firm: Firm, message: str, author: str, committer: str, grade: str
) -> None:
    rows = FIRST + row(CLEO, FAKE)
    firm.vouch(TOUCH, firm.enrol({ALLOWED: rows}, message, author=author, committer=committer))
    assert firm.used(FAKE).grade == grade


def test_who_wrote_a_commit_that_a_merge_brought_in_does_not_vouch_for_the_line(
    firm: Firm,
) -> None:
    began = firm.base
    firm.repo.commit("Mine", author=BY_BEN, branch="enrol", at="main", files={"a": "1\n"})
    rows = {ALLOWED: FIRST + row(CLEO, FAKE)}
    tip = firm.repo.commit("Enrol", author=f"Dan <{DAN}>", branch="enrol", files=rows)
    firm.base = firm.repo.merge("enrol")
    firm.head = firm.repo.commit("A change", branch="next", at="main")
    firm.note(firm.signed(TOUCH, since(began), commit=tip), on=tip)
    assert firm.used(FAKE).grade == "R2"


def test_a_voucher_that_came_after_the_use_proves_nothing(firm: Firm) -> None:
    enrolling = firm.enrol({ALLOWED: FIRST + row(CLEO, FAKE)}, author=f"Dan <{DAN}>")
    (before,) = firm.repo.parents(enrolling)
    vouching = firm.signed(TOUCH, since(before), commit=enrolling)
    firm.note(vouching, on=enrolling)
    use = firm.signed(FAKE)
    firm.note(use)

    def grade(vouched: str, used: str) -> str | None:
        dated = ((vouching, vouched), (use, used))
        told = _Request(tuple(review(posted(one), at) for one, at in dated))
        (found,) = firm.read(request=told, now=None).found
        return found.grade

    ten, eleven = "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"
    assert [grade(ten, eleven), grade(ten, ten), grade(eleven, ten)] == ["R4", "R4", "R2"]


class _Request(msgspec.Struct, frozen=True):
    """As much of a request as dates an approval."""

    reviews: tuple[Review, ...]


def review(text: str, at: str) -> Review:
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    return Review(
        id=1, state=ReviewState.COMMENTED, author=None, submitted_at=at, edited_at=None,
        commit=None, body_digest=digest,
    )  # fmt: skip


def test_an_attestation_does_not_say_whose_the_key_is(firm: Firm) -> None:
    firm.enrol({ALLOWED: FIRST + row(CLEO, FAKE), **attested(TOUCH, FAKE)})
    found = firm.used(FAKE)
    assert (found.grade, found.shown.partition("unproven: ")[2].partition("; ")[0]) == (
        "R2",
        "attested by its maker, and nobody else is shown to have let its line in",
    )


@pytest.mark.parametrize(
    ("author", "by", "grade"),
    [
        (f"Dan <{DAN}>", TOUCH, "R4"),
        (BY_BEN, DANS, "R4"),
        (BY_BEN, TOUCH, "R2"),
        (BY_BEN, CLEOS, "R2"),
    ],
    ids=["a proven key", "a plain key", "the author's own", "a key let in alone"],
)
def test_an_attested_key_counts_once_another_person_let_its_line_in(
    firm: Firm, author: str, by: Key, grade: str
) -> None:
    alone = FIRST + row("eve@firm.mail", CLEOS)
    firm.enrol({ALLOWED: alone})
    enrolling = firm.enrol({ALLOWED: alone + row(CLEO, FAKE), **attested(FAKE)}, author=author)
    firm.vouch(by, enrolling)
    assert firm.used(FAKE).grade == grade


def test_a_key_that_came_later_does_not_let_in_what_was_there(firm: Firm) -> None:
    rows = FIRST + row(CLEO, FAKE)
    alone = firm.enrol({ALLOWED: rows, **attested_besides(FAKE)})
    (began,) = firm.repo.parents(alone)
    later = firm.enrol({ALLOWED: rows + row("eve@firm.mail", CLEOS)})
    (before,) = firm.repo.parents(later)
    about = ((DANS, before, later), (CLEOS, began, alone))
    lines = [line(fact_of(firm.signed(key, since(at), commit=one))) for key, at, one in about]
    said = firm.repo.path.parent / "facts.jsonl"
    said.write_bytes(b"\n".join(lines) + b"\n")
    assert firm.used(FAKE, files=(said,)).grade == "R2"
    lines.append(line(fact_of(firm.signed(DANS, since(began), commit=alone))))
    said.write_bytes(b"\n".join(lines) + b"\n")
    assert firm.used(FAKE, files=(said,)).grade == "R4"


def attested_besides(key: Key) -> dict[str, bytes | str]:
    """What the makers say of a key, without the makers."""
    return {name: said for name, said in attested(key).items() if name != ROOTS}


def test_in_a_shallow_clone_nothing_is_known_to_be_the_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", FIRST, attested(TOUCH))
    taken = dict.fromkeys([ALLOWED, *attested(TOUCH)])
    end = desk.repo.commit("Take it out", files=taken)
    first = desk.base
    desk.base = desk.repo.commit("Anew", files={ALLOWED: row(CLEO, FAKE), **attested(FAKE)})
    desk.head = desk.repo.commit("A change", branch="next", at="main")
    desk.note(desk.signed(FAKE))
    assert [one.grade for one in desk.read().found] == ["R2"]
    (desk.repo.directory / "objects" / first[:2] / first[2:]).unlink()
    (desk.repo.directory / "shallow").write_text(f"{end}\n")
    assert [one.grade for one in desk.read().found] == ["R2"]


def test_an_attestation_may_be_added_later_by_anybody(tmp_path: Path) -> None:
    firm = Firm(tmp_path / "repo", FIRST + row(CLEO, FAKE))
    assert firm.used(FAKE).grade == "R2"
    firm.enrol(attested_besides(FAKE))
    assert firm.used(FAKE).grade == "R4"


def test_makers_that_one_person_added_make_nobody_proven_whoever_approves_what_comes_after(
    tmp_path: Path,
) -> None:
    firm, own = Firm(tmp_path / "repo", FIRST + row(CLEO, FAKE)), maker("Rogue maker", seed=77)
    files_ = attested_besides(FAKE)
    name = next(one for one in files_ if one.endswith(".attestation"))
    both = maker().pem + own.pem
    firm.enrol({**files_, name: own.device().attestation(FAKE, CHALLENGE), ROOTS: both})
    found = firm.used(FAKE)
    assert (found.grade, f"to have approved its maker in {ROOTS}" in found.shown) == ("R2", True)
    firm.vouch(DANS, firm.enrol({ROOTS: both + b"\n"}))
    assert firm.used(FAKE).grade == "R2"
    firm.enrol({ROOTS: maker().pem})
    firm.vouch(DANS, firm.enrol({ROOTS: both}))
    assert firm.used(FAKE).grade == "R4"


def test_a_maker_of_the_beginning_stays_one_whatever_is_added_beside(firm: Firm) -> None:
    first = firm.repo.git("show", f"{firm.base}:{ROOTS}")
    firm.enrol({ROOTS: first + b"\n" + maker("Rogue maker", seed=77).pem})
    assert firm.used(TOUCH).grade == "R4"


def test_makers_that_were_put_back_are_those_of_the_beginning(firm: Firm) -> None:
    first = attested()[ROOTS]
    before = firm.repo.git("show", f"{firm.base}:{ROOTS}")
    firm.enrol({ROOTS: first})
    assert firm.used(TOUCH).grade == "R2"
    firm.enrol({ROOTS: before})
    assert firm.used(TOUCH).grade == "R4"


def test_a_second_key_of_the_same_person_under_another_address_is_not_anothers(
    firm: Firm,
) -> None:
    rows = FIRST + row("ben@odes.net", FAKE)
    firm.vouch(TOUCH, firm.enrol({ALLOWED: rows}, author=f"Dan <{DAN}>"))
    assert firm.used(FAKE).grade == "R2"


def test_makers_that_came_after_the_first_signers_need_another_person(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", FIRST)
    desk.base = desk.repo.commit("Makers", author=BY_BEN, files=attested(TOUCH))
    desk.note(desk.signed(TOUCH))
    (found,) = desk.read().found
    assert found.grade == "R2"


def test_a_file_that_was_moved_is_not_a_first_version(tmp_path: Path) -> None:
    gate = 'version = 1\n[gate]\nallowed_signers = "{}"\n'
    desk = Desk(tmp_path / "repo", FIRST, {"affidavit.toml": gate.format(ALLOWED)})
    moved: dict[str, bytes | str] = {
        name.replace("affidavit/", "new/"): text for name, text in attested(FAKE).items()
    }
    moved |= {"new/allowed_signers": row(CLEO, FAKE)}
    moved |= {"affidavit.toml": gate.format("new/allowed_signers")}
    desk.base = desk.repo.commit("Move", author=BY_BEN, files=moved)
    desk.head = desk.repo.commit("A change", branch="next", at="main")
    desk.note(desk.signed(FAKE))
    (found,) = desk.read(table=GateTable(allowed_signers="new/allowed_signers")).found
    assert found.grade == "R2"


def test_the_forge_may_show_who_let_an_attested_key_in(firm: Firm) -> None:
    asked = list[str]()

    def by_forge(commit: str, _whose: tuple[str, ...]) -> bool:
        asked.append(commit)
        return True

    enrolling = firm.enrol({ALLOWED: FIRST + row(CLEO, FAKE), **attested(FAKE)})
    assert firm.used(FAKE, enrolled_by_forge=by_forge).shown.endswith("attested by its maker")
    assert asked == [enrolling, enrolling]


@pytest.mark.parametrize(
    ("principals", "hands", "expected"),
    [
        (("ben@firm.mail",), (Ident("Ann Lee", "ann@firm.mail"),), True),
        (("ben@firm.mail",), (Ident("Ann Lee", "Ben@Firm.Mail"),), False),
        (("ben@firm.mail",), (Ident("Ben Ode", "b@odes.net"),), None),
        (("ben@firm.mail", "ann@firm.mail"), (Ident("Ann Lee", "ann@firm.mail"),), False),
        (("ben@firm.mail",), (), None),
        ((), (Ident("Ann Lee", "ann@firm.mail"),), None),
    ],
)
def test_a_signer_is_apart_from_those_who_wrote_where_nothing_joins_them(
    principals: tuple[str, ...], hands: tuple[Ident, ...], *, expected: bool | None
) -> None:
    assert Apart()(principals, hands) is expected


def test_a_gate_uses_an_approval_when_it_decides(firm: Firm) -> None:
    firm.vouch(TOUCH, firm.enrol({ALLOWED: FIRST + row(CLEO, FAKE)}, author=f"Dan <{DAN}>"))
    earlier = "2026-11-21T09:00:00Z"
    told = _Request((review(posted(firm.signed(FAKE)), earlier),))
    found = firm.used(FAKE, request=told, now=NOON)
    assert (found.time, found.grade) == (earlier, "R4")


def test_a_plain_key_of_the_first_signers_stays_a_plain_key(firm: Firm) -> None:
    assert firm.used(DANS).grade == "R2"
