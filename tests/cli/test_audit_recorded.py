"""``affidavit audit`` with a ledger: what it refuses before the work, and what it says after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from affidavit.app import beginning
from affidavit.app.ledger import audits as ledger_audits
from affidavit.app.ledger import recording as recordings
from affidavit.app.ledger.home import Home, writing
from affidavit.app.ledger.kept import keeping
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import StoreError
from gitrepo import Repo, git
from histories import ran
from receipts import a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from histories import Ended

NAMED = ("--name", "team/app")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return a_ledger(tmp_path, monkeypatch)


@pytest.fixture
def unworked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The long work of an audit fails: whoever comes to it did not look before."""
    monkeypatch.setattr(beginning, "gather", None)


def audited(repo: Repo, ledger: Home, *more: str) -> Ended:
    here = ledger.folder.parent
    return ran("audit", repo.path, "--ledger", here, "--output", "out", *more, here=here)


def size(ledger: Home) -> int:
    with viewing(ledger) as view:
        return view.size


@pytest.mark.usefixtures("unworked")
@pytest.mark.parametrize("mode", ["--record", "--since-ledger"])
def test_without_a_name_nothing_is_begun(repo: Repo, ledger: Home, mode: str) -> None:
    repo.commit("One")
    done = audited(repo, ledger, mode)
    assert done == (
        2,
        "",
        (
            "affidavit: AFF-USAGE: the repository has no name of its own\n"
            "  give --name, such as example.com/team/app\n"
        ),
    )
    assert not (ledger.folder.parent / "out").exists()


@pytest.mark.usefixtures("unworked")
def test_a_frozen_log_is_told_before_the_work(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    ran("ledger", "freeze", "--reason", "r", "--yes", here=ledger.folder.parent)
    done = audited(repo, ledger, *NAMED, "--record")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("affidavit: AFF-FROZEN: ")


@pytest.mark.usefixtures("unworked")
def test_a_ledger_that_somebody_holds_is_told_before_the_work(
    repo: Repo, ledger: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("One")
    monkeypatch.setattr(ledger_audits, "keeping", partial(keeping, wait=0.05))
    with writing(ledger):
        done = audited(repo, ledger, *NAMED, "--record")
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith("affidavit: AFF-LEDGER-BUSY: ")


def test_the_names_that_the_ledger_has_are_told(repo: Repo, ledger: Home) -> None:
    repo.commit("One")
    assert audited(repo, ledger, *NAMED, "--record").status == 0
    unnamed = audited(repo, ledger, "--since-ledger")
    assert unnamed.err.splitlines()[1] == "  give --name; the ledger holds audits of team/app"
    other = audited(repo, ledger, "--name", "team/other", "--since-ledger")
    assert (other.status, other.out) == (4, "")
    assert other.err.splitlines() == [
        "affidavit: AFF-INPUT: the ledger holds no audit of team/other",
        "  it holds those of team/app: if it is one of them, give --name with its name",
    ]


def test_landings_are_not_recorded_again_under_a_name_that_nobody_gave(
    repo: Repo, ledger: Home
) -> None:
    repo.commit("One")
    audited(repo, ledger, *NAMED, "--record")
    before = size(ledger)
    git("remote", "add", "origin", "https://firm.mail/team/app.git", cwd=repo.path)
    done = audited(repo, ledger, "--record")
    assert done.status == 2
    assert done.out.splitlines()[-1] == "report         out/report.html"
    assert done.err.splitlines() == [
        (
            "affidavit: AFF-USAGE: the ledger has landings of https://firm.mail/team/app.git under"
            " another name, team/app"
        ),
        "  give --name with one of the two: to go on with it, or to begin another",
    ]
    assert size(ledger) == before
    again = audited(repo, ledger, *NAMED, "--record")
    assert again.out.splitlines()[-1].startswith("recorded       0 landings, 1 known")
    fork = audited(repo, ledger, "--name", "https://firm.mail/team/app.git", "--record")
    assert fork.out.splitlines()[-1].startswith("recorded       1 landings, 0 known")
    assert audited(repo, ledger, "--record").status == 0


def test_another_repository_is_recorded_under_its_own_name(
    repo: Repo, ledger: Home, tmp_path: Path
) -> None:
    repo.commit("One")
    audited(repo, ledger, *NAMED, "--record")
    other = Repo(tmp_path / "other")
    other.commit("Two")
    git("remote", "add", "origin", "https://firm.mail/team/other.git", cwd=other.path)
    assert audited(other, ledger, "--record").status == 0


def test_what_fails_after_the_work_leaves_the_report_and_says_where(
    repo: Repo, ledger: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full", hint="make room")

    repo.commit("One")
    monkeypatch.setattr(recordings.Recording, "record", full)
    done = audited(repo, ledger, *NAMED, "--record")
    assert done.status == 5
    assert done.out.splitlines()[-1] == "report         out/report.html"
    assert done.err == "affidavit: AFF-STORE: the disk is full\n  make room\n"
    assert (ledger.folder.parent / "out/report.html").exists()
