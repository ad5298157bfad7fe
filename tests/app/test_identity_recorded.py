"""Versions of a file in a ledger: recorded once, without a name, and read back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from recorded_audits import dispose, kinds, ledger, stored

from affidavit.app.identity.listing import declared
from affidavit.app.identity.recording import Recorded, versions_recorded
from affidavit.app.ledger.kept import by, keeping
from affidavit.app.ledger.view import Choice, viewing
from affidavit.base.errors import EntryError, UsageError
from affidavit.base.period import moment
from affidavit.identity.account import Account
from affidavit.identity.member import Role
from affidavit.identity.versions import Entitled
from affidavit.ledger.declared import CHANNEL, IdentityDeclared
from affidavit.ledger.entry import Fact
from histories import ran

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.identity.versions import Versions
    from gitrepo import Repo

__all__ = ["ledger"]

FILE = "affidavit.toml"
NAME = "team/service"
WHO = """version = 1
[[person]]
name = "Ada Lovelace"
addresses = ["ada@firm.mail"]
accounts = ["github:ada", "github:7"]
keys = ["0123456789ABCDEF0123456789ABCDEF01234567"]
roles = ["reviewer", { role = "admin", until = 2026-01-31 }]
[[person]]
name = "Ben Ode"
addresses = ["ben@firm.mail"]
[[agent]]
name = "helper"
addresses = ["helper@firm.mail"]
owner = "ada@firm.mail"
"""


def history(repo: Repo) -> None:
    repo.commit("Who", files={FILE: WHO}, date="2026-01-10")
    repo.commit("Gone", files={FILE: None}, date="2026-02-10")
    repo.commit("Odd", files={FILE: "odd"}, date="2026-03-10")
    repo.commit("Again", files={FILE: WHO.replace('"reviewer", ', "")}, date="2026-04-10")


def record(repo: Repo, place: Home) -> Recorded:
    return declared(repo.path, FILE, NAME, place)


def kept(place: Home) -> Versions:
    return versions_recorded(place, NAME, FILE)


def answers(found: Versions, who: Account | str, role: Role, *days: str) -> list[Entitled]:
    return [found.entitled(who, role, moment(day, "--at")) for day in days]


DAYS = ("2026-01-09", "2026-01-11", "2026-02-11", "2026-03-11", "2026-04-11")


def test_what_was_recorded_answers_as_the_repository_does(repo: Repo, ledger: Home) -> None:
    history(repo)
    assert record(repo, ledger) == Recorded(new=4, known=0)
    ada = Account("github.com", "renamed", 7)
    unknown, yes, no = Entitled.UNKNOWN, Entitled.YES, Entitled.NO
    found = kept(ledger)
    assert answers(found, ada, Role.REVIEWER, *DAYS) == [unknown, yes, unknown, unknown, no]
    assert answers(found, "ada@firm.mail", Role.ADMIN, *DAYS) == [
        unknown,
        yes,
        unknown,
        unknown,
        no,
    ]
    where = found.at(moment("2026-01-11", "--at"))
    assert where is not None
    assert [one.name for one in where.members] == ["Ada Lovelace", "Ben Ode", "helper"]
    assert (
        where.owner(where.members[2])
        == where.members[0]
        == where.by_key("0123456789abcdef" * 2 + "01234567")
    )


def test_a_version_is_recorded_once(repo: Repo, ledger: Home) -> None:
    history(repo)
    record(repo, ledger)
    repo.commit("Newest", files={FILE: WHO}, date="2026-05-10")
    assert record(repo, ledger) == Recorded(new=1, known=4)
    assert kinds(ledger) == ["identity.declared.v1"] * 5


def test_no_name_address_account_key_or_path_stands_in_the_ledger(repo: Repo, ledger: Home) -> None:
    history(repo)
    record(repo, ledger)
    data = stored(ledger).lower()
    words = (
        b"lovelace",
        b"ada@",
        b"ben ode",
        b"firm.mail",
        b"helper",
        b"github",
        b"0123456789abcdef",
        b".toml",
    )
    assert [one for one in words if one in data] == []


def test_after_a_disposal_whom_the_rest_does_not_name_is_unknown(repo: Repo, ledger: Home) -> None:
    history(repo)
    record(repo, ledger)
    dispose(ledger, "ada@firm.mail")
    found, day = kept(ledger), "2026-01-11"
    asked = ("ada@firm.mail", "nobody@firm.mail", "ben@firm.mail")
    assert [answers(found, who, Role.REVIEWER, day) for who in asked] == [
        [Entitled.UNKNOWN],
        [Entitled.UNKNOWN],
        [Entitled.NO],
    ]


def test_after_a_history_was_rewritten_nothing_is_known_until_the_next(
    repo: Repo, ledger: Home
) -> None:
    first = repo.commit("Begin", files={}, date="2026-01-01")
    repo.commit("Who", files={FILE: WHO}, date="2026-01-20")
    record(repo, ledger)
    repo.branch("main", first)
    repo.commit("Another", files={FILE: WHO}, date="2026-01-15")
    record(repo, ledger)
    repo.commit("Next", files={FILE: WHO + "#\n"}, date="2026-01-25")
    record(repo, ledger)
    days = ("2026-01-14", "2026-01-18", "2026-01-21", "2026-01-26")
    assert answers(kept(ledger), "ada@firm.mail", Role.REVIEWER, *days) == [
        Entitled.UNKNOWN,
        Entitled.UNKNOWN,
        Entitled.UNKNOWN,
        Entitled.YES,
    ]


def test_versions_of_another_file_or_repository_are_not_its_own(repo: Repo, ledger: Home) -> None:
    history(repo)
    record(repo, ledger)
    assert versions_recorded(ledger, NAME, "other.toml").versions == ()
    assert versions_recorded(ledger, "another", FILE).versions == ()


BODY: dict[str, object] = {
    "repository": "repository:" + "0" * 32,
    "file": "hmac-sha256:" + "0" * 64,
    "in_force_after": "2026-01-01T00:00:00Z",
    "state": "removed",
    "members": [],
}


@pytest.mark.parametrize(
    "fact",
    [
        Fact(kind="identity.declared.v1", stream="x", actor="x", body=BODY),
        Fact(kind="x.y.v1", stream="identity:x", actor="x", body={}),
        Fact(kind="x.y.v1", stream="x", actor="x", id="identity:x", body={}),
    ],
)
def test_nobody_else_writes_such_facts(ledger: Home, fact: Fact) -> None:
    with keeping(ledger) as keeper, pytest.raises(EntryError, match="identity"):
        keeper.append([fact], by("append"))


def test_a_version_whose_members_are_of_an_unknown_sort_is_unknown(
    repo: Repo, ledger: Home
) -> None:
    history(repo)
    record(repo, ledger)
    with viewing(ledger) as view:
        row = next(view.chosen(Choice(kind="identity.declared.v1")))
    body = msgspec.json.decode(row.entry.body, type=dict[str, object])
    member = {"party": "x", "party_kind": "robot", "name": body["file"]}
    later = {**body, "members": [member], "in_force_after": "2026-05-10T00:00:00Z"}
    fact = Fact(kind="identity.declared.v1", stream=row.entry.stream, actor="x", body=later)
    with keeping(ledger) as keeper:
        keeper.append([fact], by(CHANNEL))
    days = ("2026-05-09", "2026-05-11")
    assert answers(kept(ledger), "ben@firm.mail", Role.ADMIN, *days) == ["no", "unknown"]


def test_a_repository_without_a_name_is_not_recorded(repo: Repo, ledger: Home) -> None:
    history(repo)
    with pytest.raises(UsageError, match="no name of its own"):
        declared(repo.path, FILE, None, ledger)


def test_the_command_records_and_says_so(repo: Repo, ledger: Home) -> None:
    history(repo)
    done = ran(
        *("identity", "list", "--repo", repo.path, "--record", "--ledger", ledger.folder.parent),
        *("--name", NAME),
        here=repo.path,
    )
    assert (done.status, done.out.splitlines()[-1]) == (0, "recorded       4 versions, 0 known")
    with viewing(ledger) as view:
        rows = list(view.chosen(Choice(kind="identity.declared.v1")))
    bodies = [msgspec.json.decode(row.entry.body, type=IdentityDeclared) for row in rows]
    assert [(one.state, one.in_force_after[:10], len(one.members)) for one in bodies] == [
        ("declared", "2026-01-10", 3),
        ("removed", "2026-02-10", 0),
        ("unknown", "2026-03-10", 0),
        ("declared", "2026-04-10", 3),
    ]
    assert [each.role for each in bodies[3].members[0].roles] == ["admin"]
