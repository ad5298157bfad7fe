"""Claims, rules and parties: the words in which authorship is stated."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Tier(StrEnum):
    """How far a signal can be trusted: A is bound to a platform, D decides nothing."""

    A = "A"
    """Bound to a platform: its account id in a commit that the platform signed."""
    B = "B"
    """Written by a tool as a matter of course; a person could type it."""
    C = "C"
    """Typed by people, and it names an agent."""
    D = "D"
    """Context: shown, never counted."""


class Role(StrEnum):
    """What an agent did for a commit, as the signal states it."""

    AUTHOR = "author"
    CO_AUTHOR = "co-author"
    SUGGESTION = "suggestion"
    """A person accepted what a reviewing agent proposed."""
    ASSIST = "assist"
    COMMITTER_ONLY = "committer-only"
    """The agent's tool committed somebody's work: says nothing of who wrote it."""


class PartyKind(StrEnum):
    """What stands behind an identity, as far as it can be told from its name and address."""

    PERSON = "person"
    BOT = "bot"
    """Automation that is no AI agent: dependency updates, releases, merges by CI."""
    AGENT = "agent"
    FORGE = "forge"
    """The forge's own committer (``GitHub <noreply@github.com>``): it names nobody."""


class Authorship(StrEnum):
    """Whose work a landing is, derived from claims; see docs/attribution.md."""

    AI = "ai"
    MIXED = "mixed"
    ASSISTED = "assisted"
    AUTOMATION = "automation"
    HUMAN = "human"
    NO_SIGNAL = "no-signal"


class Claim(msgspec.Struct, frozen=True, gc=False, kw_only=True, order=True):
    """One statement that an agent took part in one commit.

    `evidence` is the matched text, at most 300 characters; `digest` is ``sha256:…`` of all of it as
    bytes. `source` is where it stood: ``author``, ``committer``, ``co-author``, ``trailer``,
    ``squash-trailer``, ``text``, ``label``, ``branch``, or a notes ref such as ``refs/notes/ai``.
    """

    commit: str
    rule: str
    tier: Tier
    agent: str
    role: Role
    source: str
    evidence: str
    digest: str
    model: str | None = None
    session: str | None = None

    @property
    def decides(self) -> bool:
        """Whether it makes its commit AI-written: an author or co-author of tier A to C."""
        return self.tier is not Tier.D and self.role in (Role.AUTHOR, Role.CO_AUTHOR)


class Party(msgspec.Struct, frozen=True, gc=False):
    """What an identity was recognised as, by which rule; `agent` is set for agents only."""

    kind: PartyKind
    agent: str = ""
    rule: str = ""
    role: Role = Role.AUTHOR
    """What an agent of this identity does where it appears as author or co-author."""


class Trailer(msgspec.Struct, frozen=True, gc=False):
    """One ``Key: value`` line of a message, unfolded; `key` as typed, `value` stripped.

    `inner` is true for one that stood at column 0 in an earlier paragraph of a squash message:
    it came with a commit that was squashed, and is no trailer of the landing itself.
    """

    key: str
    value: str
    inner: bool = False


class NoteReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a line-level note says of one commit.

    `human` and `ai` tell whether any line is positively attested as a person's or an agent's;
    a line without a key is neither. `problems` are sentences about what could not be read.
    """

    claims: tuple[Claim, ...] = ()
    human: bool = False
    ai: bool = False
    problems: tuple[str, ...] = ()
