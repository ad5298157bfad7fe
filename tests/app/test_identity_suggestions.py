"""What a history suggests of people, agents and bots, with its reasons, and nothing else."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.config import config
from affidavit.app.identity.pasting import pasted
from affidavit.app.identity.suggesting import Suggestions, suggestions
from affidavit.base.commit import Ident
from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    Line,
    Origin,
    PullCommit,
    PullRequest,
    Review,
    ReviewState,
)
from affidavit.changes.joins import Joins, Reason, Seen, Strength
from affidavit.changes.people import People
from affidavit.identity.account import Account as Named
from affidavit.identity.directory import directory
from affidavit.provenance.model import Party, PartyKind
from gitrepo import BEN
from histories import CLAUDE, DEPENDABOT, Silence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gitrepo import Repo

ADA = Account(login="ada", kind=AccountKind.PERSON, id=7)
HEAD = (
    '{"format":"affidavit/forge@1","forge":"github","host":"github.com","repository":"o/r",'
    '"tool":"affidavit 0"}\n'
)


def commit(oid: str, email: str, account: Account | None) -> PullCommit:
    return PullCommit(
        oid=oid,
        tree=None,
        message=None,
        author_name="Somebody",
        author_email=email,
        author=account,
        committer_name=None,
        committer_email=None,
        committer=None,
        authored_at=None,
        committed_at=None,
        signed=None,
    )


def export(place: Path, *commits: PullCommit, reviewer: Account | None = None) -> Path:
    """An export of one pull request."""
    review = Review(
        id=1,
        state=ReviewState.APPROVED,
        author=reviewer,
        submitted_at=None,
        edited_at=None,
        commit=None,
    )
    pull = PullRequest(
        number=1, id=1, url="https://github.com/o/r/pull/1", title="", body=None, state="open",
        draft=False, created_at="2026-01-01T00:00:00Z", updated_at="2026-01-01T00:00:00Z",
        closed_at=None, merged_at=None, base_ref="main", base_oid=None, head_ref="side",
        head_oid=None, head_repository=None, author=None, merged_by=None, merge_commit=None,
        auto_merge=None, labels=(), commits=commits, reviews=(review,), events=(),
        changed_files=None, additions=None, deletions=None,
    )  # fmt: skip
    origin = Origin(url="https://x", fetched_at="2026-01-01T00:00:00Z", digest="sha256:0")
    line = msgspec.json.encode(Line(origin=origin, data=pull))
    place.write_bytes(HEAD.encode() + line + b"\n")
    return place


def suggested(repo: Repo, place: Path | None = None) -> Suggestions:
    return suggestions(repo.path, place, Silence())


def text(found: Suggestions) -> str:
    return "\n".join(pasted(found)) + "\n"


def reasons(found: Suggestions) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Of each proposed person the reasons: two labels, by what, and the commits."""
    return [
        (one.one, one.other, one.because, one.commits)
        for group in found.persons
        for part in group.parts
        if (one := part.reason)
    ]


def test_one_full_name_joins_two_addresses_with_the_commits_that_show_it(repo: Repo) -> None:
    home = repo.commit("One", author="Ada Lovelace <ada@home.mail>")
    repo.commit("Two", author="Ada  LOVELACE <ada@firm.mail>")
    firm = repo.commit("Three", author="Ada Lovelace <ada@firm.mail>")
    repo.commit("Four", author=BEN)
    found = suggested(repo)
    assert reasons(found) == [
        ("ada@firm.mail", "ada@home.mail", 'both were typed "ada lovelace"', (firm, home))
    ]
    assert tomllib.loads(text(found)) == {
        "version": 1,
        "person": [{"name": "Ada Lovelace", "addresses": ["ada@firm.mail", "ada@home.mail"]}],
    }


def test_a_name_that_was_typed_once_among_many_is_only_alike(repo: Repo) -> None:
    wrong = repo.commit("Slip", author="Ben Ode <ada@firm.mail>")
    for _ in range(10):
        repo.commit(author="Ada Lovelace <ada@firm.mail>")
    ben = repo.commit(author="Ben Ode <ode@home.mail>")
    found = suggested(repo)
    assert (found.persons, [(one.one, one.other, one.commits) for one in found.perhaps]) == (
        (),
        [("ode@home.mail", "ada@firm.mail", (ben, wrong))],
    )
    again = repo.commit("Slip again", author="Ben Ode <ada@firm.mail>")
    (group,) = suggested(repo).persons
    (reason,) = [one.reason for one in group.parts if one.reason]
    assert (reason.strength, reason.commits) == (Strength.NAME, (again, ben))


def test_one_number_joins_two_logins_and_one_login_of_two_numbers_joins_nobody(
    repo: Repo,
) -> None:
    repo.commit(author="a <7+ada@users.noreply.github.com>")
    repo.commit(author="b <7+countess@users.noreply.github.com>")
    repo.commit(author="c <8+countess@users.noreply.github.com>")
    found = suggested(repo)
    assert [why.because for part in found.persons[0].parts if (why := part.reason)] == [
        "both are account number 7 of github.com"
    ]
    (person,) = tomllib.loads(text(found))["person"]
    assert person["accounts"] == ["github:7"]


