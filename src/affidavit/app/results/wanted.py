"""What is to be recorded, as it was typed, and checked as far as typing goes."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from affidavit.base.errors import PeriodError, UsageError
from affidavit.base.period import rfc3339, until

MOST_FILES = 10_000
"""Files of one fact: a suite of tests may write one for each of its classes."""
MOST_ARTIFACTS = 100
LONGEST = 1_024
"""Characters of what is typed."""
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._+/:()\[\]-]{0,126}[A-Za-z0-9)\]])?")
_ARTIFACT = re.compile(r"(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|sha384:[0-9a-f]{96})")
TIERS = ("production", "staging", "testing", "development", "other")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What every command gives. `producer` and `generator` are names of tools or services."""

    files: tuple[Path, ...]
    revision: str
    repository: Path
    producer: str | None = None
    generator: str | None = None

    def check(self) -> None:
        """Refuse what cannot be used.

        Raises:
            UsageError: A name could be a person's, or there are too many files.
        """
        for option, value in (("--producer", self.producer), ("--generator", self.generator)):
            if value is not None and not _PLAIN.fullmatch(value):
                raise UsageError(
                    f"{option} is the name of a tool, an agent or a service",
                    hint="letters, digits and a few signs such as - and /; no address of a person",
                )
        if len(self.files) > MOST_FILES:
            raise UsageError(f"at most {MOST_FILES:,} files are recorded as one fact")


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment as it was typed."""

    status: str
    tier: str | None = None
    environment: str | None = None
    artifacts: tuple[str, ...] = ()
    at: str | None = None

    def check(self) -> None:
        """Refuse what cannot be used.

        Raises:
            UsageError: An artifact, a name or a time is none.
        """
        if len(self.artifacts) > MOST_ARTIFACTS:
            raise UsageError(f"at most {MOST_ARTIFACTS} artifacts are recorded with a deployment")
        for one in self.artifacts:
            if not _ARTIFACT.fullmatch(one):
                raise UsageError(
                    f"--artifact {one[:80]!a} is no digest",
                    hint="such as sha256: and 64 lower-case hex digits",
                )
        _check_text("--environment", self.environment)


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it was typed."""

    status: str
    severity: str | None = None
    relation: str | None = None
    reference: str | None = None
    title: str | None = None
    at: str | None = None

    def check(self) -> None:
        """Refuse what cannot be used.

        Raises:
            UsageError: A text is none.
        """
        _check_text("--id", self.reference)
        _check_text("--title", self.title)


def time_typed(text: str | None) -> str | None:
    """The time that `text` says, in UTC and whole seconds.

    Raises:
        UsageError: It is no RFC 3339 time.
    """
    if text is None:
        return None
    try:
        if "T" not in text.upper():
            raise UsageError(f"--at {text[:80]!a} is a day, not a time")
        return rfc3339(until(text, "--at"))
    except PeriodError as error:
        raise UsageError(
            f"--at {text[:80]!a} is no RFC 3339 time", hint="such as 2026-11-21T12:00:00Z"
        ) from error


def _check_text(option: str, value: str | None) -> None:
    if value is not None and not (
        1 <= len(value) <= LONGEST and value.isprintable() and value.strip()
    ):
        raise UsageError(f"{option} is 1 to {LONGEST:,} characters of text on one line")
