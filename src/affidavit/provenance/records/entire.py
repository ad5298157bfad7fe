"""Checkpoints of Entire: which session of which agent touched which files, and its share.

Entire tells of whole files and of a share of lines, never of which lines; a commit is tied to a
checkpoint by a trailer of its message. docs/formats/records/entire.md says what of it is read.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.text import decode
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import documents as doc
from affidavit.provenance.records import naming
from affidavit.provenance.records.model import Attests, LineClaim, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE = "entire"
MOST_FILES = 10_000
"""Files that one session is read to have touched."""
MOST_NAMED = 1_000
"""Checkpoints that one message is read to name."""
CHECKPOINT = "checkpoint"
AGENT_LINES = "agent-lines"
ALL_LINES = "all-lines"
KIND = "kind"
"""Words for what a session's metadata says of itself."""

NO_SESSION = "it is not the metadata of a session"
OTHER_CHECKPOINT = "it stands under another checkpoint than the one that it names"
NO_SHARE = "its share is not of the form, and was not read"
NOT_NAMED = "no message of a commit that was read names its checkpoint"
UNREAD_FILES = f"files after the first {MOST_FILES:,}, not read"

_SESSION_RULE = "PRV-CHECKPOINT-001"
_NO_LINES_RULE = "PRV-CHECKPOINT-002"
_ID = r"[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}"
_TRAILER = re.compile(rb"(?mi)^Entire-Checkpoint:[ \t]*([0-9a-z]{12,26})[ \t\r]*$")
_WHOLE_ID = re.compile(_ID)


class _Share(msgspec.Struct):
    agent_lines: Annotated[int, msgspec.Meta(ge=0)]
    total_committed: Annotated[int, msgspec.Meta(ge=0)]
    agent_removed: Annotated[int, msgspec.Meta(ge=0)] = 0
    human_added: Annotated[int, msgspec.Meta(ge=0)] = 0
    human_modified: Annotated[int, msgspec.Meta(ge=0)] = 0


class _Session(msgspec.Struct):
    session_id: str
    checkpoint_id: str = ""
    agent: str = ""
    model: msgspec.Raw = doc.NOTHING
    kind: msgspec.Raw = doc.NOTHING
    created_at: msgspec.Raw = doc.NOTHING
    files_touched: msgspec.Raw = doc.NOTHING
    initial_attribution: msgspec.Raw = doc.NOTHING


def checkpoints(message: bytes) -> tuple[str, ...]:
    """The checkpoints that a commit's message names, those of squashed commits with them."""
    found = (decode(each[1]) for each in islice(_TRAILER.finditer(message), MOST_NAMED))
    return tuple(dict.fromkeys(each for each in found if _WHOLE_ID.fullmatch(each)))


def read(
    data: bytes, *, place: str, checkpoint: str, commits: Iterable[str] | None = ()
) -> tuple[Record, ...]:
    """What a session's metadata says: a record for each of the commits that name `checkpoint`.

    Where none does there is one record of no commit, which claims nothing. Nor does a session of
    a kind of its own, such as a review: it wrote nothing that is in the commit. With None for
    `commits` it is not known yet which do: there is one record, and what it claims is of ``""``.
    """
    session = doc.of(data, _Session) if len(data) <= doc.MOST_BYTES else None
    if session is None:
        return (Record(source=SOURCE, place=place, problems=(NO_SESSION,)),)
    counts = doc.Counts()
    if session.checkpoint_id not in ("", checkpoint):
        counts.tell(OTHER_CHECKPOINT)
    kind = doc.name_of(doc.of(session.kind, str))
    share = None if kind else _share(session, counts)
    whole = _whole(session, share)
    found = Record(
        source=SOURCE,
        place=place,
        time=doc.time_of(doc.of(session.created_at, str), counts),
        lines=_lines(session, whole, counts),
        stated=((CHECKPOINT, checkpoint), *_stated(share), *([(KIND, kind)] if kind else [])),
        problems=counts.sentences(),
    )

    def claims(commit: str) -> tuple[Claim, ...]:
        return () if kind else (_claim(commit, data, whole, share),)

    if commits is None:
        return (msgspec.structs.replace(found, claims=claims("")),)
    tied = tuple(
        msgspec.structs.replace(found, commit=each, claims=claims(each))
        for each in dict.fromkeys(commits)
    )
    untied = (*found.problems, NOT_NAMED)
    return tied or (msgspec.structs.replace(found, problems=untied),)


def _share(session: _Session, counts: doc.Counts) -> _Share | None:
    share = doc.of(session.initial_attribution, _Share)
    if share is None and doc.is_told(session.initial_attribution):
        counts.tell(NO_SHARE)
    return share


def _whole(session: _Session, share: _Share | None) -> LineClaim:
    """What holds for every file that the session touched."""
    model = naming.model(doc.of(session.model, str))
    return LineClaim(
        path="",
        attests=_attests(share),
        agent=naming.agent(session.agent, model),
        model=model,
        session=naming.session(session.session_id),
    )


def _attests(share: _Share | None) -> Attests:
    """Whose the lines are as far as the share tells; without one that is unknown."""
    if share is None or share.agent_lines == 0:
        return Attests.UNKNOWN
    people = share.human_added or share.human_modified
    whole = share.agent_lines >= share.total_committed and not people
    return Attests.AI if whole else Attests.MIXED


def _lines(session: _Session, whole: LineClaim, counts: doc.Counts) -> tuple[LineClaim, ...]:
    told = iter(dict.fromkeys(doc.of(session.files_touched, list[str]) or ()))
    paths = [doc.path_of(each, counts) for each in islice(told, MOST_FILES)]
    counts.count(UNREAD_FILES, sum(1 for _ in told))
    return tuple(msgspec.structs.replace(whole, path=path) for path in paths if path)


def _stated(share: _Share | None) -> tuple[tuple[str, str], ...]:
    if share is None:
        return ()
    return ((AGENT_LINES, str(share.agent_lines)), (ALL_LINES, str(share.total_committed)))


def _claim(commit: str, data: bytes, whole: LineClaim, share: _Share | None) -> Claim:
    """That the agent took part; only that it helped, where no line is said to be its own."""
    of_all = f"{share.agent_lines} of {share.total_committed}" if share else "an untold share of"
    helped = share is not None and share.agent_lines == share.agent_removed == 0
    return Claim(
        commit=commit,
        rule=_NO_LINES_RULE if helped else _SESSION_RULE,
        tier=Tier.B,
        agent=whole.agent,
        role=Role.ASSIST if helped else Role.CO_AUTHOR,
        source=SOURCE,
        evidence=f"{whole.agent}: {of_all} lines",
        digest=sha256(data),
        model=whole.model,
        session=whole.session,
    )
