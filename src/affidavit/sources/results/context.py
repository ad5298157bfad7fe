"""What the environment says of the CI run that this is: GitHub Actions or GitLab CI.

All of it is what a program can set that runs before: also the code of a change under test. It tells
where to look, and proves nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB, GITLAB = "github-actions", "gitlab-ci"
_LONGEST = 1_024
_FORMS = {
    "run": re.compile(r"[0-9]{1,20}"),
    "attempt": re.compile(r"[0-9]{1,6}"),
    "job": re.compile(r"[0-9]{1,20}"),
    "event": re.compile(r"[a-z][a-z0-9_]{0,63}"),
    "commit": re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?"),
    "runner": re.compile(r"github-hosted|self-hosted"),
    "request": re.compile(r"[0-9]{1,12}"),
}
"""What stands in a fact in clear has one of these forms."""
_NAMES = {
    GITHUB: {
        "run": "GITHUB_RUN_ID",
        "attempt": "GITHUB_RUN_ATTEMPT",
        "event": "GITHUB_EVENT_NAME",
        "commit": "GITHUB_SHA",
        "runner": "RUNNER_ENVIRONMENT",
        "job_name": "GITHUB_JOB",
        "actor": "GITHUB_ACTOR",
        "ref": "GITHUB_REF",
        "workflow": "GITHUB_WORKFLOW_REF",
    },
    GITLAB: {
        "run": "CI_PIPELINE_ID",
        "job": "CI_JOB_ID",
        "event": "CI_PIPELINE_SOURCE",
        "commit": "CI_COMMIT_SHA",
        "request": "CI_MERGE_REQUEST_IID",
        "repository": "CI_PROJECT_URL",
        "job_name": "CI_JOB_NAME",
        "actor": "GITLAB_USER_LOGIN",
        "ref": "CI_COMMIT_REF_NAME",
    },
}
_PULL = re.compile(r"refs/pull/([0-9]{1,12})/(?:merge|head)")


class Context(NamedTuple):
    """A run of CI as the environment tells of it.

    `plain` are numbers and fixed words by name, `named` what names somebody or something. `odd` are
    the variables whose values cannot be what they ought to be, and were left out.
    """

    system: str
    plain: dict[str, str]
    named: dict[str, str]
    odd: tuple[str, ...]


def context_of(environment: Mapping[str, str]) -> Context | None:
    """The run of CI that `environment` tells of; None where it tells of none.

    Raises:
        UsageError: It tells of two.
    """
    is_github = environment.get("GITHUB_ACTIONS") == "true"
    is_gitlab = environment.get("GITLAB_CI") == "true"
    if is_github and is_gitlab:
        raise UsageError(
            "the environment says that this is GitHub Actions and GitLab CI at once",
            hint="unset GITHUB_ACTIONS or GITLAB_CI, whichever is not so",
        )
    if not is_github and not is_gitlab:
        return None
    system = GITHUB if is_github else GITLAB
    return _read(system, {**environment, **_repository(environment)})


def _repository(environment: Mapping[str, str]) -> dict[str, str]:
    """GitHub gives the repository's address in two parts."""
    server, name = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    return {"repository": f"{server}/{name}" if server and name else ""}


def _read(system: str, environment: Mapping[str, str]) -> Context:
    names = _NAMES[system]
    if system == GITHUB:
        names = {**names, "repository": "repository"}
    plain, named, odd = dict[str, str](), dict[str, str](), list[str]()
    for field, variable in names.items():
        value = environment.get(variable, "")
        form = _FORMS.get(field)
        if not value:
            continue
        if form.fullmatch(value) if form else _is_text(value):
            (plain if form else named)[field] = value
        else:
            odd.append("GITHUB_REPOSITORY" if variable == "repository" else variable)
    pull = _PULL.fullmatch(named.get("ref", "")) if system == GITHUB else None
    if pull:
        plain["request"] = pull[1]
    return Context(system, plain, named, tuple(sorted(odd)))


def _is_text(value: str) -> bool:
    return len(value) <= _LONGEST and value.isprintable() and bool(value.strip())
