"""Kinds of facts whose bodies are known, and their schemas.

A kind ends in its version and never changes its meaning. Fields that a schema does not name are
kept; so are kinds that are not known here, whose bodies nobody checks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import msgspec

from affidavit.base.errors import EntryError
from affidavit.base.text import shortened
from affidavit.ledger import approved, decided, declared, enveloped, fields, forge, sealed
from affidavit.ledger.results import RESULTS

if TYPE_CHECKING:
    from affidavit.ledger.entry import Fact

Commitment = fields.Commitment
Digest = fields.Digest
Size = fields.Size
Text = fields.Text
VerifierKey = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
"""As C2SP signed-note writes it."""
LONGEST_TOLD = 200
"""Characters of what is said about a value that is refused: names of fields are a stranger's."""


class LogOpened(msgspec.Struct, frozen=True, kw_only=True):
    """The first entry of a log. `predecessor` is the last checkpoint of the log it goes on from."""

    origin: Text
    vkey: VerifierKey
    keeper: Text
    """The account that holds the key, such as ``uid:998``."""
    predecessor: str | None = None


class KeyRotated(msgspec.Struct, frozen=True, kw_only=True):
    """From `from_size` on, checkpoints are signed by `new`, up to `until_size` by `old` as well."""

    old: VerifierKey
    new: VerifierKey
    from_size: Size
    until_size: Size
    keeper: Text


class LogFrozen(msgspec.Struct, frozen=True, kw_only=True):
    """The last entry of a log."""

    reason: Text
    successor: Text | None = None


class SubjectDisposed(msgspec.Struct, frozen=True, kw_only=True):
    """The key to a subject's personal data was destroyed."""

    subject: Text
    authority: Text
    policy: Text
    values: Size


class AgentActed(msgspec.Struct, frozen=True, kw_only=True):
    """An agent did something, as the recorder was told."""

    agent: Text
    action: Text
    result: Text
    resource: Commitment | None = None
    prompt: Commitment | None = None
    prompt_hash: Digest | None = None
    """Given by the caller without a salt: a short prompt can be guessed from it."""
    resource_hash: Digest | None = None
    """The same of the resource."""
    session: Text | None = None
    model: Text | None = None


class SessionAlive(msgspec.Struct, frozen=True, kw_only=True):
    """The recorder of a session goes on: where it says so no more, it ended or was ended."""

    session: Text


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A program logged a line; `fields` are what it added to be seen."""

    level: Text
    logger: Text
    message: Commitment
    fields: dict[Text, Annotated[str, msgspec.Meta(max_length=1024)]] = {}


class PartyMet(msgspec.Struct, frozen=True, kw_only=True):
    """What a pseudonym stands for, the first time that an audit meets it."""

    party: Text
    party_kind: Text
    name: Commitment
    email: Commitment


class ThingNamed(msgspec.Struct, frozen=True, kw_only=True):
    """What the pseudonym of a repository or branch stands for."""

    thing: Text
    name: Commitment


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One claim about who wrote a commit; `evidence` commits to the matched text.

    An agent that the rules do not know is ``other``, with `agent_named` for what it was called. A
    model whose name could be anything else has `model_named` alone.
    """

    rule: Text
    tier: Text
    role: Text
    agent: Text
    agent_named: Commitment | None = None
    model: Text | None
    model_named: Commitment | None = None
    commit: Text
    source: Text
    evidence: Commitment


