"""What files inside the audited repository may change, and that it never goes unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.config import Config, config
from affidavit.audit.model import Setting
from affidavit.base.errors import ConfigError
from gitrepo import ALICE, BEN
from histories import CLAUDE, DEPENDABOT, audited, newest

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from gitobjects import Files
    from gitrepo import Repo


def history(repo: Repo, files: Files, *, author: str = ALICE, by: str = ALICE) -> Report:
    """The report on a merge in a repository that holds `files`."""
    repo.commit("Begin", author="Zoe First <zoe@club.mail>", files=files)
    repo.commit("One", author=author, branch="side", at="main")
    repo.merge("side", message="Merge branch 'side'", author=by)
    return audited(repo, branches=("main",))


def merge(report: Report) -> tuple[str, bool | None, str]:
    landing = report.landings[0]
    return landing.review.grade.value, landing.review.self_merged, landing.authorship.value


def person(name: str, *addresses: str) -> str:
    return f"[[person]]\nname = {name!r}\naddresses = {list(addresses)!r}\n"


ALICE_AS_BOB = "Bob Other <bob@x.mail> <alice@firm.mail>\n"
ALIAS = "A. E. <ae@home.mail>"


def test_a_mailmap_joins_two_addresses_of_one_author(repo: Repo) -> None:
    line = "Alice Example <alice@firm.mail> <ae@home.mail>"
    report = history(repo, {".mailmap": line + "\n"}, by=ALIAS)
    assert merge(report) == ("R0", True, "no-signal")
    assert report.settings == (
        Setting(file=".mailmap", line=line, effect="joins A. E. <ae@home.mail>"),
    )


def test_without_the_mailmap_they_would_be_two(repo: Repo) -> None:
    assert merge(history(repo, {}, by=ALIAS)) == ("R2", False, "no-signal")


@pytest.mark.parametrize("by", [ALICE, "Alice Example <ae@home.mail>"])
def test_a_mailmap_cannot_hide_that_the_merger_is_the_author(repo: Repo, by: str) -> None:
    report = history(repo, {".mailmap": ALICE_AS_BOB}, by=by)
    assert merge(report)[:2] == ("R0", True)
    assert [one.line for one in report.settings] == [ALICE_AS_BOB.strip()]


@pytest.mark.parametrize("author", [CLAUDE, DEPENDABOT])
def test_a_mailmap_cannot_make_an_agent_or_a_bot_a_person(repo: Repo, author: str) -> None:
    address = author.partition("<")[2]
    report = history(repo, {".mailmap": f"Ann Other <ann@x.mail> <{address}\n"}, author=author)
    assert merge(report)[2] == ("ai" if author == CLAUDE else "automation")
    assert report.landings[0].authors[0].kind != "person"
    assert report.settings == ()


def test_the_mailmap_line_that_is_listed_is_the_one_that_was_used(repo: Repo) -> None:
    text = f"# nothing to see\x0c# here\x0b\n# or here\n{ALICE_AS_BOB}"
    report = history(repo, {".mailmap": text}, by=BEN)
    assert [one.line for one in report.settings] == [ALICE_AS_BOB.strip()]


def test_a_person_declared_inside_joins_addresses_and_is_listed(repo: Repo) -> None:
    text = person("Alice E", "alice@firm.mail", "ae@home.mail")
    report = history(repo, {"affidavit.toml": text}, by=ALIAS)
    assert merge(report) == ("R0", True, "no-signal")
    assert report.settings == (
        Setting(
            file="affidavit.toml",
            line="ae@home.mail",
            effect="counts ae@home.mail as the person Alice E",
        ),
        Setting(
            file="affidavit.toml",
            line="alice@firm.mail",
            effect="counts alice@firm.mail as the person Alice E",
        ),
    )


def test_a_declared_person_is_one_row_of_the_people(repo: Repo, tmp_path: Path) -> None:
    place = tmp_path / "who.toml"
    place.write_text(person("Alice E", "alice@firm.mail", "ae@home.mail"))
    repo.commit("One")
    repo.commit("Two", author=ALIAS)
    rows = audited(repo, identities=place).people
    assert [(row.name, row.landings) for row in rows] == [("Alice E", 2)]


def test_one_account_is_one_row_of_the_people(repo: Repo) -> None:
    repo.commit("One", author="Alice <7+alice@users.noreply.github.com>")
    repo.commit("Two", author="Alice <alice@users.noreply.github.com>")
    assert [(row.name, row.landings) for row in audited(repo).people] == [("Alice", 2)]


@pytest.mark.parametrize("author", [CLAUDE, DEPENDABOT])
def test_a_file_inside_cannot_make_an_agent_or_a_bot_a_person(repo: Repo, author: str) -> None:
    address = author.partition("<")[2][:-1]
    report = history(repo, {"affidavit.toml": person("Ann", address)}, author=author, by=BEN)
    assert merge(report) == ("R0", None, "ai" if author == CLAUDE else "automation")
    assert report.settings == ()


def test_a_file_inside_cannot_hide_that_the_merger_is_the_author(repo: Repo) -> None:
    text = person("Bob Other", "ae@home.mail")
    report = history(repo, {"affidavit.toml": text}, by="Alice Example <ae@home.mail>")
    assert merge(report) == ("R0", True, "no-signal")


def test_a_person_declared_a_bot_inside_is_listed_as_such(repo: Repo) -> None:
    text = '[[bot]]\nname = "builder"\naddresses = ["alice@firm.mail"]\n'
    report = history(repo, {"affidavit.toml": text}, by=BEN)
    assert merge(report) == ("R0", None, "automation")
    assert [one.effect for one in report.settings] == [
        "counts alice@firm.mail as the bot builder, not as a person"
    ]


def test_an_agent_declared_inside_makes_a_claim_and_is_listed(repo: Repo) -> None:
    text = '[[agent]]\nname = "helper"\naddresses = ["alice@firm.mail"]\n'
    report = history(repo, {"affidavit.toml": text}, by=BEN)
    assert merge(report) == ("R0", None, "ai")
    assert [(claim.rule, claim.agent) for claim in report.landings[0].claims] == [
        ("PRV-DECLARED-001", "helper")
    ]
    assert [one.effect for one in report.settings] == [
        "counts alice@firm.mail as the agent helper, not as a person"
    ]


def test_an_owner_named_inside_cannot_answer_for_an_agent(repo: Repo) -> None:
    text = '[[agent]]\nname="c"\naddresses=["noreply@anthropic.com"]\nowner="ann@x.mail"\n'
    report = history(repo, {"affidavit.toml": text}, author=CLAUDE, by=BEN)
    assert merge(report) == ("R0", None, "ai")


def test_an_owner_named_inside_counts_among_the_authors(repo: Repo) -> None:
    text = '[[agent]]\nname="c"\naddresses=["noreply@anthropic.com"]\nowner="ben@firm.mail"\n'
    report = history(repo, {"affidavit.toml": text}, author=CLAUDE, by=BEN)
    assert merge(report) == ("R0", True, "ai")


def test_the_callers_file_can_make_an_agents_name_a_person(repo: Repo, tmp_path: Path) -> None:
    place = tmp_path / "who.toml"
    place.write_text(person("Claude Monet", "noreply@anthropic.com"))
    repo.commit("Work", author=CLAUDE)
    landing = newest(repo, identities=place)
    assert (landing.authorship, landing.claims, landing.authors[0].kind) == (
        "no-signal",
        (),
        "person",
    )


def test_the_callers_file_takes_the_place_of_the_one_inside(repo: Repo, tmp_path: Path) -> None:
    place = tmp_path / "mine.toml"
    place.write_text("[audit]\ncritical_paths = []\n")
    text = '[[bot]]\nname = "builder"\naddresses = ["alice@firm.mail"]\n'
    repo.commit("Work", files={"affidavit.toml": text})
    report = audited(repo, config=place)
    assert report.landings[0].authorship == "no-signal"
    assert [(one.file, one.effect) for one in report.settings] == [
        ("mine.toml", "given by whoever ran the audit")
    ]


def test_choices_made_inside_are_listed(repo: Repo) -> None:
    text = '[audit]\nname = "in/side"\nbranches = ["main"]\ncritical_paths = ["x/**"]\n'
    repo.commit("Work", files={"affidavit.toml": text})
    report = audited(repo)
    assert report.repository.name == "in/side"
    assert [(one.line, one.effect) for one in report.settings] == [
        ("branches", "may choose main"),
        ("critical_paths", "replaces the built-in critical paths by x/**"),
        ("name", "names the repository in/side"),
    ]


def test_a_file_inside_is_read_from_the_audited_commit_and_not_from_the_disk(repo: Repo) -> None:
    repo.commit("Work")
    (repo.path / "affidavit.toml").write_text('[audit]\nname = "from the disk"\n')
    assert audited(repo).repository.name == "unnamed repository"


ODD = ["not toml", "[audit]\nnonsense = 1\n", b"\xff\xfe", "x = " + "[" * 5_000]


@pytest.mark.parametrize("text", ODD)
def test_a_file_inside_that_cannot_be_understood_is_not_used(repo: Repo, text: str) -> None:
    repo.commit("Work", files={"affidavit.toml": text})
    assert "odd-configuration" in {one.id for one in audited(repo).limits}


def test_a_number_with_five_thousand_digits_inside_does_not_stop_the_audit(repo: Repo) -> None:
    test_a_file_inside_that_cannot_be_understood_is_not_used(repo, "x = " + "9" * 5_000)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" + ".a" * 200_000 + " = 1", id="a long key"),
        pytest.param("[a" + ".a" * 17 + "]\n", id="a deep table"),
        pytest.param("x = {a" + "  .\t'a'" * 17 + " = 1}", id="a deep key in a table in a line"),
        pytest.param("'\"'" + '."\\".="' * 17 + " = 1", id="a deep key in quotes"),
        pytest.param(
            "x = ['''\n''', {a" + ".a" * 17 + "=1, b='''\n'''}]", id="a key among strings"
        ),
        pytest.param("# " + "x" * 10_000, id="a long line"),
    ],
)
def test_a_configuration_that_takes_long_to_parse_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="more than"):
        config(text.encode(), "affidavit.toml")


def test_a_key_and_a_line_may_be_as_long_as_they_are_allowed() -> None:
    with pytest.raises(ConfigError, match="unknown field"):
        config(b"a" + b".a" * 16 + b" = 1\n", "affidavit.toml")
    lines = b"# " + b"x" * 9_998 + b"\n[audit]\ncritical_paths = ['" + b"*.lock" * 3 + b"']\n"
    assert config(lines, "x").audit.critical_paths == ("*.lock" * 3,)


def test_a_configuration_may_be_as_large_as_its_place_allows() -> None:
    assert config(b"\n" * 10, "x", most=10) == Config()
    with pytest.raises(ConfigError, match="x is larger than 10 bytes"):
        config(b"\n" * 11, "x", most=10)


def test_five_thousand_critical_paths_inside_do_not_stop_the_audit(repo: Repo) -> None:
    patterns = ",\n".join(f"'**/a{'?' * 60}{number}'" for number in range(5_000))
    text = f"[audit]\ncritical_paths = [{patterns}]\n"
    repo.commit("Work", author=CLAUDE, files={"affidavit.toml": text})
    assert audited(repo).population.landings == 1


@pytest.mark.parametrize(
    "files",
    [
        {".mailmap": "Bob Other <bob@x.mail> <7+alice@users.noreply.github.com>\n"},
        {"affidavit.toml": person("Bob Other", "7+alice@users.noreply.github.com")},
    ],
)
def test_no_file_inside_makes_one_account_two_people(repo: Repo, files: Files) -> None:
    report = history(
        repo,
        files,
        author="Alice Example <7+alice@users.noreply.github.com>",
        by="A. E. <alice@users.noreply.github.com>",
    )
    assert report.landings[0].review.grade == "R0"
