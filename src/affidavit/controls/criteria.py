"""What an engagement asks for: the criteria that control tests are held against."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES = ("low", "medium", "high", "critical")
_Count = Annotated[int, msgspec.Meta(ge=1, le=100)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Names = Annotated[tuple[_Name, ...], msgspec.Meta(max_length=100)]
STATEMENT = "I have reviewed the AI-generated code"
"""The text of the checkbox by which a reviewer says so, unless another is set."""


class Checks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names of checks, by what they are for. An engagement needs some of both."""

    test: _Names = ()
    scan: _Names = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.test, *self.scan)))


class Gate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the rules of a branch may never be weaker than.

    `checks` are those that have to be required, by default all of the engagement's. `admins` asks
    that nobody may bypass the rules, `force_pushes` that they be allowed: by default they may not.
    """

    approvals: Annotated[int, msgspec.Meta(ge=0, le=100)] = 1
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push: bool = False
    admins: bool = True
    force_pushes: bool = False
    checks: _Names | None = None


class Criteria(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[controls]`` of a configuration.

    `scope` are the ids of the tests that the engagement runs, None all of them. `approvals` are
    persons outside the authors, `critical_approvals` those for a change that touches a critical
    path. `emergency_days` are working days, `production` names of environments.
    """

    scope: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=100)] | None = None
    approvals: _Count = 1
    critical_approvals: _Count | None = None
    checks: Checks = Checks()
    scan_threshold: Severity = "high"
    ai_statement: _Name = STATEMENT
    emergency_labels: _Names = ("emergency",)
    emergency_days: Annotated[int, msgspec.Meta(ge=0, le=60)] = 2
    production: _Names = ("production",)
    gate: Gate = Gate()

    @property
    def gate_checks(self) -> tuple[str, ...]:
        """The checks that the rules of a branch have to require."""
        return self.checks.names if self.gate.checks is None else self.gate.checks

    def needed(self, *, critical: bool) -> int:
        """How many persons have to approve."""
        return max(self.approvals, (self.critical_approvals or 0) if critical else 0)
