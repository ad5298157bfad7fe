"""Rego held against what a bundle may do, before any of it is evaluated.

It works on the syntax tree that the engine made of the modules: calls, imports, what ``with``
replaces, and the rules that the entry points name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.policy.capabilities import ALLOWED, is_builtin, why_refused, why_unsafe
from affidavit.policy.errors import EvaluationError, Failure, bundle_error
from affidavit.policy.recursion import check_recursion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.policy.bundle import Bundle

Node: TypeAlias = dict[str, object]
_HEADS = ("Compr", "Set", "Func")
_LIST = "docs/policy-engine.md has the list"
OWN = "affidavit_asked"
"""A package, below ``data``, that the engine adds and no bundle has."""


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed module: its package as ``data.a.b``, names it imports, functions it defines."""

    path: str
    text: bytes
    package: str
    imports: dict[str, str]
    rules: tuple[str, ...]
    functions: tuple[str, ...]
    ast: Node


def trees(data: bytes) -> tuple[Tree, ...]:
    """The modules in the engine's syntax trees, which are JSON.

    Raises:
        PolicyError: They are too deep, or import what no policy may.
    """
    try:
        modules = msgspec.json.decode(data, type=list[dict[str, object]])
    except (RecursionError, ValueError) as error:
        raise bundle_error("the policy's syntax is nested too deep") from error
    return tuple(_tree(_node(one["source"]), _node(one["ast"])) for one in modules)


def check(bundle: Bundle, found: tuple[Tree, ...]) -> None:
    """Refuse what no policy may do, entry points without a rule, data where there are rules.

    Raises:
        PolicyError: With file, line and column where there is one.
    """
    functions = {name for tree in found for name in tree.functions}
    for tree in found:
        if tree.package.split(".")[1] == OWN:
            name = tree.package.removeprefix("data.")
            raise bundle_error(f"{tree.path} has the package {name}, which no bundle has")
        for node in _nodes(tree.ast):
            if "Call" in node:
                _check_call(tree, _node(node["Call"]), functions)
            for mod in cast("list[object]", node.get("with_mods") or []):
                _check_with(tree, _node(mod))
    check_recursion(pair for tree in found for pair in _calls(tree, functions))
    _check_entries(bundle, found)
    _check_data(bundle, found)


def _tree(source: Node, ast: Node) -> Tree:
    name, text = str(source["file"]), str(source["contents"]).encode()
    package = f"data.{dotted(_node(ast['package'])['refr'])}"
    found = (_imported(name, text, _node(one)) for one in cast("list[object]", ast["imports"]))
    imports = dict(found)
    rules = [_head(package, _node(one)) for one in cast("list[object]", ast["rules"])]
    return Tree(
        path=name,
        text=text,
        package=package,
        imports=imports,
        rules=tuple(rule for rule, function in rules if not function),
        functions=tuple(rule for rule, function in rules if function),
        ast=ast,
    )


def _imported(path: str, text: bytes, one: Node) -> tuple[str, str]:
    """What an import is called in its module, and what that means."""
    means = dotted(one["refr"]) or ""
    first = means.partition(".")[0]
    known = means == "rego.v1" or means.startswith("future.keywords")
    if not known and first not in {"data", "input"}:
        raise _refused(path, one, f"the import of {means}", "only data, input and keywords are")
    # Of an alias the tree has the place alone, in bytes.
    alias = _node(one.get("as") or {})
    called = text[cast("int", alias["start"]) : cast("int", alias["end"])] if alias else b""
    return called.decode() or means.rpartition(".")[2], means


def _head(package: str, rule: Node) -> tuple[str, bool]:
    """The path of a rule as far as it is fixed, and whether it is a function."""
    if "Default" in rule:
        default = _node(rule["Default"])
        return f"{package}.{_ground(default['refr'])}", bool(default.get("args"))
    head = _node(_node(rule["Spec"])["head"])
    kind = next(kind for kind in _HEADS if kind in head)
    return f"{package}.{_ground(_node(head[kind])['refr'])}", kind == "Func"


def _ground(node: object) -> str:
    """The longest beginning of a reference in which nothing is computed."""
    name = dotted(node)
    while name is None:
        inner = _node(node)
        node = _node(inner.get("RefBrack") or inner.get("RefDot"))["refr"]
        name = dotted(node)
    return name


