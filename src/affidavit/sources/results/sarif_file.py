"""The form of a SARIF 2.1.0 file: the parts that are counted, with all else left aside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from affidavit.base.errors import InputError
from affidavit.base.text import shortened

if TYPE_CHECKING:
    from affidavit.sources.results.reading import Source

VERSION = "2.1.0"
MOST_PARTS = 3_000_000
"""Lists and objects of a file, strings included that look like their beginnings."""
_OFFSET = re.compile(r" \(byte ([0-9]{1,12})\)$")
_LONGEST_TOLD = 200
_NO_RULES = msgspec.Raw(b"[]")
_Level = Literal["none", "note", "warning", "error"]


class Properties(msgspec.Struct, frozen=True):
    """What a tool adds; `severity` is what forges read."""

    severity: str | float | None = msgspec.field(default=None, name="security-severity")


class Configuration(msgspec.Struct, frozen=True):
    """How a rule is set."""

    level: _Level | None = None


class Rule(msgspec.Struct, frozen=True):
    """A rule of a tool (reportingDescriptor)."""

    id: str
    default: Configuration | None = msgspec.field(default=None, name="defaultConfiguration")
    properties: Properties | None = None

    @property
    def level(self) -> str | None:
        """How grave its results are where they do not say."""
        return self.default.level if self.default else None

    @property
    def severity(self) -> str | float | None:
        """How grave they are for security."""
        return self.properties.severity if self.properties else None


class Component(msgspec.Struct, frozen=True):
    """A tool, or a pack of rules that it loads (toolComponent)."""

    name: str
    version: str | None = None
    semantic_version: str | None = msgspec.field(default=None, name="semanticVersion")
    raw_rules: msgspec.Raw = msgspec.field(default=_NO_RULES, name="rules")


class Tool(msgspec.Struct, frozen=True):
    """The tool of a run."""

    driver: Component
    extensions: tuple[Component, ...] | None = None


class ComponentReference(msgspec.Struct, frozen=True):
    """Which tool or pack a rule is of."""

    index: int | None = None
    name: str | None = None


class RuleReference(msgspec.Struct, frozen=True):
    """Which rule (reportingDescriptorReference)."""

    id: str | None = None
    index: int = -1
    component: ComponentReference | None = msgspec.field(default=None, name="toolComponent")


class Override(msgspec.Struct, frozen=True):
    """How a rule was set for one invocation (configurationOverride)."""

    descriptor: RuleReference
    configuration: Configuration

    @property
    def level(self) -> str | None:
        """How grave its results then are."""
        return self.configuration.level


class Notification(msgspec.Struct, frozen=True):
    """What the tool says of itself."""

    level: _Level = "warning"


class Invocation(msgspec.Struct, frozen=True):
    """How the tool was run."""

    execution_successful: bool | None = msgspec.field(default=None, name="executionSuccessful")
    overrides: tuple[Override, ...] = msgspec.field(default=(), name="ruleConfigurationOverrides")
    tool_execution: tuple[Notification, ...] = msgspec.field(
        default=(), name="toolExecutionNotifications"
    )
    tool_configuration: tuple[Notification, ...] = msgspec.field(
        default=(), name="toolConfigurationNotifications"
    )


class Suppression(msgspec.Struct, frozen=True):
    """That somebody set a finding aside, or asked to."""

    kind: Literal["inSource", "external"]
    status: Literal["accepted", "underReview", "rejected"] | None = None


class Provenance(msgspec.Struct, frozen=True):
    """Where a result comes from."""

    invocation: int | None = msgspec.field(default=None, name="invocationIndex")


class Result(msgspec.Struct, frozen=True, gc=False):
    """A result of a run."""

    rule_id: str | None = msgspec.field(default=None, name="ruleId")
    rule_index: int | None = msgspec.field(default=None, name="ruleIndex")
    rule: RuleReference | None = None
    kind: Literal["pass", "open", "informational", "notApplicable", "review", "fail"] = "fail"
    level: _Level | None = None
    baseline_state: Literal["new", "unchanged", "updated", "absent"] | None = msgspec.field(
        default=None, name="baselineState"
    )
    suppressions: tuple[Suppression, ...] | None = None
    provenance: Provenance | None = None
    properties: Properties | None = None

    @property
    def severity(self) -> str | float | None:
        """How grave it is for security, where it says so itself."""
        return self.properties.severity if self.properties else None


class _Elsewhere(msgspec.Struct, frozen=True):
    results: tuple[msgspec.Raw, ...] | None = None


class Run(msgspec.Struct, frozen=True):
    """One run of a tool. Without `results` it did not look, or did not get to it (3.14.23)."""

    tool: Tool
    results: tuple[Result, ...] | None = None
    invocations: tuple[Invocation, ...] | None = None
    external: _Elsewhere | None = msgspec.field(default=None, name="externalPropertyFileReferences")

    @property
    def results_are_elsewhere(self) -> bool:
        """Whether results stand in files of their own, which are not read."""
        return self.external is not None and bool(self.external.results)


class Log(msgspec.Struct, frozen=True):
    """A SARIF file."""

    version: str
    runs: tuple[Run, ...] | None = None


class Part(NamedTuple):
    """A tool or a pack with its rules; the digest of the rules is that of their bytes."""

    component: Component
    rules: tuple[Rule, ...]


class Told(NamedTuple):
    """A run, and its tool followed by the packs that the tool loads."""

    run: Run
    parts: tuple[Part, ...]


_logs = msgspec.json.Decoder(Log)
_rules = msgspec.json.Decoder(tuple[Rule, ...] | None)


def parsed_sarif(source: Source) -> tuple[Told, ...]:
    """The runs of the file in `source`.

    Raises:
        InputError: It is not SARIF 2.1.0, or too large; the message names the line or the place.
    """
    data = source.data.removeprefix(b"\xef\xbb\xbf")
    if data.count(b"{") + data.count(b"[") > MOST_PARTS:
        raise InputError(f"{source.name}: more than {MOST_PARTS:,} lists and objects")
    try:
        log = _logs.decode(data)
        runs = tuple(Told(run, _parts(run.tool)) for run in log.runs or ())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(source, error) from error
    if log.version != VERSION:
        raise InputError(f"{source.name}: SARIF {log.version[:20]!a}: {VERSION} is read")
    return runs


def _refused(source: Source, error: Exception) -> InputError:
    if isinstance(error, msgspec.ValidationError):
        what = shortened(str(error), _LONGEST_TOLD)
        return InputError(f"{source.name}: not SARIF {VERSION}: {what}")
    if not isinstance(error, msgspec.DecodeError):
        return source.broken(1, "not JSON: text that is not UTF-8, or too deep")
    found = _OFFSET.search(str(error))
    line = source.line_at(int(found[1]) if found else len(source.data))
    return source.broken(line, f"not JSON: {_OFFSET.sub('', str(error))}")


def _parts(tool: Tool) -> tuple[Part, ...]:
    each = (tool.driver, *(tool.extensions or ()))
    return tuple(Part(one, _rules.decode(one.raw_rules) or ()) for one in each)
