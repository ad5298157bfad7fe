"""Statements for others: to the specifications' schemas, and read back by our own readers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import msgspec
import pytest

from affidavit.base.errors import FormatError
from affidavit.ledger.attested import attested
from affidavit.ledger.statement import commit_and_tree, parse_statement
from affidavit.provenance.records import source_tool
from affidavit.provenance.records.writing_statements import (
    MOST,
    Reference,
    Revision,
    Run,
    Summary,
    Verified,
    result_of_tests,
    source_summary,
    verification_result,
)
from affidavit.sources.results.slsa import read_build
from written_records import SOURCE_VSA, SVR, TEST_RESULT

if TYPE_CHECKING:
    from collections.abc import Callable

COMMIT = "1" * 40
TREE = "2" * 40
ABOUT = Revision(COMMIT, TREE)
TIME = "2026-03-04T05:06:07Z"
VERIFIER = "https://firm.example/affidavit/v1"
POLICY = Reference("https://firm.example/policy", "a" * 64)
RUN = Run(result="PASSED", configuration=(POLICY,), passed=("one", "two"))
VERIFIED = Verified(
    verifier=VERIFIER, time=TIME, properties=("AFFIDAVIT_REVIEWED", "AFFIDAVIT_AI_LABELLED")
)
SUMMARY = Summary(
    verifier=VERIFIER,
    time=TIME,
    repository="git+https://firm.example/app",
    policy=POLICY,
    result="PASSED",
    level="SLSA_SOURCE_LEVEL_2",
    properties=("ORG_SOURCE_AI_REVIEWED", "ORG_SOURCE_AI_DISCLOSED"),
    inputs=(Reference(sha256="b" * 64),),
)


@pytest.mark.parametrize(
    ("data", "schema"),
    [
        (result_of_tests(ABOUT, RUN), TEST_RESULT),
        (
            result_of_tests(
                ABOUT,
                Run(
                    result="FAILED",
                    configuration=(),
                    failed=("three",),
                    url="https://ci.example/7",
                ),
            ),
            TEST_RESULT,
        ),
        (verification_result(ABOUT, VERIFIED), SVR),
        (source_summary(ABOUT, SUMMARY), SOURCE_VSA),
        (
            source_summary(
                ABOUT._replace(uri="https://firm.example/1", refs=("refs/heads/main",)),
                msgspec.structs.replace(SUMMARY, inputs=None, result="FAILED"),
            ),
            SOURCE_VSA,
        ),
    ],
)
def test_a_statement_has_the_form_that_is_specified(data: bytes, schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator(schema).validate(json.loads(data))


@pytest.mark.parametrize(
    "data",
    [
        result_of_tests(ABOUT, RUN),
        verification_result(ABOUT, VERIFIED),
        source_summary(ABOUT, SUMMARY),
    ],
)
def test_it_is_about_the_commit_and_the_tree_as_two_subjects(data: bytes) -> None:
    assert commit_and_tree(parse_statement(data)) == (COMMIT, TREE)
    assert read_build(attested(data)).git == {COMMIT, TREE}


def test_a_result_of_tests_says_which_passed() -> None:
    found = attested(result_of_tests(ABOUT, RUN))
    assert found.predicate == {
        "result": "PASSED",
        "configuration": [{"uri": POLICY.uri, "digest": {"sha256": POLICY.sha256}}],
        "passedTests": ["one", "two"],
        "warnedTests": [],
        "failedTests": [],
    }
    assert read_build(found).result == "PASSED"


def test_a_verification_result_without_a_policy_says_so_by_an_empty_list() -> None:
    assert attested(verification_result(ABOUT, VERIFIED)).predicate == {
        "verifier": {"id": VERIFIER, "policies": []},
        "timeCreated": TIME,
        "properties": ["AFFIDAVIT_AI_LABELLED", "AFFIDAVIT_REVIEWED"],
    }


def test_a_source_summary_is_read_back_with_its_level_and_own_properties() -> None:
    data = source_summary(ABOUT._replace(refs=("refs/heads/main",)), SUMMARY)
    levels = ("SLSA_SOURCE_LEVEL_2", "ORG_SOURCE_AI_DISCLOSED", "ORG_SOURCE_AI_REVIEWED")
    build = read_build(attested(data))
    assert (build.result, build.levels, build.policy, build.inputs) == (
        "PASSED",
        levels,
        f"sha256:{'a' * 64}",
        1,
    )
    (record,) = source_tool.read(data, "x", COMMIT)
    assert (record.commit, record.tree, record.time, record.problems) == (COMMIT, None, TIME, ())
    assert record.stated == (
        ("result", "PASSED"),
        *(("level", one) for one in levels),
        ("ref", "refs/heads/main"),
        ("repository", "git+https://firm.example/app"),
        ("verifier", VERIFIER),
    )


def test_a_failed_summary_has_no_level() -> None:
    data = source_summary(ABOUT, msgspec.structs.replace(SUMMARY, result="FAILED"))
    assert attested(data).predicate["verifiedLevels"] == ["FAILED"]


def test_the_same_is_said_in_the_same_bytes() -> None:
    properties = tuple(reversed(SUMMARY.properties)) + SUMMARY.properties
    other = msgspec.structs.replace(SUMMARY, properties=properties)
    assert source_summary(ABOUT, other) == source_summary(ABOUT, SUMMARY)


def summary(**other: object) -> Callable[[], bytes]:
    return lambda: source_summary(ABOUT, msgspec.structs.replace(SUMMARY, **other))


def run(**other: object) -> Callable[[], bytes]:
    return lambda: result_of_tests(ABOUT, msgspec.structs.replace(RUN, **other))


def about(**other: object) -> Callable[[], bytes]:
    return lambda: verification_result(ABOUT._replace(**other), VERIFIED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (summary(level="SLSA_SOURCE_LEVEL_9"), "the level is none of the Source Track"),
        (
            summary(properties=("SLSA_SOURCE_LEVEL_4",)),
            "a property is not of the form ORG_SOURCE_[A-Z0-9_]{1,180}",
        ),
        (summary(policy=Reference(sha256="a" * 64)), "the policy has no address"),
        (summary(inputs=(Reference("https://x.example"),)), "an input has no digest"),
        (summary(time="now"), "the time is none of RFC 3339"),
        (summary(repository="app"), "the repository is no URI"),
        (run(failed=("one",)), "tests failed, and the result is not FAILED"),
        (run(warned=("one",)), "tests were warned of, and the result is PASSED"),
        (run(passed=("one",) * (MOST + 1)), "more than 10,000 tests"),
        (run(configuration=(Reference(),)), "a reference has neither address nor digest"),
        (run(configuration=(Reference(sha256="a"),)), "a digest is not 64 digits of hex"),
        (run(configuration=(POLICY,) * (MOST + 1)), "more than 10,000 references"),
        (about(commit="1" * 39), "commit and tree are not whole ids of one object format"),
        (about(tree="2" * 64), "commit and tree are not whole ids of one object format"),
        (about(refs=("main",)), "a ref is not fully qualified"),
    ],
)
def test_what_a_specification_forbids_is_refused(written: Callable[[], bytes], why: str) -> None:
    with pytest.raises(FormatError) as caught:
        written()
    assert caught.value.message == f"a statement cannot be written: {why}"
