"""Roles and code owners of real changes: by the file that was in force when it mattered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.records import owning
from affidavit.app.records.owning import Owning
from affidavit.app.records.roles import chain, roles
from affidavit.changes.forge.model import Account, AccountKind, Review, ReviewState
from affidavit.changes.record.material import Kept
from affidavit.changes.record.model import Authority, Owned
from affidavit.sources.git.history import walk
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from change_desk import Desk, told
from forgelines import ORIGIN, pull
from forges import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.record.material import CodeOwners
    from gitrepo import Repo

WHY = "no version of the identities in force then gives roles"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        yield Desk(forge, tmp_path)


def identities(*roles: str) -> str:
    told = ", ".join(f'"{one}"' for one in roles)
    ann = '[[person]]\nname = "Ann"\naccounts = ["127.0.0.1:ann"]\nroles = ["admin"]\n'
    ben = f'[[person]]\nname = "Ben"\naccounts = ["127.0.0.1:ben"]\nroles = [{told}]\n'
    return f"version = 1\n{ann}{ben}"


class TestRoles:
    """Whoever approved is judged by the identities of then."""

    def test_an_approver_has_the_roles_of_the_version_in_force_when_they_approved(
        self, desk: Desk
    ) -> None:
        desk.approved("a.py").merge(desk.cleo, "squash")
        given = desk.shop.direct(
            desk.ann, "Roles", {"affidavit.toml": identities("reviewer", "change-authority")}
        )
        desk.approved("b.py").merge(desk.cleo, "squash")
        desk.shop.direct(desk.ann, "Taken", {"affidavit.toml": identities("reviewer")})
        desk.approved("c.py").merge(desk.cleo, "squash")
        last, _, second, _, first, *_ = desk.records()
        assert [one.reviewers.values[0].roles for one in (first, second, last)] == [
            None,
            ("reviewer", "change-authority"),
            ("reviewer",),
        ]
        (approver,) = second.approvers.values
        authority = Authority(account="ben", approved_at=approver.approved_at, version=given)
        assert [told(one.authority) for one in (first, second, last)] == [
            ((), WHY),
            ((authority,), None),
            ((), None),
        ]

    def test_identities_without_roles_tell_nothing(self, desk: Desk) -> None:
        desk.shop.direct(desk.ann, "No roles", {"affidavit.toml": "version = 1\n"})
        desk.approved().merge(desk.cleo, "squash")
        assert told(desk.newest().authority) == ((), WHY)

    def test_whom_the_identities_do_not_name_has_no_role(self, desk: Desk) -> None:
        text = identities("reviewer").replace("127.0.0.1:ben", "127.0.0.1:zoe")
        desk.shop.direct(desk.ann, "Roles", {"affidavit.toml": text})
        desk.approved().merge(desk.cleo, "squash")
        record = desk.newest()
        assert (record.reviewers.values[0].roles, told(record.authority)) == ((), ((), None))


def reviewed(at: str | None) -> Review:
    return Review(
        id=1, state=ReviewState.APPROVED, author=Account("ben", AccountKind.PERSON),
        submitted_at=at, edited_at=None, commit=None,
    )  # fmt: skip


def test_only_versions_that_may_have_been_in_force_are_read_and_the_answers_are_the_same(
    repo: Repo,
) -> None:
    for day, given in ((5, ("admin",)), (10, ("reviewer",)), (15, ()), (20, ("security",))):
        repo.commit(files={"affidavit.toml": identities(*given)}, date=f"2026-01-{day:02}")
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        head = repo.git("rev-parse", "main").decode().strip()
        commits = chain(walk(git, [head], lambda *_: None), head, [])
        found = {}
        for day in range(1, 28):
            asked = pull(1, reviews=(reviewed(f"2026-01-{day:02}T23:00:00Z"), reviewed(None)))
            several = (Kept(origin=ORIGIN, data=asked),)
            (found[day],) = roles(objects, commits, "127.0.0.1", several).of(asked).values()
    told = {day: one.roles for day, one in found.items()}
    assert told == {
        day: expected
        for days, expected in (
            (range(1, 5), None),
            (range(5, 10), ("admin",)),
            (range(10, 15), ("reviewer",)),
            (range(15, 20), ()),
            (range(20, 28), ("security",)),
        )
        for day in days
    }


class TestOwners:
    """The file at the base counts, the first of its three places."""

    def test_the_file_that_a_change_brings_itself_does_not_count(self, desk: Desk) -> None:
        desk.shop.direct(desk.ann, "Owners", {"docs/CODEOWNERS": "* @cleo\n*.py @ben\n"})
        base = desk.shop.heads["main"]
        pull = desk.shop.open(desk.ann, "Mine", {"CODEOWNERS": "* @ann\n", "a.py": "1\n"})
        pull.review(desk.ben)
        pull.merge(desk.cleo, "squash")
        owners = desk.newest().owners
        place = "docs/CODEOWNERS"
        assert owners.why is None
        assert [(one.pattern, one.approved, one.by) for one in owners.values] == [
            ("*", "no", ()),
            ("*.py", "yes", ("ben",)),
        ]
        assert owners.values[1] == Owned(
            file=place, line=2, pattern="*.py", owners=("@ben",), paths=1,
            approved=owners.values[1].approved, by=("ben",),
        )  # fmt: skip
        assert {one.source.at for one in owners.items if one.source} == {base}

    def test_the_first_place_counts_and_each_landing_has_its_own_base(self, repo: Repo) -> None:
        first = repo.commit("One")
        root = repo.commit("Root", files={"CODEOWNERS": "a @ann\n", "docs/CODEOWNERS": "b @ben\n"})
        top = repo.commit("Top", files={".github/CODEOWNERS": "c @cy\n"})
        bases = {"none": "", "lost": None, "1": first, "2": root, "3": top, "gone": "e" * 40}
        found = {name: one for name, (_, one) in owning_of(repo, bases).items()}
        assert found == {
            "none": (),
            "lost": ("what it landed on is not here",),
            "1": (),
            "2": ("CODEOWNERS", "a"),
            "3": (".github/CODEOWNERS", "c"),
            "gone": ("the files at its base cannot be read",),
        }

    def test_a_file_that_a_forge_does_not_load_names_no_known_owner(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commit = repo.commit("Large", files={"CODEOWNERS": "abcdef @ann\n"})
        monkeypatch.setattr(owning, "LARGEST", 5)
        ((_, told),) = owning_of(repo, {"1": commit}).values()
        assert told == (
            "CODEOWNERS at its base has more than 5 bytes, which a forge does not load",
        )

    def test_a_file_of_too_many_rules_is_not_read_half(self, repo: Repo) -> None:
        commit = repo.commit("Many", files={"CODEOWNERS": "a @ann\n" * 2_001})
        ((_, told),) = owning_of(repo, {"1": commit}).values()
        assert told == (
            "CODEOWNERS at its base has more than 2,000 rules or 200,000 characters of patterns",
        )


def owning_of(
    repo: Repo, bases: dict[str, str | None]
) -> dict[str, tuple[CodeOwners, tuple[str, ...]]]:
    """What is found for each landing, and in words: why not, or the place and first pattern."""
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        asked = Owning(objects, bases)
        found = {landing: asked.of(landing) for landing in bases}
    return {landing: (one, tuple(_shown(one))) for landing, one in found.items()}


def _shown(found: CodeOwners) -> Iterator[str]:
    if found.why is not None:
        yield found.why
    if found.rules is not None:
        yield from (found.path, found.rules.rules[0].pattern)
