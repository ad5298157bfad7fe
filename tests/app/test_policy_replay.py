"""What a replay rests on: a ledger that verifies, and the bundle where a base has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.ledger.kept import custody
from affidavit.app.policy.recording import recorded
from affidavit.app.policy.replaying import Asked, replayed
from affidavit.app.policy.starting import default_files
from affidavit.base.errors import DamagedError
from histories import ran
from policy_decisions import about, decided, keep
from receipts import ORIGIN, a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from gitrepo import Repo

UNSURE = "this account has no key of the log: only its own was used"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return a_ledger(tmp_path, monkeypatch)


def test_a_ledger_that_is_not_verified_is_said_to_be_and_ends_with_3(
    place: Home, tmp_path: Path
) -> None:
    keep(place)
    (custody(ORIGIN).folder / "log.toml").unlink()
    done = ran("policy", "replay", "--ledger", place.folder, here=tmp_path)
    assert (done.status, done.out.splitlines()) == (
        3,
        [f"not verified: {UNSURE}", "1 decisions: 1 same, 0 differs, 0 unknown"],
    )
    assert replayed(place, Asked()).unsure == UNSURE


def test_a_ledger_that_was_changed_is_not_believed(place: Home, tmp_path: Path) -> None:
    keep(place)
    data = place.database.read_bytes()
    assert b'"verdict":"allowed"' in data
    place.database.write_bytes(data.replace(b'"verdict":"allowed"', b'"verdict":"refused"'))
    with pytest.raises(DamagedError, match="the ledger does not verify"):
        replayed(place, Asked())
    done = ran("policy", "replay", "--ledger", place.folder, here=tmp_path)
    assert (done.status, done.out) == (1, "")


CONFIG = b'[gate]\npolicy = "rules/merge"\n'


@pytest.mark.parametrize(
    ("config", "folder", "again"),
    [
        pytest.param(None, "affidavit/policy", "same", id="where it usually lies"),
        pytest.param(CONFIG, "rules/merge", "same", id="where the base says"),
        pytest.param(CONFIG, "affidavit/policy", "unknown", id="not where the base says"),
        pytest.param(b"[gate", "affidavit/policy", "same", id="a base that makes no sense"),
    ],
)
def test_a_bundle_is_found_in_the_folder_that_the_base_names(
    place: Home, repo: Repo, config: bytes | None, folder: str, again: str
) -> None:
    files = {f"{folder}/{name}": data for name, data in default_files().items()}
    base = repo.commit("Policy", files=files | ({"affidavit.toml": config} if config else {}))
    recorded(place, decided(change=about("a" * 40, "c" * 40, base=base)), {})
    (found,) = replayed(place, Asked(repo=repo.path)).decisions
    assert found.again == again


def test_without_a_repository_no_base_is_looked_at(place: Home, repo: Repo) -> None:
    files = {f"affidavit/policy/{name}": data for name, data in default_files().items()}
    base = repo.commit("Policy", files=files)
    one = decided(change=about("a" * 40, "c" * 40, base=base))
    recorded(place, one, {})
    (found,) = replayed(place, Asked()).decisions
    assert (found.again, found.why) == (
        "unknown",
        f"the bundle {one.decision.bundle} is not kept here",
    )


def test_an_allowance_that_contradicts_itself_is_not_the_same_again(place: Home) -> None:
    one = msgspec.structs.replace(decided(), requirements={"scan": "unmet"})
    keep(place, one)
    (made,) = replayed(place, Asked()).decisions
    why = "the gate allowed it, and required what was not met: scan (unmet)"
    assert (made.again, made.why) == ("differs", why)


@pytest.mark.parametrize(
    ("requirement", "changes", "state"),
    [
        ("reviewed", {"approvals__persons": 0, "approvals__possible": 0}, "unmet"),
        ("reviewed", {"approvals__persons": None}, "unknown"),
        ("checks", {"checks__passed": ["scan"], "checks__failed": ["test"]}, "unmet"),
        ("scan", {"scan__state": "none"}, "unmet"),
        ("scan", {"scan__state": "findings", "scan__open": {"critical": 1}}, "unmet"),
        ("checklist", {"checklist__security": False}, "unmet"),
        ("gate-files", {"gate__touched": ["policy"]}, "unmet"),
    ],
)
def test_a_requirement_that_the_own_input_does_not_show_is_not_the_same_again(
    place: Home, requirement: str, changes: dict[str, object], state: str
) -> None:
    met = dict.fromkeys(("base", requirement), "met")
    keep(place, msgspec.structs.replace(decided(**changes), requirements=met))
    (made,) = replayed(place, Asked()).decisions
    why = f"said to be met, and not by its own input: {requirement} ({state})"
    assert (made.again, made.why) == ("differs", why)


def test_what_a_base_sets_is_not_made_again(place: Home) -> None:
    found = decided(scan__state="findings", scan__open={"high": 1})
    keep(place, msgspec.structs.replace(found, requirements={"scan": "met", "tests": "met"}))
    (made,) = replayed(place, Asked()).decisions
    assert made.again == "same"


def test_a_decision_that_differs_ends_with_1_also_where_the_ledger_is_not_verified(
    place: Home, tmp_path: Path
) -> None:
    keep(place, msgspec.structs.replace(decided(), requirements={"scan": "unmet"}))
    (custody(ORIGIN).folder / "log.toml").unlink()
    done = ran("policy", "replay", "--ledger", place.folder, here=tmp_path)
    assert (done.status, done.out.splitlines()[0]) == (1, f"not verified: {UNSURE}")
