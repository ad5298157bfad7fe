"""How a change came onto the branch: by a request that the forge merged, or past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.period import rfc3339, since
from affidavit.changes.forge.approvals import is_bot
from affidavit.controls.cc8.case import said
from affidavit.controls.cc8.lacking import ACTIVITY, REQUESTS
from affidavit.controls.model import Item, Subject, item, no, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.base.period import Period
    from affidavit.changes.forge.model import Push
    from affidavit.changes.record.material import Kept
    from affidavit.controls.cc8.case import Case
    from affidavit.controls.cc8.rules import History
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-01"
_MERGED = frozenset({"pr_merge", "merge_queue_merge"})
_REWROTE = frozenset({"force_push", "branch_deletion"})


def arrived(case: Case) -> Item:
    """The row of a change."""
    if case.request is None:
        why = case.lost
        if why is not None:
            return item(TEST, case.subject, unknown("request", why, case.source, lacks=REQUESTS))
        push = _push(case)
        sources = (case.source, *([push.source] if push else ()))
        return item(TEST, case.subject, no("request", _pushed(push), *sources))
    number = f"#{case.request.number} became it"
    return item(TEST, case.subject, yes("request", number, case.source), _by_the_forge(case))


def _pushed(push: Kept[Push] | None) -> str:
    who = push.data.actor if push else None
    by = f": {said(who.login)} pushed it at {push.data.at}" if push and who else ""
    return f"no merged request became it{by}"


def _push(case: Case) -> Kept[Push] | None:
    """The push that brought it: one that is no merge first, where it came onto several branches.

    A branch that was made at the change was not pushed to.
    """
    pushes = [one for one in case.arrivals if one.data.kind != "branch_creation"]
    return min(pushes, key=lambda one: one.data.kind in _MERGED, default=None)


def _by_the_forge(case: Case) -> Attribute:
    """Whether the forge made the merge: a request reads as merged too if its commits are pushed."""
    push = _push(case)
    if push is not None and push.data.kind in _MERGED:
        return yes("merged by the forge", f"{push.data.kind} at {push.data.at}", push.source)
    if push is not None:
        who = said(push.data.actor.login) if push.data.actor else "somebody"
        why = f"{who} pushed it ({push.data.kind}) at {push.data.at}: the request only reads merged"
        return no("merged by the forge", why, push.source)
    made = case.request.merge_commit if case.request else None
    if made is not None and made.signed and made.signed.by_forge and made.signed.valid:
        return yes("merged by the forge", "the forge signed the commit it made", case.source)
    absent = case.branch.activity_absent if case.branch else "the pushes of its branch are unknown"
    why = absent or "the forge's records have no push that brought it, and it is not signed"
    return unknown("merged by the forge", why, case.source, lacks=ACTIVITY)


def rewritten(branch: History, period: Period, unpushed: str | None) -> Iterator[Item]:
    """A row for each push of the period that rewrote or removed the branch.

    One more where not every push is known, as `unpushed` says: then some may be missing.
    """
    for one in branch.pushes:
        push = one.data
        if push.kind in _REWROTE and since(push.at) in period:
            subject = Subject(
                of="push", item=f"push:{push.id}", occurred_at=push.at, commit=push.after
            )
            who = "a bot" if push.actor and is_bot(push.actor) else "an account"
            name = f"{who} {said(push.actor.login)}" if push.actor else "somebody"
            why = f"{push.kind} of {said(branch.branch)} by {name}"
            yield item(TEST, subject, no("not rewritten", why, one.source))
    absent = branch.activity_absent or unpushed
    if absent:
        subject = Subject(
            of="push", item=f"{said(branch.branch)} pushes", occurred_at=rfc3339(period.start)
        )
        yield item(TEST, subject, unknown("not rewritten", absent, lacks=ACTIVITY))
