"""What is known beside git of a change: facts that somebody signed, a forge's record of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.importing import lines_at
from affidavit.base.errors import FormatError, InputError
from affidavit.base.text import shortened
from affidavit.changes.envelope.model import FactLine, Request, ReviewLine, Session
from affidavit.changes.forge.model import PullRequest
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.kinds import AgentActed
from affidavit.sources.forge.reading import Export

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from affidavit.app.envelope.range import Range
    from affidavit.ledger.bundle import Line

TESTS = frozenset({"test.reported.v1", "coverage.reported.v1"})
SCANS = frozenset({"scan.reported.v1"})
APPROVALS = frozenset({"approval.signed.v1"})
SESSIONS = frozenset({"agent.acted.v1"})
_LONGEST = 200


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about the head, and about agents at work on its commits; each once, by digest."""

    approvals: tuple[FactLine, ...] = ()
    tests: tuple[FactLine, ...] = ()
    scans: tuple[FactLine, ...] = ()
    sessions: tuple[Session, ...] = ()


def evidence(files: Iterable[Path], span: Range) -> Evidence:
    """What the fact bundles in `files` say of `span`. No signature is checked.

    Raises:
        FormatError: A line is none of a bundle; the message names file and line.
        AffidavitError: A file cannot be read.
    """
    known: dict[str, Line] = {}
    for path in files:
        for number, data in enumerate(lines_at(path), 1):
            line = parse_line(data, place=f"{path} line {number}")
            known[line.digest] = line
    lines = [known[digest] for digest in sorted(known)]
    here = {span.head: span.change.after}
    ours = [one for one in lines if _about(one) in here and _tree(one) == here[_about(one) or ""]]
    commits = frozenset(span.commits)
    return Evidence(
        approvals=_told(ours, APPROVALS),
        tests=_told(ours, TESTS),
        scans=_told(ours, SCANS),
        sessions=tuple(
            _session(one) for one in lines if one.fact.kind in SESSIONS and _about(one) in commits
        ),
    )


def request_of(export: Path, head: str) -> Request | None:
    """The request of `export` whose head is the commit `head`; None where there is none.

    Raises:
        InputError: It is no export, or several requests have that head.
        UnreadableError: It cannot be read.
    """
    found = [
        line.data
        for line in Export(export).lines()
        if isinstance(line.data, PullRequest) and line.data.head_oid == head
    ]
    if len(found) > 1:
        numbers = ", ".join(f"#{one.number}" for one in found[:5])
        raise InputError(f"{export}: several requests have the head {head[:12]}: {numbers}")
    return _request(found[0]) if found else None


def _request(one: PullRequest) -> Request:
    merge = one.merge_commit
    return Request(
        number=one.number,
        state=one.state,
        merged_as=merge.oid if merge else None,
        reviews=tuple(
            ReviewLine(
                id=review.id,
                state=str(review.state),
                commit=review.commit,
                submitted_at=review.submitted_at,
                account=review.author.id if review.author else None,
                account_kind=str(review.author.kind) if review.author else None,
            )
            for review in one.reviews
        ),
    )


def _about(line: Line) -> str | None:
    return line.fact.subject.commit if line.fact.subject else None


def _tree(line: Line) -> str | None:
    return line.fact.subject.tree if line.fact.subject else None


def _told(lines: Iterable[Line], kinds: frozenset[str]) -> tuple[FactLine, ...]:
    return tuple(_fact(one) for one in lines if one.fact.kind in kinds)


def _fact(line: Line) -> FactLine:
    signers = [one.keyid for one in line.envelope.signatures if one.keyid]
    said = line.fact.body.get("decision") or line.fact.body.get("result")
    return FactLine(
        digest=line.digest,
        kind=line.fact.kind,
        commit=_about(line),
        signer=shortened(signers[0], _LONGEST) if signers else None,
        result=shortened(said, _LONGEST) if isinstance(said, str) and said else None,
    )


def _session(line: Line) -> Session:
    try:
        said = msgspec.convert(line.fact.body, AgentActed)
    except msgspec.ValidationError as error:
        raise FormatError(f"{line.fact.kind}: {error}") from error
    return Session(
        digest=line.digest,
        agent=said.agent,
        model=said.model,
        session=said.session,
        prompt=said.prompt,
    )
