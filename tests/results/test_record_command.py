"""``affidavit record``: where the facts go, what is printed, and what is refused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

import result_samples as samples
from affidavit.app.ledger.view import viewing
from affidavit.base.digest import sha256
from affidavit.ledger.entry import LARGEST_ENTRY
from histories import ran
from result_desk import a_desk, refused
from result_samples import dsse, finding, sarif, slsa_1

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo
    from result_desk import Desk

ENVIRONMENT = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "alice/pay",
    "GITHUB_ACTOR": "alice",
    "GITHUB_JOB": "alices-job",
    "GITHUB_REF": "refs/heads/alice/fix",
}


@pytest.fixture
def desk(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return a_desk(tmp_path, repo, monkeypatch)


def printed(desk: Desk, what: str, *args: str | Path) -> list[str]:
    """What a command prints of the result itself."""
    done = desk.run(what, *args)
    assert (done.status, done.err) == (0, "")
    head = (f"commit         {desk.commit}", f"tree           {desk.tree}")
    return [line for line in done.out.splitlines() if line not in head]


def everything(desk: Desk) -> list[list[str | Path]]:
    """A command of each kind, over files that name Alice."""
    return [
        ["test", desk.file("junit.xml", samples.SUREFIRE)],
        ["coverage", desk.file("cov.xml", samples.COVERAGE_PY)],
        ["scan", desk.file("x.sarif", sarif(finding()))],
        ["build", desk.file("x.jsonl", dsse(slsa_1()))],
        ["deploy", "--status", "success", "--environment", "alice", desk.file("y", b"alice")],
        ["incident", "--status", "opened", "--title", "Of Alice", "--id", "alice-7"],
    ]


def test_each_command_records_one_fact_about_the_commit(desk: Desk) -> None:
    for args in everything(desk):
        desk.run(str(args[0]), *args[1:])
    found = desk.entries()
    assert [(one.kind, one.stream, one.recorded_by.channel) for one in found] == [
        ("test.reported.v1", "results:test", "record"),
        ("coverage.reported.v1", "results:coverage", "record"),
        ("scan.reported.v1", "results:scan", "record"),
        ("build.attested.v1", "results:build", "record"),
        ("deployment.recorded.v1", "results:deployment", "record"),
        ("incident.recorded.v1", "results:incident", "record"),
    ]
    assert {(one.subject.commit, one.subject.tree) for one in found if one.subject} == {
        (desk.commit, desk.tree)
    }
    assert {one.actor for one in found} == {f"uid:{os.getuid()}"}


def test_nothing_that_names_somebody_is_in_the_ledger(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    for args in everything(desk):
        assert desk.run(str(args[0]), *args[1:]).status == 0
    with viewing(desk.ledger) as view:
        written = b"".join(view.row(index).data for index in range(view.rows.size()))
    assert b"alice" not in written.lower()


def test_the_vault_keeps_what_a_fact_commits_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    desk.run("incident", "--status", "resolved", "--title", "Late pay")
    body = json.loads(bytes(desk.entries()[0].body))
    context = body["context"]
    assert [desk.kept(context[name]) for name in ("actor", "job_name", "ref", "repository")] == [
        "alice",
        "alices-job",
        "refs/heads/alice/fix",
        "https://github.com/alice/pay",
    ]
    assert desk.kept(body["title"]) == "Late pay"


def test_the_actor_can_be_disposed_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    desk.run("incident", "--status", "opened", "--title", "Late pay")
    order = ("--authority", "dpo", "--policy", "gdpr-17", "--yes", "--ledger", desk.ledger.folder)
    done = ran("ledger", "dispose", "--subject", "github:alice", *order, here=desk.folder)
    body = json.loads(bytes(desk.entries()[0].body))
    assert (done.status, desk.kept(body["context"]["actor"])) == (0, None)
    assert desk.kept(body["title"]) == "Late pay"
    ran("ledger", "dispose", "--subject", desk.commit, *order, here=desk.folder)
    assert (desk.kept(body["title"]), desk.kept(body["context"]["ref"])) == (None, None)


def test_the_answer_in_json_is_the_fact_and_its_entry(desk: Desk) -> None:
    done = desk.run("coverage", desk.file("x", samples.LCOV), "--json")
    answer = json.loads(done.out)
    assert sorted(answer) == ["digest", "fact", "index"]
    (entry,) = desk.entries()
    assert (answer["index"], answer["fact"]["body"]) == (1, json.loads(bytes(entry.body)))


def test_print_needs_no_ledger_and_records_nothing(desk: Desk) -> None:
    args = ("--status", "opened", "--title", "Late", "--print")
    done = desk.run("incident", *args, ledger=False)
    assert sorted(json.loads(done.out)) == ["commits_to", "fact"]
    assert desk.entries() == []


def test_a_line_is_signed_where_no_keeper_is_at_hand_and_imported_by_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    args = ("test", "--line", desk.file("x.xml", samples.JEST), "--generator", "Claude Code")
    facts = desk.file("facts.jsonl", desk.run(*args, ledger=False).out.encode())
    signed = ran("facts", "sign", facts, "--output", "bundle.jsonl", "--json", here=desk.folder)
    key = json.loads(signed.out)["signer"]
    known = f'[[signers]]\nvkey = "{key}"\nname = "CI"\nkinds = ["test.reported"]\n'
    signers = desk.file("signers.toml", known.encode())
    order = ("--signers", signers, "--ledger", desk.ledger.folder)
    assert ran("ledger", "import", "bundle.jsonl", *order, here=desk.folder).status == 0
    (entry,) = desk.entries()
    body = json.loads(bytes(entry.body))
    names = ["actor", "job_name", "ref", "repository"]
    assert body["withheld"] == [f"context.{name}" for name in names]
    assert (entry.recorded_by.channel, body["independent"]) == ("import", True)


def test_the_summary_of_tests_tells_what_differs(desk: Desk) -> None:
    path = desk.file("x.xml", b'<testsuite tests="2"><testcase/></testsuite>')
    assert printed(desk, "test", path, "--producer", "pytest") == [
        "kind           test.reported.v1",
        "result         unknown: 1 total, 1 passed",
        "differs        file 1, line 1: tests 2, counted 1",
        "producer       pytest (as given)",
        "independent    unknown",
        "entry          1",
    ]


def test_the_summary_says_when_whoever_made_the_change_tested_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_COMMIT_SHA", "3" * 40)
    args = ("--generator", "gitlab-ci")
    assert printed(desk, "coverage", desk.file("x", samples.LCOV), *args)[1:] == [
        "lines          2 of 4",
        "branches       1 of 2",
        "producer       gitlab-ci (by the environment)",
        "independent    no: who made the change produced this",
        "note           the environment names another commit",
        "entry          1",
    ]


def test_the_summaries_of_a_scan_a_build_and_a_deployment(desk: Desk) -> None:
    scan = printed(desk, "scan", desk.file("x", sarif(finding())), "--generator", "a")
    assert scan[1] == "result         findings: 1 open (1 error)"
    lines = json.dumps(slsa_1()).encode() + b"\nbroken"
    assert printed(desk, "build", desk.file("y", lines))[1:4] == [
        "statements     1, their signatures not checked",
        "note           1 name another commit",
        "note           1 lines hold no statement",
    ]
    assert printed(desk, "deploy", "--status", "rolled-back")[1] == "status         rolled-back"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["test", "--producer", "alice@mail.example"], "--producer is the name of a tool, "),
        (["test", "--generator", "a\nb"], "--generator is the name of a tool, "),
        (
            ["test", "--print", "--line"],
            "--print and --line are two ways to see the fact",
        ),
        (["test", "--socket", "s"], "--socket and --ledger are two places: give one"),
        (["test", "x.xml"], "x.xml is the same as x.xml: nothing counts twice"),
        (["deploy", "--artifact", "sha256:1"], "--artifact 'sha256:1' is no digest"),
        (["deploy", "--at", "2026-11-21"], "--at '2026-11-21' is a day, not a time"),
        (["deploy", "--at", "noonT"], "--at 'noonT' is no RFC 3339 time"),
        (["deploy", "--environment", " "], "--environment is 1 to 1,024 characters of text"),
        (["incident", "--title", "a\nb"], "--title is 1 to 1,024 characters of text"),
        (["test", "--commit", "nothing"], "'nothing' names no commit of the repository"),
    ],
)
def test_what_cannot_be_used_is_refused(desk: Desk, args: list[str], message: str) -> None:
    desk.file("x.xml", samples.JEST)
    more = {
        "test": ["x.xml"],
        "deploy": ["--status", "success"],
        "incident": ["--status", "opened"],
    }
    done = desk.run(args[0], *more[args[0]], *args[1:])
    assert refused(done, "AFF-USAGE", 2).startswith(message)
    assert desk.entries() == []


def test_a_broken_file_is_named_by_its_line_and_nothing_is_recorded(desk: Desk) -> None:
    good, bad = desk.file("1.xml", samples.JEST), desk.file("2.xml", b"<testsuites>\n<oops")
    assert (
        refused(desk.run("test", good, bad), "AFF-INPUT", 4) == f"{bad}:2: not XML: unclosed token"
    )
    assert desk.entries() == []


def test_a_file_that_is_not_there_is_named(desk: Desk) -> None:
    message = refused(desk.run("scan", "absent.sarif"), "AFF-UNREADABLE", 5)
    assert message == "absent.sarif: No such file or directory"


def test_without_a_ledger_the_work_is_not_begun(desk: Desk) -> None:
    done = desk.run("test", "absent.xml", ledger=False)
    assert refused(done, "AFF-NOT-A-LEDGER", 4) == "there is no ledger here"


@pytest.mark.parametrize(
    ("found", "result"),
    [((), "clean: 0 open"), ((finding("r1"),), "findings: 1 open (1 warning)")],
)
def test_what_a_scan_left_open_is_told_by_level(
    desk: Desk, found: tuple[dict[str, object], ...], result: str
) -> None:
    done = desk.run("scan", desk.file("x.sarif", sarif(*found)))
    assert f"result         {result}" in done.out.splitlines()


def test_the_most_that_a_fact_can_say_fits_into_an_entry(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    rules = [finding(f"r{'x' * 115}{number:04}") for number in range(400)]
    rule = [{"id": "a"}]
    packs = [{"name": f"{'p' * 60}{n}", "version": "v" * 64, "rules": rule} for n in range(90)]
    tool = {"driver": {"name": "tool"}, "extensions": packs}
    scans = [desk.file(f"{n}.sarif", sarif(*rules[n:], tool=tool)) for n in range(101)]
    assert desk.run("scan", *scans).err == ""
    levels = [f"ORG_SOURCE_{'X' * 35}{n}" for n in range(20)]
    said = {"verifiedLevels": levels, "verifier": {"id": "x" * 9_000}}
    builds = []
    for number in range(40):
        subjects = [{"digest": {"sha512": f"{number * 9 + n:0128x}"}} for n in range(9)]
        summary = {**samples.SOURCE_VSA, "subject": subjects, "predicate": said}
        builds.append(json.dumps(summary).encode())
    assert desk.run("build", desk.file("b", b"\n".join(builds))).err == ""
    assert [30_000 < size < LARGEST_ENTRY - 4_000 for size in desk.sizes()] == [True, True]


def test_a_repository_of_long_ids_is_recorded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gitrepo import Repo  # noqa: PLC0415

    repo = Repo(tmp_path / "long", object_format="sha256")
    desk = a_desk(tmp_path, repo, monkeypatch)
    assert desk.run("coverage", desk.file("x", samples.LCOV)).status == 0
    (entry,) = desk.entries()
    assert entry.subject is not None
    assert (entry.subject.commit, len(desk.commit)) == (desk.commit, 64)


def test_a_recorded_file_can_be_held_against_its_fact(desk: Desk) -> None:
    path = desk.file("x", samples.LCOV)
    desk.run("coverage", path)
    (listed,) = json.loads(bytes(desk.entries()[0].body))["files"]
    assert listed == {
        "digest": sha256(path.read_bytes()),
        "format": "lcov",
        "size": path.stat().st_size,
    }
