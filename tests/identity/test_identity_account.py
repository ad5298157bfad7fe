"""Accounts as a configuration writes them, as forges tell them, and as addresses name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.identity.account import Account, Accounts, account, forge_account, noreply

HUB = "github.com"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github:ada", Account(HUB, "ada")),
        ("GitHub:Ada", Account(HUB, "ada")),
        ("github:12345", Account(HUB, number=12345)),
        ("github:0012345", Account(HUB, number=12345)),
        ("github:dependabot[bot]", Account(HUB, "dependabot[bot]")),
        ("gitlab:ada.l", Account("gitlab.com", "ada.l")),
        ("git.firm.mail:ada", Account("git.firm.mail", "ada")),
        ("ada", None),
        ("ada@firm.mail", None),
        ("firm:ada", None),
        ("github:", None),
        ("github:0", Account(HUB, "0")),
        ("github:a b", None),
        ("github:ada\n", None),
        (".:ada", None),
    ],
)
def test_an_account_is_written_by_its_forge_and_its_login_or_number(
    text: str, expected: Account | None
) -> None:
    assert account(text) == expected


@given(st.builds(Account, st.sampled_from([HUB, "gitlab.com", "git.firm.mail"]), st.just("ada")))
def test_an_account_is_shown_as_it_is_written(one: Account) -> None:
    assert account(str(one)) == one


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("7+Ada@users.noreply.github.com", Account(HUB, "ada", 7)),
        ("ada@users.noreply.github.com", Account(HUB, "ada")),
        ("7-ada@users.noreply.gitlab.com", Account("gitlab.com", "ada", 7)),
        ("7-ada@users.noreply.github.com", Account(HUB, "7-ada")),
        ("9+x[bot]@users.noreply.github.com", Account(HUB, "x[bot]", 9)),
        ("ada@github.com", None),
    ],
)
def test_a_noreply_address_names_an_account(email: str, expected: Account | None) -> None:
    assert noreply(email) == expected


def test_an_app_s_account_has_the_login_that_its_commits_have() -> None:
    told = [forge_account("GitHub.com", login, 9, bot=True) for login in ("X", "x[bot]")]
    assert told == [Account(HUB, "x[bot]", 9)] * 2


def holder(*accounts: str, person: bool = True) -> Accounts[str]:
    found = Accounts[str]()
    written = tuple(one for text in accounts if (one := account(text)))
    found.add("Ada", written, person=person)
    return found


@pytest.mark.parametrize(
    ("accounts", "asked", "expected"),
    [
        (("github:ada",), Account(HUB, "ada"), "Ada"),
        (("github:ada",), Account(HUB, "ada", 7), "Ada"),
        (("github:7",), Account(HUB, "ada", 7), "Ada"),
        (("github:7",), Account(HUB, "ada"), None),
        (("github:ada",), Account("gitlab.com", "ada"), None),
        (("github:ada", "github:7"), Account(HUB, "renamed", 7), "Ada"),
        (("github:ada", "github:7"), Account(HUB, "ada", 8), None),
        (("github:ada", "github:ada-work", "github:7"), Account(HUB, "ada", 8), "Ada"),
        (("github:ada", "gitlab:7"), Account(HUB, "ada", 8), "Ada"),
        (("github:x",), Account(HUB, "x[bot]"), None),
    ],
)
def test_a_number_decides_and_a_login_that_was_given_up_is_nobodys(
    accounts: tuple[str, ...], asked: Account, expected: str | None
) -> None:
    assert holder(*accounts).get(asked) == expected


@pytest.mark.parametrize(
    ("written", "asked", "expected"),
    [("github:x", "x[bot]", "Ada"), ("github:x", "x", "Ada"), ("github:x[bot]", "x", None)],
)
def test_an_app_is_found_with_and_without_what_ends_its_login(
    written: str, asked: str, expected: str | None
) -> None:
    assert holder(written, person=False).get(Account(HUB, asked)) == expected


def test_a_login_that_one_wrote_is_not_anothers_by_a_numbered_address() -> None:
    accounts = Accounts[str]()
    accounts.add("ada", (Account("github.com", "ada"),), person=True)
    accounts.add("bob", (Account("github.com", "ada", 123),), person=True)
    asked = (Account("github.com", "ada"), Account("github.com", "ada", 999))
    assert [accounts.get(one) for one in asked] == ["ada", "ada"]
    assert accounts.get(Account("github.com", "ada", 123)) == "bob"
