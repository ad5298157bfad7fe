"""Who is whom: one hand is never taken for two where that would show a review."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.commit import Ident
from affidavit.changes.identities import identities
from affidavit.changes.mailmap import Mailmap
from affidavit.changes.people import People, Who, noreply_login, shared_address
from affidavit.changes.same_hand import same_hand
from affidavit.identity.entries import PersonEntry, ServiceEntry
from affidavit.provenance.model import Party, PartyKind

ALICE = Ident("Alice Example", "alice@firm.mail")
BEN = Ident("Ben Ode", "ben@firm.mail")
ROBOT = Ident("robot[bot]", "robot@ci.mail")
CLAUDE = Ident("Claude", "noreply@anthropic.com")


def party(ident: Ident) -> Party:
    if ident.email == CLAUDE.email:
        return Party(PartyKind.AGENT, "claude-code")
    return Party(PartyKind.BOT if "[bot]" in ident.name else PartyKind.PERSON)


def who(name: str, email: str) -> Who:
    return People(party).who(Ident(name, email))


@pytest.mark.parametrize(
    ("one", "other", "truth"),
    [
        (ALICE, BEN, False),
        (ALICE, ALICE, True),
        (ALICE, Ident("A", "ALICE@FIRM.MAIL"), True),
        (ALICE, Ident(" alice   EXAMPLE ", "x@y.mail"), True),
        (ALICE, Ident("A", "alice@other.mail"), None),
        (ALICE, Ident("A", "alice.example@other.mail"), None),
        (ALICE, Ident("alice", "x@y.mail"), None),
        (ALICE, Ident("A", "7+alice@users.noreply.github.com"), None),
        (
            Ident("A", "7+ace@users.noreply.github.com"),
            Ident("B", "ace@users.noreply.github.com"),
            True,
        ),
        (
            Ident("A", "7-ace@users.noreply.gitlab.com"),
            Ident("B", "ace@users.noreply.github.com"),
            None,
        ),
        (Ident("A", "dev@one.mail"), Ident("B", "dev@two.mail"), False),
        (Ident("A", "no-reply@one.mail"), Ident("B", "no-reply@two.mail"), False),
        (
            Ident("Ada", "4711+ada-old@users.noreply.github.com"),
            Ident("B", "04711+countess@users.noreply.github.com"),
            None,
        ),
        (
            Ident("Ada", "4711+ada-old@users.noreply.github.com"),
            Ident("B", "4712+countess@users.noreply.github.com"),
            False,
        ),
        (
            Ident("Ada", "4711+ada-old@users.noreply.github.com"),
            Ident("B", "4711-countess@users.noreply.gitlab.com"),
            False,
        ),
        (
            Ident("A", "007-james@users.noreply.github.com"),
            Ident("B", "james@users.noreply.github.com"),
            False,
        ),
        (Ident("A", "ann@box.local"), Ident("B", "ann@one.mail"), None),
        (Ident("A", "ann@box.local"), Ident("B", "ann@box.local"), None),
        (Ident("Ann", "x@box.local"), Ident("ann", "y@box.local"), True),
        (CLAUDE, Ident("claude", "claude@one.mail"), True),
        (CLAUDE, Ident("Claude Monet", "monet@one.mail"), False),
        (ROBOT, Ident("R", "robot@one.mail"), False),
        (Ident("", ""), Ident("", ""), True),
        (Ident("Ann", ""), Ident("ANN", ""), True),
        (Ident("Ann", ""), Ident("Bob", ""), False),
    ],
)
def test_two_identities_are_one_hand_or_two_or_may_be_one(
    one: Ident, other: Ident, *, truth: bool | None
) -> None:
    people = People(party)
    assert same_hand(people.who(one), people.who(other)) is truth


TEXTS = st.text(st.sampled_from("aAlice b.@+\u00e9\u0301"), max_size=12)
IDENTS = st.builds(Ident, TEXTS, TEXTS)


@given(IDENTS, IDENTS)
def test_it_does_not_matter_who_is_asked_about_whom(one: Ident, other: Ident) -> None:
    people = People(party)
    first, second = people.who(one), people.who(other)
    assert same_hand(first, second) is same_hand(second, first)
    assert same_hand(first, first) is True


@pytest.mark.parametrize(
    ("email", "login"),
    [
        ("123+Octo-Cat@users.noreply.github.com", "github.com/octo-cat"),
        ("octocat@users.noreply.github.com", "github.com/octocat"),
        ("0123+octo-cat@users.noreply.github.com", "github.com/octo-cat"),
        ("123-cat@users.noreply.github.com", "github.com/123-cat"),
        ("123+dependabot[bot]@users.noreply.github.com", "github.com/dependabot"),
        ("1-ann@users.noreply.gitlab.mail", "gitlab.mail/ann"),
        ("alice@firm.mail", ""),
        ("@users.noreply.github.com", ""),
        ("a@users.noreply.github.com.evil@firm.mail", ""),
        ("", ""),
    ],
)
def test_a_noreply_address_names_an_account(email: str, login: str) -> None:
    assert noreply_login(email) == login


def test_an_agent_is_known_by_its_slug_and_a_bot_by_its_address() -> None:
    people = People(party)
    assert [(one.key, one.kind, one.agent) for one in map(people.who, (CLAUDE, ROBOT))] == [
        ("agent:claude-code", PartyKind.AGENT, "claude-code"),
        ("bot:robot@ci.mail", PartyKind.BOT, ""),
    ]


@pytest.mark.parametrize(
    "email",
    [
        "robot[bot]@users.noreply.github.com",
        "7+robot[bot]@users.noreply.github.com",
        "7+Robot[bot]@users.noreply.github.com",
    ],
)
def test_a_bot_is_one_under_every_noreply_address_of_its_account(email: str) -> None:
    assert who("robot[bot]", email).key == "bot:github.com/robot"


@pytest.mark.parametrize(
    ("email", "shared"),
    [
        ("", True),
        ("ann", True),
        ("ann@", True),
        ("@one.mail", True),
        ("root@localhost", True),
        ("ann@MacBook", True),
        ("ann@Macbook.local", True),
        ("ann@box.lan", True),
        ("ann@ip-10-0-0-1.compute.internal", True),
        ("ann@localhost.localdomain", True),
        ("Test@Example.com", True),
        ("test@mail.example.org", True),
        ("test@example.net.", True),
        ("a@b.example", True),
        ("a@b.test", True),
        ("a@b.invalid", True),
        ("noreply@github.com", True),
        ("ann@one.mail", False),
        ("ann@notexample.com", False),
        ("ann@local.mail", False),
        ("7+ann@users.noreply.github.com", False),
    ],
)
def test_an_address_is_nobodys_own_or_somebodys(email: str, *, shared: bool) -> None:
    assert shared_address(email) is shared
    assert who("Ann", email).nameable is not shared


def test_the_callers_file_tells_apart_two_logins_of_one_account() -> None:
    mails = [f"4711+{login}@users.noreply.github.com" for login in ("ada", "countess")]
    apart = tuple(PersonEntry(mail[5:8], (mail,)) for mail in mails)
    people = People(party, declared=identities(apart, (), ()))
    one, other = (people.who(Ident("X", mail)) for mail in mails)
    assert same_hand(one, other) is False


@pytest.mark.parametrize("trusted", [True, False])
def test_only_the_callers_file_says_whose_a_machines_address_is(*, trusted: bool) -> None:
    found = identities((PersonEntry("Ann", ("ann@box.local",)),), (), ())
    people = People(party, declared=found) if trusted else People(party, inside=found)
    assert people.who(Ident("mayor", "ann@box.local")).nameable is trusted


def test_a_name_typed_beside_an_agents_address_makes_nobody_that_agent() -> None:
    met = [Ident("mayor", CLAUDE.email), Ident("mayor", ALICE.email)]
    people = People(party, met=met)
    assert same_hand(people.who(CLAUDE), people.who(ALICE)) is False


def test_a_mailmap_joins_people_and_is_remembered() -> None:
    people = People(party, mailmap=Mailmap.parse(b"Alice Example <alice@firm.mail> <a@x.y>\n"))
    old = Ident("Al", "a@x.y")
    found = people.who(old)
    assert (found.key, found.name, found.email, found.raw) == (
        people.who(ALICE).key,
        "Alice Example",
        "alice@firm.mail",
        old,
    )
    assert people.used.mailmap == {1: {old}}
    assert people.who(old) is people.who(old)


def test_a_mailmap_that_changes_nothing_is_not_listed() -> None:
    people = People(party, mailmap=Mailmap.parse(b"Alice Example <alice@firm.mail>\n"))
    people.who(ALICE)
    assert people.used.mailmap == {}


def test_a_mailmap_cannot_make_an_agent_a_person() -> None:
    people = People(party, mailmap=Mailmap.parse(b"Ann <ann@x.y> <noreply@anthropic.com>\n"))
    assert people.who(CLAUDE).kind is PartyKind.AGENT
    assert people.used.mailmap == {}


def declared(*, trusted: bool) -> People:
    found = identities(
        (
            PersonEntry("Alice", ("ALICE@firm.mail", "a@home.mail")),
            PersonEntry("Mallory", (CLAUDE.email, ROBOT.email)),
        ),
        (ServiceEntry("helper", ("helper@firm.mail",), "ben@firm.mail"),),
        (ServiceEntry("builder", ("build@firm.mail",)),),
    )
    return People(party, declared=found) if trusted else People(party, inside=found)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_configuration_joins_addresses_and_names_services(*, trusted: bool) -> None:
    people = declared(trusted=trusted)
    emails = ["alice@firm.mail", "A@home.mail", "helper@firm.mail", "build@firm.mail"]
    found = [people.who(Ident("X", email)) for email in emails]
    assert [(one.name, one.kind, one.agent, one.owner) for one in found] == [
        ("Alice", PartyKind.PERSON, "", ""),
        ("Alice", PartyKind.PERSON, "", ""),
        ("helper", PartyKind.AGENT, "helper", "ben@firm.mail"),
        ("builder", PartyKind.BOT, "", ""),
    ]
    assert [one.key == found[0].key for one in found] == [True, True, False, False]


def test_only_the_callers_file_can_say_that_an_agent_is_a_person() -> None:
    kinds = [
        declared(trusted=trusted).who(ident).kind
        for trusted in (True, False)
        for ident in (CLAUDE, ROBOT)
    ]
    assert kinds == [PartyKind.PERSON, PartyKind.PERSON, PartyKind.AGENT, PartyKind.BOT]


def test_what_a_file_inside_the_repository_declares_is_remembered_when_met() -> None:
    people = declared(trusted=False)
    people.who(Ident("X", "Build@Firm.mail"))
    people.who(BEN)
    people.who(CLAUDE)
    assert [
        (address, entry.name, before) for address, (entry, before) in people.used.inside.items()
    ] == [("build@firm.mail", "builder", PartyKind.PERSON)]


def test_the_callers_file_tells_apart_two_people_of_one_name() -> None:
    found = identities(
        (PersonEntry("Li Wei (ops)", ("li@a.mail",)), PersonEntry("Li Wei", ("wei@b.mail",))),
        (),
        (),
    )
    people = People(party, declared=found)
    one, other = (people.who(Ident("Li Wei", mail)) for mail in ("li@a.mail", "wei@b.mail"))
    assert same_hand(one, other) is False


SECOND = Ident("A. E.", "alice@users.noreply.github.com")
FIRST = Ident("Alice Example", "7+alice@users.noreply.github.com")


def test_one_account_under_both_noreply_forms_is_one_hand() -> None:
    people = People(party)
    assert same_hand(people.who(FIRST), people.who(SECOND)) is True


def test_a_mailmap_cannot_make_one_account_look_like_two_hands() -> None:
    text = b"Bob Other <bob@x.mail> <7+alice@users.noreply.github.com>\n"
    people = People(party, mailmap=Mailmap.parse(text))
    assert same_hand(people.who(FIRST), people.who(SECOND)) is not False


def test_a_file_inside_the_repository_cannot_make_one_account_look_like_two_hands() -> None:
    found = identities((PersonEntry("Bob Other", (FIRST.email,)),), (), ())
    people = People(party, inside=found)
    assert same_hand(people.who(FIRST), people.who(SECOND)) is not False


def test_renaming_a_person_leaves_the_name_and_address_as_typed() -> None:
    text = b"Bob Other <bob@x.mail> <alice@firm.mail>\n"
    people = People(party, mailmap=Mailmap.parse(text))
    one = people.who(ALICE)
    assert same_hand(one, who("alice example", "elsewhere@x.mail")) is True
    assert same_hand(one, who("A", "alice@elsewhere.mail")) is None
