"""What is kept of a commit: read with the real rules, bounded, and free of control characters."""

from __future__ import annotations

import unicodedata
from typing import TypedDict, Unpack

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.commit import Commit, Ident
from affidavit.changes.identities import Identities, identities
from affidavit.changes.observe import ASSERTED, PEOPLE, TITLE, Observed, Observer
from affidavit.identity.entries import PersonEntry, ServiceEntry
from affidavit.provenance.catalogue import load
from affidavit.provenance.signals import Signals

ALICE = Ident("Alice Example", "alice@firm.mail")
BEN = Ident("Ben Ode", "ben@firm.mail")
CLAUDE = Ident("Claude", "noreply@anthropic.com")
GITHUB = Ident("GitHub", "noreply@github.com")
DEPENDABOT = Ident("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
SIGNALS = Signals(load())


class Fields(TypedDict, total=False):
    author: Ident
    committer: Ident
    parents: tuple[str, ...]
    committer_time: int | None


def commit(message: bytes, **fields: Unpack[Fields]) -> Commit:
    default = Commit(
        id="a" * 40,
        tree="b" * 40,
        parents=("c" * 40,),
        author=ALICE,
        committer=ALICE,
        committer_time=5,
        message=message,
    )
    return msgspec.structs.replace(default, **fields)


def seen(
    message: bytes,
    *,
    declared: Identities | None = None,
    inside: Identities | None = None,
    **fields: Unpack[Fields],
) -> Observed:
    observer = Observer(SIGNALS, declared, inside)
    return observer.observe(commit(message, **fields), forge_signed=False)


def test_a_plain_commit_is_little_more_than_its_title() -> None:
    assert seen(b"Work\n") == Observed(
        id="a" * 40,
        tree="b" * 40,
        parents=("c" * 40,),
        author=ALICE,
        committer=ALICE,
        time=5,
        title="Work",
        stated=None,
        forge_committer=False,
        forge_signed=False,
        automation=False,
        revert=False,
    )


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (b"", ""),
        (b"\n\n  Work  \nMore", "Work"),
        (b"a\x1b[2Jb\r\nMore", "a\\u001b[2Jb"),
        (b"J\xf6rg", "J\ufffdrg"),
        (b"x" * 300, "x" * (TITLE - 1) + "\u2026"),
        ("\u6f22".encode() * 200, "\u6f22" * TITLE),
    ],
)
def test_a_title_is_the_first_line_made_safe_to_show(message: bytes, title: str) -> None:
    assert seen(message).title == title


@given(st.binary(max_size=2_000))
def test_any_message_can_be_observed_and_shown(message: bytes) -> None:
    found = seen(message, committer=GITHUB)
    assert len(found.title) <= TITLE
    found.title.encode()
    assert not [one for one in found.title if unicodedata.category(one) in {"Cc", "Cs", "Zl"}]


def test_a_title_of_wide_characters_is_not_cut_inside_one() -> None:
    assert "\ufffd" not in seen("\U0001f916".encode() * 250).title


PEOPLE_NAMED = (
    b"Work\n\nCo-authored-by: Ben Ode <ben@firm.mail>\n"
    b"co-authored-by: Ben Ode <ben@firm.mail>\n"
    b"Signed-off-by: Alice Example <alice@firm.mail>\n"
    b"Co-authored-by: nobody at all\n"
    b"Reviewed-by: Ben Ode <ben@firm.mail>\nApproved-by: \x1b[2J\n"
)


def test_people_of_the_trailers_are_kept_once_each() -> None:
    found = seen(PEOPLE_NAMED)
    assert (found.co_authors, found.signed_off) == ((BEN,), (ALICE,))
    assert found.asserted == (
        "Reviewed-by: Ben Ode <ben@firm.mail>",
        "Approved-by: \\u001b[2J",
    )


def test_what_is_kept_of_the_trailers_is_bounded() -> None:
    lines = b"".join(
        b"Co-authored-by: P%d <p%d@x.mail>\nReviewed-by: P%d\n" % (n, n, n)
        for n in range(PEOPLE + 50)
    )
    found = seen(b"Work\n\n" + lines)
    assert (len(found.co_authors), len(found.asserted)) == (PEOPLE, ASSERTED)


@pytest.mark.parametrize(
    ("message", "revert"),
    [
        (b'Revert "Bad"', True),
        (b"Undo it\n\nThis reverts commit " + b"a" * 40 + b".", True),
        (b"Undo it\n\nThis reverts commit abc.", False),
        (b"Undo it\n\n> This reverts commit " + b"a" * 40, False),
        (b"Reverting is hard", False),
        (b"Revert to the old colours", False),
    ],
)
def test_a_revert_is_one_by_gits_own_words(message: bytes, *, revert: bool) -> None:
    assert seen(message).revert is revert


