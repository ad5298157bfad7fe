"""``affidavit attest`` of what nobody need believe: a ledger that does not verify, an own word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.sources.forge.reading import Export
from attest_desk import AttestDesk
from collectors import gathered
from forge_ledgers import record
from forges import Forge
from receipts import a_ledger
from result_desk import written
from result_samples import PYTEST, sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attest_desk import Stated

NOTHING = "affidavit: nothing is stated: there is no evidence to do it"
PASSED = b'<testsuite tests="1"><testcase classname="a" name="b"/></testsuite>'
AGENT = ("--producer", "Claude Code", "--generator", "claude-code")
ANOTHER = ("--producer", "GitHub Actions", "--generator", "claude-code")
VSA = ("--level", "SLSA_SOURCE_LEVEL_2", "--policy", "https://firm.example/policy",
       "--resource", "git+https://firm.example/shop")  # fmt: skip
WAYS = (("svr",), ("test-result",), ("source-vsa", *VSA))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AttestDesk]:
    with Forge(tmp_path / "forge") as forge:
        made = AttestDesk(forge, tmp_path)
        made.ledger = a_ledger(tmp_path, monkeypatch)
        yield made


def why(found: Stated, name: str) -> str:
    """What was told of a property."""
    return next(one for one in found.told if f" {name}: " in one)


def held(found: Stated) -> list[str]:
    """The properties that are stated."""
    return [one.removeprefix("AFFIDAVIT_") for one in found.names("properties")]


def doctored(desk: AttestDesk, commit: str, _monkeypatch: pytest.MonkeyPatch) -> str:
    """A report of tests that failed, made one that passed."""
    desk.recorded("test", commit, PYTEST)
    assert desk.ledger is not None
    data = desk.ledger.database.read_bytes()
    assert b'"result":"failed"' in data
    changed = data.replace(b'"result":"failed"', b'"result":"passed"')
    desk.ledger.database.write_bytes(changed)
    return "the ledger does not verify: "


def rolled_back(desk: AttestDesk, commit: str, _monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger as it was before tests failed."""
    desk.recorded("test", commit, PASSED)
    assert desk.ledger is not None
    before = desk.ledger.database.read_bytes()
    desk.recorded("test", commit, PYTEST)
    desk.ledger.database.write_bytes(before)
    return ""


