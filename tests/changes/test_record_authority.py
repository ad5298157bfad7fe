"""Tiers, authority and code owners of a record: yes, no, and unknown with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forge_builder import BEN, CY, HEAD, MERGE, request, review
from record_builder import a_forge, a_landing, record

from affidavit.changes.forge.approvals import Answer, Approval, Attribute, Name
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.forge.model import Missing
from affidavit.changes.record import owned
from affidavit.changes.record.authority import NO_ROLES
from affidavit.changes.record.material import CodeOwners, Held, Touched
from affidavit.changes.record.model import Authority, ChangeRecord, Owned
from affidavit.changes.record.owners import OwnerRules
from affidavit.changes.record.value import SourceKind, Strength

if TYPE_CHECKING:
    from affidavit.changes.model import Landing

AT = "2026-03-01T11:00:00Z"
BASE, FILE = "b" * 40, ".github/CODEOWNERS"
NO_FORGE = "no records of a forge were given"


def approval(who: str = "ben", answer: Answer = Answer.YES, number: int = 11) -> Approval:
    return Approval(
        reviewer=who, hand=0, review=number, submitted_at=AT, commit=HEAD, carried=False,
        attributes=(Attribute(Name.PERSON, answer, "so"),),
    )  # fmt: skip


def approved(*approvals: Approval) -> Landing:
    """A landing that the forge knows these approvals of."""
    return a_landing(
        forge=ForgeReview(
            forge="github.com", number=7, url="", merged_at=None, merged_by=None,
            self_merged=None, prompters=(), needed=1, counting=len(approvals), carried=False,
            approvals=approvals, missing=(),
        )
    )  # fmt: skip


class TestTier:
    """The tier of risk follows from the paths."""

    @pytest.mark.parametrize(
        ("touched", "value", "why"),
        [
            ({MERGE: Touched(paths=("pay/a.py", "b.py"))}, "critical", None),
            ({MERGE: Touched(paths=("pay/a.py",), more=True)}, "critical", None),
            ({MERGE: Touched(paths=("b.py",))}, "standard", None),
            (
                {MERGE: Touched(paths=("b.py",), more=True)},
                None,
                "it touched more files than are compared",
            ),
            ({}, None, "its files are not known: trees are missing or damaged"),
        ],
    )
    def test_of_a_change(
        self, touched: dict[str, Touched], value: str | None, why: str | None
    ) -> None:
        tier = record(touched=touched).risk_tier
        strength = Strength.UNKNOWN if value is None else Strength.CONTENT
        assert (tier.value, tier.strength, tier.why) == (value, strength, why)


class TestAuthority:
    """Whoever approved had the authority then, had it not, or nobody knows."""

    def told(self, *approvals: Approval, **held: Held) -> tuple[object, str | None]:
        roles = {(who, AT): one for who, one in held.items()}
        found = record(approved(*approvals), forge=a_forge(request()), roles=roles).authority
        return found.values, found.why

    def test_who_had_the_role_then_is_named_with_the_version(self) -> None:
        ben = Held(roles=("reviewer", "change-authority"), version=BASE)
        expected = (Authority(account="ben", approved_at=AT, version=BASE),)
        assert self.told(approval(), ben=ben) == (expected, None)

    def test_who_had_another_role_has_not_authorised_it(self) -> None:
        assert self.told(approval(), ben=Held(roles=("reviewer",), version=BASE)) == ((), None)

    @pytest.mark.parametrize("held", [{}, {"ben": Held()}])
    def test_without_identities_that_give_roles_it_is_unknown(self, held: dict[str, Held]) -> None:
        assert self.told(approval(), **held) == ((), NO_ROLES)

    def test_whose_approval_does_not_count_authorises_nothing(self) -> None:
        ben = Held(roles=("change-authority",), version=BASE)
        assert self.told(approval(answer=Answer.UNKNOWN), ben=ben) == ((), None)

    def test_where_nobody_approved_nobody_with_authority_did(self) -> None:
        assert self.told() == ((), None)

    def test_without_a_forge_it_is_unknown(self) -> None:
        assert (record().authority.items, record().authority.why) == ((), NO_FORGE)

    def test_reviews_that_the_forge_did_not_tell_may_be_somebodys_who_had_it(self) -> None:
        cut = a_forge(request(missing=(Missing("reviews", "truncated"),)))
        found = record(approved(), forge=cut).authority
        assert found.why == "the forge did not tell all: reviews (truncated)"

    def test_a_reviewer_is_told_with_the_roles_of_then(self) -> None:
        both = request(reviews=(review(BEN), review(CY, number=12)))
        held = {("ben", AT): Held(roles=(), version=BASE)}
        found = record(approved(approval()), forge=a_forge(both), roles=held).reviewers
        assert [(one.account, one.roles) for one in found.values] == [("ben", ()), ("cy", None)]


def owners(text: str, landing: Landing | None = None, **fields: object) -> ChangeRecord:
    file = CodeOwners(commit=BASE, path=FILE, rules=OwnerRules(text))
    return record(landing, **{"owners": {MERGE: file}, **fields})


class TestOwners:
    """Whether an owner approved: a member of a team is not known."""

    @pytest.mark.parametrize(
        ("named", "approvals", "answer", "by"),
        [
            ("@Ben @ann", (approval(),), Answer.YES, ("ben",)),
            ("@firm/all @ben", (approval(),), Answer.YES, ("ben",)),
            ("@ann", (approval(),), Answer.NO, ()),
            ("@firm/all", (approval(),), Answer.UNKNOWN, ()),
            ("b@firm.mail", (approval(),), Answer.UNKNOWN, ()),
            ("@firm/all @ann", (), Answer.NO, ()),
            ("@ben", (approval(answer=Answer.UNKNOWN),), Answer.UNKNOWN, ()),
            ("@ben", (approval(answer=Answer.NO),), Answer.NO, ()),
            ("@firm/all", (approval(answer=Answer.UNKNOWN),), Answer.UNKNOWN, ()),
            ("", (approval(),), None, ()),
        ],
    )
    def test_of_a_rule(
        self,
        named: str,
        approvals: tuple[Approval, ...],
        answer: Answer | None,
        by: tuple[str, ...],
    ) -> None:
        found = owners(f"a.py {named}", approved(*approvals), forge=a_forge(request())).owners
        assert (found.values, found.why) == (
            (
                Owned(
                    file=FILE, line=1, pattern="a.py", owners=tuple(named.split()), paths=1,
                    approved=answer, by=by,
                ),
            ),
            None,
        )  # fmt: skip
        (item,) = found.items
        assert item.source is not None
        assert (item.strength, item.source.kind, item.source.at) == (
            Strength.CONTENT,
            SourceKind.COMMIT,
            BASE,
        )

    def test_reviews_that_are_not_known_leave_the_answer_open(self) -> None:
        cut = a_forge(request(missing=(Missing("reviews", "truncated"),)))
        (told,) = owners("a.py @ann", approved(approval("cy")), forge=cut).owners.values
        assert told.approved is Answer.UNKNOWN
        (alone,) = owners("a.py @ann").owners.values
        assert alone.approved is Answer.UNKNOWN

    def test_nobody_approved_what_was_pushed_past_every_request(self) -> None:
        landing = a_landing(exceptions=("outside-requests",))
        (told,) = owners("a.py @firm/all", landing, forge=a_forge()).owners.values
        assert told.approved is Answer.NO

    def test_paths_are_grouped_by_the_rule_that_is_theirs(self) -> None:
        paths = Touched(paths=("a.py", "b.py", "c/d.js", "e"))
        found = owners("*.py @ann\nc/ @ben\nnone @cy", touched={MERGE: paths}).owners
        assert [(one.line, one.paths) for one in found.values] == [(1, 2), (2, 1)]

    def test_what_nobody_owns_and_a_base_without_a_file_have_none(self) -> None:
        nobody = owners("other @ann").owners
        no_file = record(owners={MERGE: CodeOwners(commit=BASE, path="")}).owners
        assert [(one.items, one.why) for one in (nobody, no_file)] == [((), None)] * 2

    def test_what_is_not_known_of_files_and_rules_is_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(owned, "MOST", 1)
        paths = Touched(paths=("a.py", "b.py"), more=True)
        found = owners("!x @ann\na.py @ann\nb.py @ann", touched={MERGE: paths}).owners
        assert [one.line for one in found.values] == [2]
        assert found.why == (
            f"1 lines of {FILE} are not understood, such as line 1;"
            " it touched more files than are compared; its paths match 1 more rules"
        )

    def test_a_file_that_is_not_known_leaves_all_owners_unknown(self) -> None:
        file = CodeOwners(commit=BASE, path=FILE, why="it cannot be read")
        assert record(owners={MERGE: file}).owners.why == "it cannot be read"
        assert record().owners.why == "the code owners at its base were not looked at"
