"""Writing back what a landing was found to be: a signed fact, trailers, a note of git-ai."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.envelope.ai_note import write
from affidavit.app.envelope.asking import Answer, Asked, answered
from affidavit.app.envelope.creating import ACTOR, STREAM
from affidavit.app.envelope.file import envelope_at
from affidavit.app.envelope.lifting import Landing, Lifted, lifted
from affidavit.app.facts.signing import Signed, signed
from affidavit.app.facts.signing import Wanted as Signing
from affidavit.app.noted import GIT_AI
from affidavit.app.receipts.commits import resolved
from affidavit.base.errors import UsageError
from affidavit.base.text import shortened, visible
from affidavit.ledger.enveloped import JOINED, ChangeJoined
from affidavit.provenance.trailers import trailers
from affidavit.sources.git.commit import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_COMMIT = 1 << 20
"""Bytes of a commit whose trailers are read."""
MOST_TRAILERS = 200
"""Trailers that are shown."""
LONGEST = 1_000
"""Characters of a trailer that are shown."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which landing is to be joined to which envelope, and where the fact of it goes.

    `forge` is an export whose record of a merge is believed; the envelope's own is not. `git_ai`
    carries the notes of git-ai to it, and `write` puts what they give into the repository.
    """

    repository: Path
    landing: str
    envelope: Path
    branch: str = "HEAD"
    bundle: Path | None = None
    notes: bool = False
    remote: str | None = None
    key: Path | None = None
    signer: str | None = None
    git_ai: bool = False
    write: bool = False
    forge: Path | None = None


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What the landing is, the trailers of the commits behind it, and whether it was signed.

    Nothing is signed or carried to it where the rung does not carry. `git_ai` is the note of git-ai
    that it may have, where that was asked for.
    """

    join: Answer
    trailers: tuple[str, ...]
    signed: Signed | None
    git_ai: Lifted | None = None

    @property
    def exit_status(self) -> int:
        """0 where the landing is the change; else that cannot be decided."""
        return 0 if self.join.carries else 3


def written_back(wanted: Wanted) -> Written:
    """Join the landing, sign the fact of it, gather the trailers and carry the notes of git-ai.

    Raises:
        UsageError: The options do not go together.
        AffidavitError: The landing is none, or a repository, file or key fails; see docs/errors/.
    """
    if wanted.write and not wanted.git_ai:
        raise UsageError("--write writes the note of git-ai: give --git-ai with it")
    envelope = envelope_at(wanted.envelope)
    named = resolved(wanted.repository, wanted.landing)
    found = answered(
        Asked(
            repository=wanted.repository,
            landings=(named.commit,),
            branch=wanted.branch,
            envelopes=(wanted.envelope,),
            forge=wanted.forge,
        )
    )
    join = found.landings[0]
    if not join.carries:
        return Written(join=join, trailers=(), signed=None)
    subject = {"commit": named.commit, "tree": named.tree}
    fact = {"kind": JOINED, "stream": STREAM, "actor": ACTOR, "subject": subject}
    body = _body(join, found.git)
    return Written(
        join=join,
        trailers=_trailers(wanted.repository, envelope.commits),
        signed=_signed(wanted, named.commit, {**fact, "body": body}),
        git_ai=_carried(wanted, join) if wanted.git_ai else None,
    )


def _carried(wanted: Wanted, join: Answer) -> Lifted:
    """The note of git-ai for the landing, written where that is wanted and there is one."""
    store = locate(wanted.repository)
    refs = read_refs(store)
    landing = Landing(commit=join.landing, head=join.head or "", rung=join.rung, span=join.span)
    with PrivateGit(store, refs) as git:
        found = lifted(git, refs, landing)
    if found.note is None or not wanted.write:
        return found
    write(wanted.repository, landing.commit, found.note, refs.get(GIT_AI))
    return msgspec.structs.replace(found, written=True)


def _body(join: Answer, git: str | None) -> dict[str, object]:
    body: dict[str, object] = {
        "envelope": join.change,
        "head": join.head,
        "head_tree": join.tree,
        "rung": str(join.rung),
        "span": join.span,
        **({} if git is None else {"git": git}),
    }
    msgspec.convert(body, ChangeJoined)
    return body


def _signed(wanted: Wanted, commit: str, fact: dict[str, object]) -> Signed | None:
    if wanted.bundle is None and not wanted.notes:
        return None
    signing = Signing(
        repository=wanted.repository,
        key=wanted.key,
        name=wanted.signer,
        output=wanted.bundle,
        revision=commit if wanted.notes else None,
        remote=wanted.remote,
    )
    return signed(BytesIO(msgspec.json.encode(fact) + b"\n"), signing).signed


def _trailers(repository: Path, commits: Sequence[str]) -> tuple[str, ...]:
    """The trailers of these commits, newest first, from the oldest on, each once."""
    store = locate(repository)
    found: dict[str, None] = {}
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        for one in objects.read(reversed(commits), max_size=LARGEST_COMMIT):
            if one.body is not None and one.kind == "commit":
                for each in trailers(parse(one.id, one.body).message):
                    found[_line(each.key, each.value)] = None
    return tuple(found)[:MOST_TRAILERS]


def _line(key: str, value: str) -> str:
    return visible(shortened(f"{key}: {value}", LONGEST))
