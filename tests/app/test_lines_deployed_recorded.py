"""The commit that is deployed, by deployments that were recorded in a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.app.lines.deployed import KIND
from affidavit.base.errors import NotShippedError, UsageError
from affidavit.changes.record.value import SourceKind
from affidavit.ledger.entry import Fact, Subject
from forge_exports import deployment, export
from receipts import ORIGIN
from result_desk import Desk, a_desk
from shipped_lines import at, commit_at, limits_at, opened_at, unsure

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

DAYS = tuple(f"2026-03-{number:02}T12:00:00Z" for number in range(1, 10))


@pytest.fixture
def desk(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A repository with a commit, and a ledger."""
    return a_desk(tmp_path, repo, monkeypatch)


def deploy(desk: Desk, at: str, status: str = "success", *more: str) -> str:
    """Record a deployment of what is the newest commit by now; that commit."""
    environment = () if "--tier" in more else ("--environment", "Production")
    done = desk.run("deploy", "--status", status, "--at", at, *environment, *more)
    assert done.status == 0, done.err
    return desk.repo.resolve("main")


def test_the_latest_that_succeeded_counts_and_names_its_entry(desk: Desk) -> None:
    deploy(desk, DAYS[0])
    desk.repo.commit("Two", files={"a.txt": "y\n"})
    second = deploy(desk, DAYS[2])
    desk.repo.commit("Three", files={"a.txt": "z\n"})
    deploy(desk, DAYS[4], "failure")
    found = opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder)
    assert found.head == second
    assert (at(found).kind, at(found).name, at(found).time) == ("deployment", "Production", DAYS[2])
    assert (at(found).source.kind, at(found).source.at) == (SourceKind.LEDGER, "2")
    assert found.settings.limits == ()


def test_the_time_that_was_typed_decides_and_not_the_order_of_recording(desk: Desk) -> None:
    late = deploy(desk, DAYS[5])
    desk.repo.commit("Two", files={"a.txt": "y\n"})
    deploy(desk, DAYS[1])
    assert commit_at(desk.repo, deployed="production", ledger=desk.ledger.folder) == late


def test_without_a_time_it_is_when_it_was_recorded(desk: Desk) -> None:
    deploy(desk, DAYS[5])
    desk.repo.commit("Two", files={"a.txt": "y\n"})
    done = desk.run("deploy", "--status", "success", "--environment", "production")
    assert done.status == 0
    found = opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder)
    assert found.head == desk.repo.resolve("main")
    assert at(found).time == f"{desk.entries()[-1].time[:19]}Z"


def test_a_tier_without_a_name_is_the_environment(desk: Desk) -> None:
    commit = deploy(desk, DAYS[0], "success", "--tier", "staging")
    assert commit_at(desk.repo, deployed="staging", ledger=desk.ledger.folder) == commit


def test_what_was_rolled_back_is_told_and_not_sure(desk: Desk) -> None:
    commit = deploy(desk, DAYS[0])
    deploy(desk, DAYS[1], "rolled-back")
    assert opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder).head == commit
    assert limits_at(desk.repo, deployed="production", ledger=desk.ledger.folder) == [
        (
            "deployed-unsure",
            (f"the deployment of {commit[:12]} (ledger 2) says rolled-back at {DAYS[1]}",),
            True,
        )
    ]


def test_the_repositorys_own_ledger_is_looked_at_where_none_is_named(
    desk: Desk, tmp_path: Path
) -> None:
    commit = deploy(desk, DAYS[0])
    desk.ledger.folder.rename(desk.repo.path / ".affidavit")
    assert commit_at(desk.repo, deployed="production") == commit
    forge = export(tmp_path / "f", [])
    with pytest.raises(NotShippedError, match="no deployment is known at all"):
        opened_at(desk.repo, deployed="production", forge=forge)


def test_of_a_forge_and_a_ledger_the_later_success_counts(desk: Desk, tmp_path: Path) -> None:
    first = deploy(desk, DAYS[3])
    second = desk.repo.commit("Two", files={"a.txt": "y\n"})
    for day, commit in ((DAYS[2], first), (DAYS[3], second), (DAYS[4], second)):
        forge = export(tmp_path / "f", [deployment(1, second, day, "success")])
        ledger = desk.ledger.folder
        assert commit_at(desk.repo, deployed="production", forge=forge, ledger=ledger) == commit


def test_an_environment_whose_name_is_not_kept_any_more_leaves_it_unsure(desk: Desk) -> None:
    commit = deploy(desk, DAYS[0])
    desk.repo.commit("Two", files={"a.txt": "y\n"})
    gone = deploy(desk, DAYS[1])
    assert commit_at(desk.repo, deployed="production", ledger=desk.ledger.folder) == gone
    with vault(desk.ledger, ORIGIN) as kept:
        for subject in kept.subjects(gone):
            kept.dispose(subject)
    assert opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder).head == commit
    why = f"the deployment of {gone[:12]} (ledger 2) is of an environment whose name is not kept"
    assert limits_at(desk.repo, deployed="production", ledger=desk.ledger.folder) == unsure(why)


def test_without_the_vault_no_name_is_known(desk: Desk) -> None:
    deploy(desk, DAYS[0])
    desk.ledger.vault.unlink()
    with pytest.raises(UsageError) as refused:
        opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder)
    assert refused.value.hint == "there was to: none whose name is known"


def test_entries_that_make_no_sense_are_passed_over(desk: Desk) -> None:
    commit = deploy(desk, DAYS[0])
    for subject, time in ((Subject(commit="1" * 40), "soon"), (Subject(tree="1" * 40), DAYS[3])):
        body = {"channel": "typed", "tool": "t", "tier": "production", "status": "success"}
        fact = Fact(kind=KIND, stream="odd", actor="x", subject=subject, body={**body, "at": time})
        with keeping(desk.ledger) as keeper:
            keeper.append([fact], by("import"))
    assert commit_at(desk.repo, deployed="production", ledger=desk.ledger.folder) == commit
