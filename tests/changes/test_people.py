"""Who is whom: one hand is never taken for two where that would show a review."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.commit import Ident
from affidavit.changes.identities import PersonEntry, ServiceEntry, identities
from affidavit.changes.mailmap import Mailmap
from affidavit.changes.people import People, Who, noreply_login, same_hand
from affidavit.provenance.model import Party, PartyKind

ALICE = Ident("Alice Example", "alice@example.com")
BEN = Ident("Ben Ode", "ben@example.com")
ROBOT = Ident("robot[bot]", "robot@ci.example")
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
        (ALICE, Ident("A", "ALICE@EXAMPLE.COM"), True),
        (ALICE, Ident(" alice   EXAMPLE ", "x@y.example"), True),
        (ALICE, Ident("A", "alice@other.example"), None),
        (ALICE, Ident("A", "alice.example@other.example"), None),
        (ALICE, Ident("alice", "x@y.example"), None),
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
        (Ident("A", "dev@one.example"), Ident("B", "dev@two.example"), False),
        (Ident("A", "no-reply@one.example"), Ident("B", "no-reply@two.example"), False),
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
        ("123+dependabot[bot]@users.noreply.github.com", "github.com/dependabot"),
        ("1-ann@users.noreply.gitlab.example", "gitlab.example/ann"),
        ("alice@example.com", ""),
        ("@users.noreply.github.com", ""),
        ("a@users.noreply.github.com.evil@example.com", ""),
        ("", ""),
    ],
)
def test_a_noreply_address_names_an_account(email: str, login: str) -> None:
    assert noreply_login(email) == login


def test_an_agent_is_known_by_its_slug_and_a_bot_by_its_address() -> None:
    people = People(party)
    assert [(one.key, one.kind, one.agent) for one in map(people.who, (CLAUDE, ROBOT))] == [
        ("agent:claude-code", PartyKind.AGENT, "claude-code"),
        ("bot:robot@ci.example", PartyKind.BOT, ""),
    ]


def test_a_mailmap_joins_people_and_is_remembered() -> None:
    people = People(party, mailmap=Mailmap.parse(b"Alice Example <alice@example.com> <a@x.y>\n"))
    old = Ident("Al", "a@x.y")
    found = people.who(old)
    assert (found.key, found.name, found.email, found.raw) == (
        people.who(ALICE).key,
        "Alice Example",
        "alice@example.com",
        old,
    )
    assert people.mailmap_lines == {1: {old}}
    assert people.who(old) is people.who(old)


def test_a_mailmap_that_changes_nothing_is_not_listed() -> None:
    people = People(party, mailmap=Mailmap.parse(b"Alice Example <alice@example.com>\n"))
    people.who(ALICE)
    assert people.mailmap_lines == {}


def test_a_mailmap_cannot_make_an_agent_a_person() -> None:
    people = People(party, mailmap=Mailmap.parse(b"Ann <ann@x.y> <noreply@anthropic.com>\n"))
    assert people.who(CLAUDE).kind is PartyKind.AGENT
    assert people.mailmap_lines == {}


def declared(*, trusted: bool) -> People:
    found = identities(
        (
            PersonEntry("Alice", ("ALICE@example.com", "a@home.example")),
            PersonEntry("Mallory", (CLAUDE.email, ROBOT.email)),
        ),
        (ServiceEntry("helper", ("helper@example.com",), "ben@example.com"),),
        (ServiceEntry("builder", ("build@example.com",)),),
    )
    return People(party, declared=found) if trusted else People(party, inside=found)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_configuration_joins_addresses_and_names_services(*, trusted: bool) -> None:
    people = declared(trusted=trusted)
    emails = ["alice@example.com", "A@home.example", "helper@example.com", "build@example.com"]
    found = [people.who(Ident("X", email)) for email in emails]
    assert [(one.name, one.kind, one.agent, one.owner) for one in found] == [
        ("Alice", PartyKind.PERSON, "", ""),
        ("Alice", PartyKind.PERSON, "", ""),
        ("helper", PartyKind.AGENT, "helper", "ben@example.com"),
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
    people.who(Ident("X", "Build@Example.com"))
    people.who(BEN)
    people.who(CLAUDE)
    assert [
        (address, entry.name, before) for address, (entry, before) in people.inside_used.items()
    ] == [("build@example.com", "builder", PartyKind.PERSON)]


def test_the_callers_file_tells_apart_two_people_of_one_name() -> None:
    found = identities(
        (PersonEntry("Li Wei (ops)", ("li@a.example",)), PersonEntry("Li Wei", ("wei@b.example",))),
        (),
        (),
    )
    people = People(party, declared=found)
    one, other = (people.who(Ident("Li Wei", mail)) for mail in ("li@a.example", "wei@b.example"))
    assert same_hand(one, other) is False


SECOND = Ident("A. E.", "alice@users.noreply.github.com")
FIRST = Ident("Alice Example", "7+alice@users.noreply.github.com")


def test_one_account_under_both_noreply_forms_is_one_hand() -> None:
    people = People(party)
    assert same_hand(people.who(FIRST), people.who(SECOND)) is True


def test_a_mailmap_cannot_make_one_account_look_like_two_hands() -> None:
    text = b"Bob Other <bob@x.example> <7+alice@users.noreply.github.com>\n"
    people = People(party, mailmap=Mailmap.parse(text))
    assert same_hand(people.who(FIRST), people.who(SECOND)) is not False


def test_a_file_inside_the_repository_cannot_make_one_account_look_like_two_hands() -> None:
    found = identities((PersonEntry("Bob Other", (FIRST.email,)),), (), ())
    people = People(party, inside=found)
    assert same_hand(people.who(FIRST), people.who(SECOND)) is not False


def test_renaming_a_person_leaves_the_name_and_address_as_typed() -> None:
    text = b"Bob Other <bob@x.example> <alice@example.com>\n"
    people = People(party, mailmap=Mailmap.parse(text))
    one = people.who(ALICE)
    assert same_hand(one, who("alice example", "elsewhere@x.example")) is True
    assert same_hand(one, who("A", "alice@elsewhere.example")) is None
