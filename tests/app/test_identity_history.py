"""The versions of a file along a branch, each in force from its landing on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.identity.opening import opened
from affidavit.app.identity.versions import (
    UNREADABLE,
    Landed,
    directory_in,
    first_parents,
    versions,
)
from affidavit.base.period import moment
from affidavit.identity.member import Role
from affidavit.identity.versions import Entitled, Version
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.history import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.identity.versions import Versions
    from gitrepo import Repo

FILE = "affidavit.toml"


def reviewer(name: str) -> str:
    address = f'addresses = ["{name.lower()}@firm.mail"]'
    return f'version = 1\n[[person]]\nname = "{name}"\n{address}\nroles = ["reviewer"]\n'


def time(text: str) -> int:
    return moment(text, "--at")


def asked(found: Versions, *days: str) -> Iterator[str]:
    """Who of Ada and Ben may review on each of `days`."""
    for day in days:
        answers = [
            found.entitled(f"{who}@firm.mail", Role.REVIEWER, time(day)) for who in ("ada", "ben")
        ]
        yield " ".join(answers)


def test_each_version_is_in_force_from_its_landing_to_the_next(repo: Repo) -> None:
    repo.commit("Begin", date="2026-01-01")
    repo.commit("Ada", files={FILE: reviewer("Ada")}, branch="side", at="main", date="2026-01-05")
    repo.merge("side", date="2026-01-10")
    repo.commit("Other work", date="2026-01-15")
    repo.commit("Ben", files={FILE: reviewer("Ben")}, date="2026-01-20")
    repo.commit("None", files={FILE: None}, date="2026-01-30")
    repo.commit("Odd", files={FILE: "not toml"}, date="2026-02-10")
    with opened(repo.path) as source:
        graph = walk(source.git, [source.head], lambda *_: None)
        found = versions(source.objects, first_parents(graph, source.head))
        days = ("2026-01-07", "2026-01-11", "2026-01-21", "2026-01-31", "2026-02-11")
        assert list(asked(found, *days)) == [
            "unknown unknown",
            "yes no",
            "no yes",
            "unknown unknown",
            "unknown unknown",
        ]
        assert [one.content == "" for one in found.versions] == [False, False, True, False]


def test_a_change_is_not_judged_by_what_it_brings_itself(repo: Repo) -> None:
    repo.commit("Ada", files={FILE: reviewer("Ada")}, date="2026-01-10")
    change = repo.commit("Ben", files={FILE: reviewer("Ben")}, date="2026-01-20T12:00:00Z")
    with opened(repo.path) as source:
        graph = walk(source.git, [source.head], lambda *_: None)
        found = versions(source.objects, first_parents(graph, source.head))
        assert list(asked(found, "2026-01-20T12:00:00Z", "2026-01-20T12:00:01Z")) == [
            "yes no",
            "no yes",
        ]
        base = directory_in(source.objects, repo.parents(change)[0])
        assert base is not None
        assert [one.name for one in base.members] == ["Ada"]
        assert directory_in(source.objects, change, "absent.toml") is None


def test_a_back_dated_commit_is_in_force_no_earlier_than_what_is_below_it(repo: Repo) -> None:
    repo.commit("Begin", date="2026-01-10")
    repo.commit("Ada", files={FILE: reviewer("Ada")}, date="2025-01-01")
    with opened(repo.path) as source:
        graph = walk(source.git, [source.head], lambda *_: None)
        found = versions(source.objects, first_parents(graph, source.head))
        assert list(asked(found, "2026-01-09", "2026-01-11")) == ["unknown unknown", "yes no"]


def test_a_file_of_another_name_is_read_in_its_folder(repo: Repo) -> None:
    for name in ("Ada", "Ben"):
        repo.commit(name, files={"who/is/who.toml": reviewer(name), "who/x": name})
    repo.commit("A folder of that name", files={"who/is/who.toml": None, "who/is/who.toml/x": "y"})
    with opened(repo.path) as source:
        graph = walk(source.git, [source.head], lambda *_: None)
        chain = first_parents(graph, source.head)
        found = versions(source.objects, chain, "who/is/who.toml")
        assert [bool(one.content) for one in found.versions] == [True, True, False]


def test_where_a_commit_cannot_be_read_nothing_is_known_until_the_next_version(repo: Repo) -> None:
    first = repo.commit("Ada", files={FILE: reviewer("Ada")})
    last = repo.commit("Same")
    chain = [Landed(first, 10), Landed("0" * 40, 20), Landed(last, 30)]
    with opened(repo.path) as source:
        found = versions(source.objects, chain)
        answers = [found.entitled("ada@firm.mail", Role.REVIEWER, at) for at in (15, 25, 35)]
        assert answers == [Entitled.YES, Entitled.UNKNOWN, Entitled.YES]
        assert found.versions[1] == Version(20, "0" * 40, UNREADABLE)


def test_times_that_are_known_better_count_and_unknown_ones_are_those_below() -> None:
    graph = Graph(
        parents={"d": ("c",), "c": ("b", "x"), "b": ("a",), "a": ()},
        times={"d": 50, "c": None, "b": 20, "a": None},
    )
    assert first_parents(graph, "d") == [
        Landed("a", 20),
        Landed("b", 20),
        Landed("c", 20),
        Landed("d", 50),
    ]
    assert first_parents(graph, "d", landed={"c": 70})[2:] == [Landed("c", 70), Landed("d", 70)]
