"""Who somebody is by one version of a file, and what they may do by the one that was in force."""

from __future__ import annotations

from datetime import date

import pytest

from affidavit.base.period import moment
from affidavit.identity.account import Account
from affidavit.identity.directory import Directory, directory
from affidavit.identity.entries import PersonEntry, RoleEntry, ServiceEntry, Tables
from affidavit.identity.member import Member, MemberKind, Role, Term, fingerprint
from affidavit.identity.versions import Entitled, Version, Versions

SSH = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
PGP = "0123456789ABCDEF0123456789ABCDEF01234567"
ADA = PersonEntry(
    "Ada",
    ("ada@firm.mail", "9+ada-work@users.noreply.github.com"),
    ("github:ada", "github:7"),
    (SSH, PGP),
    ("reviewer", RoleEntry("security", date(2026, 1, 10), date(2026, 1, 20))),
)
BOT = ServiceEntry("helper", ("helper@firm.mail",), "github:ADA", ("github:helper",))


def one(*persons: PersonEntry, agents: tuple[ServiceEntry, ...] = ()) -> Directory:
    return directory(Tables(version=1, person=persons, agent=agents))


def time(text: str) -> int:
    return moment(text, "--at")


def test_a_member_has_all_that_its_entry_says() -> None:
    assert one(ADA).members == (
        Member(
            kind=MemberKind.PERSON,
            name="Ada",
            addresses=ADA.addresses,
            accounts=(Account("github.com", "ada"), Account("github.com", number=7)),
            keys=(SSH, PGP),
            terms=(Term(Role.REVIEWER), Term(Role.SECURITY, "2026-01-10", "2026-01-20")),
        ),
    )


@pytest.mark.parametrize(
    "email",
    [
        "ADA@firm.mail",
        "<ada@firm.mail>",
        "7+renamed@users.noreply.github.com",
        "007+x@users.noreply.github.com",
        "ada@users.noreply.github.com",
        "9+renamed@users.noreply.github.com",
    ],
)
def test_a_person_is_found_by_any_address_of_theirs(email: str) -> None:
    found = one(ADA).by_address(email)
    assert found is not None
    assert found.name == "Ada"


@pytest.mark.parametrize(
    "asked",
    [
        Account("github.com", "ada", 7),
        Account("github.com", "renamed", 7),
        Account("github.com", "ada-work", 9),
        Account("github.com", "renamed", 9),
    ],
)
def test_several_accounts_of_one_person_are_one_person(asked: Account) -> None:
    found = one(ADA).by_account(asked)
    assert found is not None
    assert found.name == "Ada"


def test_whoever_took_a_login_that_was_given_up_is_somebody_else() -> None:
    assert one(ADA).by_account(Account("github.com", "ada", 8)) is None
    assert one(ADA).by_address("8+ada@users.noreply.github.com") is None


@pytest.mark.parametrize("text", [SSH, SSH + "=", PGP.lower(), f"0x{PGP}", f"{PGP[:4]} {PGP[4:]}"])
def test_a_person_is_found_by_a_key_however_it_is_written(text: str) -> None:
    assert one(ADA).by_key(text) == one(ADA).members[0]


@pytest.mark.parametrize("text", ["", "SHA256:x", PGP[1:], SSH.lower(), "Z" * 40])
def test_what_is_no_fingerprint_is_nobodys(text: str) -> None:
    assert fingerprint(text) is None
    assert one(ADA).by_key(text) is None


@pytest.mark.parametrize(
    ("owner", "expected"),
    [("github:ada", "Ada"), ("ADA@firm.mail", "Ada"), ("nobody@firm.mail", None), (None, None)],
)
def test_an_owner_is_a_person_by_address_or_account(
    owner: str | None, expected: str | None
) -> None:
    where = one(ADA, agents=(ServiceEntry("helper", ("h@firm.mail",), owner),))
    found = where.owner(where.members[-1])
    assert (found.name if found else None) == expected


def test_an_agent_is_no_owner() -> None:
    where = one(agents=(BOT, ServiceEntry("other", ("o@firm.mail",), "helper@firm.mail")))
    assert where.owner(where.members[-1]) is None


FIRST = "2026-01-02T12:00:00Z"
SECOND = "2026-02-02T12:00:00Z"
GONE = "2026-03-02T12:00:00Z"
ODD = "2026-04-02T12:00:00Z"
BEN = PersonEntry("Ben", ("ben@firm.mail",), ("github:ben",), (), ("reviewer",))
CONTENTS = {"a": one(ADA, agents=(BOT,)), "b": one(BEN), "odd": None}
VERSIONS = Versions(
    [
        Version(time(FIRST), "1", "a"),
        Version(time(SECOND), "2", "b"),
        Version(time(GONE), "3", ""),
        Version(time(ODD), "4", "odd"),
    ],
    CONTENTS.__getitem__,
)


@pytest.mark.parametrize(
    ("who", "role", "at", "expected"),
    [
        ("ada@firm.mail", Role.REVIEWER, "2026-01-01", Entitled.UNKNOWN),
        ("ada@firm.mail", Role.REVIEWER, FIRST, Entitled.UNKNOWN),
        ("ada@firm.mail", Role.REVIEWER, "2026-01-02T12:00:01Z", Entitled.YES),
        ("ben@firm.mail", Role.REVIEWER, "2026-01-15", Entitled.NO),
        ("ada@firm.mail", Role.SECURITY, "2026-01-09T23:59:59Z", Entitled.NO),
        ("ada@firm.mail", Role.SECURITY, "2026-01-10T00:00:00Z", Entitled.YES),
        ("ada@firm.mail", Role.SECURITY, "2026-01-20T23:59:59Z", Entitled.YES),
        ("ada@firm.mail", Role.SECURITY, "2026-01-21T00:00:00Z", Entitled.NO),
        ("ada@firm.mail", Role.ADMIN, "2026-01-15", Entitled.NO),
        ("helper@firm.mail", Role.REVIEWER, "2026-01-15", Entitled.NO),
        ("ada@firm.mail", Role.REVIEWER, SECOND, Entitled.YES),
        ("ada@firm.mail", Role.REVIEWER, "2026-02-03", Entitled.NO),
        (Account("github.com", "ben", 3), Role.REVIEWER, "2026-02-03", Entitled.YES),
        ("ben@firm.mail", Role.REVIEWER, "2026-03-03", Entitled.UNKNOWN),
        ("ben@firm.mail", Role.REVIEWER, "2026-04-03", Entitled.UNKNOWN),
    ],
)
def test_what_somebody_may_do_is_judged_by_the_version_in_force_then(
    who: Account | str, role: Role, at: str, expected: Entitled
) -> None:
    assert VERSIONS.entitled(who, role, time(at)) is expected


def test_a_version_that_gives_nobody_a_role_says_nothing_of_who_has_one() -> None:
    plain = Versions([Version(0, "1", "a")], lambda _: one(PersonEntry("Ada", ("ada@firm.mail",))))
    assert plain.entitled("ada@firm.mail", Role.REVIEWER, 1) is Entitled.UNKNOWN
    assert plain.entitled("ben@firm.mail", Role.REVIEWER, 1) is Entitled.UNKNOWN


def test_of_two_versions_of_one_second_the_later_counts() -> None:
    both = Versions([Version(5, "1", "a"), Version(5, "2", "b")], CONTENTS.__getitem__)
    assert both.version_at(6) == Version(5, "2", "b")
    assert both.version_at(5) is None
