"""The run of CI as the environment tells of it."""

from __future__ import annotations

import pytest

from affidavit.base.errors import UsageError
from affidavit.sources.results.context import Context, context_of

COMMIT = "1" * 40
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "alice/pay",
    "GITHUB_RUN_ID": "70",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_SHA": COMMIT,
    "GITHUB_JOB": "test",
    "GITHUB_ACTOR": "alice",
    "GITHUB_REF": "refs/pull/5/merge",
    "GITHUB_WORKFLOW_REF": "alice/pay/.github/workflows/test.yml@refs/pull/5/merge",
    "RUNNER_ENVIRONMENT": "github-hosted",
    "GITHUB_TOKEN": "secret",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_URL": "https://gitlab.com/alice/pay",
    "CI_PIPELINE_ID": "70",
    "CI_JOB_ID": "71",
    "CI_JOB_NAME": "test",
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_COMMIT_SHA": COMMIT,
    "CI_COMMIT_REF_NAME": "alice/branch",
    "CI_MERGE_REQUEST_IID": "5",
    "GITLAB_USER_LOGIN": "alice",
    "CI_JOB_TOKEN": "secret",
}


def test_a_run_of_github_actions_is_told_and_none_of_its_secrets() -> None:
    assert context_of(GITHUB) == Context(
        "github-actions",
        {
            "run": "70",
            "attempt": "2",
            "event": "pull_request",
            "commit": COMMIT,
            "runner": "github-hosted",
            "request": "5",
        },
        {
            "job_name": "test",
            "actor": "alice",
            "ref": "refs/pull/5/merge",
            "workflow": "alice/pay/.github/workflows/test.yml@refs/pull/5/merge",
            "repository": "https://github.com/alice/pay",
        },
        (),
    )


def test_a_job_of_gitlab_ci_is_told_and_none_of_its_secrets() -> None:
    assert context_of(GITLAB) == Context(
        "gitlab-ci",
        {
            "run": "70",
            "job": "71",
            "event": "merge_request_event",
            "commit": COMMIT,
            "request": "5",
        },
        {
            "repository": "https://gitlab.com/alice/pay",
            "job_name": "test",
            "actor": "alice",
            "ref": "alice/branch",
        },
        (),
    )


@pytest.mark.parametrize("environment", [{}, {"GITHUB_ACTIONS": "1"}, {"CI": "true"}])
def test_elsewhere_there_is_no_run(environment: dict[str, str]) -> None:
    assert context_of(environment) is None


def test_two_systems_at_once_are_not_believed() -> None:
    with pytest.raises(UsageError, match="GitHub Actions and GitLab CI at once"):
        context_of({**GITHUB, **GITLAB})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GITHUB_RUN_ID", "7; rm"),
        ("GITHUB_RUN_ATTEMPT", "1\n"),
        ("GITHUB_SHA", "main"),
        ("GITHUB_EVENT_NAME", "Alice Example"),
        ("RUNNER_ENVIRONMENT", "Bob's"),
        ("GITHUB_ACTOR", "a\x1b[31m"),
        ("GITHUB_ACTOR", "\udcff"),
        ("GITHUB_REF", "x" * 1025),
        ("GITHUB_REPOSITORY", "x\ny"),
    ],
)
def test_a_value_that_cannot_be_what_it_is_for_is_left_out_and_named(
    variable: str, value: str
) -> None:
    found = context_of({**GITHUB, variable: value})
    assert found is not None
    assert found.odd == (variable,)
    assert value not in {**found.plain, **found.named}.values()


def test_what_is_not_set_is_neither_told_nor_odd() -> None:
    found = context_of({"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "", "repository": "mine"})
    assert found == Context("github-actions", {}, {}, ())
