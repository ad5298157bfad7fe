"""Whose a line is: by the commit that brought it, through merges and squashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitrepo import BEN, GITHUB
from histories import CLAUDE
from wholelines import NAMED, told, whose

if TYPE_CHECKING:
    from gitrepo import Repo

FILE = "a.py"
HEAD = "refs/pull/7/head"


def test_a_line_is_of_the_commit_that_brought_it(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\ntwo\n"})
    repo.commit(f"Agent\n\n{NAMED}", files={FILE: "one\nagent\ntwo\n"})
    assert whose(repo, FILE) == [("one", "no-signal"), ("agent", "ai"), ("two", "no-signal")]


def test_lines_behind_a_merge_are_of_the_commits_that_it_merged(repo: Repo) -> None:
    begin = repo.commit("Begin", files={FILE: "one\ntwo\n"})
    agent = repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\ntwo\n"})
    person = repo.commit("B", author=BEN, branch="side", files={FILE: "a\none\ntwo\nb\n"})
    repo.commit("Main", files={"other": "x\n"})
    repo.merge("side", message="Merge pull request #1 from ben/side")
    found = [(one.text, one.whose, one.commit, one.number) for one in told(repo, FILE)]
    assert found == [
        ("a", "ai", agent, 1),
        ("one", "no-signal", begin, 1),
        ("two", "no-signal", begin, 2),
        ("b", "no-signal", person, 4),
    ]


def test_what_a_merge_itself_typed_is_not_the_agents(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "agent\n"})
    repo.commit("Main", files={FILE: "person\n"})
    merge = repo.commit(
        "Merge", parents=["main", "side"], files={FILE: "person\nagent\nresolved\n"}
    )
    last = told(repo, FILE)[-1]
    assert (last.text, last.whose, last.commit) == ("resolved", "no-signal", merge)
    assert [one.whose for one in told(repo, FILE)] == ["no-signal", "ai", "no-signal"]


def test_lines_of_a_squash_are_of_the_commits_behind_it(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    agent = repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\n"})
    person = repo.commit("B", author=BEN, branch="side", files={FILE: "a\none\nb\n"})
    repo.ref(HEAD, "side")
    repo.squash("side", f"Work (#7)\n\n{NAMED}", author=BEN)
    assert [(one.text, one.whose, one.commit) for one in told(repo, FILE)] == [
        ("a", "ai", agent),
        ("one", "no-signal", repo.parents(agent)[0]),
        ("b", "no-signal", person),
    ]


def test_a_squash_that_names_an_agent_and_cannot_be_split_is_undetermined(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\n"})
    repo.squash("side", f"Work (#7)\n\n{NAMED}", author=BEN)
    first = told(repo, FILE)[0]
    assert (first.whose, first.ground) == ("undetermined", "unsplit")


def test_an_agent_that_only_the_squash_names_makes_silent_lines_undetermined(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("B", author=BEN, branch="side", at="main", files={FILE: "one\nb\n"})
    repo.ref(HEAD, "side")
    repo.squash("side", f"Work (#7)\n\n{NAMED}", author=BEN)
    last = told(repo, FILE)[-1]
    assert (last.text, last.whose, last.ground) == ("b", "undetermined", "unsplit")


def test_help_is_not_authorship(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("Mine\n\nAssisted-by: Claude Opus 4.6", files={FILE: "one\nhelped\n"})
    last = told(repo, FILE)[-1]
    assert (last.whose, last.ground) == ("undetermined", "assisted")


def test_a_line_that_another_landing_replaces_is_no_longer_the_agents(repo: Repo) -> None:
    repo.commit("A", author=CLAUDE, files={FILE: "a\nb\nc\n"})
    repo.commit("B", author=BEN, files={FILE: "a\nB\nc\n"})
    assert whose(repo, FILE) == [("a", "ai"), ("B", "no-signal"), ("c", "ai")]


def test_a_renamed_file_keeps_its_lines(repo: Repo) -> None:
    text = "".join(f"line {number}\n" for number in range(9))
    first = repo.commit("A", author=CLAUDE, files={FILE: text})
    repo.commit("Rename", files={FILE: None, "b.py": text + "new\n"})
    found = told(repo, "b.py")
    assert {(one.whose, one.commit) for one in found[:9]} == {("ai", first)}
    assert found[9].whose == "no-signal"


def test_lines_of_dependency_updates_are_automations(repo: Repo) -> None:
    bot = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
    repo.commit("Bump", author=bot, committer=GITHUB, files={"lock": "x==2\n"})
    assert whose(repo, "lock") == [("x==2", "automation")]