def test_a_mailmap_joins_with_its_line(repo: Repo) -> None:
    repo.commit(
        author="A. <ada@home.mail>", files={".mailmap": "#\nAda <ada@f.mail> <ada@home.mail>\n"}
    )
    repo.commit(author="Ada <ada@f.mail>")
    assert [one[2] for one in reasons(suggested(repo))] == [".mailmap says so in line 2"]


def test_a_forge_joins_an_address_and_an_account_by_the_commits_it_says_so_of(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit(author="A. <ada@home.mail>")
    place = export(
        tmp_path / "x.jsonl",
        commit("1" * 40, "ada@home.mail", ADA),
        commit("2" * 40, "gone@firm.mail", ADA),
        commit("3" * 40, "other@firm.mail", None),
    )
    found = suggested(repo, place)
    assert reasons(found) == [
        (
            "ada@home.mail",
            "github:7",
            "github.com ties the address to the account",
            ("1" * 40,),
        ),
        (
            "gone@firm.mail",
            "github:7",
            "github.com ties the address to the account",
            ("2" * 40,),
        ),
    ]
    assert tomllib.loads(text(found))["person"] == [
        {
            "name": "A.",
            "addresses": ["ada@home.mail", "gone@firm.mail"],
            "accounts": ["github:ada", "github:7"],
        }
    ]


def test_agents_and_bots_are_proposed_as_such_by_their_rule(repo: Repo) -> None:
    repo.commit(author=CLAUDE)
    repo.commit(author=DEPENDABOT)
    found = tomllib.loads(text(suggested(repo)))
    assert found == {
        "version": 1,
        "agent": [{"name": "claude-code", "addresses": ["noreply@anthropic.com"]}],
        "bot": [{"name": "dependabot", "accounts": ["github:dependabot[bot]", "github:49699333"]}],
    }


def test_an_account_that_the_forge_says_is_an_app_s_is_a_bot_and_no_person(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit(author="Rob Ott <rob@firm.mail>")
    repo.commit(author="Rob Ott <ott@firm.mail>")
    robot = Account(login="rob-ott", kind=AccountKind.BOT, id=9)
    place = export(tmp_path / "x", commit("1" * 40, "rob@firm.mail", robot), reviewer=robot)
    assert tomllib.loads(text(suggested(repo, place))) == {
        "version": 1,
        "bot": [
            {
                "name": "rob-ott",
                "addresses": ["rob@firm.mail"],
                "accounts": ["github:rob-ott[bot]", "github:9"],
            }
        ],
    }


def test_an_agent_that_works_under_a_person_s_address_does_not_take_it(repo: Repo) -> None:
    repo.commit(author="Ada Lovelace <ada@firm.mail>")
    repo.commit(author="claude[bot] <ada@firm.mail>")
    assert tomllib.loads(text(suggested(repo))) == {"version": 1}


@pytest.mark.parametrize(
    "author",
    ["Ada Lovelace <ada@box.local>", "Ada Lovelace <noreply@github.com>", "root <a@b.mail>"],
)
def test_an_address_that_is_nobodys_own_is_proposed_for_nobody(repo: Repo, author: str) -> None:
    repo.commit(author="Ada Lovelace <ada@home.mail>")
    repo.commit(author="root <root@firm.mail>")
    repo.commit(author=author)
    assert suggested(repo).persons == ()


def test_what_is_only_alike_is_listed_apart(repo: Repo) -> None:
    one = repo.commit(author="Ada <alovelace@home.mail>")
    other = repo.commit(author="Ada Lovelace <ada@firm.mail>")
    found = suggested(repo)
    assert (found.persons, found.perhaps) == (
        (),
        (
            Reason(
                one="ada@firm.mail",
                other="alovelace@home.mail",
                strength=Strength.ALIKE,
                because='a name, an account or an address of each comes to "ada"',
                commits=(other, one),
            ),
        ),
    )
    assert "#   ada@firm.mail and alovelace@home.mail: a name" in text(found)


DECLARED = 'version = 1\n[[person]]\nname = "Ada"\naddresses = ["ada@home.mail"]\n'


def test_what_is_declared_is_not_proposed_again_but_what_is_missing_from_it(repo: Repo) -> None:
    repo.commit(author="Ada Lovelace <ada@home.mail>", files={"affidavit.toml": DECLARED})
    repo.commit(author="Ada Lovelace <ada@firm.mail>")
    found = suggested(repo)
    assert found.persons == ()
    assert [(one.name, [part.label for part in one.parts]) for one in found.additions] == [
        ("Ada", ["ada@firm.mail"])
    ]
    shown = text(found).partition("# affidavit.toml declares ")[2].splitlines()
    assert [line.partition(" (")[0] for line in shown] == [
        '"Ada"; this may be the same person\'s:',
        '#   "ada@firm.mail"  # both were typed "ada lovelace"; the other is ada@home.mail',
    ]
    assert tomllib.loads(text(found)) == {}


def test_two_who_are_declared_apart_are_named_where_something_strong_joins_them(repo: Repo) -> None:
    ben = '[[person]]\nname = "Ben"\naddresses = ["ada@firm.mail"]\n'
    repo.commit(author="Ada Lovelace <ada@home.mail>", files={"affidavit.toml": DECLARED + ben})
    repo.commit(author="Ada Lovelace <ada@firm.mail>")
    found = suggested(repo)
    assert (found.persons, found.additions) == ((), ())
    assert [one.because for one in found.perhaps] == ['both were typed "ada lovelace"']


def test_two_persons_of_one_name_are_told_apart(repo: Repo) -> None:
    for number in (1, 2):
        repo.commit(author=f"ada <{number}+x{number}@users.noreply.github.com>")
        repo.commit(author=f"ada <{number}+y{number}@users.noreply.github.com>")
    names = [one["name"] for one in tomllib.loads(text(suggested(repo)))["person"]]
    assert len(names) == len(set(names)) == 2


def test_what_an_export_says_cannot_break_out_of_a_comment_or_a_text(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit(author="A. <ada@home.mail>")
    odd = '\n[[person]]\nname = "M"\naddresses = ["m@x"]\n#"'
    told = Account(login=odd, kind=AccountKind.PERSON, id=7)
    robot = Account(login=f"{odd}x", kind=AccountKind.BOT, id=8)
    one, other = commit(odd, "ada@home.mail", told), commit(odd, f"b{odd}@b.mail", robot)
    place = export(tmp_path / "x.jsonl", one, other)
    place.write_bytes(place.read_bytes().replace(b'"host":"github.com"', b'"host":"a.b\\nx=1"', 1))
    assert tomllib.loads(text(suggested(repo, place))) == {
        "version": 1,
        "person": [{"name": "A.", "addresses": ["ada@home.mail"]}],
    }


def test_every_app_that_took_part_is_a_bot(repo: Repo, tmp_path: Path) -> None:
    repo.commit(author="A. <ada@home.mail>")
    reviewer = Account(login="copilot-swe-agent", kind=AccountKind.BOT, id=198982749)
    other = Account(login="checker", kind=AccountKind.BOT)
    place = export(tmp_path / "x", commit("1" * 40, "copy@x.mail", other), reviewer=reviewer)
    assert tomllib.loads(text(suggested(repo, place))) == {
        "version": 1,
        "agent": [
            {
                "name": "copilot-cloud-agent",
                "accounts": ["github:copilot-swe-agent[bot]", "github:198982749"],
            }
        ],
        "bot": [{"name": "checker", "accounts": ["github:checker[bot]"]}],
    }


def test_a_commit_in_another_character_set_is_read_too(repo: Repo) -> None:
    for address in ("joerg@a.mail", "joerg@b.mail"):
        repo.commit(
            author=f"J\u00f6rg M <{address}>".encode("latin-1"), headers=b"encoding ISO-8859-1\n"
        )
    (group,) = suggested(repo).persons
    assert (group.name, [part.label for part in group.parts]) == (
        "J\u00f6rg M",
        ["joerg@b.mail", "joerg@a.mail"],
    )


def party(_: Ident) -> Party:
    return Party(PartyKind.PERSON)


def joined(idents: Iterable[Ident]) -> Joins:
    people = People(party)
    seen = [Seen(who=people.who(one), count=1, commits=("1" * 40,)) for one in idents]
    return Joins(seen, [], [])


TYPED = st.builds(
    Ident,
    st.sampled_from(["Ada L", "ada", "A\u0301da L", 'x"\\\x7f\U000e0001 y', "\u202e z"])
    | st.text(),
    st.sampled_from(
        [
            "a@b.mail",
            "7+ada@users.noreply.github.com",
            "ada@users.noreply.github.com",
            'q"\\@c.mail',
        ]
    )
    | st.builds("{}@{}.mail".format, st.text(), st.text(max_size=3)),
)


@given(st.lists(TYPED, max_size=8))
def test_whatever_was_typed_the_proposal_is_a_sound_file(idents: list[Ident]) -> None:
    found = Suggestions(
        head="0" * 40,
        declared=(),
        persons=tuple(joined(idents).groups()),
        services=(),
        additions=(),
        perhaps=tuple(joined(idents).perhaps()),
    )
    tables = config(text(found).encode(), "x").tables
    for group, entry in zip(found.persons, tables.person, strict=True):
        addresses = {part.address for part in group.parts if part.address}
        assert set(entry.addresses) == addresses


def test_a_proposal_that_is_taken_over_is_proposed_no_more(repo: Repo) -> None:
    repo.commit(author="Ada Lovelace <ada@home.mail>")
    repo.commit(author="Ada Lovelace <7+ada@users.noreply.github.com>")
    repo.commit(author=DEPENDABOT)
    before = text(suggested(repo))
    repo.commit(files={"affidavit.toml": before})
    found = suggested(repo)
    assert (found.persons, found.services, found.additions) == ((), (), ())
    where = directory(config(before.encode(), "x").tables)
    ada = where.by_account(Named("github.com", "renamed", 7))
    assert ada is not None
    assert ada.name == "Ada Lovelace"
