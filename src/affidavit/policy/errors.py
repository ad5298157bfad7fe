"""Why a policy gives no answer, in words that stay the same whatever the engine says."""

from __future__ import annotations

import re
from enum import StrEnum

from affidavit.base.errors import PolicyError
from affidavit.base.text import shortened, visible

QUERY = re.compile(r"data(\.[a-zA-Z_][a-zA-Z0-9_]*)+")
"""What an engine can be asked for: the path of a rule, and no other Rego."""
MESSAGE = 300
"""Characters of an engine's message that are kept."""


class Failure(StrEnum):
    """What went wrong. Each denies."""

    UNDEFINED = "undefined"
    """No rule gave the entry point a value."""
    NULL = "null"
    TYPE = "type"
    """It has a value of a kind that means nothing there."""
    FAILED = "failed"
    """The evaluation ended in an error: of a builtin, of rules that conflict."""
    PANIC = "panic"
    """The engine itself failed."""
    LIMIT = "limit"
    """It took too much time or memory, or said too much."""
    BUNDLE = "bundle"
    """The bundle cannot be used: its files, its manifest, its Rego."""
    CAPABILITY = "capability"
    """It uses what no policy may use."""
    ENGINE = "engine"
    """The engine could not be asked."""


class EvaluationError(PolicyError):
    """A policy gave no answer; `failure` says of what kind that is."""

    def __init__(self, failure: Failure, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.failure = failure


def bundle_error(message: str, *, hint: str = "") -> EvaluationError:
    """The error of a bundle that cannot be used."""
    return EvaluationError(Failure.BUNDLE, visible(message), hint=hint)


_PLACE = re.compile(r"-->\s*(?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+)\n")
_ERROR = re.compile(r"^error: (?P<text>.*)$", re.MULTILINE)
_BACKTRACE = re.compile(r"\s*^Stack backtrace:.*\Z", re.MULTILINE | re.DOTALL)


def told(message: str) -> str:
    """What an engine's `message` says, on one line: place, then error.

    The backtrace, which names folders of the machine, and the quoted source are left out.
    """
    message = _BACKTRACE.sub("", message)
    place = _PLACE.search(message)
    error = _ERROR.search(message)
    text = error["text"] if error else message[place.end() if place else 0 :]
    where = f"{place['file']}:{place['line']}:{place['column']}: " if place else ""
    return shortened(visible(where + " ".join(text.split())), MESSAGE)
