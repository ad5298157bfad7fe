"""A check, what it came to, and what all of them come to."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 -- msgspec reads the annotations
from enum import StrEnum
from pathlib import Path  # noqa: TC003 -- msgspec reads the annotations

import msgspec

FORMAT = "affidavit/doctor@1"
IDS = (
    *("claude-attribution", "claude-hooks", "codex-attribution"),
    *("notes-fetch", "notes-push", "hooks"),
    *("configuration", "committed", "identities", "policy"),
    *("allowed-signers", "revoked-signers", "signers", "gate-workflow"),
    *("branch-rules", "admins", "gate-required", "gate-app"),
    *("bot-approvals", "workflow-token", "squash-message"),
)
"""Every check, in the order in which they are told; docs/doctor.md has a section for each."""


class State(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARN = "warn"
    """It holds, but by habit or by default: nothing keeps it so."""
    BAD = "bad"
    UNKNOWN = "unknown"
    UNASKED = "unasked"
    """It is of a forge, and the policy says that there is none: nothing is asked of it."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, where, and how to put it right; `fix` is empty where nothing is to do."""

    id: str
    state: State
    found: str
    where: str
    fix: str = ""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What of this machine bears on the tools: where their settings are."""

    home: Path
    environment: Mapping[str, str]
    managed: tuple[Path, ...]
    """Folders with settings that whoever administers the machine forces on Claude Code."""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All checks. `forge` says which records were looked at, None where there were none."""

    format: str = FORMAT
    forge: str | None
    checks: tuple[Check, ...]

    @property
    def exit_status(self) -> int:
        """1 where something is bad, else 3 where something is unknown, else 0."""
        states = {one.state for one in self.checks}
        if State.BAD in states:
            return 1
        return 3 if State.UNKNOWN in states else 0
