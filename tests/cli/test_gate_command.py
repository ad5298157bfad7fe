"""``affidavit gate`` as a shell or a job of CI runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app import clock
from affidavit.app.gate.keeping import NO_BUNDLE
from affidavit.app.ledger.view import viewing
from affidavit.base.digest import sha256
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.decided import KIND
from collectors import SECRET, gathered
from gates import FILES, Gates
from histories import ran
from receipts import a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Pull
    from histories import Ended


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gates]:
    made = Gates(tmp_path)
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(clock, "now", lambda: (int(made.forge.clock.now) + 1) * 1_000_000)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    with made.forge:
        yield made


def run(firm: Gates, pull: Pull, *args: str | Path, export: bool = True) -> Ended:
    """The command about a request."""
    facts = ("--facts", firm.facts) if firm.facts.exists() else ()
    if export:
        gathered(firm.forge, firm.export)
        args = ("--forge", firm.export, "--change", str(pull.number), *args)
    return ran("gate", "--repo", firm.shop.git.path, *facts, *args, here=firm.folder)


def test_the_exit_status_is_the_verdicts(firm: Gates) -> None:
    pull = firm.ready()
    allowed = run(firm, pull)
    assert (allowed.status, allowed.err) == (0, "")
    assert allowed.out.startswith("verdict        allowed, 9 requirements are met\n")
    assert run(firm, pull, "--require", "proven-approval").status == 1
    assert run(firm, pull, "--require", "attribution", "--threshold", "90").status == 0
    assert run(firm, pull, "--threshold", "91").status == 1
    lost = run(firm, pull, "--head", "main~0", "--base", "main", export=False)
    assert lost.status == 1


def test_what_cannot_be_decided_ends_with_three(firm: Gates) -> None:
    pull = firm.opened()
    pull.review(firm.ben)
    firm.report(pull.head_oid)
    done = run(firm, pull)
    assert (done.status, done.out.splitlines()[0]) == (
        3,
        "verdict        cannot decide, not known: checklist",
    )


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_an_answer_can_be_written_to_a_file(firm: Gates, form: str) -> None:
    place = firm.folder / "answer"
    done = run(firm, firm.ready(), "--format", form, "--output", place)
    assert (done.status, done.out) == (0, "")
    assert place.read_text().count("\n") == 1
    assert json.loads(place.read_text()) is not None


def test_a_summary_goes_where_the_job_has_its_place(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = firm.folder / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    done = run(firm, firm.opened(), "--format", "github")
    assert done.status == 1
    assert "::error title=affidavit gate%3A reviewed::" in done.out
    assert place.read_text().startswith("### Merge gate: refused")


def test_a_decision_is_signed_whatever_it_is(firm: Gates) -> None:
    place = firm.folder / "decisions.jsonl"
    pull = firm.opened()
    assert run(firm, pull, "--bundle", place).status == 1
    firm.report(pull.head_oid)
    assert run(firm, firm.ready({"b.py": "1\n"}), "--bundle", place).status == 0
    lines = [parse_line(one, place="it") for one in place.read_bytes().splitlines()]
    told = [(one.fact.kind, one.fact.body["verdict"], one.fact.body["allowed"]) for one in lines]
    assert told == [(KIND, "refused", True), (KIND, "allowed", True)]
    subject = lines[0].fact.subject
    assert subject is not None
    assert subject.commit == pull.head_oid
    met = lines[0].fact.body["requirements"]
    assert isinstance(met, dict)
    assert (met["reviewed"], met["policy"]) == ("unmet", "met")


def test_what_the_policy_is_asked_can_be_asked_again(firm: Gates) -> None:
    place, bundle = firm.folder / "input.json", firm.folder / "decisions.jsonl"
    done = run(firm, firm.opened(), "--policy-input", place, "--bundle", bundle)
    body = parse_line(bundle.read_bytes().splitlines()[0], place="it").fact.body
    assert (done.status, body["input"]) == (1, sha256(place.read_bytes()))
    own = firm.folder / "policy"
    own.mkdir()
    for name in ("policy.toml", "all.rego"):
        (own / name).write_text(FILES[f"affidavit/policy/{name}"])
    again = ran("policy", "explain", own, "--input", place, here=firm.folder)
    assert (again.status, again.out.splitlines()[0]) == (0, "allowed")


def test_a_decision_is_recorded_in_a_ledger_once(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = a_ledger(firm.folder, monkeypatch)
    pull = firm.opened()
    for _ in range(2):
        assert run(firm, pull, "--ledger", place.folder, "--record").status == 1
    with viewing(place) as view:
        kinds = [view.row(index).entry.kind for index in range(1, view.rows.size())]
    assert set(kinds) == {KIND}


def test_a_refusal_without_a_policy_is_kept_too(tmp_path: Path, firm: Gates) -> None:
    bare = firm.shop.make(firm.ann, "Bare", {}, parents=())
    head = firm.shop.make(firm.ann, "Work", {"a.py": "1\n"}, on=bare)
    place = tmp_path / "decisions.jsonl"
    done = run(
        firm, firm.opened(), "--base", bare, "--head", head, "--bundle", place, export=False
    )  # fmt: skip
    assert done.status == 1
    body = parse_line(place.read_bytes().splitlines()[0], place="it").fact.body
    assert (body["bundle"], body["failed"], body["allowed"]) == (NO_BUNDLE, True, False)


def test_what_does_not_go_together_is_refused(firm: Gates) -> None:
    pull = firm.opened()
    for args, words in (
        (("--require", "nothing"), "--require: 'nothing' is none of"),
        (("--live",), "--forge and --live: give one of them"),
        (("--status",), "--status sets what was read from the forge itself"),
    ):
        done = run(firm, pull, *args)
        assert (done.status, done.out) == (2, "")
        assert words in done.err
    done = run(firm, pull, export=False)
    assert (done.status, "say what is to be judged" in done.err) == (2, True)


def test_an_export_that_has_not_the_request_decides_nothing(firm: Gates) -> None:
    pull = firm.ready()
    gathered(firm.forge, firm.export)
    done = run(
        firm, pull, "--forge", firm.export, "--change", "99", "--base", "main", "--head",
        pull.head_oid, export=False,
    )  # fmt: skip
    assert done.status == 3
    assert "has no request 99" in done.out


def test_an_event_is_judged_by_what_the_forge_says_and_its_status_is_set(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = firm.ready()
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request_target")
    side = {"sha": pull.head_oid, "ref": pull.head_ref}
    base = {"sha": firm.base, "ref": "main"}
    event = {
        "repository": {"full_name": "firm/shop"},
        "pull_request": {"number": pull.number, "head": side, "base": base},
    }
    place = firm.folder / "event.json"
    place.write_text(json.dumps(event))
    args = ("--event", place, "--live", "--status", "--api-url", firm.forge.url)
    done = run(firm, pull, *args, export=False)
    said = f"affidavit: the status affidavit/gate of {pull.head_oid[:12]} is set: success\n"
    assert (done.status, done.err) == (0, said)
    told = _statuses(firm, pull)
    pull.dismiss(pull.reviews[0], firm.ann)
    quiet = run(firm, pull, *args, "--quiet", export=False)
    assert (quiet.status, quiet.err) == (1, "")
    assert told == [("affidavit/gate", "success")]
    assert _statuses(firm, pull)[-1] == ("affidavit/gate", "failure")


def _statuses(firm: Gates, pull: Pull) -> list[tuple[str, str]]:
    """The statuses that are set on the head."""
    return [(one.context, one.state) for one in firm.shop.checks.statuses[pull.head_oid]]
