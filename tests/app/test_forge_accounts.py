"""Accounts that are declared at another forge than the records are of say nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forge_exports import export, told

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo


@pytest.mark.parametrize(
    ("accounts", "limited"),
    [
        ('["github:ben"]', []),
        ('["github:ben", "ghe.firm.example:ben"]', []),
        ('["ghe.firm.example:ben"]', ["ghe.firm.example", "github.com"]),
        ("[]", []),
    ],
)
def test_that_no_declared_account_is_of_the_forge_is_a_gap(
    repo: Repo, tmp_path: Path, accounts: str, limited: list[str]
) -> None:
    person = 'version = 1\n[[person]]\nname = "Ben"\naddresses = ["b@firm.mail"]\n'
    repo.commit(files={"affidavit.toml": f"{person}accounts = {accounts}\n"}, date="2026-01-01")
    report = told(repo, export(tmp_path / "shop.jsonl", []))
    found = [one for one in report.limits if one.id == "accounts-of-another-forge"]
    assert [one.items for one in found if one.gap] == ([tuple(limited)] if limited else [])
