"""Receipts while a server keeps the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import servers

from affidavit.app.ledger.view import viewing
from affidavit.app.receipts.verifying import verified
from affidavit.verify.result import Status
from receipts import a_receipt

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Server

    from gitrepo import Repo


place = servers.place
server = servers.server


def test_a_receipt_is_recorded_through_the_server(
    server: Server, repo: Repo, tmp_path: Path
) -> None:
    repo.commit("One")
    made = a_receipt(server.place, repo, tmp_path)
    assert verified(made.file, made.asked()).status is Status.VERIFIED
    with viewing(server.place) as view:
        assert view.row(1).entry.recorded_by.channel == "socket"