def dotted(node: object) -> str | None:
    """A reference as ``a.b.c``; None where a part of it is computed."""
    parts = list[str]()
    while True:
        found = _node(node)
        if "Var" in found:
            parts.append(str(_node(found["Var"])["value"]))
            return ".".join(reversed(parts))
        if "RefDot" in found:
            inner = _node(found["RefDot"])
            parts.append(str(cast("list[object]", inner["field"])[1]))
        elif "RefBrack" in found:
            inner = _node(found["RefBrack"])
            index = _node(inner["index"])
            if "String" not in index:
                return None
            parts.append(str(_node(index["String"])["value"]))
        else:
            return None
        node = inner["refr"]


def _nodes(root: object) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield cast("Node", node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _check_call(tree: Tree, call: Node, functions: set[str]) -> None:
    name = dotted(call["fcn"])
    if name is None:
        raise _refused(tree.path, call, "a call of what is computed", "a function is named")
    own = _resolved(tree, name) in functions
    if own and is_builtin(name):
        raise _refused(tree.path, call, name, "a function of the bundle has a builtin's name")
    if not own and name not in ALLOWED:
        raise _refused(tree.path, call, name, why_refused(name))
    unsafe = None if own else why_unsafe(name, _literal(call))
    if unsafe is not None:
        raise _refused(tree.path, call, name, unsafe)


def _literal(call: Node) -> str | None:
    """The first argument of a call where it is a literal text."""
    arguments = cast("list[object]", call["params"])
    first = _node(arguments[0]) if arguments else {}
    text = first.get("String") or first.get("RawString")
    return str(_node(text)["value"]) if text else None


def _resolved(tree: Tree, name: str) -> str:
    """The whole path that a name means, if it is one of the bundle's."""
    first, dot, rest = name.partition(".")
    if first == "data":
        return name
    imported = tree.imports.get(first)
    return f"{imported}{dot}{rest}" if imported else f"{tree.package}.{name}"


def _check_with(tree: Tree, mod: Node) -> None:
    target = dotted(mod["refr"]) or _ground(mod["refr"])
    first = target.partition(".")[0]
    if first not in {"input", "data"} and first not in tree.imports:
        raise _refused(tree.path, mod, f"with {target}", "only input and data can be replaced")
    by = dotted(mod["as"])
    if by is not None and "." in by and is_builtin(by):
        raise _refused(tree.path, mod, f"with … as {by}", "a builtin replaces nothing")


def _calls(tree: Tree, functions: set[str]) -> Iterator[tuple[str, str]]:
    """Each function with each that it calls, or that ``with`` puts in its place."""
    for rule in cast("list[object]", tree.ast["rules"]):
        name, function = _head(tree.package, _node(rule))
        for node in _nodes(rule):
            if "Call" in node and function:
                yield name, _resolved(tree, dotted(_node(node["Call"])["fcn"]) or "")
            for mod in cast("list[object]", node.get("with_mods") or []):
                by = _resolved(tree, dotted(_node(mod)["as"]) or "")
                if by in functions:
                    yield _resolved(tree, dotted(_node(mod)["refr"]) or ""), by


def _check_entries(bundle: Bundle, found: tuple[Tree, ...]) -> None:
    rules = {rule for tree in found for rule in tree.rules}
    for entry in bundle.manifest.entries:
        if entry not in rules:
            hint = "packages are " + ", ".join(sorted({tree.package for tree in found})[:10])
            raise bundle_error(f"no rule of the bundle defines {entry}", hint=visible(hint))


def _check_data(bundle: Bundle, found: tuple[Tree, ...]) -> None:
    """Refuse data at the place of a rule: one of the two would win, and not in every engine."""
    data = msgspec.json.decode(bundle.data)
    if OWN in data:
        raise bundle_error(f"data.json has the key {OWN}, which no bundle has")
    for rule in sorted({rule for tree in found for rule in (*tree.rules, *tree.functions)}):
        node: object = data
        for part in rule.split(".")[1:]:
            if not isinstance(node, dict) or part not in node:
                break
            node = node[part]
        else:
            raise bundle_error(f"data.json has a value where the rule {rule} is")


def _refused(path: str, node: Node, what: str, why: str) -> EvaluationError:
    span = _node(node.get("span") or {})
    place = f"{path}:{span.get('line', 0)}:{span.get('col', 0)}"
    message = f"{place}: {shortened(what, 120)} is not allowed: {why}"
    return EvaluationError(Failure.CAPABILITY, visible(message), hint=_LIST)


def _node(value: object) -> Node:
    assert isinstance(value, dict)
    return cast("Node", value)
