"""Decisions, and what an engine must do to make them."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a policy denies. `id` is the rule's, `how` what to do about it.

    `unknown` says that something could not be known: nothing is proven against the change.
    """

    id: str
    message: str
    how: str | None = None
    unknown: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy decided about one input.

    `bundle` and `input` are ``sha256:`` digests. `error` says why there is no answer, and then it
    is not allowed: an error of the policy, of the engine, of a limit. `tier` is the policy's word
    for the risk, where it has one. `needs` are persons that it asks for, where it says so.
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    bundle: str
    input: str
    engine: str
    tier: str | None = None
    needs: int | None = None
    error: str | None = None

    @property
    def undecided(self) -> bool:
        """Whether it denies for nothing but what is unknown, or because it failed."""
        return not self.allowed and (
            self.error is not None or all(one.unknown for one in self.reasons)
        )


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a bundle: its path inside, and its text."""

    path: str
    text: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a query came to: `value` is JSON; None where it is undefined."""

    value: bytes | None


class Engine(Protocol):
    """Evaluates Rego. One instance belongs to one thread."""

    @property
    def name(self) -> str:
        """The engine and its version, such as ``regorus 0.13.0``."""
        ...

    def query(self, query: str, input_: bytes) -> Answer:
        """What `query`, such as ``data.merge.deny``, comes to for the JSON `input_`.

        Raises:
            PolicyError: The policy fails: a builtin, a conflict, a limit, the engine itself.
        """
        ...
