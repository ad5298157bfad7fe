"""Findings of scanners in SARIF 2.1.0 (OASIS), counted by what is still to be done about them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.digest import sha256
from affidavit.sources.results.sarif_file import parsed_sarif

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.sources.results.reading import Source
    from affidavit.sources.results.sarif_file import (
        ComponentReference,
        Override,
        Part,
        Result,
        Rule,
        Run,
        Told,
    )

LEVELS = ("error", "warning", "note", "none")
SEVERITIES = ("critical", "high", "medium", "low", "none", "unrated")
BASELINE = ("new", "unchanged", "updated", "absent")
KINDS = ("fail", "open", "review", "pass", "notApplicable", "informational")
"""What a result can be; `fail` alone is a finding."""
_RATED = re.compile(r"(?:10(?:\.0{1,3})?|[0-9](?:\.[0-9]{1,3})?)")
_BOUNDS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))
"""Where a severity begins: CVSS, section 5, which forges go by."""


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A tool or a pack of rules: what it is called, its version, and which rules it lists.

    `digest` is that of the list of its rules as it stands in the file.
    """

    name: str
    version: str | None
    rules: int
    digest: str | None
    is_driver: bool


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What the runs of a file found. An open finding failed, was not suppressed, and is there.

    `successful` is None where a run does not say whether it was, or whether it looked at all.
    """

    runs: int
    successful: bool | None
    packs: tuple[Pack, ...]
    open: int
    levels: dict[str, int]
    """Open findings by level."""
    severities: dict[str, int]
    """Open findings by the severity that their rule or they themselves have."""
    rules: dict[str, int]
    """Open findings by rule; one that names none is under the empty name."""
    suppressed: dict[str, int]
    """Findings that were suppressed, by where: ``inSource`` or ``external``."""
    baseline: dict[str, int]
    """Findings by what became of them since the baseline; what was told of none is not here."""
    kinds: dict[str, int]
    errors: int
    """What the tool says went wrong while it ran."""


def read_sarif(source: Source) -> Scan:
    """The findings in `source`.

    Raises:
        InputError: It is not SARIF 2.1.0; the message names the file and the line or the place.
    """
    runs = parsed_sarif(source)
    counts = _Counts()
    for run in runs:
        counts.add(run)
    successful = [_successful(one.run) for one in runs]
    whole = all(successful) if successful and None not in successful else None
    return Scan(
        runs=len(runs),
        successful=False if False in successful else whole,
        packs=tuple(pack for one in runs for pack in _packs(one.parts)),
        open=counts.levels.total(),
        levels=_by(LEVELS, counts.levels),
        severities=_by(SEVERITIES, counts.severities),
        rules=dict(sorted(counts.rules.items())),
        suppressed=_by(("inSource", "external"), counts.suppressed),
        baseline=_by(BASELINE, counts.baseline),
        kinds=_by(KINDS, counts.kinds),
        errors=sum(
            note.level == "error"
            for one in runs
            for each in one.run.invocations or ()
            for note in (*each.tool_execution, *each.tool_configuration)
        ),
    )


def _successful(run: Run) -> bool | None:
    """Whether a run was successful; None where it does not say, or has its results elsewhere."""
    said = [one.execution_successful for one in run.invocations or ()]
    if False in said:
        return False
    if not said or None in said or run.results is None or run.results_are_elsewhere:
        return None
    return True


def _packs(parts: Iterable[Part]) -> Iterable[Pack]:
    for number, (one, rules) in enumerate(parts):
        yield Pack(
            name=one.name,
            version=one.semantic_version or one.version,
            rules=len(rules),
            digest=sha256(bytes(one.raw_rules)) if rules else None,
            is_driver=number == 0,
        )


class _Counts:
    """Counts findings over the runs of a file."""

    def __init__(self) -> None:
        self.levels = Counter[str]()
        self.severities = Counter[str]()
        self.rules = Counter[str]()
        self.suppressed = Counter[str]()
        self.baseline = Counter[str]()
        self.kinds = Counter[str]()

    def add(self, told: Told) -> None:
        """Count the results of a run."""
        rules = _Rules(told)
        for result in told.run.results or ():
            self.kinds[result.kind] += 1
            if result.baseline_state is not None:
                self.baseline[result.baseline_state] += 1
            if result.kind != "fail" or result.baseline_state == "absent":
                continue
            if place := _suppressed(result):
                self.suppressed[place] += 1
            else:
                self._open(result, rules)

    def _open(self, result: Result, rules: _Rules) -> None:
        rule = rules.of(result)
        self.levels[rules.level(result, rule)] += 1
        by_rule = rule.severity if rule is not None else None
        self.severities[_severity(by_rule if result.severity is None else result.severity)] += 1
        self.rules[rules.id_of(result, rule)] += 1


class _Rules:
    """The rules of a run, as its results name them (SARIF 2.1.0, sections 3.27.5 to 3.27.10)."""

    def __init__(self, told: Told) -> None:
        self._parts = [part.rules for part in told.parts]
        self._ids = [{rule.id: rule for rule in rules} for rules in self._parts]
        names = [part.component.name for part in told.parts]
        self._named = {name: number for number, name in reversed([*enumerate(names)])}
        self._overrides = [one.overrides for one in told.run.invocations or ()]

    def of(self, result: Result) -> Rule | None:
        """The rule of `result`, where the run lists it."""
        part, index = self._part(result), self._index(result)
        if part is None:
            return None
        if index is not None and 0 <= index < len(self._parts[part]):
            return self._parts[part][index]
        name = self._name(result)
        ids = self._ids[part]
        # An id may have parts after the rule's own, joined by slashes.
        return ids.get(name) or ids.get(name.rpartition("/")[0])

    def id_of(self, result: Result, rule: Rule | None) -> str:
        """What the rule of `result` is called; empty where nobody says."""
        return self._name(result) or (rule.id if rule else "")

    def level(self, result: Result, rule: Rule | None) -> str:
        """How grave `result` is: as it says itself, else its invocation, else its rule."""
        if result.level is not None:
            return result.level
        number = result.provenance.invocation if result.provenance else None
        if rule is not None and number is not None and 0 <= number < len(self._overrides):
            for one in self._overrides[number]:
                if one.level is not None and self._is_about(one, rule):
                    return one.level
        return rule.level if rule is not None and rule.level is not None else "warning"

    def _is_about(self, override: Override, rule: Rule) -> bool:
        named = override.descriptor
        part = self._component(named.component)
        rules = self._parts[part] if part is not None else ()
        if 0 <= named.index < len(rules) and rules[named.index] is rule:
            return True
        # Without a component many mean a rule of whatever part by its id.
        return named.id == rule.id and (
            named.component is None or any(one is rule for one in rules)
        )

    def _part(self, result: Result) -> int | None:
        return self._component(result.rule.component if result.rule else None)

    def _component(self, named: ComponentReference | None) -> int | None:
        """The number of a part; that of the driver where none is named."""
        if named is None:
            return 0
        if named.index is not None:
            return named.index + 1 if 0 <= named.index < len(self._parts) - 1 else None
        return self._named.get(named.name) if named.name is not None else 0

    def _index(self, result: Result) -> int | None:
        if result.rule_index is not None:
            return result.rule_index
        return result.rule.index if result.rule else None

    def _name(self, result: Result) -> str:
        return result.rule_id or (result.rule.id if result.rule else None) or ""


def _suppressed(result: Result) -> str | None:
    """Where a finding was suppressed; None where it was not, or only asked to be (3.27.23)."""
    found = result.suppressions
    if not found or any(one.status not in {None, "accepted"} for one in found):
        return None
    return found[0].kind


def _severity(rated: str | float | None) -> str:
    text = str(rated).strip() if rated is not None else ""
    if not _RATED.fullmatch(text):
        return "unrated"
    number = float(text)
    if not number:
        return "none"
    return next((name for bound, name in _BOUNDS if number >= bound), "low")


def _by(names: Iterable[str], counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in names}