@pytest.mark.parametrize(
    ("author", "automation"), [(ALICE, False), (DEPENDABOT, True), (CLAUDE, False), (GITHUB, False)]
)
def test_automation_is_told_by_its_author(author: Ident, *, automation: bool) -> None:
    assert seen(b"Work", author=author).automation is automation


@pytest.mark.parametrize(
    ("line", "automation"),
    [
        (b"Co-authored-by: Ben Ode <ben@firm.mail>", False),
        (b"Co-authored-by: Ben Ode <ben@firm.mail>\n\nMore", False),
        (b"Co-authored-by: Builder <build@x.mail>", True),
        (b"Co-authored-by: dependabot[bot] <dependabot[bot]@users.noreply.github.com>", True),
        (b"Signed-off-by: Ben Ode <ben@firm.mail>", True),
    ],
)
def test_a_person_beside_a_bot_makes_it_no_automation(line: bytes, *, automation: bool) -> None:
    declared = identities((), (), (ServiceEntry("builder", ("build@x.mail",)),))
    found = seen(b"Bump\n\n" + line, author=DEPENDABOT, declared=declared)
    assert found.automation is automation


def test_agents_and_persons_named_among_the_text_are_co_authors_and_bots_are_not() -> None:
    lines = b"".join(b"Co-authored-by: %b\n" % str(one).encode() for one in (BEN, CLAUDE))
    bot = f"Co-authored-by: {DEPENDABOT}\n".encode()
    assert seen(b"Work\n\n" + lines + bot + b"\nMore").co_authors == (BEN, CLAUDE)


@pytest.mark.parametrize("kind", ["bot", "agent"])
def test_who_a_file_inside_calls_a_machine_stays_a_co_author(kind: str) -> None:
    entry = (ServiceEntry("builder", (BEN.email,)),)
    inside = identities((), entry, ()) if kind == "agent" else identities((), (), entry)
    message = f"Work\n\nCo-authored-by: {BEN}\n\nMore".encode()
    assert seen(message, inside=inside).co_authors == (BEN,)


@pytest.mark.parametrize(
    ("parents", "merges"), [((), False), (("a",), False), (("a", "a"), False), (("a", "b"), True)]
)
def test_a_merge_has_two_different_parents(parents: tuple[str, ...], *, merges: bool) -> None:
    found = seen(b"Work\n\nCo-authored-by: Claude <noreply@anthropic.com>", parents=parents)
    assert (found.merges, found.contributes) == (merges, True)
    assert seen(b"Work", parents=parents).contributes is not merges


def test_a_forges_committer_is_told_as_such() -> None:
    found = seen(b"Fix (#12)\n", committer=GITHUB)
    assert (found.forge_committer, found.stated and found.stated.number) == (True, "12")


def table() -> Identities:
    return identities(
        (PersonEntry("Claude Monet", (CLAUDE.email,)),),
        (ServiceEntry("helper", (ALICE.email, BEN.email)),),
        (ServiceEntry("builder", ("build@x.mail",)),),
    )


@pytest.mark.parametrize("trusted", [True, False])
def test_a_declared_agent_makes_a_claim_as_author_and_co_author(*, trusted: bool) -> None:
    found = seen(PEOPLE_NAMED, declared=table()) if trusted else seen(PEOPLE_NAMED, inside=table())
    assert [(one.rule, one.agent, one.role.value, one.evidence) for one in found.claims] == [
        ("PRV-DECLARED-001", "helper", "author", "Alice Example <alice@firm.mail>"),
        ("PRV-DECLARED-001", "helper", "co-author", "Ben Ode <ben@firm.mail>"),
    ]


def test_only_the_callers_file_takes_a_claim_away() -> None:
    message = b"Work\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"
    author = Ident("Zoe", "zoe@x.mail")
    outside = seen(message, declared=table(), author=author)
    inside = seen(message, inside=table(), author=author)
    assert (outside.claims, len(inside.claims)) == ((), 1)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_declared_bot_is_automation(*, trusted: bool) -> None:
    author = Ident("Builder", "build@x.mail")
    given_ = table()
    found = (
        seen(b"Work", declared=given_, author=author)
        if trusted
        else seen(b"Work", inside=given_, author=author)
    )
    assert found.automation is True
