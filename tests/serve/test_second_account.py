"""Facts from another account than the one that holds the key: the guide's set-up."""

from __future__ import annotations

import grp
import os
import warnings
from functools import partial
from typing import TYPE_CHECKING

import pytest
import servers
from servers import a_fact, serving

from affidavit.app.ledger.view import viewing
from affidavit.app.serve.client import Client, reached
from affidavit.base.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from affidavit.app.ledger.home import Home

place = servers.place
MEMBER, OUTSIDER = 64_001, 64_002
GROUP = grp.getgrall()[-1]
"""A group of this machine that stands for the developers."""

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as other accounts")


def as_account(uid: int, groups: list[int], work: Callable[[], None]) -> int:
    """The exit status of a process of that account: 0 where `work` raised nothing."""
    with warnings.catch_warnings():
        # Threads of the test's runner do nothing in the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups(groups)
            os.setgid(uid)
            os.setuid(uid)
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def door(place: Home) -> Path:
    """Where the server listens for the group; the ledger itself is the keeper's alone."""
    place.folder.parent.chmod(0o711)
    folder = place.folder.parent / "door"
    folder.mkdir(mode=0o750)
    os.chown(folder, 0, GROUP.gr_gid)
    return folder / "team.sock"


def send(path: Path) -> None:
    with Client(path) as client:
        client.append([a_fact()])


def test_a_member_of_the_group_sends_facts_in_its_own_name(place: Home, door: Path) -> None:
    with serving(place, "--socket", str(door), "--group", GROUP.gr_name):
        assert as_account(MEMBER, [GROUP.gr_gid], partial(send, door)) == 0
    with viewing(place) as view:
        by = view.row(1).entry.recorded_by
    assert (by.channel, by.credential) == ("socket", f"uid:{MEMBER}")


def test_who_is_not_in_the_group_is_kept_out(place: Home, door: Path) -> None:
    def try_it() -> None:
        with pytest.raises(StoreError, match="this account may not send facts to") as caught:
            send(door)
        assert caught.value.hint.startswith("join the group")

    with serving(place, "--socket", str(door), "--group", GROUP.gr_name):
        assert as_account(OUTSIDER, [], try_it) == 0
        door.parent.chmod(0o755)
        assert as_account(OUTSIDER, [], try_it) == 0
    with viewing(place) as view:
        assert view.size == 1


def test_a_member_reads_neither_the_ledger_nor_the_key(place: Home, door: Path) -> None:
    keys = next((place.folder.parent / "keys").rglob("*.key"))

    def try_it() -> None:
        for path in (place.database, keys):
            with pytest.raises(PermissionError):
                path.read_bytes()

    with serving(place, "--socket", str(door), "--group", GROUP.gr_name):
        assert as_account(MEMBER, [GROUP.gr_gid], try_it) == 0


def test_an_account_does_not_use_the_socket_of_another(place: Home) -> None:
    def look() -> None:
        assert reached(place, os.environ) is None

    with serving(place):
        assert as_account(OUTSIDER, [], look) == 0
