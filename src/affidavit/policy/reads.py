"""What of its input a policy can read, told by its syntax tree.

Understood is a reference that begins with ``input`` and goes on with the fixed name of a field.
Whatever else is done with the input, or is written in a way that is not known here, reads all of
it: a policy that is handed less than it reads would decide otherwise.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, cast

import msgspec

from affidavit.policy.checking import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.policy.checking import Node, Tree

ANY = "*"
"""A step that is computed: every key, every index."""
DEEPEST = 3
"""Steps of a path that are looked at, as in ``input.classes[name].owned``."""
MOST = 1_000
"""Paths of a policy; of one that has more all of the input is taken to be read."""

_FIELD = re.compile(r"[A-Za-z0-9_-]{1,100}")
_REFERENCES = frozenset({"Var", "RefDot", "RefBrack"})
_WORDS = re.compile(
    rb'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*|(?<![A-Za-z0-9_])(?P<input>input)(?![A-Za-z0-9_])'
)
"""Texts and comments, and the word outside of them."""


class How(StrEnum):
    """How much of a value matters to who reads it."""

    WHOLE = "whole"
    KEYS = "keys"
    """Which keys it has."""
    KIND = "kind"
    """Whether it is null, a list, an object, and so on."""


_LESS = {"object.keys": How.KEYS} | {
    f"is_{kind}": How.KIND
    for kind in ("array", "boolean", "null", "number", "object", "set", "string")
}
"""Builtins of one argument that do not look inside it. No function of a bundle has their names."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A path below the input, with `ANY` for what is computed, and what of it is read."""

    path: tuple[str, ...]
    how: How = How.WHOLE


def reads(found: Iterable[Tree]) -> frozenset[Read] | None:
    """All that the modules `found` can read of the input; None where that may be all of it."""
    known = set[Read]()
    for tree in found:
        seen = set[int]()
        for start, one in _found(tree.ast):
            if one is None:
                return None
            seen.add(start)
            known.add(one)
        # A place where the tree is silent, such as the name of a variable, is not understood.
        if not seen.issuperset(_places(tree.text)) or len(known) > MOST:
            return None
    return frozenset(known)


def _places(text: bytes) -> Iterator[int]:
    return (word.start() for word in _WORDS.finditer(text) if word["input"])


def _found(ast: Node) -> Iterator[tuple[int, Read | None]]:
    """Each use of the input with where it begins, in bytes; None for one that reads all of it."""
    waiting: list[tuple[object, How]] = [(ast, How.WHOLE)]
    while waiting:
        node, how = waiting.pop()
        if isinstance(node, list):
            waiting += [(one, How.WHOLE) for one in node if isinstance(one, dict | list)]
        elif isinstance(node, dict):
            for key, value in node.items():
                if key in _REFERENCES:
                    yield from _referred(cast("Node", node), how, waiting)
                elif key == "Call":
                    waiting += _called(value)
                elif key == "with_mods" and any(_root(one["refr"]) != "data" for one in value):
                    # The input, or a part of it, is replaced.
                    yield 0, None
                elif key != "span" and isinstance(value, dict | list):
                    waiting.append((value, How.WHOLE))


def _called(call: Node) -> list[tuple[object, How]]:
    arguments = cast("list[object]", call["params"])
    less = _LESS.get(dotted(call["fcn"]) or "") if len(arguments) == 1 else None
    return [(call["fcn"], How.WHOLE), *((one, less or How.WHOLE) for one in arguments)]


def _referred(
    node: Node, how: How, waiting: list[tuple[object, How]]
) -> Iterator[tuple[int, Read | None]]:
    """The use of the input that the reference `node` is, if any; the rest of it is to wait."""
    steps = list[str]()
    while "Var" not in node:
        inner = cast("Node", node.get("RefDot") or node.get("RefBrack"))
        steps.append(_field(inner) if "RefDot" in node else _key(inner, waiting))
        node = cast("Node", inner["refr"])
        if not _REFERENCES & node.keys():
            waiting.append((node, How.WHOLE))
            return
    variable = cast("Node", node["Var"])
    if variable["value"] == "input":
        place = cast("Node", variable["span"])["start"]
        yield cast("int", place), _read(steps[::-1], how)


def _root(node: object) -> object:
    """The variable that a reference begins with; None where it begins with another thing."""
    own = cast("Node", node)
    while inner := own.get("RefDot") or own.get("RefBrack"):
        own = cast("Node", cast("Node", inner)["refr"])
    return cast("Node", own.get("Var") or {}).get("value")


def _field(inner: Node) -> str:
    return _step(cast("list[object]", inner["field"])[1])


def _key(inner: Node, waiting: list[tuple[object, How]]) -> str:
    """A step in brackets. What is computed there may read the input itself."""
    index = cast("Node", inner["index"])
    waiting.append((index, How.WHOLE))
    return _step(cast("Node", index.get("String") or {}).get("value"))


def _step(name: object) -> str:
    return name if isinstance(name, str) and _FIELD.fullmatch(name) else ANY


def _read(steps: list[str], how: How) -> Read | None:
    """What a reference with `steps` reads; None where already the first is computed."""
    if not steps or steps[0] == ANY:
        return None
    if len(steps) > DEEPEST:
        steps, how = steps[:DEEPEST], How.WHOLE
    while steps[-1] == ANY:
        steps, how = steps[:-1], How.WHOLE
    return Read(path=tuple(steps), how=how)
