"""``affidavit ledger cosign``: what it prints, and that nobody's silence is a success."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING

import posts
import pytest
from posts import append, policy

from affidavit.app.ledger.home import writing
from affidavit.app.witness import asking
from affidavit.app.witness.collected import collected
from affidavit.base.errors import LedgerBusyError
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from posts import Post

    from affidavit.app.ledger.home import Home

ledger = posts.ledger
post = posts.post
TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


@pytest.fixture
def rules(ledger: Home, post: Post, tmp_path: Path) -> Path:
    """A policy whose one witness answers."""
    return policy(ledger, post, tmp_path)


class Told:
    """Remembers what it is told of progress."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        assert (done, total) == (0, None)
        self.steps.append(name)


def cosigned(place: Home, rules: Path, *more: str) -> tuple[int, str]:
    done = ran("ledger", "cosign", "--policy", rules, *more, here=place.folder.parent)
    assert done.err == ""
    return done.status, TIME.sub("TIME", done.out)


def silenced(rules: Path, post: Post) -> None:
    """Let the witness be where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    rules.write_text(rules.read_text().replace(post.url, f"http://127.0.0.1:{port}"))


def test_a_witness_that_answers_meets_the_quorum(ledger: Home, rules: Path) -> None:
    assert cosigned(ledger, rules) == (
        0,
        "w1             cosigned at TIME\nquorum         met for 1 entry\n",
    )


def test_a_cosignature_of_earlier_is_told_and_is_no_success(
    ledger: Home, rules: Path, post: Post
) -> None:
    cosigned(ledger, rules)
    silenced(rules, post)
    assert cosigned(ledger, rules) == (
        3,
        (
            "w1             it cannot be reached: [Errno 111] Connection refused; kept from TIME\n"
            "quorum         not met for 1 entry: it was met before, not now\n"
        ),
    )
    status, out = cosigned(ledger, rules, "--json")
    found = json.loads(out)
    assert (status, found["quorum"], found["kept"]) == (3, False, True)
    assert isinstance(found["witnesses"][0]["kept"], int)


def test_what_was_signed_of_a_smaller_log_is_not_kept_of_this_one(
    ledger: Home, rules: Path, post: Post
) -> None:
    cosigned(ledger, rules)
    append(ledger, 2)
    silenced(rules, post)
    status, out = cosigned(ledger, rules)
    assert (status, out.splitlines()[1]) == (3, "quorum         not met for 3 entries")
    assert "kept" not in out


def test_a_witness_whose_port_is_taken_says_what_to_do(tmp_path: Path, ledger: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = ("--name", "w.mail/w", "--log", posts.vkey(ledger), "--listen", f"127.0.0.1:{port}")
        done = ran("witness", "serve", *given, "--state", tmp_path / "w", here=tmp_path)
    assert (done.status, done.err.splitlines()) == (
        5,
        [
            f"affidavit: AFF-STORE: 127.0.0.1:{port} cannot be listened at: Address already in use",
            "  choose another HOST:PORT with --listen, or end what listens there",
        ],
    )


def test_whoever_waits_for_a_witness_or_a_ledger_is_told_so(
    ledger: Home, rules: Path, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    monkeypatch.setattr(asking, "TURN", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        rules.write_text(rules.read_text().replace(post.url, url))
        collected(ledger, rules, told)
    assert set(told.steps) == {"asking w1"}
    assert len(told.steps) > 1
    with writing(ledger), pytest.raises(LedgerBusyError), writing(ledger, wait=0.05, progress=told):
        pass
    assert told.steps[-1] == "waiting for another process that has the ledger"
