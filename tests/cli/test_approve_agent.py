"""What a scripted agent gets that runs as its developer, with the developer's loaded key."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from affidavit.app.gate.table import GateTable
from affidavit.changes.approval.model import Strength
from approval_desk import Desk
from authenticator import plain_key
from signed_approvals import BEN, row
from sshkeygen import needs_ssh_keygen
from terminals import at_terminal, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = needs_ssh_keygen
KEY = plain_key(seed=21)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """An environment whose ssh-agent holds the developer's key; its file is gone."""
    socket, file = tmp_path / "agent", tmp_path / "key"
    child = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        given = environment(tmp_path, SSH_AUTH_SOCK=str(socket))
        file.write_bytes(KEY.openssh)
        file.chmod(0o600)
        subprocess.run(["ssh-add", "-q", str(file)], env=given, check=True)
        file.unlink()
        (tmp_path / "key.pub").write_text(f"{KEY.line}\n")
        yield given
    finally:
        child.kill()
        child.communicate()


def test_it_can_sign_and_gets_neither_of_the_grades_that_replace_a_review(
    agent: Mapping[str, str], tmp_path: Path
) -> None:
    desk = Desk(tmp_path / "repo", row(BEN, KEY))
    done = at_terminal(
        *("approve", "side", "--repo", "repo", "--key", "key.pub"),
        here=tmp_path,
        answers=["y"],
        given=agent,
    )
    assert done.status == 0
    (one,) = desk.read(enrolled_by_forge=lambda *_: True).found
    assert (one.counts, one.grade, one.strength, one.shown) == (
        True,
        "R2",
        Strength.SOFTWARE,
        "signed, presence unproven",
    )
    (same,) = desk.read(table=GateTable(user_verification=True)).found
    assert same.grade == "R2"
