"""Everything that is wrong with a file of identities is named with its line."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.config import Config
from affidavit.identity.places import Places
from affidavit.identity.problems import Problem, problems, unversioned

if TYPE_CHECKING:
    from affidavit.identity.account import Account
    from affidavit.identity.entries import Tables

PERSON = '[[person]]\nname = "{}"\naddresses = ["{}"]\n'


def tables(text: str) -> Tables:
    return msgspec.convert(tomllib.loads(text), Config).tables


def known(account: Account) -> str:
    return "the agent devin" if account.login == "devin[bot]" else ""


def told(text: str) -> list[str]:
    found = problems(tables(text), Places(text), known)
    return [f"{one.line}: {one.text}" for one in found]


def test_a_sound_file_has_no_problems() -> None:
    text = """version = 1
[[person]]
name = "Ada"
addresses = ["ada@firm.mail"]
accounts = ["github:ada", "github:7"]
roles = ["reviewer", { role = "admin", since = 2026-01-01, until = "2026-01-01" }]
[[person]]
name = "Ben"
keys = ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"]
[[agent]]
name = "devin"
accounts = ["github:devin[bot]"]
owner = "github:7"
[[bot]]
name = "builder"
addresses = ["build@firm.mail"]
owner = "ADA@firm.mail"
"""
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[person]]\nname = " "\naddresses = ["a@b"]', ["1: this [[person]] has no name"]),
        (
            '\n[[bot]]\nname = "x"',
            ["2: this [[bot]] has no address, account or key: nothing is ever theirs"],
        ),
        (PERSON.format("Ada", "ada"), ['3: "ada" is no address']),
        (
            '[[person]]\nname = "Ada"\naccounts = ["ada"]',
            [
                (
                    '3: "ada" is no account: write github:LOGIN, github:NUMBER, gitlab:LOGIN'
                    " or HOST:LOGIN"
                )
            ],
        ),
        (
            '[[person]]\nname = "Ada"\naccounts = [\n  "github:devin[bot]",\n]',
            ['4: "github:devin[bot]" is no person\'s account: it is the agent devin'],
        ),
        (
            '[[person]]\nname = "Ada"\nkeys = ["abc"]',
            ['3: "abc" is no fingerprint of an SSH or OpenPGP key'],
        ),
        (
            PERSON.format("Ada", "a@b") + 'roles = ["reviewer",\n"boss"]',
            [
                (
                    '5: "boss" is no role; there are reviewer, security, change-authority,'
                    " waiver-approver, admin"
                )
            ],
        ),
        (
            PERSON.format("Ada", "a@b")
            + 'roles = [{role = "admin", since = 2026-02-01, until = 2026-01-01}]',
            ['4: the role "admin" ends on 2026-01-01, before it begins'],
        ),
        (
            PERSON.format("Ada", "a@b") + PERSON.format("Ben", "<A@B>"),
            ['3: the address "a@b" is in line 6 too', '6: the address "<A@B>" is in line 3 too'],
        ),
        (
            PERSON.format("Ada", "a@b") + PERSON.format("ada", "c@d"),
            ['2: the name "Ada" is in line 5 too', '5: the name "ada" is in line 2 too'],
        ),
        (
            PERSON.format("Ada", "07+x@users.noreply.github.com")
            + '[[agent]]\nname = "x"\naccounts = ["github:7"]',
            [
                '3: the account "07+x@users.noreply.github.com" is in line 6 too',
                '6: the account "github:7" is in line 3 too',
            ],
        ),
        (
            '[[person]]\nname = "Ada"\nkeys = ["' + "ab" * 20 + '"]\n'
            '[[person]]\nname = "Ben"\nkeys = ["' + "AB" * 20 + '"]',
            [
                f'3: the key "{"ab" * 20}" is in line 6 too',
                f'6: the key "{"AB" * 20}" is in line 3 too',
            ],
        ),
        (
            '[[agent]]\nname = "x"\naddresses = ["x@y"]\nowner = "X@y"',
            ['4: the owner "X@y" is the address or account of no [[person]] here'],
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "owner", ["github:7", "GITHUB:ada", "ada@users.noreply.github.com", "ADA@firm.mail"]
)
def test_an_owner_may_be_any_address_or_account_of_a_person(owner: str) -> None:
    person = PERSON.format("Ada", "ada@firm.mail") + 'accounts = ["github:ada", "github:7"]\n'
    assert told(f'{person}[[bot]]\nname = "x"\naddresses = ["x@y"]\nowner = "{owner}"') == []


def test_an_address_that_stands_twice_in_one_entry_is_no_problem() -> None:
    assert told('[[person]]\nname = "Ada"\naddresses = ["a@b", "A@b"]') == []


def test_accounts_keys_and_roles_need_a_version() -> None:
    text = '[[person]]\nname="Ada"\naddresses=["a@b"]\naccounts=["x"]\nroles=["x"]\n'
    expected = tuple(
        Problem(1, f"`{field}` needs `version = 1` at the top of the file")
        for field in ("accounts", "roles")
    )
    assert unversioned(tables(text), Places(text)) == expected
    assert unversioned(tables("version = 1\n" + text), Places(text)) == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('# [[person]]\n[[person]]\nname = "a"\n[[ "person" ]]\nname = "b"\n', [2, 4]),
        ("x = '''\n[[person]]\n'''\n[[person]]\n", [4]),
        ('x = """\n[[person]]\n\\"""\n[[person]]\n"""\n[[person]]\n', [6]),
    ],
)
def test_an_entry_is_found_where_it_stands_and_not_in_a_text(text: str, lines: list[int]) -> None:
    places = Places(text)
    assert [places.line("person", at, count=len(lines)) for at in range(len(lines))] == lines


def test_a_text_is_found_in_its_own_entry_however_it_is_written() -> None:
    text = "[[bot]]\nx = \"a\\u0062\"\n[[bot]]\ny = \"ab\"\nz = '''\nab'''\n"
    places = Places(text)
    assert [places.line("bot", at, ("name", "ab"), count=2) for at in (0, 1)] == [2, 4]
    assert places.line("bot", 1, ("name", "absent"), count=2) == 3


def test_a_text_is_found_in_its_own_field() -> None:
    text = '[[bot]]\nowner = "ab"\n"name" = \n"ab"\naccounts = ["x=", # name =\n"ab"]\n'
    places = Places(text)
    found = [
        places.line("bot", 0, (field, "ab"), count=1) for field in ("owner", "name", "accounts")
    ]
    assert found == [2, 4, 6]


def test_entries_in_a_line_of_their_own_have_the_line_of_their_text() -> None:
    text = 'version = 1\nperson = [\n  {name = "Ada", addresses = ["x"]},\n]\n'
    assert told(text) == ['3: "x" is no address']


@given(st.text(max_size=200))
def test_any_text_has_places(text: str) -> None:
    assert Places(text).line("person", 0, ("name", "x"), count=1) >= 1
