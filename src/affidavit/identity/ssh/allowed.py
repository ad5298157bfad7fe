"""Who may sign with which key, for what and when: an allowed-signers file, read and linted.

What a line means is what ``ssh-keygen -Y verify`` makes of it. A line with an error is never used,
though ssh-keygen may use it: docs/formats/allowed-signers.md tells which and why.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.identity.ssh.keys import PublicKey
from affidavit.identity.ssh.line import LineCode, LineError, Parts, parts
from affidavit.identity.ssh.patterns import matches
from affidavit.identity.ssh.times import instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LARGEST_FILE = 1 << 20
"""Characters of an allowed-signers file that are read."""
LONGEST_LINE = 16 * 1_024
"""Characters of one of its lines."""
_UNNAMED = "~~~"
"""A namespace that nobody has: patterns that match it match everything."""
_SHOWN = 60


class LineProblem(msgspec.Struct, frozen=True, order=True):
    """Something about a line of the file, from 1; 0 is the whole file.

    A line with an `error` is never used; without, it is a warning.
    """

    line: int
    code: LineCode
    message: str
    error: bool = True


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line: whom it allows to sign. `principals` and `namespaces` are patterns, as written.

    Times are RFC 3339 in UTC; the key is good from `valid_after` until `valid_before`, both in it.
    """

    line: int
    principals: tuple[str, ...]
    namespaces: str | None
    valid_after: str | None
    valid_before: str | None
    cert_authority: bool
    key: PublicKey
    comment: str
    usable: bool = True

    def names(self, principal: str) -> bool:
        """Whether the line is about `principal`, such as an address."""
        return matches(principal, ",".join(self.principals))


class KeyProblem(StrEnum):
    """Why no line allows a key."""

    UNKNOWN_KEY = "unknown-key"
    UNUSABLE_LINE = "unusable-line"
    NAMESPACE = "namespace"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"


class Found(msgspec.Struct, frozen=True):
    """A line that allows a key: its principals, as patterns, and its number."""

    principals: tuple[str, ...]
    line: int


class Refused(msgspec.Struct, frozen=True):
    """Why none does, and the first line that holds the key, if one does."""

    problem: KeyProblem
    line: int | None = None


class AllowedSigners(msgspec.Struct, frozen=True):
    """The lines of a file, in order, and everything that was found wrong in it, by line."""

    entries: tuple[Entry, ...]
    problems: tuple[LineProblem, ...]

    def find(
        self, key: PublicKey, namespace: str, at: str, *, principal: str | None = None
    ) -> Found | Refused:
        """The first line that allows `key` for `namespace` at the time `at`, or why none does.

        `at` is RFC 3339 with its zone. With `principal`, lines about others are not looked at.

        Raises:
            FormatError: `at` is no such time.
        """
        when = instant(at)
        refused = Refused(KeyProblem.UNKNOWN_KEY)
        for entry in self.entries:
            if entry.key.blob != key.blob or not (principal is None or entry.names(principal)):
                continue
            problem = _problem(entry, namespace, when)
            if problem is None:
                return Found(entry.principals, entry.line)
            if refused.line is None:
                refused = Refused(problem, entry.line)
        return refused


def _problem(entry: Entry, namespace: str, when: datetime) -> KeyProblem | None:
    if not entry.usable or entry.cert_authority:
        return KeyProblem.UNUSABLE_LINE
    if entry.namespaces is not None and not matches(namespace, entry.namespaces):
        return KeyProblem.NAMESPACE
    if entry.valid_after is not None and when < instant(entry.valid_after):
        return KeyProblem.NOT_YET_VALID
    if entry.valid_before is not None and when > instant(entry.valid_before):
        return KeyProblem.EXPIRED
    return None


def parse_allowed(text: str) -> AllowedSigners:
    """The lines of `text`, an allowed-signers file, and what is wrong with them. Never raises."""
    if len(text) > LARGEST_FILE:
        whole = LineProblem(0, LineCode.TOO_LARGE, f"the file has {len(text)} characters")
        return AllowedSigners((), (whole,))
    entries: list[Entry] = []
    problems: list[LineProblem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(" \t\r") or line.lstrip(" \t").startswith("#"):
            continue
        try:
            entries.append(_entry(number, _short(line)))
        except LineError as error:
            problems.append(LineProblem(number, error.code, error.message))
    problems += [each for entry in entries for each in _lint(entry)]
    problems += _shared(entries)
    bad = {each.line for each in problems if each.error}
    judged = tuple(msgspec.structs.replace(one, usable=one.line not in bad) for one in entries)
    return AllowedSigners(judged, tuple(sorted(problems)))


def _short(line: str) -> str:
    if len(line) > LONGEST_LINE:
        raise LineError(LineCode.TOO_LARGE, f"the line has {len(line)} characters")
    return line


def _entry(number: int, line: str) -> Entry:
    found: Parts = parts(line)
    return Entry(
        line=number,
        principals=tuple(one for one in found.principals.split(",") if one),
        namespaces=found.namespaces,
        valid_after=found.valid_after,
        valid_before=found.valid_before,
        cert_authority=found.cert_authority,
        key=found.key,
        comment=found.comment,
    )


def _lint(entry: Entry) -> Iterator[LineProblem]:
    """What is wrong in a line that could be read."""
    if entry.cert_authority:
        text = "certificates are not supported, so an authority for them allows nothing"
        yield LineProblem(entry.line, LineCode.CERT_AUTHORITY, text)
    yield from _lint_namespaces(entry)
    yield from _lint_principals(entry)


def _lint_namespaces(entry: Entry) -> Iterator[LineProblem]:
    if entry.namespaces is None:
        text = 'without namespaces="…" the key may sign for every purpose'
        yield LineProblem(entry.line, LineCode.NAMESPACE_MISSING, text)
    elif matches(_UNNAMED, entry.namespaces):
        text = f"the namespaces {_shown(entry.namespaces)} are every purpose there is"
        yield LineProblem(entry.line, LineCode.NAMESPACE_BROAD, text)
    elif not any(one and not one.startswith("!") for one in entry.namespaces.split(",")):
        text = "no namespace is allowed, so the line allows nothing"
        yield LineProblem(entry.line, LineCode.NAMESPACE_NONE, text)


def _lint_principals(entry: Entry) -> Iterator[LineProblem]:
    positive = [one for one in entry.principals if not one.startswith("!")]
    if not positive:
        yield LineProblem(entry.line, LineCode.PRINCIPAL_NONE, "the line names nobody")
    for pattern in positive:
        if not pattern.strip("*?@."):
            text = f"{_shown(pattern)} is everybody: nobody is named as the signer"
            yield LineProblem(entry.line, LineCode.PRINCIPAL_BROAD, text)
        elif "*" in pattern or "?" in pattern:
            text = f"{_shown(pattern)} is a pattern: it does not say which person holds the key"
            yield LineProblem(entry.line, LineCode.PRINCIPAL_PATTERN, text, error=False)


def _shared(entries: list[Entry]) -> Iterator[LineProblem]:
    """Lines that give one key to different principals: whose signature is it?"""
    holders: dict[bytes, list[Entry]] = {}
    for entry in entries:
        holders.setdefault(entry.key.blob, []).append(entry)
    for group in holders.values():
        if len({frozenset(one.principals) for one in group}) > 1:
            for one in group:
                others = [str(other.line) for other in group if other is not one]
                text = f"line {others[0]} gives the same key to other principals"
                yield LineProblem(one.line, LineCode.KEY_SHARED, text)


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)
