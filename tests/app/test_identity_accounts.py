"""What accounts in a configuration make of an audit, and what a version of the format refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.config import Config, config, identities_file
from affidavit.base.errors import ConfigError
from gitrepo import BEN
from histories import CLAUDE, audited, newest, told

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

OLD = "A. <7+ada@users.noreply.github.com>"
NEW = "Countess <7+countess@users.noreply.github.com>"
ADA = '[[person]]\nname = "Ada L"\naddresses = ["ada@firm.mail"]\n'
ACCOUNTS = f'version = 1\n{ADA}accounts = ["github:7"]\n'


def merged(repo: Repo, author: str, by: str, files: dict[str, str] | None = None) -> None:
    repo.commit("Begin", author="Zoe First <zoe@club.mail>", files=files)
    repo.commit("Work", author=author, branch="side", at="main")
    repo.merge("side", message="Merge branch 'side'", author=by)


@pytest.mark.parametrize("by", [OLD, NEW, "X <007+y@users.noreply.github.com>"])
def test_an_account_joins_every_noreply_address_of_its_number(
    repo: Repo, tmp_path: Path, by: str
) -> None:
    place = tmp_path / "who.toml"
    place.write_text(ACCOUNTS)
    merged(repo, "Ada <ada@firm.mail>", by)
    found = told(newest(repo, identities=place))
    assert (found.people, found.self_merged) == (("Ada L: author merger",), True)


@pytest.mark.parametrize(
    ("accounts", "by", "self_merged"),
    [
        ('["github:countess"]', NEW, True),
        ('["github:countess", "github:8"]', NEW, False),
        ('["gitlab:7"]', NEW, False),
    ],
)
def test_a_login_joins_only_where_no_other_number_is_declared_for_it(
    repo: Repo, tmp_path: Path, accounts: str, by: str, *, self_merged: bool
) -> None:
    place = tmp_path / "who.toml"
    place.write_text(f"version = 1\n{ADA}accounts = {accounts}\n")
    merged(repo, "Ada <ada@firm.mail>", by)
    assert newest(repo, identities=place).review.self_merged is self_merged


def test_an_account_of_a_file_inside_joins_and_is_listed(repo: Repo) -> None:
    merged(repo, "Ada <ada@firm.mail>", NEW, {"affidavit.toml": ACCOUNTS})
    report = audited(repo, branches=("main",))
    assert report.landings[0].review.self_merged is True
    assert [(one.line, one.effect) for one in report.settings] == [
        (email, f"counts {email} as the person Ada L")
        for email in ("7+countess@users.noreply.github.com", "ada@firm.mail")
    ]


def test_a_person_with_accounts_alone_is_one_row(repo: Repo, tmp_path: Path) -> None:
    place = tmp_path / "who.toml"
    place.write_text(
        'version = 1\n[[person]]\nname = "Ada L"\naccounts = ["github:ada", "github:7"]'
    )
    repo.commit("One", author=OLD)
    repo.commit("Two", author=NEW)
    rows = audited(repo, identities=place).people
    assert [(row.name, row.email, row.landings) for row in rows] == [
        ("Ada L", "ada@users.noreply.github.com", 2)
    ]


def test_an_agent_s_account_makes_claims_and_its_owner_is_an_author(
    repo: Repo, tmp_path: Path
) -> None:
    place = tmp_path / "who.toml"
    agent = '[[agent]]\nname = "helper"\naccounts = ["github:9"]\nowner = "github:7"\n'
    place.write_text(ACCOUNTS + agent)
    merged(repo, "H <9+helper@users.noreply.github.com>", "Ada <ada@firm.mail>")
    found = told(newest(repo, identities=place))
    assert (found.authorship, found.self_merged) == ("ai", True)


def test_a_known_agent_s_account_in_the_hands_of_a_person_is_refused() -> None:
    text = 'version = 1\n[[person]]\nname = "Ann"\naccounts = ["github:198982749"]\n'
    with pytest.raises(
        ConfigError, match=r"^x\.toml:4: .* it is the agent copilot-cloud-agent \(AFF"
    ):
        config(text.encode(), "x.toml")


def test_an_agent_s_address_may_be_a_person_s_where_the_caller_says_so(
    repo: Repo, tmp_path: Path
) -> None:
    place = tmp_path / "who.toml"
    place.write_text('version = 1\n[[person]]\nname = "C M"\naddresses = ["noreply@anthropic.com"]')
    repo.commit("Work", author=CLAUDE)
    assert newest(repo, identities=place).authorship == "no-signal"


TWICE = ADA + '[[person]]\nname = "Ben"\naddresses = ["ada@firm.mail"]\n'


def test_what_is_declared_twice_is_refused_by_a_version_and_by_no_other(tmp_path: Path) -> None:
    place = tmp_path / "who.toml"
    place.write_text(TWICE)
    assert len(identities_file(place).person) == 2
    place.write_text("version = 1\n" + TWICE)
    with pytest.raises(ConfigError) as refused:
        identities_file(place)
    assert refused.value.message == 'who.toml:4: the address "ada@firm.mail" is in line 7 too'


def test_what_is_declared_twice_inside_is_not_used_and_does_not_stop_the_audit(repo: Repo) -> None:
    merged(repo, "Ada <ada@firm.mail>", BEN, {"affidavit.toml": "version = 1\n" + TWICE})
    report = audited(repo, branches=("main",))
    (limit,) = [one for one in report.limits if one.id == "odd-configuration"]
    assert 'affidavit.toml:4: the address "ada@firm.mail" is in line 7 too' in str(limit)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 2\n", r"Invalid enum value 2 - at `\$\.version`"),
        (
            ADA + 'accounts = ["github:7"]\n',
            r"^x:1: `accounts` needs `version = 1` at the top of the file \(AFF",
        ),
        ('[[bot]]\nname = "x"\n', r"missing required field `addresses` - at `\$\.bot\[0\]`"),
        ("version = 1\n" + ADA + "roles = [1]\n", r"at `\$\.person\[0\]\.roles\[0\]`"),
        (
            "version = 1\n" + ADA + 'roles = [{role = "admin", since = 2026-01-01T00:00:00Z}]\n',
            r"at `\$\.person\[0\]\.roles\[0\]\.since`",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        config(text.encode(), "x")


def test_a_version_alone_declares_nobody() -> None:
    found = config(b"version = 1\n", "x")
    assert (found, found.identities()) == (Config(version=1), None)
