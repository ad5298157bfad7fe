"""Making an envelope: what a change is and what is known of it, before it lands."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.envelope.contents import Contents
from affidavit.app.envelope.evidence import evidence, request_of
from affidavit.app.envelope.range import range_of
from affidavit.app.facts.signing import Signed, signed
from affidavit.app.facts.signing import Wanted as Signing
from affidavit.app.noted import noted
from affidavit.app.receipts.commits import resolved
from affidavit.base.digest import sha256
from affidavit.base.text import shortened
from affidavit.changes.envelope.digest import after, blobs
from affidavit.changes.envelope.model import ClaimLine, Digests, Envelope, path_line
from affidavit.ledger.enveloped import KIND, ChangeEnveloped
from affidavit.package.place import delivering
from affidavit.provenance.catalogue import load
from affidavit.provenance.records import checkpoints
from affidavit.provenance.signals import Signals
from affidavit.provenance.trailers import trailers
from affidavit.sources.git.commit import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.envelope.range import Range
    from affidavit.changes.envelope.model import ReviewLine
    from affidavit.changes.envelope.touched import Change
    from affidavit.provenance.model import Claim
    from affidavit.sources.git.refs import Refs

LARGEST_COMMIT = 1 << 20
"""Bytes of a commit that is looked into for claims."""
MOST_CLAIMS = 2_000
"""Claims of one envelope."""
MOST_LISTED = 100
"""Digests of each list in the fact; the envelope has all."""
STREAM = "envelopes"
ACTOR = "affidavit:envelope"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope as it was asked for. `forge` is an export, `facts` are fact bundles.

    `notes` is whether the fact goes into the notes of the head, `remote` where these are pushed.
    """

    repository: Path
    base: str
    head: str
    name: str | None = None
    forge: Path | None = None
    facts: tuple[Path, ...] = ()
    output: Path | None = None
    bundle: Path | None = None
    notes: bool = False
    remote: str | None = None
    key: Path | None = None
    signer: str | None = None


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: the envelope and its digest, where it lies, and the fact's signature."""

    envelope: Envelope
    digest: str
    output: str
    signed: Signed | None


def created(wanted: Wanted) -> Created:
    """Make the envelope that is `wanted`, write it, and sign the fact of it if it goes anywhere.

    Raises:
        UsageError: A revision names no commit, or the head brings nothing.
        AffidavitError: A repository, file or key fails; see docs/errors/.
    """
    envelope = envelope_of(wanted)
    output = wanted.output or Path(f"{envelope.head[:12]}.envelope.json")
    with delivering(output) as file:
        file.write(envelope.encode())
    return Created(
        envelope=envelope,
        digest=envelope.digest(),
        output=str(output),
        signed=_signed(wanted, envelope),
    )


