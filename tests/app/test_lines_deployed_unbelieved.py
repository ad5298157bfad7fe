"""What is deployed by a ledger that nobody need believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import DamagedError
from forge_exports import deployment, export
from result_desk import Desk, a_desk
from shipped_lines import at, limits_at, opened_at, unsure

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

FIRST, SECOND = "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"
NO_KEY = "the ledger: this account has no key of the log: only its own was used"


@pytest.fixture
def desk(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A repository, and a ledger that says that its newest commit is deployed."""
    made = a_desk(tmp_path, repo, monkeypatch)
    done = made.run("deploy", "--status", "success", "--at", FIRST, "--environment", "production")
    assert done.status == 0, done.err
    return made


def test_a_doctored_ledger_is_refused(desk: Desk) -> None:
    data = desk.ledger.database.read_bytes()
    other = desk.repo.commit("Two", files={"a.txt": "y\n"})
    assert desk.commit.encode() in data
    desk.ledger.database.write_bytes(data.replace(desk.commit.encode(), other.encode()))
    with pytest.raises(DamagedError, match="the ledger does not verify: "):
        opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder)
    desk.ledger.folder.rename(desk.repo.path / ".affidavit")
    with pytest.raises(DamagedError, match="the ledger does not verify: "):
        opened_at(desk.repo, deployed="production")


def test_a_ledger_that_was_rolled_back_is_refused(desk: Desk) -> None:
    before = desk.ledger.database.read_bytes()
    desk.repo.commit("Two", files={"a.txt": "y\n"})
    desk.run("deploy", "--status", "success", "--at", SECOND, "--environment", "production")
    desk.ledger.database.write_bytes(before)
    with pytest.raises(DamagedError):
        opened_at(desk.repo, deployed="production", ledger=desk.ledger.folder)


def test_by_a_ledger_that_another_account_signed_it_is_not_sure(desk: Desk, tmp_path: Path) -> None:
    (keys,) = (tmp_path / "config" / "logs").glob("*/log.toml")
    keys.unlink()
    ledger = desk.ledger.folder
    found = opened_at(desk.repo, deployed="production", ledger=ledger)
    assert (found.head, at(found).time) == (desk.commit, FIRST)
    assert limits_at(desk.repo, deployed="production", ledger=ledger) == unsure(NO_KEY)


def test_what_a_forge_recorded_is_not_sure_beside_such_a_ledger(desk: Desk, tmp_path: Path) -> None:
    (keys,) = (tmp_path / "config" / "logs").glob("*/log.toml")
    keys.unlink()
    forge = export(tmp_path / "f", [deployment(1, desk.commit, SECOND, "success")])
    ledger = desk.ledger.folder
    assert limits_at(desk.repo, deployed="production", forge=forge, ledger=ledger) == unsure(NO_KEY)
