from __future__ import annotations

import msgspec
import pytest

from affidavit.base.errors import PolicyError
from affidavit.policy.bundle import Bundle
from affidavit.policy.deciding import decided
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.model import Answer, Decision, Reason
from affidavit.policy.regorus import NAME, Regorus
from rego_bundles import MANIFEST, PANIC, PANICS, a_bundle

BOTH = MANIFEST + 'allow = "data.p.allow"\n'


class Told:
    """An engine that answers what it was told to."""

    name = "told"

    def __init__(self, **answers: bytes | None) -> None:
        self._answers = answers

    def query(self, query: str, input_: bytes) -> Answer:
        assert input_
        return Answer(value=self._answers[query.rpartition(".")[2]])


def decision(rego: str, manifest: str = MANIFEST, input_: bytes = b"{}") -> Decision:
    bundle = a_bundle(f"package p\n{rego}\n", manifest)
    return decided(Regorus(bundle), bundle, input_)


def outcome(found: Decision) -> tuple[bool, bool, tuple[Reason, ...], str | None]:
    return found.allowed, found.undecided, found.reasons, found.error


def denied(message: str, id_: str = "deny") -> tuple[bool, bool, tuple[Reason, ...], None]:
    return False, False, (Reason(id=id_, message=message),), None


def test_a_decision_names_bundle_input_and_engine() -> None:
    bundle = a_bundle("package p\ndeny := []\n")
    assert decided(Regorus(bundle), bundle, b"{}") == Decision(
        allowed=True,
        reasons=(),
        bundle=bundle.digest,
        input="sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        engine=NAME,
    )


@pytest.mark.parametrize(
    ("rego", "expected"),
    [
        ('deny contains "no"', denied("no")),
        ('deny := ["no"]', denied("no")),
        ('deny contains {"id": "r1", "msg": "no"}', denied("no", "r1")),
        ('deny contains {"message": "no", "severity": "high"}', denied("no")),
        ('deny contains "no\\u202e\\u0007"', denied("no\\u202e\\u0007")),
        ("deny contains 1 if input.z", (True, False, (), None)),
    ],
)
def test_deny_allows_only_where_nothing_is_in_it(
    rego: str, expected: tuple[bool, bool, tuple[Reason, ...], str | None]
) -> None:
    assert outcome(decision(rego)) == expected


def test_what_is_only_unknown_is_undecided_and_not_refused() -> None:
    unknown = '{"id": "u", "msg": "not known", "unknown": true, "how": "ask"}'
    reason = Reason(id="u", message="not known", how="ask", unknown=True)
    found = decision(f"deny contains {unknown}")
    assert outcome(found) == (False, True, (reason,), None)
    both = decision(f'deny contains {unknown}\ndeny contains "no"')
    assert outcome(both) == (False, False, (Reason(id="deny", message="no"), reason), None)


@pytest.mark.parametrize(
    ("rego", "allowed"),
    [
        ("allow := true\ndeny := []", True),
        ("allow := false\ndeny := []", False),
        ('allow := true\ndeny contains "no"', False),
        ('allow := false\ndeny contains "no"', False),
    ],
)
def test_both_entry_points_have_to_be_satisfied(rego: str, *, allowed: bool) -> None:
    assert decision(rego, BOTH).allowed is allowed


def test_false_without_a_reason_is_a_refusal_that_says_so() -> None:
    assert outcome(decision("allow := false\ndeny := []", BOTH)) == denied(
        "data.p.allow is false", "allow"
    )


@pytest.mark.parametrize(
    ("rego", "error"),
    [
        ("allow if input.z", "undefined: data.p.allow has no value for this input"),
        ("allow := null", "null: data.p.allow is null"),
        ('allow := "<undefined>"', "type: data.p.allow is neither true nor false"),
        ('allow := "true"', "type: data.p.allow is neither true nor false"),
        ("allow := 1", "type: data.p.allow is neither true nor false"),
        ("allow := [true]", "type: data.p.allow is neither true nor false"),
        ("allow := 1 / 0", "failed: a.rego:2:12: divide by zero"),
        (
            "allow := true\nallow := false",
            "failed: a.rego:3:1: rule conflicts with rule at a.rego:2:1",
        ),
    ],
)
def test_whatever_else_allow_comes_to_denies_with_its_word(rego: str, error: str) -> None:
    found = decision(f"{rego}\ndeny := []", BOTH)
    assert outcome(found) == (False, True, (), error)


