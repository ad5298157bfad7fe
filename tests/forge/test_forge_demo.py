"""The firm of the guide: which changes it has, and the program that serves it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from forges import Firm, Forge, demo

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = Path(__file__).parents[2] / "tools" / "forge"


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    return demo(Forge(tmp_path_factory.mktemp("firm")))


def approvals(firm: Firm) -> dict[str, list[tuple[str, bool]]]:
    """By title: who approves it now, and whether what they approved is the head."""
    return {
        pull.title: [
            (review.author.login, review.commit == pull.head_oid)
            for review in pull.reviews
            if review.state == "APPROVED" and review.submitted_at
            if not pull.merged_at or review.submitted_at < pull.merged_at
        ]
        for pull in firm.shop.pulls.values()
        if pull.merged_at
    }


def test_the_firm_has_good_and_bad_changes(firm: Firm) -> None:
    assert approvals(firm) == {
        "Add a cart": [("ben", True)],
        "Round prices": [],
        "Keep sessions": [("ann", False)],
        "Update the tax table": [("merge-helper", True)],
        "Send mails": [],
        "Add refunds": [("ben", True)],
        "Search by name": [("cleo", True)],
        "Show stock": [("ann", False)],
        "Say how to build": [("ben", True)],
        "Export orders": [("ann", True)],
        "Give discounts": [("dan-fox-home", True)],
        "Stop double payment": [],
    }


def test_one_change_came_without_a_pull_request(firm: Firm) -> None:
    pushed = [each for each in firm.shop.activity if each.ref == "refs/heads/main"]
    direct = [firm.shop.git.get(each.after).message for each in pushed if each.kind == "push"]
    assert direct == ["Begin the shop", "Quick fix of the cart"]


def test_the_queue_tested_what_landed(firm: Firm) -> None:
    [pull] = [each for each in firm.shop.pulls.values() if each.title == "Add refunds"]
    assert pull.merge_oid is not None
    assert firm.shop.checks.good(pull.merge_oid) == {"test", "scan"}


def test_the_firm_is_the_same_every_time(firm: Firm, tmp_path: Path) -> None:
    again = demo(Forge(tmp_path))
    assert again.shop.heads == firm.shop.heads
    assert again.shop.world.clock.text() == firm.shop.world.clock.text()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, str(TOOL), "--port", "0", "--demo", str(tmp_path), "--token", "t"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


def test_the_program_says_where_it_serves_the_firm(served: str, tmp_path: Path) -> None:
    headers = {"Authorization": "Bearer t"}
    answer = httpx.get(f"{served}/repos/firm/shop/pulls/1", headers=headers, trust_env=False)
    assert answer.json()["title"] == "Add a cart"
    assert httpx.get(f"{served}/repos/firm/shop", trust_env=False).status_code == 401
    assert (tmp_path / "firm" / "shop.git" / "refs" / "pull" / "1" / "head").is_file()
