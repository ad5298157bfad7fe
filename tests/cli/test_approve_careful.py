"""``affidavit approve`` and ``waive`` refuse what could not stand before a key is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.approvals.deciding import Asked, prepared
from affidavit.app.clock import now, written
from affidavit.changes.approval.waivable import CONTROLS
from affidavit.controls.catalogue import IDS
from authenticator import plain_key
from gitrepo import Repo
from histories import ran
from sshkeygen import needs_ssh_keygen
from terminals import at_terminal, environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_ssh_keygen
KEY = plain_key(seed=11)
DAY = 86_400


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A repository with a change on a side branch, and a person's key in their home."""
    repo = Repo(tmp_path / "work")
    repo.commit("First")
    repo.commit("Let them in", branch="side", at="main")
    folder = tmp_path / "work" / "home" / ".ssh"
    folder.mkdir(parents=True)
    (folder / "id_ed25519").write_bytes(KEY.openssh)
    (folder / "id_ed25519").chmod(0o600)
    (folder / "id_ed25519.pub").write_text(f"{KEY.line} ann\n")
    return tmp_path / "work"


def in_days(days: int) -> str:
    return written(now() + days * DAY * 1_000_000)[:10]


@pytest.mark.parametrize("items", [",,", "", " , ", "scan,", ",scan"])
def test_a_waiver_whose_items_are_empty_does_not_waive_everything(here: Path, items: str) -> None:
    done = ran("waive", "side", "--items", items, "--until", in_days(3), "--reason", "r", here=here)
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "affidavit: AFF-USAGE: --items are at most 100 ids, with commas between them",
    )


def test_a_waiver_of_everything_for_longer_than_30_days_is_refused_before_it_is_signed(
    here: Path,
) -> None:
    until = in_days(40)
    done = at_terminal("waive", "side", "--until", until, "--reason", "r", here=here)
    assert done.status == 2
    assert done.seen.splitlines() == [
        f"affidavit: AFF-USAGE: --until '{until}' is more than 30 days from now",
        "  name what it waives with --items, or end it earlier",
    ]


def words(here: Path, items: tuple[str, ...], days: int = 5) -> tuple[str, ...]:
    asked = Asked(
        command="waive", revision="side", repository=here, reason="r", until=in_days(days),
        items=items,
    )  # fmt: skip
    return prepared(asked, environment(here)).words


def test_a_waiver_of_named_items_may_last_longer(here: Path) -> None:
    assert "  waived        scan.clean" in words(here, ("scan.clean",), 40)


def test_every_control_test_is_known_as_one() -> None:
    assert CONTROLS == IDS


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("nowhere/x", "there is no folder nowhere"),
        ("home", "it is a folder"),
        ("linked", "it is a symbolic link"),
    ],
)
def test_a_place_that_takes_no_fact_is_told_before_anybody_is_asked(
    here: Path, output: str, why: str
) -> None:
    (here / "linked").symlink_to("elsewhere")
    done = at_terminal("approve", "side", "--output", output, here=here)
    assert done.seen.splitlines()[0] == (
        f"affidavit: AFF-OUTPUT: {output} cannot be written: {why}"
    )


def test_a_number_that_names_no_commit_may_be_a_request(here: Path) -> None:
    done = at_terminal("approve", "12", here=here)
    assert done.status == 2
    assert done.seen.splitlines()[-1] == (
        "  for the request '#12' fetch its head: "
        "git fetch REMOTE refs/pull/12/head:refs/pull/12/head"
    )


def test_the_questions_take_a_letter_and_ask_again_where_it_is_none(here: Path) -> None:
    answers = ["y", "perhaps", "n", "s", "YES", "no"]
    done = at_terminal("approve", "side", "--checklist", here=here, answers=answers)
    assert "Error: 'perhaps' is not one of yes, no, skip." in done.seen
    shown = [one.rpartition(": ")[2] for one in done.seen.splitlines() if one.startswith("  it ")]
    assert shown == ["yes", "no", "not answered"]
