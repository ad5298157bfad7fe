"""Why a policy decided as it did: which rules denied, what they read, what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.evaluating import evaluated
from affidavit.policy.answers import Denied, Explanation, Read
from affidavit.policy.rules import read_by, rules_of

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle
    from affidavit.policy.input import PolicyInput
    from affidavit.policy.model import Reason
    from affidavit.policy.rules import Rule


def explained(bundle: Bundle, asked: PolicyInput) -> Explanation:
    """What the policy decides about the input `asked`, and why."""
    decision = evaluated(bundle, asked)
    rules = rules_of(bundle.modules)
    told = {one.id for one in decision.reasons}
    every = dict.fromkeys(id_ for one in rules for id_ in one.ids)
    return Explanation(
        decision=decision,
        denied=tuple(_denied(one, rules, asked) for one in decision.reasons),
        unknown=asked.unknown,
        quiet=tuple(sorted(every.keys() - told)),
    )


def _denied(reason: Reason, rules: tuple[Rule, ...], asked: PolicyInput) -> Denied:
    places = (f"{one.path}:{one.line}" for one in rules if reason.id in one.ids)
    fields = read_by(rules, reason.id)
    return Denied(
        reason=reason, rules=tuple(places), reads=tuple(_read(one, asked) for one in fields)
    )


def _read(field: str, asked: PolicyInput) -> Read:
    value: object = msgspec.to_builtins(asked)
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    text = msgspec.json.encode(value, order="deterministic").decode()
    return Read(field=field, value=text, known=value is not None)