def envelope_of(wanted: Wanted) -> Envelope:
    """The envelope of a change, from the repository and what was given beside it."""
    base = resolved(wanted.repository, wanted.base).commit
    head = resolved(wanted.repository, wanted.head).commit
    store = locate(wanted.repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        span = range_of(git, objects, base, head)
        digests = _digests(span.change, Contents(objects))
        claims, left = _claims(git, objects, refs, span)
    given = evidence(wanted.facts, span)
    request = request_of(wanted.forge, head) if wanted.forge else None
    unknown = [*left, *_unknown(wanted, digests)]
    return Envelope(
        format="affidavit/envelope@1",
        repository=wanted.name,
        base=base,
        merge_base=span.merge_base,
        before=span.change.before,
        head=head,
        tree=span.change.after,
        digests=digests,
        paths=None if digests is None else tuple(map(path_line, span.change.touched or ())),
        commits=span.commits,
        claims=claims,
        sessions=given.sessions,
        request=request,
        approvals=given.approvals,
        tests=given.tests,
        scans=given.scans,
        unknown=tuple(unknown),
    )


def _digests(change: Change, contents: Contents) -> Digests | None:
    if change.touched is None:
        return None
    return Digests(
        blobs=blobs(change.touched), patch=contents.patch(change), after=after(change.touched)
    )


def _unknown(wanted: Wanted, digests: Digests | None) -> Iterator[str]:
    """What could not be told, by the names of its fields."""
    if digests is None:
        yield "digests"
        yield "paths"
    elif digests.patch is None:
        yield "digests.patch"
    if wanted.forge is None:
        yield "request"
    if not wanted.facts:
        yield from ("approvals", "tests", "scans", "sessions")


def _claims(
    git: PrivateGit, objects: Objects, refs: Refs, span: Range
) -> tuple[tuple[ClaimLine, ...], list[str]]:
    """What the commits and git-ai's notes on them claim, and whether some could not be read."""
    signals = Signals(load())
    found: list[Claim] = []
    unread = False
    for one in objects.read(span.commits, max_size=LARGEST_COMMIT):
        if one.body is None or one.kind != "commit":
            unread = True
            continue
        commit = parse(one.id, one.body)
        found += signals.claims(commit, trailers(commit.message), forge_signed=False)
    notes = noted(git, objects, refs, frozenset(span.commits), span.head)
    for id_ in {one.commit for one in found}:
        own = [one for one in found if one.commit == id_]
        found += checkpoints.claimed(id_, own, notes.sessions)
    found += [
        claim
        for one in span.commits
        if one in notes.authorship
        for claim in notes.authorship[one].claims
    ]
    cut = unread or len(found) > MOST_CLAIMS or bool(notes.limits)
    return tuple(map(_claim, sorted(found)[:MOST_CLAIMS])), ["claims"] if cut else []


def _claim(one: Claim) -> ClaimLine:
    return ClaimLine(
        commit=one.commit,
        rule=one.rule,
        tier=str(one.tier),
        role=str(one.role),
        agent=one.agent or "unknown",
        model=shortened(one.model, 200) if one.model else None,
        session=shortened(one.session, 200) if one.session else None,
        source=one.source,
        evidence=one.digest,
    )


def _signed(wanted: Wanted, envelope: Envelope) -> Signed | None:
    """The fact, signed and put where it goes; None where it goes nowhere."""
    if wanted.bundle is None and not wanted.notes:
        return None
    line = msgspec.json.encode(fact_of(envelope))
    signing = Signing(
        repository=wanted.repository,
        key=wanted.key,
        name=wanted.signer,
        output=wanted.bundle,
        revision=envelope.head if wanted.notes else None,
        remote=wanted.remote,
    )
    return signed(BytesIO(line + b"\n"), signing).signed


def fact_of(envelope: Envelope) -> dict[str, object]:
    """The fact that the change is in `envelope`, as it is appended: no path, no name."""
    told = envelope.digests
    lists = {
        "agents": sorted({one.agent for one in envelope.claims}),
        "prompts": sorted({one.prompt for one in envelope.sessions if one.prompt}),
        "approvals": [one.digest for one in envelope.approvals],
        "reviews": [str(one.id) for one in _reviews(envelope) if one.id is not None],
        "tests": [one.digest for one in envelope.tests],
        "scans": [one.digest for one in envelope.scans],
    }
    body = {
        "envelope": envelope.digest(),
        "base": envelope.base,
        "merge_base": envelope.merge_base,
        "commits": len(envelope.commits),
        "commits_digest": sha256("".join(f"{one}\n" for one in envelope.commits).encode()),
        "left": sum(max(len(listed) - MOST_LISTED, 0) for listed in lists.values()),
        **{name: listed[:MOST_LISTED] for name, listed in lists.items()},
        **({} if told is None else _given(told)),
        **({} if envelope.paths is None else {"paths": len(envelope.paths)}),
    }
    msgspec.convert(body, ChangeEnveloped)
    subject = {"commit": envelope.head, "tree": envelope.tree}
    return {"kind": KIND, "stream": STREAM, "actor": ACTOR, "subject": subject, "body": body}


def _given(told: Digests) -> dict[str, str]:
    """The digests that there are."""
    each = {"blobs": told.blobs, "patch": told.patch, "after": told.after}
    return {name: value for name, value in each.items() if value is not None}


def _reviews(envelope: Envelope) -> tuple[ReviewLine, ...]:
    return envelope.request.reviews if envelope.request else ()
