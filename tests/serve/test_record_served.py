"""``affidavit record`` while a server keeps the ledger, of this account or another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest
import servers
from servers import serving

import result_samples as samples
from affidavit.app.ledger.view import viewing
from result_desk import a_desk

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from gitrepo import Repo
    from result_desk import Desk

place = servers.place


@pytest.fixture
def desk(repo: Repo, tmp_path: Path, place: Home, monkeypatch: pytest.MonkeyPatch) -> Desk:
    keys = str(place.folder.parent / "keys")
    made = a_desk(tmp_path, repo, monkeypatch)
    monkeypatch.setenv("AFFIDAVIT_HOME", keys)
    return made._replace(ledger=place)


def test_a_running_keeper_of_this_account_takes_the_fact_in(
    desk: Desk, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_ACTOR", "alice")
    with serving(place):
        done = desk.run("test", desk.file("x.xml", samples.JEST))
    assert (done.status, done.err) == (0, "")
    with viewing(place) as view:
        entry = view.row(1).entry
    assert (entry.kind, entry.recorded_by.channel) == ("test.reported.v1", "socket")
    context = cast("dict[str, object]", json.loads(bytes(entry.body))["context"])
    assert str(context["actor"]).startswith("hmac-sha256:")


def test_over_a_socket_what_names_somebody_is_left_out_and_that_is_told(
    desk: Desk, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_ACTOR", "alice")
    with serving(place) as server:
        args = ("--status", "opened", "--title", "Late", "--socket", server.sockets[0])
        done = desk.run("incident", *args, ledger=False)
    assert "left out       context.actor, title" in done.out.splitlines()
    with viewing(place) as view:
        body = json.loads(bytes(view.row(1).entry.body))
    assert body["withheld"] == ["context.actor", "title"]
    assert (body["context"], "title" in body) == (
        {"source": "environment", "system": "github-actions"},
        False,
    )
