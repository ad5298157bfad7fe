"""What a ledger holds about a commit stands in the record of its change, as asserted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.ledger.view import viewing
from affidavit.app.records import ledger as facts
from affidavit.app.records.asking import Wanted, found, records
from affidavit.changes.record.value import SourceKind, Strength
from affidavit.cli.progress import Silent
from histories import ran
from result_desk import Desk, a_desk
from result_samples import dsse, slsa_1

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.view import Row
    from affidavit.changes.record.model import ChangeRecord
    from gitrepo import Repo

JUNIT = (
    b'<testsuite tests="2"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>'
)


@pytest.fixture
def desk(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return a_desk(tmp_path, repo, monkeypatch)


def record(desk: Desk) -> ChangeRecord:
    request = Request(repository=desk.repo.path, name="firm/shop", bounds=Bounds(since=0))
    every = found(Wanted(request=request, ledger=desk.ledger), Silent())
    (newest, *_) = records(every, every.changes[:1], Silent())
    return newest


def test_tests_that_were_recorded_stand_in_the_record_with_their_entry(desk: Desk) -> None:
    done = desk.run("test", desk.file("junit.xml", JUNIT), "--producer", "ci", "--generator", "bot")
    assert done.status == 0, done.err
    (one,) = record(desk).results.items
    result = one.value
    assert result is not None
    assert (result.kind, result.commit, result.producer, result.independent) == (
        "test.reported.v1",
        desk.commit,
        "ci",
        True,
    )
    assert result.result == "failed (2 cases: 1 passed, 1 failed, 0 errors, 0 skipped)"
    assert one.source is not None
    assert (one.strength, one.source.kind, one.source.at) == (
        Strength.ASSERTED,
        SourceKind.LEDGER,
        "1",
    )
    with viewing(desk.ledger) as view:
        assert one.source.digest == view.row(1).digest


def test_each_kind_of_result_is_told_in_words(desk: Desk) -> None:
    lcov = b"SF:a.py\nDA:1,1\nDA:2,0\nend_of_record\n"
    sarif = {"version": "2.1.0", "runs": [
        {"tool": {"driver": {"name": "s", "rules": []}}, "results": [],
         "invocations": [{"executionSuccessful": True}]}]}  # fmt: skip
    for what, name, data in (("coverage", "c.info", lcov), ("scan", "s.sarif", sarif)):
        done = desk.run(what, desk.file(name, data))
        assert done.status == 0, done.err
    told = {one.kind: one.result for one in record(desk).results.values}
    assert told["coverage.reported.v1"] == "1 of 2 lines"
    assert told["scan.reported.v1"].endswith("(0 open findings)")


def test_deployments_incidents_and_builds_are_told_in_words(desk: Desk) -> None:
    for what, *options in (
        ("deploy", "--status", "success"),
        ("incident", "--status", "opened"),
        ("build", desk.file("x.jsonl", dsse(slsa_1()))),
    ):
        done = desk.run(what, *options)
        assert done.status == 0, done.err
    assert [(one.kind, one.result) for one in record(desk).results.values] == [
        ("deployment.recorded.v1", "success"),
        ("incident.recorded.v1", "opened"),
        ("build.attested.v1", "1 attestations, signatures not checked"),
    ]


def test_a_receipt_is_told_with_its_signer_and_what_makes_no_sense_is_left_out(desk: Desk) -> None:
    receipt = {"predicate_type": "https://p", "pae": "sha256:" + "0" * 64, "signer": "key+1"}
    with viewing(desk.ledger) as view:
        first = view.row(0)
    told = [
        facts.as_told(
            row_of(first, "receipt.issued.v1", json.dumps(receipt).encode()), desk.commit
        ),
        facts.as_told(row_of(first, "test.reported.v1", b"{}"), desk.commit),
    ]
    assert [one.result if one else None for one in told] == ["signed by key+1: https://p", None]


def row_of(row: Row, kind: str, body: bytes) -> Row:
    entry = msgspec.structs.replace(row.entry, kind=kind, body=msgspec.Raw(body))
    return msgspec.structs.replace(row, entry=entry)


def test_a_ledger_that_holds_nothing_of_the_commit_says_so(desk: Desk) -> None:
    results = record(desk).results
    assert (results.items, results.why) == ((), "the ledger holds nothing about its commits")


def test_a_fact_that_is_made_to_look_like_a_result_is_passed_over(desk: Desk) -> None:
    fact = {
        "kind": "test.reported.v2",
        "stream": "x",
        "actor": "agent:5f2c",
        "subject": {"commit": desk.commit},
        "body": {"result": "passed"},
    }
    facts = desk.file("facts.jsonl", json.dumps(fact).encode() + b"\n")
    done = ran("ledger", "append", facts, "--ledger", desk.ledger.folder, here=desk.folder)
    assert done.status == 0, done.err
    assert record(desk).results.items == ()


def test_the_ledger_is_named_in_what_is_written(desk: Desk) -> None:
    out = desk.folder / "out"
    about = ("--since", "2025-01-01", "--ledger", desk.ledger.folder, "--output", out)
    done = ran("changes", "export", desk.repo.path, *about, "--format", "json", here=desk.folder)
    assert done.status == 0, done.err
    scope = json.loads((out / "changes.json").read_bytes())["scope"]
    assert scope["ledger"].endswith(", 1 entries")


def test_facts_beyond_those_that_are_told_are_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        done = desk.run("test", desk.file(f"{number}.xml", JUNIT), "--producer", f"ci-{number}")
        assert done.status == 0, done.err
    assert record(desk).results.why is None
    monkeypatch.setattr(facts, "MOST", 1)
    results = record(desk).results
    assert [one.producer for one in results.values] == ["ci-0"]
    assert results.why == "the ledger has 2 more about its commits"
