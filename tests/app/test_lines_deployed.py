"""The commit that is deployed, by a forge's records and by what was recorded in a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import NotALedgerError, NotShippedError, UsageError
from affidavit.changes.forge.model import DeploymentStatus, Missing
from affidavit.changes.record.value import Source, SourceKind
from forge_exports import deployment, export
from forgelines import ANN, AT, ORIGIN
from gitrepo import BEN
from shipped_lines import at, commit_at, limits_at, opened_at, unsure

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.forge.model import Deployment
    from gitrepo import Repo

DAYS = tuple(f"2026-03-{number:02}T12:00:00Z" for number in range(1, 10))
LOST = (Missing(what="statuses", reason="retention"),)


@pytest.fixture
def work(repo: Repo) -> Repo:
    """Three landings, of which tests deploy some."""
    for text in ("one", "two", "three"):
        repo.commit(text, author=BEN, files={"a": text})
    return repo


def landings(repo: Repo) -> tuple[str, str, str]:
    """The three landings, the first first."""
    last = repo.resolve("main")
    middle = repo.parents(last)[0]
    return repo.parents(middle)[0], middle, last


def steps(number: int, commit: str, *told: tuple[str, str], **fields: object) -> Deployment:
    """A deployment with these steps: when, and the state."""
    states = tuple(DeploymentStatus(state=state, at=at, creator=ANN) for at, state in told)
    return deployment(number, commit, DAYS[0], statuses=states, **fields)


def test_the_latest_that_succeeded_counts_and_says_where_it_stands(
    work: Repo, tmp_path: Path
) -> None:
    one, two, three = landings(work)
    made = [
        deployment(1, one, DAYS[0], "success"),
        deployment(2, two, DAYS[1], "in_progress", "success"),
        deployment(3, three, DAYS[2], "in_progress", "failure"),
        deployment(4, three, DAYS[3], "success", environment="staging"),
    ]
    found = opened_at(work, deployed="production", forge=export(tmp_path / "f", made))
    assert found.head == two
    assert (at(found).kind, at(found).name, at(found).time) == ("deployment", "production", DAYS[1])
    assert at(found).source == Source(
        kind=SourceKind.FORGE, at=ORIGIN.url, digest=ORIGIN.digest, fetched_at=AT
    )
    assert found.settings.limits == ()


def test_the_time_of_success_decides_and_not_the_order_of_making(
    work: Repo, tmp_path: Path
) -> None:
    one, two, _ = landings(work)
    made = [steps(1, one, (DAYS[5], "success")), steps(2, two, (DAYS[2], "success"))]
    assert commit_at(work, deployed="production", forge=export(tmp_path / "f", made)) == one


def test_an_older_deployment_that_a_newer_one_ended_says_nothing(
    work: Repo, tmp_path: Path
) -> None:
    one, two, _ = landings(work)
    made = [
        steps(1, one, (DAYS[1], "success"), (DAYS[2], "inactive")),
        steps(2, two, (DAYS[2], "success")),
    ]
    assert commit_at(work, deployed="production", forge=export(tmp_path / "f", made)) == two


@pytest.mark.parametrize("state", ["inactive", "failure", "error"])
def test_what_ended_after_it_succeeded_is_told_and_not_sure(
    work: Repo, tmp_path: Path, state: str
) -> None:
    one, two, _ = landings(work)
    made = [
        steps(1, one, (DAYS[1], "success")),
        steps(2, two, (DAYS[2], "success"), (DAYS[2], state)),
    ]
    forge = export(tmp_path / "f", made)
    assert opened_at(work, deployed="production", forge=forge).head == two
    why = f"the deployment of {two[:12]} (forge {ORIGIN.url}) says {state} at {DAYS[2]}"
    assert limits_at(work, deployed="production", forge=forge) == unsure(why)


def test_a_success_after_a_failure_of_the_same_deployment_is_sure(
    work: Repo, tmp_path: Path
) -> None:
    one, _, _ = landings(work)
    made = [steps(1, one, (DAYS[1], "failure"), (DAYS[1], "success"))]
    assert commit_at(work, deployed="production", forge=export(tmp_path / "f", made)) == one


def test_names_of_environments_are_compared_as_controls_compare_them(
    work: Repo, tmp_path: Path
) -> None:
    one, _, _ = landings(work)
    forge = export(tmp_path / "f", [deployment(1, one, DAYS[0], "success", environment="Prod EU ")])
    assert commit_at(work, deployed=" prod eu", forge=forge) == one


def test_a_later_deployment_whose_steps_are_not_told_leaves_it_unsure(
    work: Repo, tmp_path: Path
) -> None:
    one, two, _ = landings(work)
    made = [
        deployment(1, one, DAYS[1], "success"),
        deployment(2, two, DAYS[0], missing=LOST),
        deployment(3, two, DAYS[4], "in_progress", missing=LOST),
    ]
    forge = export(tmp_path / "f", made)
    assert opened_at(work, deployed="production", forge=forge).head == one
    why = (
        f"the deployment of {two[:12]} (forge {ORIGIN.url}): whether it succeeded,"
        " the forge does not tell"
    )
    assert limits_at(work, deployed="production", forge=forge) == unsure(why)


def test_deployments_that_were_not_collected_whole_leave_it_unsure(
    work: Repo, tmp_path: Path
) -> None:
    one, _, _ = landings(work)
    forge = export(tmp_path / "f", [deployment(1, one, DAYS[0], "success")], ("pull_requests",))
    assert limits_at(work, deployed="production", forge=forge) == [
        ("deployed-unsure", ("deployments were not collected whole",), True)
    ]


def test_records_of_another_repository_are_a_gap(work: Repo, tmp_path: Path) -> None:
    one, _, _ = landings(work)
    forge = export(tmp_path / "f", [deployment(1, one, DAYS[0], "success")])
    assert limits_at(work, deployed="production", forge=forge, name="firm/other") == [
        ("forge-of-another", ("firm/shop",), True)
    ]
    work.config("remote.origin.url", "https://github.com/firm/shop.git")
    assert limits_at(work, deployed="production", forge=forge) == []


def test_an_environment_that_is_not_there_is_refused_with_those_there_are(
    work: Repo, tmp_path: Path
) -> None:
    one, two, _ = landings(work)
    made = [
        deployment(1, one, DAYS[0], "success", environment="staging"),
        deployment(2, two, DAYS[0], "success", environment="staging"),
        deployment(3, one, DAYS[0], "success", environment="pro\u202ed"),
        deployment(4, one, DAYS[0], "failure", environment="never"),
        deployment(5, one, DAYS[0], "success", environment=None),
    ]
    with pytest.raises(UsageError) as refused:
        opened_at(work, deployed="production", forge=export(tmp_path / "f", made))
    assert (refused.value.message, refused.value.hint) == (
        "nothing was deployed to an environment called 'production'",
        "there was to: staging, pro\\u202ed",
    )


def test_an_environment_without_a_success_says_what_there_was(work: Repo, tmp_path: Path) -> None:
    one, two, _ = landings(work)
    made = [
        deployment(1, one, DAYS[0], "failure"),
        deployment(2, two, DAYS[1], "in_progress", "failure"),
        deployment(3, two, DAYS[1], missing=LOST),
    ]
    with pytest.raises(NotShippedError) as refused:
        opened_at(work, deployed="production", forge=export(tmp_path / "f", made))
    assert (refused.value.message, refused.value.hint) == (
        "no deployment to production is known to have succeeded",
        "what is said of them: failure, in_progress, not told",
    )


def test_where_nothing_was_deployed_there_is_nothing_to_tell(work: Repo, tmp_path: Path) -> None:
    forge = export(tmp_path / "f", [], ("pull_requests",))
    with pytest.raises(NotShippedError) as refused:
        opened_at(work, deployed="production", forge=forge)
    assert (refused.value.message, refused.value.hint) == (
        "no deployment is known at all",
        "deployments were not collected whole",
    )


@pytest.mark.parametrize("commit", ["1" * 40, "main", "HEAD\nmain", "", "1" * 64])
def test_a_commit_that_is_not_here_is_named_and_not_told(
    work: Repo, tmp_path: Path, commit: str
) -> None:
    forge = export(tmp_path / "f", [deployment(1, commit, DAYS[0], "success")])
    with pytest.raises(NotShippedError) as refused:
        opened_at(work, deployed="production", forge=forge)
    shown = commit[:12].replace("\n", "\\u000a")
    assert refused.value.message == (
        f"what was deployed to production at {DAYS[0]} is the commit {shown},"
        " which is not in this clone"
    )


def test_without_records_nothing_tells_of_deployments(work: Repo) -> None:
    with pytest.raises(UsageError, match="nothing tells of deployments"):
        opened_at(work, deployed="production")


def test_a_ledger_that_is_not_there_is_refused(work: Repo, tmp_path: Path) -> None:
    with pytest.raises(NotALedgerError):
        opened_at(work, deployed="production", ledger=tmp_path)
