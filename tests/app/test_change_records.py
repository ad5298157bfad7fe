"""Change records of real requests on a forge with state, collected and audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.records.asking import Wanted, found, records
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.model import (
    Approver,
    Asked,
    Author,
    Box,
    Check,
    Deployed,
    Flag,
    Label,
    Reviewer,
    Shipped,
    Size,
    WorkItem,
)
from affidavit.changes.record.value import SourceKind, Strength
from affidavit.cli.progress import Silent
from change_desk import Desk, told
from forges import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_FORGE = "no records of a forge were given"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        yield Desk(forge, tmp_path)


def test_a_merged_request_has_who_asked_approved_and_merged_by_the_forges_record(
    desk: Desk,
) -> None:
    pull = desk.approved()
    pull.merge(desk.cleo, "squash")
    record = desk.newest()
    opened, approved = pull.created_at, "2026-01-05T08:06:00Z"
    assert record.id.startswith("CHG-")
    assert (record.title.value, record.title.strength) == ("Add a cart", Strength.RECORDED)
    assert record.request.value == Asked(
        forge="github",
        number="1",
        url="https://github.com/firm/shop/pull/1",
        opened_at=record.request.value.opened_at if record.request.value else opened,
        opened_by="ann",
    )
    (reviewer,) = record.reviewers.values
    approved = reviewer.submitted_at or ""
    assert reviewer == Reviewer(
        account="ben",
        state="approved",
        submitted_at=approved,
        head=pull.head_oid,
        counts=True,
        carried=False,
        why_not=(),
    )
    assert told(record.approvers) == ((Approver(account="ben", approved_at=approved),), None)
    assert (record.merged_by.value, record.merged_by.strength) == ("cleo", Strength.RECORDED)
    assert record.merged_at.value is not None
    assert record.merged_at.value > approved


def test_each_value_of_a_request_names_the_forges_record_and_its_digest(desk: Desk) -> None:
    desk.approved().merge(desk.cleo, "squash")
    source = desk.newest().merged_by.source
    assert source is not None
    assert (source.kind, source.at) == (SourceKind.FORGE, "https://github.com/firm/shop/pull/1")
    assert source.digest is not None
    assert source.digest in desk.export.read_text()


def test_a_review_that_does_not_count_says_why(desk: Desk) -> None:
    pull = desk.approved()
    pull.review(desk.cleo, "COMMENTED")
    first = pull.head_oid
    pull.commit(desk.ann, "More", {"cart.py": "x = 2\n"})
    pull.merge(desk.cleo, "squash")
    head = pull.head_oid
    record = desk.newest()
    why = [(one.account, one.counts, one.why_not) for one in record.reviewers.values]
    assert why == [
        (
            "ben",
            False,
            (f"approved {first[:12]}, and {head[:12]} was merged: other content",),
        ),
        ("cleo", False, ("it is a comment",)),
    ]
    assert told(record.approvers) == ((), None)


def test_authors_are_joined_over_git_and_the_forge(desk: Desk) -> None:
    message = "Add a cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
    desk.approved(message=message).merge(desk.cleo, "squash")
    record = desk.newest()
    assert record.authors.values == (
        Author(
            name="Ann Lee",
            email="ann@firm.mail",
            kind="person",
            roles=("author", "opened the request"),
            account="ann",
        ),
        Author(name="Claude", email="noreply@anthropic.com", kind="agent", roles=("co-author",)),
    )
    assert [one.agent for one in record.agents.values] == ["claude-code"]
    assert [one.name for one in record.prompting.values] == ["Ann Lee", "ann"]


def test_whom_an_agent_worked_for_is_told_as_the_forge_recorded_it(desk: Desk) -> None:
    bot = desk.forge.bot("copilot-swe-agent", number=198982749)
    message = "By the agent\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
    pull = desk.shop.open(bot, "By the agent", {"b.py": "1\n"}, message=message)
    pull.assign(desk.ann, bot)
    pull.merge(desk.cleo, "squash")
    (prompter,) = desk.newest().prompting.items
    assert prompter.strength is Strength.RECORDED
    assert prompter.value is not None
    assert (prompter.value.name, prompter.value.how[:11]) == ("ann", "assigned at")


def test_without_an_agent_nobody_is_said_to_have_prompted_one(desk: Desk) -> None:
    desk.approved().merge(desk.cleo, "squash")
    record = desk.newest()
    assert told(record.prompting) == (
        (),
        "no AI agent is named: nobody is known to have prompted one",
    )
    assert told(record.agents) == ((), "an agent that left no trace is not seen")
    assert record.authorship.strength is Strength.UNKNOWN


def test_the_landings_of_a_rebased_request_are_one_change_under_the_oldest_id(desk: Desk) -> None:
    pull = desk.opened()
    pull.commit(desk.ann, "More", {"more.py": "x = 2\n"})
    pull.review(desk.ben)
    pull.merge(desk.ben, "rebase")
    record, *others = desk.records()
    assert [one.kind for one in record.members] == ["rebase", "rebase"]
    assert record.id == record.members[1].change
    assert record.id != record.members[0].change
    assert not {one.commit for one in record.members} & {
        one.commit for other in others for one in other.members
    }
    assert record.size.value == Size(files=2, additions=2, deletions=0)


def test_what_was_pushed_past_every_request_has_none_and_names_who_pushed(desk: Desk) -> None:
    desk.shop.direct(desk.ann, "Hotfix", {"a.py": "1\n"})
    record = desk.newest()
    assert (record.request.value, record.request.strength) == (None, Strength.RECORDED)
    assert told(record.reviewers) == ((), None)
    assert record.merged_by.value == "ann (pushed)"
    assert "outside-requests" in record.exceptions


def test_without_a_forge_everything_that_only_it_knows_is_unknown(desk: Desk) -> None:
    desk.approved().merge(desk.cleo, "squash")
    record = desk.newest(forge=False)
    lists = (record.reviewers, record.approvers, record.checks, record.checklist, record.labels)
    assert [told(one) for one in lists] == [((), NO_FORGE)] * 5
    assert [one.why for one in (record.merged_at, record.emergency)] == [NO_FORGE] * 2
    assert record.merged_by.why == f"git does not name who merged it, and {NO_FORGE}"
    assert (record.title.value, record.title.strength) == ("Add a cart (#1)", Strength.TYPED)
    assert told(record.results) == ((), "no ledger was given")


def test_sections_that_were_not_collected_are_unknown_not_empty(desk: Desk) -> None:
    desk.approved().merge(desk.cleo, "squash")
    record = desk.newest(sections=("repository", "pull_requests"))
    assert told(record.checks) == ((), "checks were not collected whole")
    assert told(record.deployments) == ((), "deployments were not collected whole")
    assert len(record.approvers.values) == 1


class TestChecks:
    """What ran, on what, and whether it had ended before the merge."""

    def test_a_run_that_ran_again_and_one_that_was_skipped(self, desk: Desk) -> None:
        pull = desk.approved()
        suite = desk.shop.checks.suite(pull.head_oid)
        for conclusion in ("failure", "success"):
            desk.shop.checks.run(suite, "test", conclusion)
        desk.shop.checks.run(suite, "scan", "skipped")
        pull.merge(desk.cleo, "squash")
        record = desk.newest()
        assert [brief(one) for one in record.checks.values] == [
            ("scan", "skipped", "merged head", Answer.NO, Answer.YES, False),
            ("test", "failure", "merged head", Answer.NO, Answer.YES, True),
            ("test", "success", "merged head", Answer.YES, Answer.YES, False),
        ]
        assert record.checks.why is None

    def test_what_ended_after_the_merge(self, desk: Desk) -> None:
        pull = desk.approved()
        suite = desk.shop.checks.suite(pull.head_oid)
        run = desk.shop.checks.run(suite, "test", None)
        pull.merge(desk.cleo, "squash")
        desk.shop.checks.finish(run, "success")
        (check,) = desk.newest().checks.values
        assert (check.success, check.before_merge) == (Answer.YES, Answer.NO)

    def test_what_has_not_ended(self, desk: Desk) -> None:
        pull = desk.approved()
        suite = desk.shop.checks.suite(pull.head_oid)
        desk.shop.checks.run(suite, "test", None)
        pull.merge(desk.cleo, "squash")
        (check,) = desk.newest().checks.values
        assert (check.success, check.before_merge) == (Answer.UNKNOWN, Answer.UNKNOWN)

    def test_those_of_a_merge_queue_are_on_the_merge_group(self, desk: Desk) -> None:
        pull = desk.approved()
        group = pull.enqueue(desk.cleo)
        desk.shop.checks.passes(group.commit, "test", event="merge_group")
        pull.land()
        (check,) = desk.newest().checks.values
        assert brief(check) == ("test", "success", "merge group", Answer.YES, Answer.YES, False)

    def test_a_status_counts_like_a_run(self, desk: Desk) -> None:
        pull = desk.approved()
        for name, state in (("ci/new", "pending"), ("ci/old", "success")):
            desk.shop.checks.status(desk.ann, pull.head_oid, name, state)
        pull.merge(desk.cleo, "squash")
        assert [brief(one) for one in desk.newest().checks.values] == [
            ("ci/new", "pending", "merged head", Answer.UNKNOWN, Answer.UNKNOWN, False),
            ("ci/old", "success", "merged head", Answer.YES, Answer.YES, False),
        ]


def brief(one: Check) -> tuple[str, str | None, str, Answer, Answer, bool]:
    return one.name, one.conclusion, one.on, one.success, one.before_merge, one.superseded


def test_checkboxes_and_issues_of_the_request_are_told_as_typed(desk: Desk) -> None:
    body = "Fixes #12 and other/shop#3\n\n- [x] tests\n- [ ] docs\n"
    pull = desk.opened(body=body, message="SHOP-9: Add a cart")
    pull.merge(desk.cleo, "squash")
    record = desk.newest()
    assert told(record.checklist) == (
        (Box(text="tests", checked=True, line=3), Box(text="docs", checked=False, line=4)),
        None,
    )
    assert {one.strength for one in record.checklist.items} == {Strength.TYPED}
    assert record.work_items.values == (
        WorkItem(text="SHOP-9", place="title"),
        WorkItem(text="#12", place="text"),
        WorkItem(text="other/shop#3", place="text"),
    )


def test_an_emergency_is_a_label_with_when_and_by_whom_it_was_set(desk: Desk) -> None:
    pull = desk.opened()
    pull.label(desk.ann, "Emergency")
    pull.label(desk.ann, "late")
    pull.unlabel(desk.ann, "late")
    pull.merge(desk.cleo, "squash")
    record = desk.newest()
    label = record.emergency.value
    assert label == Label(
        name="Emergency",
        set_at=label.set_at if label else None,
        set_by="ann",
        before_merge=Answer.YES,
        stands=True,
    )
    assert [(one.name, one.stands) for one in record.labels.values] == [
        ("Emergency", True),
        ("late", False),
    ]


def test_a_label_that_was_set_after_the_merge_is_told_as_such(desk: Desk) -> None:
    pull = desk.opened()
    pull.merge(desk.cleo, "squash")
    pull.label(desk.ann, "emergency")
    label = desk.newest().emergency.value
    assert label is not None
    assert label.before_merge is Answer.NO


def test_a_request_without_the_label_is_known_to_be_no_emergency(desk: Desk) -> None:
    desk.approved().merge(desk.cleo, "squash")
    emergency = desk.newest().emergency
    assert (emergency.value, emergency.strength) == (None, Strength.RECORDED)


def test_deployments_and_the_release_are_the_first_that_hold_it(desk: Desk) -> None:
    desk.approved("a.py").merge(desk.cleo, "squash")
    first = desk.shop.heads["main"]
    desk.approved("b.py").merge(desk.cleo, "squash")
    second = desk.shop.heads["main"]
    desk.shop.release(desk.ann, "v1.0", second)
    for name, state in (("staging", "success"), ("production", "failure")):
        made = desk.shop.deploy(desk.ben, second, name, state=None)
        desk.shop.deployed(made, state, by=desk.ben)
    desk.approved("c.py").merge(desk.cleo, "squash")
    records = {one.members[0].commit: one for one in desk.records()}
    assert [(one.environment, one.status, one.exact) for one in records[first].deployments.values
            ] == [("staging", "success", False)]  # fmt: skip
    staging, production = records[second].deployments.values
    assert staging == Deployed(
        environment="staging",
        production=staging.production,
        status="success",
        at=staging.at,
        by="ben",
        commit=second,
        exact=True,
    )
    assert (production.environment, production.status) == ("production", "failure")
    shipped = records[first].release.value
    assert shipped == records[second].release.value
    assert shipped is not None
    assert shipped == Shipped(tag="v1.0", commit=second, published_at=shipped.published_at)
    assert shipped.published_at is not None
    newest = records[desk.shop.heads["main"]]
    assert (newest.release.value, newest.release.strength) == (None, Strength.CONTENT)
    assert told(newest.deployments) == ((), None)


def test_a_clone_without_tags_does_not_show_that_there_is_no_release(desk: Desk) -> None:
    desk.approved().merge(desk.cleo, "squash")
    assert desk.newest().release.why == (
        "this clone has no tags, which does not show that there are none"
    )


def test_a_release_whose_tag_is_not_here_may_hold_it(desk: Desk) -> None:
    desk.approved("a.py").merge(desk.cleo, "squash")
    desk.shop.release(desk.ann, "v1.0", desk.shop.heads["main"])
    desk.approved("b.py").merge(desk.cleo, "squash")
    desk.shop.release(desk.ann, "v2.0", desk.shop.heads["main"])
    desk.found()
    (desk.shop.git.path / "refs/tags/v2.0").unlink()
    request = Request(
        repository=desk.shop.git.path, forge=desk.export, bounds=Bounds(since=0), name="firm/shop"
    )
    every = found(Wanted(request=request), Silent())
    newest, older, *_ = records(every, every.changes, Silent())
    assert newest.release.why == ("tags that the forge has releases of are not in this clone: v2.0")
    assert older.release.value is not None


def test_files_that_change_how_things_run_are_flagged(desk: Desk) -> None:
    files = {".github/workflows/ci.yml": "on: push\n", "pay/AGENTS.md": "x\n", "a.py": "1\n"}
    pull = desk.shop.open(desk.ann, "Many", files)
    pull.merge(desk.cleo, "merge")
    record = desk.newest()
    assert record.component.values == (".", ".github", "pay")
    assert record.flags.values == (
        Flag(flag="agent-instructions", paths=("pay/AGENTS.md",), count=1),
        Flag(flag="deployment", paths=(".github/workflows/ci.yml",), count=1),
        Flag(flag="configuration", paths=(".github/workflows/ci.yml",), count=1),
    )
    assert ".github/workflows/**" in record.critical_paths.values
    assert {one.strength for one in record.flags.items} == {Strength.CONTENT}
