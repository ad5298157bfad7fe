"""The changes of a release counted: all of them, and the AI changes among them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.release.model import Approved, Group, Lines, Totals
from affidavit.changes.model import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.audit.model import AgentRow
    from affidavit.changes.record.group import Change
    from affidavit.changes.record.model import ChangeRecord


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted and listed of one change.

    `approved` is None where it is not known, `lines` (added, removed) where the forge does not
    tell; `commit` is the newest landing.
    """

    id: str
    commit: str
    title: str
    request: str | None
    agents: tuple[str, ...]
    ai: bool
    authorship: str
    grade: Grade
    approved: bool | None
    approvers: tuple[str, ...]
    lines: tuple[int, int] | None
    exceptions: tuple[str, ...]


def brief(change: Change, record: ChangeRecord) -> Brief:
    """What is counted and listed of `record`, which is of `change`."""
    size = record.size.value
    known = size is not None and size.additions is not None and size.deletions is not None
    told = next((one for one in change.landings if one.ai), change.newest)
    return Brief(
        id=record.id,
        commit=change.newest.commit,
        title=record.title.value or "",
        request=record.request.value.number if record.request.value else None,
        agents=tuple(dict.fromkeys(one.agent for one in record.agents.values)),
        ai=record.ai,
        authorship=str(told.authorship),
        grade=change.grade,
        approved=_approved(record),
        approvers=tuple(one.account for one in record.approvers.values),
        lines=(size.additions or 0, size.deletions or 0) if size and known else None,
        exceptions=record.exceptions,
    )


def _approved(record: ChangeRecord) -> bool | None:
    if record.approvers.values:
        return True
    return None if record.approvers.why is not None else False


def totals(briefs: Sequence[Brief], agents: tuple[AgentRow, ...]) -> Totals:
    """All of `briefs` counted; `agents` are those of the audit."""
    authorship = Counter(one.authorship for one in briefs)
    return Totals(
        every=_group(briefs),
        ai=_group([one for one in briefs if one.ai]),
        other=_group([one for one in briefs if not one.ai]),
        authorship={name: authorship[name] for name in sorted(authorship)},
        agents=agents,
    )


def _group(briefs: Sequence[Brief]) -> Group:
    grades = Counter(one.grade for one in briefs)
    return Group(
        changes=len(briefs),
        grades={str(one): grades[one] for one in sorted(Grade, reverse=True)},
        approved=_approvals(briefs),
        lines=_lines(briefs),
        exceptions=sum(len(one.exceptions) for one in briefs),
    )


def _approvals(briefs: Iterable[Brief]) -> Approved:
    found = Counter(one.approved for one in briefs)
    return Approved(shown=found[True], none=found[False], unknown=found[None])


def _lines(briefs: Sequence[Brief]) -> Lines:
    known = [one.lines for one in briefs if one.lines is not None]
    return Lines(
        changes=len(briefs),
        known=len(known),
        added=sum(added for added, _ in known),
        removed=sum(removed for _, removed in known),
    )
