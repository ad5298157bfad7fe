"""What could not be had is asked for again, and named until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.collecting import changes
from affidavit.app.collecting.due import due
from affidavit.changes.forge.model import Checks, Missing, Permission, PullRequest
from affidavit.cli.collect.summary import as_data, summary
from affidavit.sources.forge.reading import Export, Unknown
from affidavit.sources.forge.writing import Writer
from affidavit.sources.github.transport import FAILURES, IN_A_ROW
from collectors import gathered, only, records
from forgelines import HEAD, checks, line, pull
from forges import Account, Answer, Forge, Repository, Request, faults, reviews_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PULLS = only("pull_requests")
BOTH = only("pull_requests", "checks")
ERROR = Missing("runs", "error")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.fixture
def ann(forge: Forge) -> Account:
    return forge.account("ann", "Ann Lee", "ann@firm.mail")


@pytest.fixture
def shop(forge: Forge, ann: Account) -> Repository:
    """A repository with three pull requests of Ann's that she merged."""
    shop = forge.repository("firm/shop")
    shop.roles[ann] = "admin"
    for number in range(3):
        made = shop.open(ann, f"Number {number}", {f"{number}.py": "1\n"})
        shop.checks.passes(made.head_oid, "test")
        made.merge(ann, "squash")
        forge.clock.advance(hours=1)
    return shop


@pytest.mark.parametrize("reason", ["error", "permission"])
def test_checks_that_could_not_be_had_are_due_however_long_ago_it_was(
    output: Path, reason: str
) -> None:
    one = pull(1, closed_at="2026-01-02T00:00:00Z")
    assert one.head_oid
    lost = checks(one.head_oid, "success", missing=(Missing("runs", reason),))
    with Writer(output, HEAD) as writer:
        writer.record(line(one))
        writer.record(line(lost, fetched_at="2027-01-01T00:00:00Z"))
    assert due(Export(output)).commits() == [one.head_oid]


def test_checks_that_were_an_error_long_after_the_merge_are_there_the_next_time(
    forge: Forge, shop: Repository, output: Path
) -> None:
    assert shop.pulls
    forge.clock.advance(days=60)
    fault = faults.partial_error("repository", "c0", "checkSuites")
    forge.faults.order("graphql", fault, times=None, after=1)
    assert not gathered(forge, output, sections=BOTH).whole
    assert ERROR in {lost for one in records(output, Checks) for lost in one.missing}
    forge.faults.clear()
    forge.clock.advance(days=60)
    assert gathered(forge, output, sections=BOTH).whole
    assert {one.missing for one in records(output, Checks)} == {()}


def broken(forge: Forge, output: Path) -> None:
    """An export whose three pull requests lack their reviews because of errors."""
    forge.faults.order("graphql", faults.partial_error("repository"), times=None)
    gathered(forge, output, sections=PULLS)
    forge.faults.clear()
    assert {lost(output, number) for number in (1, 2, 3)} == {("record",)}


def lost(output: Path, number: int) -> tuple[str, ...]:
    (found,) = [one for one in records(output, PullRequest) if one.number == number]
    return tuple(one.what for one in found.missing)


GONE = faults.nothing_at("repository", "pullRequest", kind="NOT_FOUND", message="no such thing")
ODD = faults.nothing_at("repository", "pullRequest", message="Something went wrong")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("fault", "why"),
    [
        pytest.param(GONE, "no such thing", id="refused"),
        pytest.param(ODD, "Something went wrong", id="an error"),
        pytest.param(
            faults.nothing_at("repository", "pullRequest", "state"), "does not answer", id="odd"
        ),
    ],
)
def test_one_pull_request_that_is_not_told_does_not_stop_those_after_it(
    forge: Forge, output: Path, fault: faults.Act, why: str
) -> None:
    broken(forge, output)
    forge.faults.order("graphql", fault, after=1)
    done = gathered(forge, output, sections=PULLS)
    (first, *others) = sorted((1, 2, 3), key=lambda one: -len(lost(output, one)))
    assert [lost(output, one) for one in (first, *others)] == [("record",), (), ()]
    ((name, said),) = [one.split(": ", 1) for one in done.failed]
    assert (name, why in said, done.whole) == (f"pull request {first}", True, False)
    assert done.export.whole("pull_requests")
    assert f"not told       {done.failed[0]}" in summary(done)
    assert as_data(done)["failed"] == list(done.failed)
    assert not any(one.record == "unavailable" for one in done.export.unknowns)


@pytest.mark.usefixtures("shop")
def test_after_many_failures_in_a_row_the_others_wait_for_another_time(
    forge: Forge, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "IN_A_ROW", 1)
    broken(forge, output)
    forge.faults.order("graphql", faults.server_error(), times=None, after=1)
    asked = len(forge.asked("graphql"))
    done = gathered(forge, output, sections=PULLS)
    # The page, on which the newest one is told, and one of the two others.
    assert len(forge.asked("graphql")) - asked == 1 + FAILURES
    assert [one.split(":")[0] for one in done.failed] == ["pull request 2"]


@pytest.mark.usefixtures("shop")
def test_what_is_refused_at_once_holds_up_nothing(
    forge: Forge, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "IN_A_ROW", 1)
    broken(forge, output)
    forge.faults.order("graphql", ODD, times=None, after=1)
    done = gathered(forge, output, sections=PULLS)
    assert [one.split(":")[0] for one in done.failed] == ["pull request 2", "pull request 1"]


