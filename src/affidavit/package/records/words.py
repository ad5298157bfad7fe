"""The values of a change record in words, one line each."""

from __future__ import annotations

from functools import singledispatch

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.model import (
    Agent,
    Approver,
    Asked,
    Author,
    Authority,
    Box,
    Check,
    Deployed,
    Flag,
    Label,
    Owned,
    Prompter,
    Result,
    Reviewer,
    Shipped,
    Size,
    WorkItem,
)
from affidavit.package.html.words import plural

_SHORT = 12
"""Digits of a commit that are shown; the record has all."""
_WHEN = {
    Answer.YES: "before the merge",
    Answer.NO: "not before the merge",
    Answer.UNKNOWN: "whether before the merge is unknown",
}
_APPROVED = {
    Answer.YES: "approved",
    Answer.NO: "none of them approved",
    Answer.UNKNOWN: "whether one of them approved is unknown",
}
_INDEPENDENT = {True: "independent", False: "not independent", None: "independence unknown"}


@singledispatch
def words(value: object) -> str:
    """`value` on one line."""
    return str(value)


@words.register
def _(one: Asked) -> str:
    opened = f", opened {one.opened_at} by {one.opened_by}" if one.opened_at else ""
    number = one.number if one.number.startswith("I") else f"#{one.number}"
    return f"{one.forge} {number}{opened}"


@words.register
def _(one: Size) -> str:
    files = plural(one.files, "file")
    if one.additions is None or one.deletions is None:
        return f"{files}; lines unknown"
    return f"{files}, {plural(one.additions, 'line')} added, {one.deletions:,} removed"


@words.register
def _(one: Agent) -> str:
    model = one.model or "model unknown"
    session = f"session {one.session}" if one.session else "session unknown"
    count = plural(one.commits, "commit")
    what = f"{one.agent} as {one.role}; {model}; {session}"
    return f"{what}; {one.rule}, tier {one.tier}, {count}: {one.evidence}"


@words.register
def _(one: Prompter) -> str:
    return f"{one.name} ({one.how})"


@words.register
def _(one: Author) -> str:
    email = f" <{one.email}>" if one.email else ""
    account = f", account {one.account}" if one.account and one.account != one.name else ""
    return f"{one.name}{email} ({one.kind}: {', '.join(one.roles)}{account})"


@words.register
def _(one: Reviewer) -> str:
    when = one.submitted_at or "at an unknown time"
    head = f"head {one.head[:_SHORT]}" if one.head else "head unknown"
    counted = "counts" + (", carried over from an earlier head" if one.carried else "")
    told = counted if one.counts else "does not count: " + "; ".join(one.why_not)
    roles = f"; then {', '.join(one.roles) or 'without a role'}" if one.roles is not None else ""
    return f"{one.account}: {one.state.replace('_', ' ')} {when}, {head}; {told}{roles}"


@words.register
def _(one: Box) -> str:
    by = f" (review by {one.by} {one.at or 'at an unknown time'})" if one.by else ""
    return f"[{'x' if one.checked else ' '}] {one.text}{by}"


@words.register
def _(one: Approver) -> str:
    return f"{one.account} {one.approved_at or 'at an unknown time'}"


@words.register
def _(one: Authority) -> str:
    version = f", by the identities in {one.version[:_SHORT]}" if one.version else ""
    return f"{one.account} {one.approved_at or 'at an unknown time'}{version}"


@words.register
def _(one: Owned) -> str:
    where = f"{one.pattern} ({one.file}, line {one.line}; {plural(one.paths, 'path')})"
    if one.approved is None:
        return f"{where}: owned by nobody"
    by = f" by {', '.join(one.by)}" if one.by else ""
    return f"{where}: {', '.join(one.owners)}; {_APPROVED[one.approved]}{by}"


@words.register
def _(one: Check) -> str:
    by = f" by {one.reported_by}" if one.reported_by else ""
    came = one.conclusion or "conclusion unknown"
    no = " (no success)" if one.success is Answer.NO and came in {"skipped", "neutral"} else ""
    when = f"finished {one.finished_at}, {_WHEN[one.before_merge]}"
    again = "; ran again" if one.superseded else ""
    return (
        f"{one.name}{by}: {came}{no} on the {one.on} {one.commit[:_SHORT]}"
        f"{', ' + when if one.finished_at else ', not finished'}{again}"
    )


@words.register
def _(one: Result) -> str:
    by = f" by {one.producer}, {_INDEPENDENT[one.independent]}" if one.producer else ""
    return f"{one.kind}: {one.result}, {one.commit[:_SHORT]}, recorded {one.recorded_at}{by}"


@words.register
def _(one: Deployed) -> str:
    where = one.environment or "an unnamed environment"
    production = " (production)" if one.production and where != "production" else ""
    commit = "this commit" if one.exact else f"{one.commit[:_SHORT]}, which holds it"
    return f"{where}{production}: {one.status} {one.at}, {commit}, by {one.by or 'unknown'}"


@words.register
def _(one: Shipped) -> str:
    published = f", published {one.published_at}" if one.published_at else ""
    return f"{one.tag} at {one.commit[:_SHORT]}{published}"


@words.register
def _(one: WorkItem) -> str:
    return f"{one.text} (in the {one.place})"


@words.register
def _(one: Flag) -> str:
    more = one.count - len(one.paths)
    return f"{one.flag}: {', '.join(one.paths)}{f' and {more:,} more' if more else ''}"


@words.register
def _(one: Label) -> str:
    by = f"set {one.set_at} by {one.set_by}" if one.set_at else "when it was set is unknown"
    gone = "" if one.stands else ", taken off again"
    when = "" if one.set_at is None else f", {_WHEN[one.before_merge]}"
    return f"{one.name}: {by}{when}{gone}"
