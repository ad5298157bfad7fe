"""Rules of a bundle as its text shows them: ids of what denies, and the input that each reads.

Nothing is evaluated. A rule begins at the left edge of a line, as opa writes it. What a rule
reads is what it and the rules that it names mention: it may be more than what was looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from affidavit.policy.model import Module

_STARTS = re.compile(r"(?m)^(?=[A-Za-z_])")
_NAME = re.compile(r"(?:default\s+)?([A-Za-z_]\w*)")
_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*"|`[^`]*`)|#[^\n]*')
_TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`')
_KEYED = re.compile(r'(\["[A-Za-z_]\w*"\])|"(?:\\.|[^"\\\n])*"|`[^`]*`')
"""The name of a field in brackets, or another text."""
_WORD = re.compile(r"(?<![\w.\"])[A-Za-z_]\w*")
_INPUT = re.compile(r'\binput((?:\.[A-Za-z_]\w*|\["[A-Za-z_]\w*"\])+)')
_NAMED = re.compile(r'"id"\s*:\s*"([^"\\\n]{1,100})"')
_DOTTED = re.compile(r'"([a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+)"')
_SET = re.compile(r"[A-Za-z_]\w*(?:\s+contains\b|\[)")
_TESTS = re.compile(r"(?m)^((?:todo_)?test_\w+)")
_PACKAGE = re.compile(r"(?m)^package\s+([A-Za-z_][\w.]*)")
_NOT_RULES = frozenset({"package", "import"})


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a module: its name, the line it begins on, and its text without comments."""

    path: str
    line: int
    name: str
    text: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the reasons that it gives, where its text has them."""
        if named := tuple(dict.fromkeys(_NAMED.findall(self.text))):
            return named
        first = _DOTTED.search(self.text) if _SET.match(self.text) else None
        return (first[1],) if first else ()

    @property
    def fields(self) -> frozenset[str]:
        """Paths of the input that its own text mentions."""
        found = _INPUT.findall(_KEYED.sub(lambda one: one[1] or '""', self.text))
        return frozenset(re.sub(r'\["(\w+)"\]', r".\1", one).removeprefix(".") for one in found)

    @property
    def words(self) -> frozenset[str]:
        """Names that it mentions outside of texts."""
        return frozenset(_WORD.findall(_TEXT.sub('""', self.text)))


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A test of a bundle: a rule whose name begins with ``test_``; `query` is its whole name."""

    path: str
    name: str
    query: str


def rules_of(modules: Iterable[Module]) -> tuple[Rule, ...]:
    """The rules of `modules`, in order."""
    return tuple(rule for one in modules for rule in _rules(one))


def ids_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Every id that `rules` give a reason, sorted."""
    return tuple(sorted({id_ for one in rules for id_ in one.ids}))


def trials_of(modules: Iterable[Module]) -> tuple[Trial, ...]:
    """The tests in `modules`, each once, in order; what begins with ``todo_`` is none yet."""
    found = dict.fromkeys(
        Trial(path=one.path, name=name, query=f"data.{package[1]}.{name}")
        for one in modules
        if (package := _PACKAGE.search(one.text))
        for name in _TESTS.findall(one.text)
        if not name.startswith("todo_")
    )
    return tuple(found)


def read_by(rules: tuple[Rule, ...], id_: str) -> tuple[str, ...]:
    """Paths of the input that the rules with `id_`, and all that these name, mention; sorted."""
    by_name: dict[str, list[Rule]] = {}
    for one in rules:
        by_name.setdefault(one.name, []).append(one)
    ahead = [one for one in rules if id_ in one.ids]
    seen = set(ahead)
    while ahead:
        new = [one for one in _named(ahead.pop(), by_name) if one not in seen]
        seen.update(new)
        ahead += new
    return tuple(sorted({field for one in seen for field in one.fields}))


def _named(rule: Rule, by_name: Mapping[str, list[Rule]]) -> Iterator[Rule]:
    # A rule adds to a set that others go through: its own name says nothing of what it reads.
    for word in rule.words - {rule.name}:
        yield from by_name.get(word, ())


def _rules(module: Module) -> Iterator[Rule]:
    text = _COMMENT.sub(lambda found: found[1] or "", module.text)
    line = 1
    for part in _STARTS.split(text):
        name = _NAME.match(part)
        if name and name[1] not in _NOT_RULES:
            yield Rule(path=module.path, line=line, name=name[1], text=part.rstrip())
        line += part.count("\n")
