"""A person's decision: put into words, signed with their key, published as a fact."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from affidavit.app.approvals.agents import found_in
from affidavit.app.approvals.change import named
from affidavit.app.approvals.keys import Key, chosen, signature_by
from affidavit.app.approvals.rules import idle
from affidavit.app.clock import chance, now, written
from affidavit.app.facts.file import check_appendable
from affidavit.app.facts.signing import Wanted
from affidavit.app.facts.signing import signed as signed_facts
from affidavit.base.canonical import canonical
from affidavit.base.errors import UsageError
from affidavit.base.period import until
from affidavit.changes.approval.judging import LONGEST_WAIVER
from affidavit.changes.approval.posted import posted
from affidavit.changes.approval.predicate import (
    ITEM,
    LONGEST_REASON,
    MOST_ITEMS,
    AiUse,
    Answers,
    Approval,
    Read,
    Word,
    envelope_for,
    lacks,
)
from affidavit.changes.approval.words import Shown, described
from affidavit.ledger.approved import REFUSED, SIGNED
from affidavit.ledger.dsse import Envelope, Signed

if TYPE_CHECKING:
    from collections.abc import Mapping

Command = Literal["approve", "reject", "waive"]
DECISIONS: dict[Command, Word] = {"approve": "approved", "reject": "rejected", "waive": "waived"}
STREAM = "approvals"
CONFIRMED = 8
"""Hex digits of the digest that a person types."""
_ITEM = re.compile(ITEM)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was asked for, and where its fact goes: a file, notes, a remote's notes.

    Where nothing is said, the fact goes into the notes of the commit.
    """

    command: Command
    revision: str
    repository: Path
    base: str | None = None
    answers: Answers = Answers()
    ai_use: AiUse | None = None
    reason: str | None = None
    items: tuple[str, ...] = ()
    until: str | None = None
    key: Path | None = None
    output: Path | None = None
    notes: bool = False
    remote: str | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What the decision is about: the commit and its tree, by their ids."""

    commit: str
    tree: str


class Hindrance(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody is asked for a signature; `variable` shows an agent."""

    because: Literal["terminal", "agent"]
    variable: str | None = None
    agent: str | None = None


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that waits for its signature: what is shown of it, and what will be signed.

    `doubts` are variables that an agent sets, and others set too.
    """

    subject: Subject
    envelope: Envelope
    decision: Word
    key: Key
    words: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of what will be signed."""
        return self.envelope.digest()

    def is_confirmed(self, typed: str) -> bool:
        """Whether what a person typed says yes: the digest's first digits, or y."""
        beginning = self.digest.removeprefix("sha256:")[:CONFIRMED]
        return typed.strip().lower() in {"y", "yes", beginning}


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed, where its fact is, and the line by which a forge dates it."""

    decision: Word
    commit: str
    statement: str
    signer: str
    line: str
    output: str | None
    notes: str | None
    pushed: str | None


def hindrance(environment: Mapping[str, str], *, terminal: bool) -> Hindrance | None:
    """Why nobody is to be asked for a signature here; None where a person may be here.

    That nothing hinders proves nothing: an agent can clear its marks and open a terminal.
    """
    for one in found_in(environment):
        if one.acts == "refuse":
            return Hindrance(because="agent", variable=one.variable, agent=one.agent)
    return None if terminal else Hindrance(because="terminal")


def check(asked: Asked) -> None:
    """Refuse what cannot be a decision of its kind, before anything else is done.

    Raises:
        UsageError: It cannot be one.
        OutputError: What is signed could not be put where it is to go.
    """
    reason = asked.reason
    if reason is not None and not (reason.strip() and len(reason) <= LONGEST_REASON):
        raise UsageError(f"--reason is 1 to {LONGEST_REASON:,} characters")
    if len(asked.items) > MOST_ITEMS or not all(map(_ITEM.fullmatch, asked.items)):
        text = f"--items are at most {MOST_ITEMS} ids, with commas between them"
        raise UsageError(text, hint="such as scan.clean,persons.enough")
    if asked.output is not None:
        check_appendable(asked.output)


def prepared(asked: Asked, environment: Mapping[str, str]) -> Prepared:
    """What is to be signed, and by which key; nothing is signed yet.

    Raises:
        UsageError: The revision names no commit, or the options do not go together.
        KeyFileError: There is no key to sign with.
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    change = named(asked.repository, asked.revision, asked.base)
    moment = now()
    approval = Approval(
        decision=DECISIONS[asked.command],
        change=change.change,
        answers=asked.answers,
        ai_use=asked.ai_use,
        reason=asked.reason,
        items=asked.items,
        until=None if asked.until is None else _end(asked, moment),
        at=_time(moment // 1_000_000),
        nonce=chance(16).hex(),
    )
    if lacking := lacks(approval):
        raise UsageError(lacking)
    key = chosen(asked.key, environment)
    read = Read(change.commit, change.tree, approval)
    onto = change.change.base
    doubts = (one for one in found_in(environment) if one.acts != "refuse")
    return Prepared(
        subject=Subject(commit=change.commit, tree=change.tree),
        envelope=envelope_for(change.commit, change.tree, approval),
        decision=approval.decision,
        key=key,
        words=(
            *described(read, Shown(change.title, change.files)),
            *([f"  note          {change.lost}"] if change.lost else []),
            *(f"  note          {one}" for one in idle(asked.repository, onto, asked.items)),
        ),
        doubts=tuple(dict.fromkeys(one.variable for one in doubts)),
    )


def _time(seconds: int) -> str:
    return f"{written(seconds * 1_000_000)[:19]}Z"


def _end(asked: Asked, moment: int) -> str:
    """The end of a waiver, which is yet to come; soon, of one that names no items."""
    text = asked.until or ""
    seconds = until(text)
    if seconds * 1_000_000 <= moment:
        raise UsageError(f"--until {text[:40]!a} is over already")
    if not asked.items and seconds - moment // 1_000_000 > LONGEST_WAIVER.total_seconds():
        why = f"--until {text[:40]!a} is more than {LONGEST_WAIVER.days} days from now"
        raise UsageError(why, hint="name what it waives with --items, or end it earlier")
    return _time(seconds)


def decided(prepared: Prepared, asked: Asked) -> Decided:
    """Sign what is `prepared`, and publish it. The person has said yes before.

    Raises:
        KeyFileError: There is no signature.
        AffidavitError: The fact cannot be put where it goes; see docs/errors/.
    """
    bare = prepared.envelope
    fingerprint = prepared.key.public.fingerprint
    made = Signed(fingerprint, signature_by(prepared.key, bare.pae()))
    envelope = Envelope(bare.payload_type, bare.payload, (made,))
    body = {
        "statement": envelope.digest(),
        "envelope": envelope.encode().decode(),
        "signer": fingerprint,
        "decision": prepared.decision,
    }
    wanted = _published(asked, prepared.subject, SIGNED, f"ssh:{fingerprint}", body)
    return Decided(
        decision=prepared.decision,
        commit=prepared.subject.commit,
        statement=envelope.digest(),
        signer=fingerprint,
        line=posted(envelope),
        output=None if wanted.output is None else str(wanted.output),
        notes=wanted.revision,
        pushed=wanted.remote,
    )


def refused(asked: Asked, hindrance: Hindrance) -> Wanted:
    """Keep as a fact that nobody was asked; where it went.

    Raises:
        AffidavitError: The revision names no commit, or the fact cannot be put where it goes.
    """
    change = named(asked.repository, asked.revision, asked.base)
    body: dict[str, object] = {"command": asked.command, "because": hindrance.because}
    if hindrance.variable is not None:
        body["variable"] = hindrance.variable
    subject = Subject(commit=change.commit, tree=change.tree)
    return _published(asked, subject, REFUSED, "unknown", body)


def _published(
    asked: Asked, subject: Subject, kind: str, actor: str, body: Mapping[str, object]
) -> Wanted:
    """Put the fact where `asked` says, signed into a bundle by this account's own key."""
    notes = asked.notes or asked.remote is not None or asked.output is None
    wanted = Wanted(
        repository=asked.repository,
        output=asked.output,
        revision=subject.commit if notes else None,
        remote=asked.remote,
    )
    fact = {
        "kind": kind,
        "stream": STREAM,
        "actor": actor,
        "body": dict(body),
        "subject": {"commit": subject.commit, "tree": subject.tree},
    }
    signed_facts(io.BytesIO(canonical(fact)), wanted)
    return wanted
