"""Results of tests in JUnit XML, which has no standard: what its many writers have in common.

Cases are counted here. What the attributes of a suite state is compared with that and believed in
nothing: writers lose cases, and files are edited.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.sources.results.markup import walk
from affidavit.sources.results.reading import Difference, Stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.sources.results.reading import Source

_NUMBER = re.compile(r"[0-9]{1,15}")
_STATED = {
    "tests": "total",
    "failures": "failures",
    "errors": "errors",
    "skipped": "skipped",
    "skips": "skipped",
    "skip": "skipped",
    "disabled": "not_run",
}
"""What an attribute of a suite states."""
_CHILDREN = {
    "failure": "failure",
    "error": "error",
    "skipped": "skipped",
    "flakyFailure": "flaky",
    "flakyError": "flaky",
}
"""What an element in a case says of it. Surefire's flaky ones failed, ran again and passed."""
_RAN = frozenset({"", "run", "pass", "passed", "success", "successful", "ok", "completed"})
"""What writers call the status of a case that ran; of any other word it is not known."""
_FAILED = frozenset({"fail", "failed", "failure"})
_TOTALS = ("total", "passed", "failures", "errors", "skipped", "not_run", "flaky")


class Cases(msgspec.Struct, frozen=True, kw_only=True):
    """Cases by what became of them. One that failed and then broke off counts as both.

    `passed` are those with none of it; `flaky` ones passed when they were run again, and are among
    them. `outside` are failures and errors of a suite itself, which belong to no case.
    """

    total: int
    passed: int
    failures: int
    errors: int
    skipped: int
    not_run: int
    flaky: int
    outside: int


class Tests(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of tests; `differing` is how often a stated total is not the counted one."""

    suites: int
    cases: Cases
    differences: tuple[Difference, ...]
    differing: int
    lost: bool
    """Whether a suite states more cases, failures or errors than the file has."""


def read_junit(source: Source) -> Tests:
    """The results in `source`.

    Raises:
        InputError: It is not JUnit XML; the message names file and line.
    """
    reader = _Reader(source)
    walk(source, reader)
    return reader.read()


class _Suite:
    """A suite while it is read: what it states, and what was counted in it and below it."""

    def __init__(self, line: int, stated: Mapping[str, int]) -> None:
        self.line = line
        self.stated = stated
        self.own = dict.fromkeys((*_TOTALS, "outside", "outside_failures", "outside_errors"), 0)
        self.below = dict(self.own)

    def whole(self) -> dict[str, int]:
        return {name: count + self.below[name] for name, count in self.own.items()}


class _Reader:
    """Counts the cases of a file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: list[str] = []
        self._suites: list[_Suite] = []
        self._cases: list[set[str]] = []
        self._seen = 0
        self._differing = Stated()
        self._lost = False
        self._all = _Suite(1, {})

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        """An element begins."""
        if not self._open and name not in {"testsuites", "testsuite"}:
            raise self._source.broken(line, f"not JUnit XML: it begins with <{name[:40]}>")
        parent = self._open[-1] if self._open else ""
        self._open.append(name)
        if name in {"testsuite", "testsuites"}:
            self._seen += name == "testsuite"
            self._suites.append(_Suite(line, self._stated(attributes, line)))
        elif name == "testcase":
            self._cases.append(_states(attributes))
        elif parent == "testcase":
            self._cases[-1].update({_CHILDREN[name]} if name in _CHILDREN else ())
        elif parent == "testsuite" and name in {"failure", "error"}:
            own = self._suites[-1].own
            own["outside"] += 1
            own[f"outside_{name}s"] += 1

    def end(self, name: str) -> None:
        """The newest element ends."""
        self._open.pop()
        if name == "testcase":
            self._count(self._cases.pop())
        elif name in {"testsuite", "testsuites"}:
            suite = self._suites.pop()
            self._compare(suite)
            outer = self._suites[-1] if self._suites else self._all
            outer.below = _sum(outer.below, suite.whole())

    def read(self) -> Tests:
        """All that was counted."""
        found = self._all.whole()
        return Tests(
            suites=self._seen,
            cases=Cases(**{name: found[name] for name in (*_TOTALS, "outside")}),
            differences=tuple(self._differing.differences),
            differing=self._differing.differing,
            lost=self._lost,
        )

    def _stated(self, attributes: Mapping[str, str], line: int) -> dict[str, int]:
        found = {}
        for name in _STATED.keys() & attributes.keys():
            text = attributes[name].strip()
            if text and not _NUMBER.fullmatch(text):
                raise self._source.broken(line, f"{name} is not a number")
            if text:
                found[name] = int(text)
        return found

    def _count(self, states: set[str]) -> None:
        own = (self._suites[-1] if self._suites else self._all).own
        own["total"] += 1
        own["failures"] += "failure" in states
        own["errors"] += "error" in states
        own["skipped"] += "skipped" in states
        own["not_run"] += "not-run" in states and "skipped" not in states
        own["flaky"] += "flaky" in states
        own["passed"] += not states & {"failure", "error", "skipped", "not-run"}

    def _compare(self, suite: _Suite) -> None:
        """Hold what a suite states against its cases, with those of the suites in it or without."""
        for name, stated in sorted(suite.stated.items()):
            whole = suite.whole()
            if stated in _counted(_STATED[name], whole) | _counted(_STATED[name], suite.own):
                continue
            counted = whole[_STATED[name]]
            self._differing.compare(suite.line, name, stated, counted)
            self._lost |= name in {"tests", "failures", "errors"} and stated > counted


def _counted(what: str, counts: Mapping[str, int]) -> set[int]:
    """Every number that a writer may mean: with what belongs to no case, or without."""
    found = counts[what]
    if what in {"skipped", "not_run"}:
        return {found, counts["skipped"] + counts["not_run"]}
    return {found, found + counts.get(f"outside_{what}", 0)}


def _states(attributes: Mapping[str, str]) -> set[str]:
    """What the attributes of a case say became of it."""
    status = attributes.get("status", "").lower()
    if status in _FAILED:
        return {"failure"}
    if status == "error":
        return {"error"}
    return set() if status in _RAN else {"not-run"}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: count + other[name] for name, count in one.items()}
