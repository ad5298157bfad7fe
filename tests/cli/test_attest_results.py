"""``affidavit attest test-result``: which runs it is made of, and what it is about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import jsonschema
import pytest

from attest_desk import AttestDesk
from forges import Forge
from receipts import a_ledger
from result_samples import PYTEST
from written_records import TEST_RESULT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTHING = "affidavit: nothing is stated: there is no evidence to do it"
PASSED = b'<testsuite tests="1"><testcase classname="a" name="b"/></testsuite>'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AttestDesk]:
    with Forge(tmp_path / "forge") as forge:
        yield AttestDesk(forge, tmp_path)


def test_checks_that_passed_on_the_very_files_of_the_landing_are_its_own(desk: AttestDesk) -> None:
    _, commit = desk.merged("success", "success")
    found = desk.state("test-result", commit)
    jsonschema.validate(found.statement, TEST_RESULT)
    assert (found.status, found.subjects) == (0, [commit, desk.tree(commit)])
    assert found.told == [
        "result         PASSED: passed: test 0, test 1",
        f"about          the landing {commit}",
    ]
    listed = {"passedTests": ["test 0", "test 1"], "warnedTests": [], "failedTests": []}
    assert listed.items() <= found.predicate.items()
    assert found.predicate["result"] == "PASSED"


def test_where_the_base_moved_on_it_is_about_the_head_that_was_tested(desk: AttestDesk) -> None:
    pull = desk.approved()
    desk.shop.checks.passes(pull.head_oid, "test")
    desk.shop.direct(desk.ben, "Another", {"other.py": "y = 2\n"})
    commit = pull.merge(desk.cleo, "squash")
    found = desk.state("test-result", commit)
    head = pull.head_oid
    assert found.subjects == [head, desk.tree(head)]
    told = f"about          the merged head {head}, whose files are not the landing's"
    assert found.told[1] == told


def test_what_ran_on_such_a_landing_itself_is_about_it(desk: AttestDesk) -> None:
    pull = desk.approved()
    desk.shop.checks.passes(pull.head_oid, "test")
    desk.shop.direct(desk.ben, "Another", {"other.py": "y = 2\n"})
    commit = pull.merge(desk.cleo, "squash")
    suite = desk.shop.checks.suite(commit, event="push")
    desk.shop.checks.run(suite, "after", "failure")
    found = desk.state("test-result", commit)
    assert (found.subjects[0], found.predicate["failedTests"]) == (commit, ["after"])


@pytest.mark.parametrize(
    ("conclusions", "result"),
    [
        (("success", "failure", None), "FAILED"),
        (("success", "skipped"), "WARNED"),
    ],
)
def test_what_failed_or_was_skipped_is_told(
    desk: AttestDesk, conclusions: tuple[str | None, ...], result: str
) -> None:
    _, commit = desk.merged(*conclusions)
    found = desk.state("test-result", commit)
    jsonschema.validate(found.statement, TEST_RESULT)
    assert (found.status, found.predicate["result"]) == (0, result)


@pytest.mark.parametrize(
    ("conclusions", "why"),
    [
        ((), "no check and no report of tests is of what landed"),
        (("success", None), "how it ended is not known: test 1"),
    ],
)
def test_without_an_end_that_is_known_nothing_is_stated(
    desk: AttestDesk, conclusions: tuple[str | None, ...], why: str
) -> None:
    _, commit = desk.merged(*conclusions)
    assert desk.state("test-result", commit) == (3, [why, NOTHING], None)


def test_without_records_nothing_is_stated(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    found = desk.state("test-result", commit, forge=False)
    why = "no check and no report of tests is of what landed: no records of a forge were given, and"
    assert (found.status, found.told[-2:], found.statement) == (
        3,
        [f"{why} no ledger", NOTHING],
        None,
    )


def test_a_status_that_only_the_author_set_is_no_evidence(desk: AttestDesk) -> None:
    pull = desk.approved()
    desk.shop.checks.status(desk.ann, pull.head_oid, "test")
    commit = pull.merge(desk.cleo, "squash")
    found = desk.state("test-result", commit)
    assert found == (3, ["nothing that ran on it passed", NOTHING], None)


def test_the_checks_that_are_named_are_stated_alone(desk: AttestDesk) -> None:
    _, commit = desk.merged("success", None)
    found = desk.state("test-result", commit, "--check", "test 0")
    assert (found.status, found.predicate["passedTests"]) == (0, ["test 0"])
    other = desk.state("test-result", commit, "--check", "test 0", "--check", "none")
    assert other == (3, ["it did not run on what landed: none", NOTHING], None)


def test_the_workflow_stands_in_it_by_its_address_and_digest(desk: AttestDesk) -> None:
    desk.shop.direct(desk.ann, "CI", {".github/workflows/ci.yml": "on: push\n"})
    _, commit = desk.merged("success")
    found = desk.state("test-result", commit)
    address = f"git+https://{desk.forge.url.partition('://')[2]}/firm/shop@{commit}"
    digest = hashlib.sha256(b"on: push\n").hexdigest()
    assert found.predicate["configuration"] == [
        {"uri": f"{address}#.github/workflows/ci.yml", "digest": {"sha256": digest}}
    ]


@pytest.mark.parametrize(("data", "result"), [(PASSED, "PASSED"), (PYTEST, "FAILED")])
def test_reports_of_tests_in_a_ledger_count(
    desk: AttestDesk, monkeypatch: pytest.MonkeyPatch, data: bytes, result: str
) -> None:
    desk.ledger = a_ledger(desk.folder, monkeypatch)
    _, commit = desk.merged()
    kept = desk.recorded("test", commit, data)
    found = desk.state("test-result", commit, "--ledger", kept, forge=False)
    jsonschema.validate(found.statement, TEST_RESULT)
    (name,) = found.names("passedTests", "failedTests")
    assert (found.predicate["result"], name.partition(" rfc6962:")[0]) == (result, "ledger entry 1")


def test_the_head_of_a_request_that_became_several_landings_is_not_the_first_of_them(
    desk: AttestDesk,
) -> None:
    pull = desk.approved()
    pull.commit(desk.ann, "More", {"more.py": "y = 2\n"})
    pull.review(desk.ben)
    desk.shop.checks.passes(pull.head_oid, "test")
    last = pull.merge(desk.cleo, "rebase")
    first = desk.shop.git.run("rev-parse", f"{last}^").decode().strip()
    assert desk.state("test-result", last).subjects[0] == last
    assert desk.state("test-result", first).status == 3
