"""What the facts of results say: whole, and with nothing of a person in clear."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, cast

import pytest

import result_samples as samples
from affidavit import __version__
from affidavit.app.recorder.personal import UNMADE
from affidavit.app.results import each
from affidavit.app.results.reports import read_coverage, read_scans, read_tests
from affidavit.app.results.typed import deployment, incident, read_builds
from affidavit.app.results.wanted import Deployed, Incident, Wanted
from affidavit.base.digest import sha256
from affidavit.base.errors import InputError, UsageError
from result_desk import ABOUT, SYSTEMS, a_body, a_fact, written
from result_samples import ARTIFACT, bundle, dsse, finding, sarif, slsa_1

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NO_CASES = dict.fromkeys(
    ("total", "passed", "failures", "errors", "skipped", "not_run", "flaky", "outside"), 0
)
PASSES = b'<testsuite tests="1"><testcase name="a"/></testsuite>'
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "alice/pay",
    "GITHUB_RUN_ID": "70",
    "GITHUB_ACTOR": "alice",
    "GITHUB_REF": "refs/pull/5/merge",
}
Json = dict[str, object]


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SYSTEMS:
        monkeypatch.delenv(name, raising=False)


def in_github(monkeypatch: pytest.MonkeyPatch, commit: str) -> None:
    for name, value in {**GITHUB, "GITHUB_SHA": commit}.items():
        monkeypatch.setenv(name, value)


def some(counts: object) -> Mapping[str, int]:
    return {name: count for name, count in cast("dict[str, int]", counts).items() if count}


def of_tests(folder: Path, *reports: bytes) -> Json:
    paths = [written(folder / f"{number}.xml", one) for number, one in enumerate(reports)]
    return a_body(read_tests(paths))


def scan_of(folder: Path, *logs: object) -> Json:
    return a_body(read_scans([written(folder / f"{n}.sarif", one) for n, one in enumerate(logs)]))


def build_of(folder: Path, *statements: object) -> dict[str, Json]:
    paths = [written(folder / f"{number}", one) for number, one in enumerate(statements)]
    return cast("dict[str, Json]", a_fact(read_builds(paths, ABOUT))["fact"])


def attested(fact: dict[str, Json]) -> list[Json]:
    return cast("list[Json]", fact["body"]["attestations"])


def test_a_fact_says_what_it_is_about_who_produced_it_and_from_which_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_github(monkeypatch, ABOUT.commit)
    read = read_tests([written(tmp_path / "junit.xml", PASSES)])
    body = {
        "channel": "file",
        "tool": f"affidavit {__version__}",
        "producer": {"name": "github-actions", "source": "environment"},
        "generator": "Claude Code",
        "independent": True,
        "context": {
            "source": "environment",
            "system": "github-actions",
            "run": "70",
            "request": "5",
            "commit": ABOUT.commit,
            "same_commit": True,
            "repository": UNMADE,
            "actor": UNMADE,
            "ref": UNMADE,
        },
        "files": [{"digest": sha256(PASSES), "format": "junit", "size": len(PASSES)}],
        "result": "passed",
        "suites": 1,
        "cases": {**NO_CASES, "total": 1, "passed": 1},
        "differing": 0,
    }
    assert a_fact(read, generator="Claude Code") == {
        "fact": {
            "kind": "test.reported.v1",
            "stream": "results:test",
            "actor": f"uid:{os.getuid()}",
            "id": None,
            "subject": {"commit": ABOUT.commit, "tree": ABOUT.tree},
            "blobs": [],
            "body": body,
        },
        "commits_to": {
            "context.actor": "alice",
            "context.ref": "refs/pull/5/merge",
            "context.repository": "https://github.com/alice/pay",
        },
    }


@pytest.mark.parametrize(
    ("data", "result"),
    [
        (PASSES, "passed"),
        (samples.JEST, "failed"),
        (b"<testsuite><error/><testcase/></testsuite>", "failed"),
        (b"<testsuites/>", "unknown"),
        (b"<testsuite><testcase><skipped/></testcase></testsuite>", "unknown"),
        (b'<testsuite tests="2"><testcase/></testsuite>', "unknown"),
        (b'<testsuite failures="1"><testcase/></testsuite>', "unknown"),
        (b'<testsuite tests="0"><testcase/></testsuite>', "passed"),
    ],
)
def test_tests_passed_when_one_did_none_failed_and_none_is_missing(
    tmp_path: Path, data: bytes, result: str
) -> None:
    assert of_tests(tmp_path, data)["result"] == result


def test_several_reports_add_up_and_a_difference_names_its_file(tmp_path: Path) -> None:
    second = b'<testsuites>\n<testsuite tests="3"><testcase/></testsuite></testsuites>'
    body = of_tests(tmp_path, PASSES, second)
    assert (body["suites"], some(body["cases"])) == (2, {"total": 2, "passed": 2})
    assert body["result"] == "unknown"
    assert body["differences"] == [
        {"file": 1, "line": 2, "attribute": "tests", "claimed": 3, "counted": 1}
    ]


@pytest.mark.parametrize(
    ("sample", "files", "lines"), [(samples.COVERAGE_PY, 1, 3), (samples.LCOV, 2, 2)]
)
def test_coverage_is_told_in_counts_alone(
    tmp_path: Path, sample: bytes, files: int, lines: int
) -> None:
    assert a_body(read_coverage(written(tmp_path / "x", sample))) == {
        "channel": "file",
        "code_files": files,
        "lines": 4,
        "lines_covered": lines,
        "branches": 2,
        "branches_covered": 1,
        "differing": 0,
    }


def test_a_scan_is_told_with_its_tools_and_the_rules_that_found_something(tmp_path: Path) -> None:
    body = scan_of(tmp_path, sarif(finding(), finding(baselineState="new")))
    (tool,) = cast("list[Json]", body["tools"])
    assert str(tool.pop("digest")).startswith("sha256:")
    assert tool == {"role": "tool", "rules": 2, "name": "CodeQL", "version": "2.20.1"}
    assert (body["result"], body["runs"], body["open"]) == ("findings", 1, 2)
    assert [some(body[name]) for name in ("levels", "severities", "baseline", "kinds")] == [
        {"error": 2},
        {"high": 2},
        {"new": 1},
        {"fail": 2},
    ]
    assert (body["rules"], body["rules_left"]) == ([{"rule": "py/sql-injection", "open": 2}], 0)


@pytest.mark.parametrize(
    ("log", "result"),
    [
        (sarif(), "clean"),
        (sarif(finding(suppressions=[{"kind": "inSource"}])), "clean"),
        (sarif(finding()), "findings"),
        (sarif(finding(kind="review")), "unknown"),
        (sarif(invocations=[]), "unknown"),
        (
            sarif(
                invocations=[
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": "gave up"}}
                        ],
                    }
                ]
            ),
            "unknown",
        ),
        (sarif(finding(), invocations=[]), "findings"),
        (sarif(finding(), invocations=[{"executionSuccessful": False}]), "unsuccessful"),
        ({"version": "2.1.0", "runs": []}, "unknown"),
    ],
)
def test_a_scan_is_clean_when_it_says_that_it_looked_and_found_nothing(
    tmp_path: Path, log: object, result: str
) -> None:
    assert scan_of(tmp_path, log)["result"] == result


def test_scans_are_clean_together_when_each_is(tmp_path: Path) -> None:
    assert scan_of(tmp_path, sarif(), sarif(invocations=[]))["result"] == "unknown"


def test_the_name_of_a_tool_or_rule_that_could_be_anything_is_not_in_clear(tmp_path: Path) -> None:
    tool = {"driver": {"name": "alice@mail.example", "version": "of alice"}}
    path = written(tmp_path / "x.sarif", sarif(finding("of alice"), tool=tool))
    answer = a_fact(read_scans([path]))
    body = cast("dict[str, Json]", answer["fact"])["body"]
    assert body["tools"] == [{"role": "tool", "rules": 0, "named": UNMADE}]
    assert (body["rules"], body["rules_left"]) == ([], 1)
    assert answer["commits_to"] == {"tools[0].named": "alice@mail.example"}


def test_provenance_is_told_with_what_it_attests_and_whether_it_is_about_the_commit(
    tmp_path: Path,
) -> None:
    statement = slsa_1(ABOUT.commit)
    other = {**samples.SOURCE_VSA, "subject": [{"digest": {"gitCommit": "3" * 40}}]}
    fact = build_of(tmp_path, dsse(statement), bundle(other))
    first, second = attested(fact)
    assert first == {
        "file": 0,
        "line": 1,
        "form": "dsse",
        "signatures": 1,
        "statement": sha256(json.dumps(statement).encode()),
        "subjects": 1,
        "materials": 1,
        "predicate_type": "https://slsa.dev/provenance/v1",
        "build_type": "https://actions.github.io/buildtypes/workflow/v1",
        "builder": UNMADE,
        "invocation": UNMADE,
        "finished": "2026-11-21T12:00:00Z",
        "names_subject": True,
    }
    assert (second["form"], second["result"], second["names_subject"]) == (
        "bundle",
        "PASSED",
        False,
    )
    assert fact["subject"]["digests"] == [f"sha256:{ARTIFACT}"]
    assert fact["body"]["signatures_checked"] is False


def test_an_approval_of_the_tree_is_about_the_commit_too(tmp_path: Path) -> None:
    envelope = dsse(samples.GITTUF, "application/vnd.gittuf+json")
    (told,) = attested(build_of(tmp_path, envelope))
    assert told["names_subject"] is True


def test_a_type_of_a_company_is_not_in_clear_and_a_statement_may_name_no_commit(
    tmp_path: Path,
) -> None:
    statement = {**slsa_1(), "predicateType": "https://alice.example/build", "predicate": {}}
    (told,) = attested(build_of(tmp_path, statement))
    assert (told["predicate_type_named"], "predicate_type" in told) == (UNMADE, False)
    assert "names_subject" not in told


def test_lines_that_hold_no_statement_are_counted(tmp_path: Path) -> None:
    fact = build_of(tmp_path, json.dumps(slsa_1()).encode() + b"\nbroken\n\n{}\n")
    assert (len(attested(fact)), fact["body"]["unread"]) == (1, 2)


def test_a_deployment_is_about_the_digests_of_what_was_deployed(tmp_path: Path) -> None:
    digest = f"sha256:{ARTIFACT}"
    typed = Deployed(
        status="success",
        environment="Production",
        artifacts=(digest, digest),
        at="2026-11-21T13:00:00+01:00",
    )
    proof = written(tmp_path / "proof.txt", b"deployed by alice")
    fact = cast("dict[str, Json]", a_fact(deployment(typed, [proof]))["fact"])
    assert fact["subject"]["digests"] == [digest]
    assert fact["body"] == {
        "channel": "typed",
        "tool": f"affidavit {__version__}",
        "files": [{"digest": sha256(b"deployed by alice"), "format": "evidence", "size": 17}],
        "status": "success",
        "tier": "production",
        "environment": UNMADE,
        "at": "2026-11-21T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("tier", "environment", "told"),
    [
        ("staging", "production", "staging"),
        (None, "production", "production"),
        (None, "alices-preview", None),
        (None, None, None),
    ],
)
def test_a_tier_that_is_given_counts_and_none_is_guessed(
    tier: str | None, environment: str | None, told: str | None
) -> None:
    typed = Deployed(status="failure", tier=tier, environment=environment)
    assert a_body(deployment(typed, [])).get("tier") == told


def test_an_incident_keeps_its_id_and_title_as_commitments() -> None:
    typed = Incident(
        status="opened",
        severity="high",
        relation="caused-by",
        reference="INC-7",
        title="Alice cannot pay",
    )
    answer = a_fact(incident(typed, []))
    assert answer["commits_to"] == {"reference": "INC-7", "title": "Alice cannot pay"}
    assert cast("dict[str, Json]", answer["fact"])["body"] == {
        "channel": "typed",
        "tool": f"affidavit {__version__}",
        "status": "opened",
        "severity": "high",
        "relation": "caused-by",
        "reference": UNMADE,
        "title": UNMADE,
    }


@pytest.mark.parametrize(
    ("generator", "producer", "independent"),
    [
        ("Claude Code", "github-actions", True),
        ("Claude Code", "claude-code", False),
        ("claude", "Claude Code", False),
        ("my agent", "My-Agent", False),
        ("Claude Code", None, None),
        (None, "github-actions", None),
        (None, None, None),
    ],
)
def test_a_result_is_independent_only_where_both_are_known_and_differ(
    generator: str | None, producer: str | None, *, independent: bool | None
) -> None:
    read = deployment(Deployed(status="success"), [])
    body = a_body(read, generator=generator, producer=producer)
    expected = {} if independent is None else {"independent": independent}
    assert {name: body[name] for name in body if name == "independent"} == expected


def test_a_run_for_another_commit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    in_github(monkeypatch, "3" * 40)
    body = a_body(deployment(Deployed(status="success"), []))
    assert cast("Json", body["context"])["same_commit"] is False


def test_more_files_or_artifacts_than_are_recorded_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Wanted(files=(tmp_path,) * 10_001, revision="HEAD", repository=tmp_path)
    with pytest.raises(UsageError, match="at most 10,000 files are recorded as one fact"):
        wanted.check()
    digests = tuple(f"sha256:{number:064x}" for number in range(101))
    with pytest.raises(UsageError, match="at most 100 artifacts are recorded"):
        Deployed(status="success", artifacts=digests).check()
    monkeypatch.setattr(each, "LARGEST_TOGETHER", len(PASSES) + 5)
    with pytest.raises(InputError, match="the files have more than 58 bytes together"):
        of_tests(tmp_path, PASSES, b"<testsuites/>")


def test_of_many_files_the_first_are_listed_and_a_digest_is_of_all(tmp_path: Path) -> None:
    reports = [b"<testsuites><!--%d--></testsuites>" % number for number in range(103)]
    paths = [written(tmp_path / f"{n}.xml", one) for n, one in enumerate(reports)]
    body = cast("dict[str, Json]", a_fact(read_tests(paths))["fact"])["body"]
    every = "".join(f"{sha256(one)}\n" for one in reports)
    assert len(cast("list[Json]", body["files"])) == 100
    assert (body["files_left"], body["files_digest"]) == (3, sha256(every.encode()))