class Participated(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody named on a landing, by pseudonym."""

    party: Text
    roles: tuple[Text, ...]


class Requested(msgspec.Struct, frozen=True, kw_only=True):
    """The pull request that a landing names, and how far that can be believed."""

    forge: Text
    number: Text
    proof: Text


class LandingAudited(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found of one landing; its commit is the subject."""

    repository: Text
    branches: tuple[Text, ...]
    change: Text
    landing_kind: Text
    landed_at: Text
    marks: tuple[Text, ...]
    title: Commitment
    commits: Size
    commits_digest: Digest
    """Of the ids of the commits it accounts for, each with a newline."""
    authorship: Text
    unrefined: bool
    grade: Text
    self_merged: bool | None
    pull_request: Requested | None
    people: tuple[Participated, ...]
    claims: tuple[Claimed, ...]
    exceptions: tuple[Text, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A branch, by pseudonym, and the commit it pointed at."""

    branch: Text
    commit: Text


class AuditCompleted(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the audit over one repository."""

    repository: Text
    object_format: Text
    heads: tuple[Head, ...]
    start: Text
    end: Text
    landings: Size
    commits: Size
    population: Digest
    report: Commitment
    """To the digest of the report's JSON form."""
    tool: Text
    rules: Digest


class ReceiptIssued(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement about a commit was made; the envelope is the entry's blob."""

    predicate_type: Text
    pae: Digest
    """Of the bytes that the statement's signatures are over."""
    signer: Text
    """The id of the key, ``name+id``, as the envelope names it."""


KINDS: dict[str, type[msgspec.Struct]] = {
    "log.opened.v1": LogOpened,
    "key.rotated.v1": KeyRotated,
    "log.frozen.v1": LogFrozen,
    "subject.disposed.v1": SubjectDisposed,
    "agent.acted.v1": AgentActed,
    "session.alive.v1": SessionAlive,
    "log.line.v1": LogLine,
    "party.met.v1": PartyMet,
    "thing.named.v1": ThingNamed,
    "landing.audited.v1": LandingAudited,
    "audit.completed.v1": AuditCompleted,
    "receipt.issued.v1": ReceiptIssued,
    **RESULTS,
    **approved.APPROVED,
    **enveloped.ENVELOPED,
    **decided.DECIDED,
    **declared.DECLARED,
    **sealed.SEALED,
    **forge.FORGE,
}
KEEPERS_OWN = frozenset({"log.opened.v1", "key.rotated.v1", "log.frozen.v1", "subject.disposed.v1"})
"""Kinds that only the keeper's own commands write: a fact from outside cannot be one."""
AUDITS_OWN = frozenset(
    {"thing.named.v1", "party.met.v1", "landing.audited.v1", "audit.completed.v1"}
)
"""Kinds that only an audit writes."""
AUDIT_CHANNEL = "audit"
"""How an audit's facts reach the keeper."""
KEEPERS_STREAM = "log"
"""The keeper's own stream: how the log was opened, its keys, its end."""
_OWN_IDS = {
    "landing:": AUDIT_CHANNEL,
    declared.OWN: declared.CHANNEL,
    sealed.OWN: sealed.CHANNEL,
    decided.OWN: decided.CHANNEL,
}
"""How ids begin that one channel alone gives: one that was taken is recorded anew each time."""
_COMMANDS = (
    (
        declared.DECLARED,
        declared.OWN,
        frozenset({declared.CHANNEL}),
        declared.KIND,
        "affidavit identity list --record",
    ),
    (
        sealed.SEALED,
        sealed.OWN,
        frozenset({sealed.CHANNEL}),
        sealed.KIND,
        "affidavit release --record",
    ),
    (
        forge.FORGE,
        forge.OWN,
        frozenset({forge.CHANNEL}),
        forge.RECORDED,
        "affidavit collect github --record",
    ),
    (decided.DECIDED, decided.OWN, decided.CHANNELS, decided.KIND, "affidavit gate, or imported,"),
)
"""Kinds and streams that one command writes: through these channels, with what a refusal names."""
_AUDITS_STREAM = re.compile(r"things|(?:audit|parties):.*", re.DOTALL)


def refused(fact: Fact, channel: str) -> str | None:
    """Why `fact` may not come through `channel`; None where it may."""
    if fact.kind in KEEPERS_OWN:
        return f"kind: {fact.kind} is written by the keeper's own commands alone"
    if fact.stream == KEEPERS_STREAM:
        return f"stream: {fact.stream} is the keeper's own"
    for prefix, owner in _OWN_IDS.items():
        if channel != owner and (fact.id or "").startswith(prefix):
            return f"id: ids that begin with {prefix} are made by the program"
    return _of_a_command(fact, channel)


def _of_a_command(fact: Fact, channel: str) -> str | None:
    """Why `fact` may not come through `channel`, as only one command writes such facts."""
    for kinds, own, channels, kind, command in _COMMANDS:
        if channel not in channels and (fact.kind in kinds or fact.stream.startswith(own)):
            return f"kind: {kind} is written by {command} alone"
    if channel != AUDIT_CHANNEL:
        if fact.kind in AUDITS_OWN:
            return f"kind: {fact.kind} is written by affidavit audit --record alone"
        if _AUDITS_STREAM.fullmatch(fact.stream):
            return f"stream: {fact.stream[:80]} is an audit's own"
    return None


def check_body(fact: Fact) -> None:
    """Hold the body against the schema of its kind, where that is known.

    Raises:
        EntryError: A field is missing or is not what it must be; the message names it.
    """
    schema = KINDS.get(fact.kind)
    if schema is None:
        return
    try:
        msgspec.convert(fact.body, schema)
    except msgspec.ValidationError as error:
        raise EntryError(f"{fact.kind}: {named(error, 'body')}") from error


def named(error: msgspec.ValidationError, whole: str = "") -> str:
    """What `error` says of a value that is called `whole`, its field first, in one line.

    Such as ``body.agent: Expected `str`, got `int```.
    """
    what, found, place = str(error).rpartition(" - at `$")
    if not found:
        what, place = place, ""
    where = f"{whole}{place.removesuffix('`')}".removeprefix(".")
    return shortened(f"{where}: {what}" if where else what, LONGEST_TOLD)