@pytest.mark.parametrize(
    ("rego", "error"),
    [
        ("deny := [] if input.z", "undefined: data.p.deny has no value for this input"),
        ("deny := null", "null: data.p.deny is null"),
        ("deny := {}", "type: data.p.deny is no list and no set"),
        ('deny[x] := 1 if some x in ["a"]', "type: data.p.deny is no list and no set"),
        ("deny := false", "type: data.p.deny is no list and no set"),
        ("deny contains 1", "type: data.p.deny is what has an element that is no reason"),
        ('deny contains {"id": "x"}', "type: data.p.deny is what has an element without a message"),
        ('deny contains {"msg": 1}', "type: data.p.deny is what has an element that is no reason"),
        ('deny contains ""', "type: data.p.deny is what has an element without a message"),
        ('deny contains {"msg": "x", "score": 0.5}', "type: an answer [0].score: no value of the"),
        ('deny contains {1: "a", "1": "b", "msg": "x"}', "type: an answer an object names the key"),
        ("deny contains x if some x in numbers.range(1, 1001)", "limit: data.p.deny has more than"),
        ('deny contains x if x := to_number("x")', "failed: a.rego:2:3"),
        ('deny contains "x" if not to_number("x")', "failed: a.rego:2:3"),
    ],
)
def test_whatever_else_deny_comes_to_denies_with_its_word(rego: str, error: str) -> None:
    found = decision(rego)
    assert (found.allowed, found.reasons) == (False, ())
    assert (found.error or "").startswith(error)


def test_a_panic_of_the_engine_denies_without_a_path_of_this_machine(
    capfd: pytest.CaptureFixture[str],
) -> None:
    bundle = a_bundle(PANIC)
    found = decided(Regorus(bundle), bundle, PANICS)
    assert outcome(found) == (False, True, (), "panic: the engine failed in itself")
    assert "panicked" in capfd.readouterr().err


def interrupted(input_: str) -> str:
    raise KeyboardInterrupt(input_)


def test_an_interruption_is_no_failure_of_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Regorus(a_bundle("package p\ndeny := []\n"))
    monkeypatch.setattr(engine, "_narrowed", interrupted)
    with pytest.raises(KeyboardInterrupt, match="asked"):
        engine.query("data.p.deny", b'"asked"')


@pytest.mark.parametrize("rego", ['deny contains x if x := to_number("x")', "deny := 1 / 0"])
def test_no_message_has_a_backtrace(rego: str) -> None:
    error = decision(rego).error or ""
    assert "backtrace" not in error
    assert "/" not in error.replace("1 / 0", "")


MORE = MANIFEST + 'tier = "data.p.tier"\nneeds = "data.p.needs"\n'


def test_tier_and_needs_are_told_where_the_policy_has_them() -> None:
    found = decision('deny := []\ntier := "high"\nneeds := 2', MORE)
    assert (found.allowed, found.tier, found.needs) == (True, "high", 2)


@pytest.mark.parametrize(
    ("tier", "needs", "error"),
    [
        ('"" ', "1", "type: data.p.tier is no text"),
        ("null", "1", "null: data.p.tier is null"),
        ('"a"', "true", "type: data.p.needs is no number from 0 to 100"),
        ('"a"', "-1", "type: data.p.needs is no number from 0 to 100"),
        ('"a"', "1.5", "type: an answer the value: no value of the profile"),
    ],
)
def test_a_tier_or_a_number_that_means_nothing_denies(tier: str, needs: str, error: str) -> None:
    found = decision(f"deny := []\ntier := {tier}\nneeds := {needs}", MORE)
    assert not found.allowed
    assert (found.error or "").startswith(error)


def test_an_error_of_an_engine_that_says_nothing_more_denies() -> None:
    class Broken(Told):
        def query(self, query: str, input_: bytes) -> Answer:
            raise PolicyError(f"{query} of {len(input_)}")

    found = decided(Broken(), a_bundle("package p\n"), b"{}")
    assert outcome(found) == (False, True, (), "engine: data.p.deny of 2")


def test_an_answer_that_is_no_json_denies() -> None:
    found = decided(Told(deny=b"[}"), a_bundle("package p\n"), b"{}")
    assert outcome(found) == (False, True, (), "engine: data.p.deny: the answer is no JSON")


def test_an_engine_asked_from_another_thread_says_so() -> None:
    engine = Regorus(a_bundle("package p\ndeny := []\n"))
    engine._thread += 1
    with pytest.raises(EvaluationError) as refused:
        engine.query("data.p.deny", b"{}")
    assert refused.value.failure is Failure.ENGINE


def test_the_order_of_reasons_is_that_of_their_text() -> None:
    elements = '"b", "a", {"id": "0", "msg": "z"}, {"id": "deny", "msg": "a", "how": "x"}'
    found = decision(f"deny contains x if some x in [{elements}]")
    assert [(one.id, one.message, one.how) for one in found.reasons] == [
        ("0", "z", None), ("deny", "a", None), ("deny", "a", "x"), ("deny", "b", None),
    ]  # fmt: skip


def test_a_bundle_can_be_sent_to_another_process() -> None:
    bundle = a_bundle("package p\ndeny := []\n", data='{"a":1}')
    assert msgspec.json.decode(msgspec.json.encode(bundle), type=Bundle) == bundle
