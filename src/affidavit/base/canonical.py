"""The one form of JSON that is hashed or signed.

On the profile below, `canonical` gives the bytes of RFC 8785 (JSON Canonicalization Scheme): no
floats, integers that a double holds exactly, ASCII keys, no key twice. RFC 8785 sorts keys by
UTF-16 units; of ASCII keys that is their order as bytes.
"""

from __future__ import annotations

import json
from typing import TypeAlias, cast

import msgspec

from affidavit.base.errors import EntryError

LARGEST = 2**53 - 1
"""The largest integer, and as a negative the smallest: beyond it doubles skip numbers."""
DEEPEST = 64
"""Lists and objects inside each other."""

_SHOWN = 80
"""Characters of a key in an error."""
_CONTAINERS = {dict, list, tuple}
_PLAIN = frozenset({str, bool, type(None)})
_Place: TypeAlias = "tuple[_Place, str | int] | None"
"""Where a value stands: the step to it, after the place it is in."""

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical(value: object) -> bytes:
    """The bytes of `value`.

    Raises:
        EntryError: `value` has no one form; the message names the field.
    """
    _check(value, None, DEEPEST)
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError as error:
        raise EntryError("a text holds half of a surrogate pair, which UTF-8 cannot say") from error


def _check(value: object, place: _Place, left: int) -> None:
    """Refuse what is outside the profile; `left` levels may still follow."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -LARGEST <= cast("int", value) <= LARGEST:
            raise EntryError(f"{_at(place)}: the integer is beyond 2^53 - 1; write it as text")
    elif kind in _CONTAINERS and left == 0:
        raise EntryError(f"{_at(place)}: more than {DEEPEST} lists and objects inside each other")
    elif kind is dict:
        _check_object(cast("dict[object, object]", value), place, left)
    elif kind is list or kind is tuple:
        # Most lists are long ones of texts: a call for each would take most of the time.
        if not _PLAIN.issuperset(map(type, cast("list[object]", value))):
            for number, item in enumerate(cast("list[object]", value)):
                _check(item, (place, number), left - 1)
    else:
        what = "number with a fraction; write it as text" if kind is float else kind.__name__
        raise EntryError(f"{_at(place)}: no value of the profile: {what}")


def _check_object(value: dict[object, object], place: _Place, left: int) -> None:
    for key, item in value.items():
        if type(key) is not str or not key.isascii():
            shown = key[:_SHOWN] if isinstance(key, str) else key
            raise EntryError(f"{_at(place)}: the key {shown!a} is not ASCII text")
        if type(item) not in _PLAIN:
            _check(item, (place, key), left - 1)


def _at(place: _Place) -> str:
    """Where a value stands, such as ``a.b[3]``; written only when it is needed."""
    steps = list[str]()
    while place is not None:
        place, step = place
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step[:_SHOWN]}")
    return "".join(reversed(steps)).removeprefix(".")[: 4 * _SHOWN] or "the value"


def parsed(data: bytes) -> object:
    """The value of JSON that a stranger wrote.

    Raises:
        EntryError: It is no JSON, an object names a key twice, or it is outside the profile.
    """
    try:
        value = cast("object", msgspec.json.decode(data))
        _check(value, None, DEEPEST)
        # In canonical bytes no key can come twice: the second would be missing from these.
        if _encoder.encode(value) != data:
            json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise EntryError(f"no JSON: {error}") from error
    return value


def _once(pairs: list[tuple[str, object]]) -> None:
    """Refuse an object that names a key twice."""
    seen = set[str]()
    for key, _ in pairs:
        if key in seen:
            raise EntryError(f"an object names the key {key[:_SHOWN]!a} twice")
        seen.add(key)
