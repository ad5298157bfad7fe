"""What the commands about policies answer in JSON; docs/policy.md has every field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.policy.text import word

if TYPE_CHECKING:
    import msgspec

    from affidavit.policy.answers import Comparison, Explanation, Replay, Tested
    from affidavit.policy.model import Decision

Told = dict[str, object]


def decision_told(decision: Decision) -> Told:
    """A decision, and its word: allowed, refused or undecided."""
    return {"format": "affidavit/policy-decision@1", **_decision(decision)}


def explanation_told(found: Explanation) -> Told:
    """An explanation."""
    return {
        "format": "affidavit/policy-explanation@1",
        "decision": _decision(found.decision),
        "denied": found.denied,
        "unknown": found.unknown,
        "quiet": found.quiet,
    }


def comparison_told(found: Comparison) -> Told:
    """A comparison of two bundles."""
    differences = [
        {"name": one.name, "before": _decision(one.before), "after": _decision(one.after)}
        for one in found.differences
    ]
    return {
        "format": "affidavit/policy-diff@1",
        "before": found.before,
        "after": found.after,
        "inputs": found.inputs,
        "differences": differences,
    }


def replay_told(found: Replay) -> Told:
    """A replay of recorded decisions; what was recorded stands in the ledger."""
    shown = ("index", "commit", "at", "again", "why")
    decisions = [
        {
            **{name: getattr(one, name) for name in shown},
            "verdict": one.recorded.verdict,
            "allowed": one.recorded.allowed,
            "bundle": one.recorded.bundle,
            "input": one.recorded.input,
        }
        for one in found.decisions
    ]
    return {
        "format": "affidavit/policy-replay@1",
        "not_verified": found.unsure,
        "decisions": decisions,
    }


def tests_told(found: Tested) -> Told:
    """The tests of a bundle."""
    return {"format": "affidavit/policy-tests@1", **_fields(found)}


def begun_told(begun: msgspec.Struct) -> Told:
    """What was written to begin a bundle."""
    return {"format": "affidavit/policy-init@1", **_fields(begun)}


def _decision(decision: Decision) -> Told:
    return {"result": word(decision), **_fields(decision)}


def _fields(struct: msgspec.Struct) -> Told:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}
