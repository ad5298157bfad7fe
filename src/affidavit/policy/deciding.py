"""A decision made of what a policy's entry points come to. All that is not a clear yes denies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.canonical import canonical
from affidavit.base.digest import sha256
from affidavit.base.errors import EntryError, PolicyError
from affidavit.base.text import shortened, visible
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.model import Decision, Reason
from affidavit.policy.numbers import sound

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle
    from affidavit.policy.input import PolicyInput
    from affidavit.policy.manifest import Manifest
    from affidavit.policy.model import Engine

MOST_REASONS = 1_000
MESSAGE = 1_000
"""Characters of a reason's message that are kept; of its id 100."""
MOST_NEEDS = 100

_sorted = msgspec.json.Encoder(order="sorted")


def encoded_input(input_: PolicyInput) -> bytes:
    """The one form of `input_` that is asked about and whose digest a decision has.

    Raises:
        PolicyError: It has no one form: a number with a fraction, a key that is no ASCII.
    """
    quick = _quick(input_)
    if quick is not None:
        return quick
    try:
        return canonical(msgspec.to_builtins(input_))
    except EntryError as error:
        raise EvaluationError(Failure.ENGINE, f"the input: {error.message}") from error


def _quick(input_: PolicyInput) -> bytes | None:
    """The same in half the time; None where it takes a closer look to tell what is wrong."""
    try:
        data = _sorted.encode(input_)
    except UnicodeEncodeError:
        return None
    return data if data.isascii() and sound(data) else None


def input_digest(input_: PolicyInput) -> str:
    """The digest that a decision about `input_` names.

    Raises:
        PolicyError: As `encoded_input`.
    """
    return sha256(encoded_input(input_))


def decide(engine: Engine, bundle: Bundle, input_: PolicyInput) -> Decision:
    """What the policy in `bundle`, which `engine` has, decides about `input_`.

    It is allowed where every entry point that the manifest names says so: `allow` is just ``true``,
    `deny` a list or set without elements. Never raises for what a policy does.
    """
    return decided(engine, bundle, encoded_input(input_))


def decided(engine: Engine, bundle: Bundle, data: bytes) -> Decision:
    """The same for an input that is in its one form already."""
    names = bundle.manifest
    found = Decision(
        allowed=False,
        reasons=(),
        bundle=bundle.digest,
        input=sha256(data),
        engine=engine.name,
    )
    try:
        allowed, reasons = _verdict(engine, names, data)
        return msgspec.structs.replace(
            found,
            allowed=allowed,
            reasons=reasons,
            tier=_tier(engine, names.tier, data),
            needs=_needs(engine, names.needs, data),
        )
    except PolicyError as error:
        failure = error.failure if isinstance(error, EvaluationError) else Failure.ENGINE
        return msgspec.structs.replace(found, error=f"{failure}: {visible(error.message)}")


def _verdict(engine: Engine, names: Manifest, data: bytes) -> tuple[bool, tuple[Reason, ...]]:
    allow = True if names.allow is None else _boolean(engine, names.allow, data)
    reasons = () if names.deny is None else _reasons(engine, names.deny, data)
    if not allow and not reasons:
        reasons = (Reason(id="allow", message=f"{names.allow} is false"),)
    return allow and not reasons, reasons


def _value(engine: Engine, entry: str, data: bytes) -> object:
    """What `entry` comes to; never None."""
    answer = engine.query(entry, data)
    if answer.value is None:
        raise EvaluationError(Failure.UNDEFINED, f"{entry} has no value for this input")
    try:
        value: object = msgspec.json.decode(answer.value)
    except ValueError as error:
        raise EvaluationError(Failure.ENGINE, f"{entry}: the answer is no JSON") from error
    if value is None:
        raise EvaluationError(Failure.NULL, f"{entry} is null")
    return value


def _boolean(engine: Engine, entry: str, data: bytes) -> bool:
    value = _value(engine, entry, data)
    if not isinstance(value, bool):
        raise _mistyped(entry, "neither true nor false")
    return value


def _reasons(engine: Engine, entry: str, data: bytes) -> tuple[Reason, ...]:
    value = _value(engine, entry, data)
    if not isinstance(value, list):
        raise _mistyped(entry, "no list and no set")
    if len(value) > MOST_REASONS:
        raise EvaluationError(Failure.LIMIT, f"{entry} has more than {MOST_REASONS:,} elements")
    found = {_reason(entry, one) for one in value}
    return tuple(sorted(found, key=lambda one: (one.id, one.message, one.how or "", one.unknown)))


class _Told(msgspec.Struct, frozen=True):
    """An element of `deny` that is an object; what else it has is not looked at."""

    msg: str | None = None
    message: str | None = None
    id: str | None = None
    how: str | None = None
    unknown: bool = False


def _reason(entry: str, value: object) -> Reason:
    try:
        told = _Told(msg=value) if isinstance(value, str) else msgspec.convert(value, _Told)
    except msgspec.ValidationError as error:
        raise _mistyped(entry, f"what has an element that is no reason ({error})") from error
    message = told.message or told.msg
    if not message:
        raise _mistyped(entry, "what has an element without a message")
    return Reason(
        id=_shown(told.id or entry.rpartition(".")[2], 100),
        message=_shown(message, MESSAGE),
        how=None if told.how is None else _shown(told.how, MESSAGE),
        unknown=told.unknown,
    )


def _shown(text: str, most: int) -> str:
    return shortened(visible(text), most)


def _tier(engine: Engine, entry: str | None, data: bytes) -> str | None:
    if entry is None:
        return None
    value = _value(engine, entry, data)
    if not isinstance(value, str) or not value:
        raise _mistyped(entry, "no text")
    return _shown(value, 100)


def _needs(engine: Engine, entry: str | None, data: bytes) -> int | None:
    if entry is None:
        return None
    value = _value(engine, entry, data)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_NEEDS:
        raise _mistyped(entry, f"no number from 0 to {MOST_NEEDS}")
    return value


def _mistyped(entry: str, what: str) -> EvaluationError:
    return EvaluationError(Failure.TYPE, f"{entry} is {what}")
