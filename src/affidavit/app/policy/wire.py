"""What a process that evaluates a policy is told and what it answers, a line each, as JSON."""

from __future__ import annotations

import msgspec

from affidavit.policy.bundle import Bundle
from affidavit.policy.errors import Failure

SECONDS = 5
"""Processor seconds that one question may take, and the start."""
PATIENCE = 4
"""How many times as long it may take by the clock, on a busy machine."""
MEMORY = 2 << 30
"""Bytes of address space: the engine's allocator reserves half of them at the start."""
LONGEST = 8 << 20
"""Bytes of a line that is answered."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What a process may use."""

    seconds: int = SECONDS
    memory: int = MEMORY


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The first line."""

    bundle: Bundle
    bounds: Bounds


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A query; `input` is None where it is the one of the question before."""

    query: str
    input: str | None


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is JSON, None where undefined; with a `failure` it means nothing."""

    value: str | None = None
    failure: Failure | None = None
    message: str = ""
    hint: str = ""
