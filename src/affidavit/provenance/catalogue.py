"""The signal rules: versioned data that says what is taken as a sign of an agent, and how far.

The data is ``rules.toml`` in this package; each rule has a page in docs/signals/. Patterns are RE2:
matching is linear in the text whatever the pattern and whatever the text.
"""

from __future__ import annotations

import functools
import re
import tomllib
from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Protocol, cast

import msgspec
import re2

from affidavit.base.digest import sha256
from affidavit.base.errors import AffidavitError
from affidavit.base.text import decode
from affidavit.provenance.model import PartyKind, Role, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNSPECIFIED = "unspecified"
"""The agent of a claim that names none."""

ANY = "*"
"""The `Rule.agent` of a rule whose matched text names the agent."""

_GROUP = re.compile(r"\(\?P<\w+>")
_ID = re.compile(r"PRV-[A-Z0-9]+-\d{3}\Z")


class Found(Protocol):
    """Where an expression matched."""

    def group(self, number: int = 0, /) -> bytes | None:
        """What a group took part with, or ``None``."""
        ...

    def groupdict(self) -> dict[bytes, bytes | None]:
        """The same for all named groups."""
        ...

    def start(self) -> int:
        """The offset at which the match begins, in bytes."""
        ...

    def end(self) -> int:
        """The offset after the match, in bytes."""
        ...


class Expression(Protocol):
    """A compiled RE2 pattern over bytes: what of google-re2, which has no types, is used here."""

    def search(self, text: bytes) -> Found | None:
        """The first match in `text`."""
        ...

    def match(self, text: bytes) -> Found | None:
        """A match at the beginning of `text`."""
        ...

    def fullmatch(self, text: bytes) -> Found | None:
        """A match of all of `text`."""
        ...

    def finditer(self, text: bytes) -> Iterator[Found]:
        """All matches in `text` that do not overlap, from left to right."""
        ...


class Kind(StrEnum):
    """Where a rule looks."""

    IDENTITY = "identity"
    """Author, committer and co-authors, as ``Name <address>``."""
    TRAILER = "trailer"
    """The trailers of the commit's own message."""
    SQUASH_TRAILER = "squash-trailer"
    """Trailers that came with a squashed commit."""
    TEXT = "text"
    """Whole lines of the message, outside quotes, code and indentation."""
    LABEL = "label"
    """A label typed on a line, or in the subject."""
    BRANCH = "branch"
    """The branch that a merge's subject names."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. `matches` and `misses` are samples: what it must find, and what it must not.

    `pattern` is matched against the whole of a value or line, regardless of case; its named groups
    ``agent``, ``model`` and ``session`` give those parts of a claim, ``said`` what of a line is its
    evidence where that is not all of it.
    """

    id: str
    title: str
    agent: str
    """A slug of ``[agents]``, `ANY`, or empty for a party that is no agent."""
    kind: Kind
    since: str
    """The version of the rules that first held it."""
    why: str
    """Who writes it, how it is switched off, how it can be forged."""
    matches: tuple[str, ...]
    misses: tuple[str, ...]
    role: Role = Role.AUTHOR
    tier: Tier = Tier.D
    party: PartyKind = PartyKind.AGENT
    """What an identity is. ``person``: the claim stands, and so does the person."""
    pattern: str = ""
    keys: tuple[str, ...] = ()
    """Keys of trailers, in lower case."""
    addresses: tuple[str, ...] = ()
    """E-mail addresses, in lower case, compared whole."""
    platform_ids: tuple[int, ...] = ()
    """Numeric GitHub accounts, as in ``<id>+<login>@users.noreply.github.com``."""
    logins: tuple[str, ...] = ()
    """Logins of GitHub apps, for the same address without a number."""
    names_agent: bool = False
    """Whether it counts only where the value names a known agent."""
    anywhere: bool = False
    """Whether a trailer's line also counts at column 0 above the last paragraph."""
    subject: bool = False
    """Whether only the first line of the message is looked at."""
    bound: bool = False
    """Whether a trailer is tier A in a commit whose forge signature verified."""
    lowers: tuple[str, ...] = ()
    """Rules whose claims on the same commit become assistance where this one matches."""
    inherits: tuple[Tier, ...] = ()
    """For squashed trailers: the tiers of the trailer rules it takes over."""


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agent: how reports call it, and the words by which a typed value names it."""

    title: str
    names: tuple[str, ...]
    models: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    agents: dict[str, Agent]
    rule: tuple[Rule, ...]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All rules in the order in which they are tried, and what identifies this set of them."""

    version: str
    digest: str
    """``sha256:…`` of the bytes the rules were read from."""
    agents: dict[str, Agent]
    rules: tuple[Rule, ...]

    def of(self, *kinds: Kind) -> tuple[Rule, ...]:
        """The rules of these kinds, in order."""
        return tuple(rule for rule in self.rules if rule.kind in kinds)


@functools.cache
def load() -> Catalogue:
    """The rules of this version of Affidavit."""
    return parse(resources.files(__package__).joinpath("rules.toml").read_bytes())


def parse(data: bytes) -> Catalogue:
    """The catalogue written in `data` (TOML).

    Raises:
        AffidavitError: It is not a valid set of rules; every reason is named.
    """
    try:
        file = msgspec.convert(tomllib.loads(data.decode()), _File)
    except (ValueError, msgspec.ValidationError) as error:
        raise AffidavitError(f"the signal rules cannot be read: {error}") from error
    if wrong := [*_wrong(file)]:
        raise AffidavitError("the signal rules are not valid: " + "; ".join(wrong))
    return Catalogue(version=file.version, digest=sha256(data), agents=file.agents, rules=file.rule)


def expression(pattern: str) -> Expression:
    """`pattern` compiled to match bytes regardless of case, ``^`` and ``$`` at every line."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return cast("Expression", re2.compile(b"(?im)" + pattern.encode(), options))


def either(patterns: Iterable[str]) -> str:
    """A pattern that matches where any of `patterns` does, without their named groups."""
    return "|".join(f"(?:{_GROUP.sub('(?:', pattern)})" for pattern in patterns)


def part(found: Found | None, name: str) -> str | None:
    """What the group `name` (or `name` with ``_2``) of a match took part with, as text."""
    parts = found.groupdict() if found else {}
    text = parts.get(name.encode()) or parts.get(f"{name}_2".encode())
    return decode(text) if text else None


def _wrong(file: _File) -> Iterable[str]:
    """Every reason why these rules cannot be used."""
    seen: set[str] = set()
    known = {*file.agents, ANY, ""}
    for rule in file.rule:
        if rule.id in seen or not _ID.match(rule.id):
            yield f"{rule.id}: not a unique id of the form PRV-NAME-000"
        if rule.agent not in known:
            yield f"{rule.id}: unknown agent {rule.agent!r}"
        if not (rule.matches and rule.misses):
            yield f"{rule.id}: has no samples"
        yield from _wrong_pattern(rule)
        seen.add(rule.id)


def _wrong_pattern(rule: Rule) -> Iterable[str]:
    try:
        expression(rule.pattern)
    except re2.error as error:
        yield f"{rule.id}: its pattern cannot be compiled: {error}"
