"""The part of an input that a policy can read, cut out of it.

An engine spends much of a decision on reading its input, and most of that are paths that no rule
looks at. What is left out is what `affidavit.policy.reads` is sure of; the digest of a decision is
over the whole input all the same.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from affidavit.policy.reads import ANY, How

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from affidavit.policy.reads import Read

Narrow: TypeAlias = "Callable[[str], str]"
_encoder = msgspec.json.Encoder()


class _Part:
    """A value of the input: what of it is read, and its parts of which more is known."""

    def __init__(self) -> None:
        self.how: set[How] = set()
        self.parts: dict[str, _Part] = {}

    @property
    def whole(self) -> bool:
        """Whether all of it is kept: also where nothing below it is known to be all that is."""
        if How.WHOLE in self.how or not self.parts:
            return True
        return How.KEYS in self.how and ANY not in self.parts


def whole(input_: str) -> str:
    """All of `input_`, which is JSON."""
    return input_


def narrowing(found: Iterable[Read] | None) -> Narrow:
    """What cuts out of an input, which is JSON, all that is `found` to be read.

    What it makes is another text of JSON, with each value that is read as it was. None is all of
    the input. All of it is also given where a value is of a kind that was not expected: what is
    read of that is not known.
    """
    if found is None:
        return whole
    decoder = msgspec.json.Decoder(_object(_root(found)))

    def narrowed(input_: str) -> str:
        try:
            return _encoder.encode(decoder.decode(input_)).decode()
        except (msgspec.DecodeError, RecursionError):
            return input_

    return narrowed


def _root(found: Iterable[Read]) -> _Part:
    root = _Part()
    for one in found:
        part = root
        for step in one.path:
            part = part.parts.setdefault(step, _Part())
        part.how.add(one.how)
    return root


def _object(part: _Part) -> type[msgspec.Struct]:
    """A type that has the parts alone, each of which may be missing."""
    fields = {f"f{number}": step for number, step in enumerate(part.parts)}
    types = (_type(one) for one in part.parts.values())
    return msgspec.defstruct(
        "Part",
        [
            (name, or_(type_, msgspec.UnsetType), msgspec.UNSET)
            for name, type_ in zip(fields, types, strict=True)
        ],
        rename=fields,
        # They are made and dropped, one in the other: looking for cycles among them takes time.
        gc=False,
    )


def _type(part: _Part) -> object:
    """A type that a value has of which this is to be kept; another value's type is an error."""
    if part.whole:
        return msgspec.Raw
    if ANY not in part.parts:
        return or_(_object(part), None)
    each = _type(_joined(part.parts.values()))
    return reduce(or_, (dict[str, each], list[each], None))  # type: ignore[valid-type]  # made above


def _joined(parts: Iterable[_Part]) -> _Part:
    """One part for all: where one key is computed, it may be that of any other."""
    found = _Part()
    for one in parts:
        found.how |= one.how
        # A part without parts of its own is whole, and so is then each of them.
        if one.whole:
            found.how.add(How.WHOLE)
        for step, below in one.parts.items():
            own = found.parts.get(step)
            found.parts[step] = below if own is None else _joined((own, below))
    return found