def of_another(desk: AttestDesk, commit: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger that another account signed."""
    desk.recorded("test", commit, PASSED)
    monkeypatch.setenv("AFFIDAVIT_HOME", str(desk.folder / "another"))
    return "this account has no key of the log: only its own was used"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("spoil", [doctored, rolled_back, of_another])
@pytest.mark.parametrize("option", ["--ledger", "--statements"])
def test_nothing_is_stated_with_a_ledger_that_does_not_verify(
    desk: AttestDesk,
    monkeypatch: pytest.MonkeyPatch,
    way: tuple[str, ...],
    spoil: Callable[[AttestDesk, str, pytest.MonkeyPatch], str],
    option: str,
) -> None:
    _, commit = desk.merged("success")
    says = spoil(desk, commit, monkeypatch)
    assert desk.ledger is not None
    found = desk.state(way[0], commit, *way[1:], option, desk.ledger.folder)
    assert (found.status, found.statement, found.told[-1]) == (3, None, NOTHING)
    (told,) = [one for one in found.told if one.startswith("not believed   ")]
    assert told.startswith(f"not believed   {says}")


def test_what_rests_on_such_a_ledger_does_not_hold(
    desk: AttestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, commit = desk.merged()
    desk.recorded("scan", commit, sarif())
    because = of_another(desk, commit, monkeypatch)
    assert desk.ledger is not None
    found = desk.state("svr", commit, "--ledger", desk.ledger.folder)
    for name in ("TESTS_PASSED", "SCAN_CLEAN"):
        assert why(found, name) == f"not shown      {name}: {because}"


def test_records_of_a_forge_in_such_a_ledger_state_nothing(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    gathered(desk.forge, desk.export)
    assert desk.ledger is not None
    folder = desk.ledger.folder
    record(desk.ledger, Export(desk.export))
    assert desk.state("svr", commit, "--forge", folder, forge=False).status == 0
    (keys,) = (desk.folder / "config" / "logs").glob("*/log.toml")
    keys.unlink()
    found = desk.state("svr", commit, "--forge", folder, forge=False)
    assert (found.status, found.statement, found.told[-1]) == (3, None, NOTHING)


@pytest.mark.parametrize(
    ("what", "data", "name"), [("test", PASSED, "TESTS_PASSED"), ("scan", sarif(), "SCAN_CLEAN")]
)
def test_the_word_of_the_agent_that_made_the_change_shows_nothing(
    desk: AttestDesk, what: str, data: object, name: str
) -> None:
    _, commit = desk.merged()
    kept = desk.recorded(what, commit, data, *AGENT)
    alone = desk.state("svr", commit, "--ledger", kept)
    assert name not in held(alone)
    assert why(alone, name) == (
        f"not shown      {name}: entry 1 is the word of the agent that made the change"
    )
    desk.recorded(what, commit, data, *ANOTHER)
    assert name in held(desk.state("svr", commit, "--ledger", kept))


@pytest.mark.parametrize(
    ("data", "result"),
    [(PASSED, None), (PYTEST, "FAILED")],
)
def test_an_agents_own_report_counts_only_where_it_failed(
    desk: AttestDesk, data: bytes, result: str | None
) -> None:
    _, commit = desk.merged()
    kept = desk.recorded("test", commit, data, *AGENT)
    found = desk.state("test-result", commit, "--ledger", kept)
    said = None if found.statement is None else found.predicate["result"]
    assert (found.status, said) == (0 if result else 3, result)


def without(desk: AttestDesk, part: bytes) -> tuple[str, ...]:
    """The export without the lines that hold `part`."""
    gathered(desk.forge, desk.export)
    lines = desk.export.read_bytes().splitlines(keepends=True)
    kept = [one for one in lines if part not in one]
    assert len(kept) < len(lines)
    file = written(desk.folder / "less.jsonl", b"".join(kept))
    return ("--forge", str(file))


def done(section: str) -> bytes:
    """What the line has that says of a section that it is whole."""
    return b'{"done":{"section":"%s"' % section.encode()


def test_checks_that_were_not_collected_whole_have_not_all_succeeded(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    less = without(desk, done("checks"))
    found = desk.state("svr", commit, *less, forge=False)
    reason = "checks were not collected whole"
    assert why(found, "CHECKS_SUCCEEDED") == f"not shown      CHECKS_SUCCEEDED: {reason}"
    result = desk.state("test-result", commit, *less, forge=False)
    assert (result.status, result.told[0]) == (3, reason)


def test_checks_of_before_the_time_from_which_they_were_collected_may_lack(
    desk: AttestDesk,
) -> None:
    _, commit = desk.merged("success")
    gathered(desk.forge, desk.export)
    whole = desk.export.read_bytes()
    late = whole.replace(done("checks"), done("checks") + b',"since":"2099-01-01T00:00:00Z"')
    assert late != whole
    file = written(desk.folder / "late.jsonl", late)
    found = desk.state("svr", commit, "--forge", file, forge=False)
    reason = "checks from before 2099-01-01T00:00:00Z were not collected"
    assert why(found, "CHECKS_SUCCEEDED") == f"not shown      CHECKS_SUCCEEDED: {reason}"


def test_without_a_record_of_what_ran_on_the_landing_not_all_is_known(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    less = without(desk, b'"record":"checks","commit":"%s"' % commit.encode())
    found = desk.state("svr", commit, *less, forge=False)
    reason = f"no record has what ran on {commit[:12]}"
    assert why(found, "CHECKS_SUCCEEDED") == f"not shown      CHECKS_SUCCEEDED: {reason}"
    result = desk.state("test-result", commit, *less, forge=False)
    assert (result.status, result.told[0]) == (3, reason)


@pytest.mark.parametrize("name", ["APPROVED", "REVIEWER_SHOWN"])
def test_a_review_in_records_that_are_not_whole_is_not_shown(desk: AttestDesk, name: str) -> None:
    _, commit = desk.merged("success")
    found = desk.state("svr", commit, *without(desk, done("pull_requests")), forge=False)
    assert name not in held(found)
    assert why(found, name) == (f"not shown      {name}: pull_requests were not collected whole")


@pytest.mark.parametrize("option", ["--verifier", "--policy", "--resource"])
@pytest.mark.parametrize(
    "address",
    [
        "git+https://u:tok@host/p",
        "https://tok@host/p",
        "ssh://u:tok@host/p",
        "https://u:to/tok@host/p",
        "git+https:/u:tok@host/p",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_shown(
    desk: AttestDesk, option: str, address: str
) -> None:
    _, commit = desk.merged("success")
    found = desk.state("source-vsa", commit, *VSA, option, address)
    assert (found.status, found.statement) == (2, None)
    assert found.told[0] == f"affidavit: AFF-USAGE: {option} names a user or a password"
    assert "tok" not in json.dumps(found.told)


@pytest.mark.parametrize(
    "address",
    ["git+ssh://git@firm.example/shop", "https://firm.example:8443/shop@v1", "https://[::1]:1/a@b"],
)
def test_what_everybody_knows_of_an_address_is_no_secret(desk: AttestDesk, address: str) -> None:
    _, commit = desk.merged("success")
    found = desk.state("source-vsa", commit, *VSA, "--resource", address)
    assert found.predicate["resourceUri"] == address
