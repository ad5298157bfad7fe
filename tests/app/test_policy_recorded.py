"""Decisions recorded in a ledger, and made again from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.ledger.importing import check_importable
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.policy.deciding import LONGEST_INPUT, fact_of
from affidavit.app.policy.recording import recorded
from affidavit.app.policy.replaying import Asked, recorded_inputs, replayed
from affidavit.app.policy.starting import begun, default_files
from affidavit.base.digest import sha256
from affidavit.ledger.decided import PolicyDecided
from affidavit.ledger.kinds import check_body, refused
from affidavit.policy.deciding import encoded_input
from policy_decisions import about, decided, keep
from receipts import ORIGIN, a_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.policy.deciding import Decided
    from affidavit.ledger.entry import Fact

SIGNER = "example.com/ci+5f2c6f1d+AQl8Ei6K5tG7zWKNu1EwJLFK1oDwRwoLaDDt18NjxRid"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return a_ledger(tmp_path, monkeypatch)


def states(place: Home, asked: Asked | None = None) -> list[tuple[str, str]]:
    return [(one.again, one.why) for one in replayed(place, asked or Asked()).decisions]


def other(one: Decided, **said: object) -> Decided:
    """The same decision, of which something else is said."""
    return msgspec.structs.replace(one, decision=msgspec.structs.replace(one.decision, **said))


def whole(one: Decided) -> Fact:
    return fact_of(one, whole=True)


def test_a_decision_is_recorded_once_with_its_bundle_and_no_name(place: Home) -> None:
    first, again = keep(place), keep(place)
    assert (first.new, again.new, again.index) == (True, False, first.index)
    with viewing(place) as view:
        (row,) = view.chosen(Choice(kind="policy.decided"))
        body = msgspec.json.decode(row.entry.body, type=PolicyDecided)
        (blob,) = row.entry.blobs
        assert view.rows.blob(bytes.fromhex(blob.digest[7:])) is not None
    one = decided()
    assert (body.verdict, body.allowed, body.failed) == ("allowed", True, False)
    assert (body.bundle, body.input) == (one.decision.bundle, one.decision.input)
    assert (body.archive, body.input_text, body.score) == (blob.digest, None, 92)
    assert b"cart.py" not in row.data
    assert b"acme/shop" not in row.data


def test_recorded_decisions_come_out_the_same_again(place: Home) -> None:
    keep(place)
    keep(place, decided(scan__state="none"))
    keep(place, decided(scan__state=None))
    assert states(place) == [("same", "")] * 3
    assert replayed(place, Asked()).exit_status == 0


def test_a_recorded_answer_that_the_policy_does_not_give_differs(place: Home) -> None:
    one = decided(scan__state="none")
    keep(place, msgspec.structs.replace(other(one, allowed=True, reasons=()), verdict="allowed"))
    (found,) = replayed(place, Asked()).decisions
    assert (found.again, found.why) == (
        "differs",
        (
            "allowed was true and is now false; "
            'reasons was [] and is now ["scan.clean"]; '
            "the gate allowed what the policy refuses"
        ),
    )
    assert replayed(place, Asked()).exit_status == 1


def test_an_answer_for_another_commit_differs(place: Home) -> None:
    one = decided()
    fact = fact_of(one)
    elsewhere = msgspec.structs.replace(
        one, asked=msgspec.structs.replace(one.asked, at="2026-11-20T12:00:01Z")
    )
    assert fact_of(elsewhere).body["input"] == fact.body["input"]
    keep(place, elsewhere)
    assert states(place) == [("unknown", "the input that is kept is another")]


def test_without_the_vault_the_input_can_be_given(place: Home, tmp_path: Path) -> None:
    keep(place)
    with viewing(place) as view:
        (row,) = view.chosen(Choice(kind="policy.decided"))
    body = msgspec.json.decode(row.entry.body, type=PolicyDecided)
    assert body.input_sealed is not None
    with vault(place, ORIGIN) as kept:
        opening = kept.opening(body.input_sealed)
        assert opening is not None
        kept.dispose(kept.subjects(body.input)[0])
    assert states(place) == [("unknown", "the input is not kept here")]
    file = tmp_path / "input.json"
    file.write_bytes(encoded_input(decided().asked))
    assert states(place, Asked(asked=(file,))) == [("same", "")]


def test_a_bundle_that_is_not_kept_can_be_given(place: Home, tmp_path: Path) -> None:
    recorded(place, decided(), {})
    (found,) = replayed(place, Asked()).decisions
    assert found.why == f"the bundle {decided().decision.bundle} is not kept here"
    assert replayed(place, Asked()).exit_status == 3
    begun(tmp_path / "policy")
    assert states(place, Asked(bundles=(tmp_path / "policy",))) == [("same", "")]


def test_a_policy_that_failed_then_and_fails_now_is_the_same(place: Home) -> None:
    files = {**default_files(), "tier.rego": b"package merge\n\nnot rego\n"}
    one = other(
        decided(), allowed=False, tier=None, needs=None, error="bundle: it cannot be parsed"
    )
    recorded(place, msgspec.structs.replace(one, verdict="undecided"), files)
    assert states(place)[0][0] == "unknown"  # the archive is another bundle than the fact names


def test_a_period_is_one_of_the_decisions_own_times(place: Home) -> None:
    keep(place)
    keep(place, decided(at="2026-11-21T00:00:00Z"))
    first = replayed(place, Asked(until="2026-11-20")).decisions
    second = replayed(place, Asked(since="2026-11-21T00:00:00Z")).decisions
    assert [one.at for one in (*first, *second)] == ["2026-11-20T12:00:00Z", "2026-11-21T00:00:00Z"]
    assert replayed(place, Asked(since="2026-11-22")).exit_status == 3


def test_every_recorded_input_can_be_asked_about_again(place: Home) -> None:
    keep(place)
    ((name, asked),) = recorded_inputs(place)
    assert (name, asked) == ("entry 1", decided().asked)


def test_a_fact_for_a_bundle_of_facts_has_its_input_in_it() -> None:
    one = decided()
    fact = whole(one)
    check_body(fact)
    check_importable(fact, SIGNER)
    text = fact.body["input_text"]
    assert isinstance(text, str)
    assert sha256(text.encode()) == one.decision.input
    assert fact_of(one).body["input_text"] is None


def test_an_input_that_is_too_long_for_a_fact_is_left_out() -> None:
    paths = [f'src/{number:04}/"{"x" * 40}".py' for number in range(300)]
    one = decided(paths=paths)
    assert len(encoded_input(one.asked)) < LONGEST_INPUT
    check_importable(whole(one), SIGNER)
    longer = whole(decided(paths=[*paths, *paths]))
    assert longer.body["input_text"] is None
    check_importable(longer, SIGNER)


def test_only_the_gate_and_imports_bring_decisions() -> None:
    fact = fact_of(decided(change=about("d" * 40, "e" * 40)))
    assert (refused(fact, "policy"), refused(fact, "import")) == (None, None)
    assert refused(fact, "append") == (
        "kind: policy.decided.v1 is written by affidavit gate, or imported, alone"
    )
