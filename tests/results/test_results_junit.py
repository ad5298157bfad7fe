"""Reports of tests: cases are counted in every dialect, and totals that differ are told."""

from __future__ import annotations

import pytest

import result_samples as samples
from affidavit.base.errors import InputError
from affidavit.sources.results.junit import Cases, read_junit
from affidavit.sources.results.reading import Difference
from result_samples import a_source

NONE = Cases(total=0, passed=0, failures=0, errors=0, skipped=0, not_run=0, flaky=0, outside=0)


def cases(**counts: int) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in NONE.__struct_fields__}


def read(data: bytes) -> tuple[int, dict[str, int], tuple[Difference, ...]]:
    found = read_junit(a_source(data))
    assert found.differing == len(found.differences)
    counts = {name: getattr(found.cases, name) for name in NONE.__struct_fields__}
    return found.suites, counts, found.differences


@pytest.mark.parametrize(
    ("data", "suites", "counted"),
    [
        pytest.param(
            samples.PYTEST,
            1,
            cases(total=5, passed=1, failures=1, errors=1, skipped=2),
            id="pytest",
        ),
        pytest.param(
            samples.SUREFIRE, 1, cases(total=3, passed=2, failures=1, flaky=1), id="surefire"
        ),
        pytest.param(
            samples.JEST, 1, cases(total=3, passed=1, failures=1, skipped=1), id="jest-junit"
        ),
        pytest.param(
            samples.GO_JUNIT, 1, cases(total=2, passed=1, skipped=1), id="go-junit-report"
        ),
        pytest.param(
            samples.GOOGLETEST, 1, cases(total=3, passed=1, failures=1, not_run=1), id="googletest"
        ),
        pytest.param(samples.PHPUNIT, 3, cases(total=2, passed=2), id="nested, as PHPUnit does"),
    ],
)
def test_the_cases_of_every_dialect_are_counted_and_its_totals_agree(
    data: bytes, suites: int, counted: dict[str, int]
) -> None:
    assert read(data) == (suites, counted, ())


def test_a_file_without_totals_is_counted_all_the_same() -> None:
    data = b"<testsuite><testcase/><testcase><failure/></testcase></testsuite>"
    assert read(data) == (1, cases(total=2, passed=1, failures=1), ())


def test_totals_that_lie_are_told_with_their_line() -> None:
    data = b'<testsuites>\n<testsuite tests="2" failures="0"><testcase><failure/></testcase>\n'
    found = read_junit(a_source(data + b"</testsuite></testsuites>"))
    assert found.differences == (Difference(2, "failures", 0, 1), Difference(2, "tests", 2, 1))
    assert found.lost


def test_fewer_failures_stated_than_there_are_is_no_loss() -> None:
    data = b'<testsuite failures="0" tests="1"><testcase><failure/></testcase></testsuite>'
    found = read_junit(a_source(data))
    assert (found.differing, found.lost) == (1, False)


def test_of_many_differences_the_first_are_told_and_all_are_counted() -> None:
    data = b"<testsuites>" + b'<testsuite tests="1"></testsuite>' * 30 + b"</testsuites>"
    found = read_junit(a_source(data))
    assert (len(found.differences), found.differing) == (20, 30)


def test_a_suite_may_state_its_own_cases_or_those_below_it_as_well() -> None:
    inner = b'<testsuite tests="1"><testcase/></testsuite>'
    for total in (b"1", b"2"):
        data = b'<testsuite tests="' + total + b'"><testcase/>' + inner + b"</testsuite>"
        assert read(data) == (2, cases(total=2, passed=2), ())


def test_a_case_that_failed_and_broke_off_counts_as_both_and_once_in_the_total() -> None:
    data = b"<testsuite><testcase><failure/><error/></testcase></testsuite>"
    assert read(data)[1] == cases(total=1, failures=1, errors=1)


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        ("failed", cases(total=1, failures=1)),
        ("fail", cases(total=1, failures=1)),
        ("error", cases(total=1, errors=1)),
        ("disabled", cases(total=1, not_run=1)),
        ("skipped", cases(total=1, not_run=1)),
        ("timeout", cases(total=1, not_run=1)),
        ("passed", cases(total=1, passed=1)),
        ("run", cases(total=1, passed=1)),
    ],
)
def test_a_case_whose_status_says_that_it_did_not_pass_did_not(
    status: str, counted: dict[str, int]
) -> None:
    data = f'<testsuite><testcase status="{status}"/></testsuite>'.encode()
    assert read(data)[1] == counted


def test_a_case_that_was_left_out_and_says_so_twice_counts_once() -> None:
    data = b'<testsuite disabled="1"><testcase status="notrun"><skipped/></testcase></testsuite>'
    assert read(data) == (1, cases(total=1, skipped=1), ())


def test_an_error_of_a_suite_itself_belongs_to_no_case() -> None:
    data = b'<testsuite tests="1" errors="1"><error/><testcase/></testsuite>'
    assert read(data) == (1, cases(total=1, passed=1, outside=1), ())


def test_what_a_test_printed_or_a_property_says_is_no_result() -> None:
    data = (
        b"<testsuite><testcase><system-out>&lt;failure/&gt;</system-out>"
        b"<properties><property name='failure'><failure/></property></properties></testcase>"
        b"<properties><failure/></properties></testsuite>"
    )
    assert read(data)[1] == cases(total=1, passed=1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x:1: not XML: no element found"),
        (b"<testsuite>\n<testcase>\n</testsuite>", "x:3: not XML: mismatched tag"),
        (b"<html/>", "x:1: not JUnit XML: it begins with <html>"),
        (b'\n<testsuite tests="many"/>', "x:2: tests is not a number"),
        (b'<testsuite tests="-1"/>', "x:1: tests is not a number"),
    ],
)
def test_what_is_broken_is_named_by_file_and_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_junit(a_source(data))
    assert caught.value.message == message
