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
