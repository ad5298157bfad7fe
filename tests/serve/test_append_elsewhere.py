"""``affidavit ledger append`` to a server that the environment names says where facts went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import servers
from servers import ORIGIN, serving

from commands import FACT, lines
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from affidavit.app.ledger.home import Home

place = servers.place


def test_facts_that_go_to_the_server_of_the_environment_are_said_to_have_gone_there(
    place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "own"
    here.mkdir()
    (here / "f.jsonl").write_bytes(lines(FACT))
    assert ran("ledger", "init", "--origin", "example.com/own", here=here).status == 0
    with serving(place) as server:
        monkeypatch.setenv("AFFIDAVIT_SOCKET", str(server.path))
        sent = ran("ledger", "append", "f.jsonl", here=here)
        typed = ran("ledger", "append", "f.jsonl", "--socket", server.path, here=here)
        own = ran("ledger", "append", "f.jsonl", "--ledger", ".", here=here)
        (tmp_path / "f.jsonl").write_bytes(lines(FACT))
        elsewhere = ran("ledger", "append", "f.jsonl", here=tmp_path)
    assert sent.err == (
        f"sent to {ORIGIN} at {server.path}, as AFFIDAVIT_SOCKET says: --ledger means the ledger"
        " here\n"
    )
    assert (typed.err, own.err, elsewhere.err) == ("", "", "")
    ends = (sent, typed, own, elsewhere)
    assert [one.out.split()[0] for one in ends] == ["1", "2", "1", "3"]


def test_where_there_is_no_ledger_the_socket_is_said_to_take_facts_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFFIDAVIT_SOCKET", "team.sock")
    done = ran("ledger", "list", here=tmp_path / "empty")
    assert done.err.splitlines() == [
        "affidavit: AFF-NOT-A-LEDGER: there is no ledger here",
        "  the server of AFFIDAVIT_SOCKET takes facts only: who keeps its ledger can read it",
    ]