@pytest.mark.usefixtures("shop")
def test_one_commit_whose_checks_are_not_told_does_not_stop_those_after_it(
    forge: Forge, output: Path
) -> None:
    gathered(forge, output, sections=PULLS)

    def poisoned(request: Request, answer: Answer) -> Answer:
        return faults.server_error()(request, answer) if bad.encode() in request.body else answer

    bad = records(output, PullRequest)[0].head_oid or ""
    forge.faults.order("graphql", poisoned, times=None)
    done = gathered(forge, output, sections=only("checks"))
    found = {one.commit: one.missing for one in records(output, Checks)}
    assert found.pop(bad) == (ERROR, Missing("statuses", "error"))
    assert (set(found.values()), len(found), done.whole) == ({()}, 5, False)
    forge.faults.clear()
    assert gathered(forge, output, sections=only("checks")).whole


def test_who_may_is_not_known_where_it_is_not_listed(
    forge: Forge, shop: Repository, output: Path
) -> None:
    assert shop.roles
    fault = faults.forbidden("administration=read")
    forge.faults.order(r"/collaborators\?", fault, times=None)
    done = gathered(forge, output, sections=only("pull_requests", "permissions"))
    assert [one.permission for one in records(output, Permission)] == ["admin"]
    unknown = Unknown("unavailable", "permissions", "permission", "administration=read")
    assert dict(done.export.unknowns) == {unknown: 1}
    assert (done.whole, done.export.whole("permissions")) == (False, False)
    forge.faults.clear()
    assert gathered(forge, output, sections=only("permissions")).whole


def test_what_is_whole_since_later_is_not_all_that_is_wanted(
    forge: Forge, shop: Repository, output: Path
) -> None:
    assert shop.pulls
    late = "2026-01-02T00:00:00Z"
    assert gathered(forge, output, sections=BOTH, since=late).whole
    assert gathered(forge, output, sections=only("checks"), since=late).whole
    assert not gathered(forge, output, sections=only("checks")).whole
    assert not gathered(forge, output, sections=only("checks"), since="2026-01-01T00:00:00Z").whole
    assert gathered(forge, output, sections=only("checks"), since="2026-03-01T00:00:00Z").whole
    assert gathered(forge, output, sections=BOTH).whole


def test_one_request_that_fails_leaves_one_thing_unknown(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    made = shop.deploy(ann, shop.heads["main"], "production")
    for _ in range(60):
        shop.deployed(made, "pending", by=ann)
    rules = shop.ruleset(ann, "main", [reviews_rule(1)])
    for path in (r"/collaborators\?", "/protection", f"/deployments/{made.id}/statuses"):
        forge.faults.order(path, faults.server_error(500), times=None)
    forge.faults.order(f"/rulesets/{rules.id}/history/", faults.server_error(500), times=5)
    done = gathered(forge, output)
    assert {(one.record, one.what, one.reason) for one in done.export.unknowns} == {
        ("branch_rules", "protection", "error"),
        ("ruleset", "state", "error"),
        ("deployment", "statuses", "error"),
        ("unavailable", "permissions", "error"),
    }
    assert [one.permission for one in records(output, Permission)] == ["admin"]
    assert {one for one in done.sections if not done.export.whole(one)} == {"permissions"}
    forge.faults.clear()
    assert gathered(forge, output).whole


def test_where_one_request_after_the_other_fails_the_section_is_given_up(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    for number in range(9):
        shop.push(ann, f"old-{number}", shop.heads["main"])
        shop.open(ann, "Old", {"o.py": f"{number}\n"}, base=f"old-{number}").merge(ann, "squash")
    forge.faults.order("/branches/", faults.server_error(500), times=None)
    sections = only("pull_requests", "rules", "releases")
    done = gathered(forge, output, sections=sections)
    assert len(forge.asked("/branches/")) == IN_A_ROW * FAILURES
    assert {one.what for one in done.export.unknowns} >= {"rules"}
    whole = [one for one in sections if done.export.whole(one)]
    assert whole == ["pull_requests", "releases"]


def test_a_list_whose_further_pages_fail_is_unknown_and_there_the_next_time(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    long = shop.open(ann, "Long", {"long.py": "1\n"})
    for _ in range(60):
        long.review(ann, "COMMENTED")

    def failing(request: Request, answer: Answer) -> Answer:
        more = b"query More" in request.body
        return faults.server_error()(request, answer) if more else answer

    forge.faults.order("graphql", failing, times=None)
    assert not gathered(forge, output, sections=PULLS).whole
    found = {one.number: one for one in records(output, PullRequest)}
    assert (len(found), len(found[4].reviews)) == (4, 50)
    assert found[4].missing == (Missing("reviews", "error"),)
    forge.faults.clear()
    assert gathered(forge, output, sections=PULLS).whole


@pytest.mark.usefixtures("shop")
def test_what_was_refused_once_is_there_when_the_token_may_see_it(
    forge: Forge, output: Path
) -> None:
    refused = faults.partial_error("repository", kind="FORBIDDEN")
    forge.faults.order("graphql", refused, times=None)
    gathered(forge, output, sections=PULLS)
    forge.clock.advance(days=1)
    asked = len(forge.asked("graphql"))
    assert not gathered(forge, output, sections=PULLS).whole
    # The page, and one of the others: what is refused of it is refused of all.
    assert len(forge.asked("graphql")) - asked == 2
    forge.faults.clear()
    forge.clock.advance(days=1)
    assert gathered(forge, output, sections=PULLS).whole
    assert {lost(output, number) for number in (1, 2, 3)} == {()}
