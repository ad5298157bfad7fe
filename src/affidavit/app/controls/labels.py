"""The labels by which a change was called an emergency, and whether who set them was entitled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.lacking import earlier
from affidavit.controls.cc8.case import Labelled, said
from affidavit.identity.member import Role
from affidavit.identity.versions import Entitled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.controls.roles import Roles
    from affidavit.changes.forge.model import PullRequest


def labelled(request: PullRequest, labels: Sequence[str], roles: Roles) -> Iterator[Labelled]:
    """Each time one of `labels` was set on `request`, and each that it has without an event."""
    wanted = {one.casefold() for one in labels}
    told = set()
    for event in request.events:
        name = event.text or ""
        if event.kind == "labeled" and name.casefold() in wanted:
            told.add(name.casefold())
            yield Labelled(
                label=said(name),
                at=event.at,
                by=said(event.actor.login) if event.actor else None,
                before_merge=earlier(event.at, request.merged_at),
                entitled=roles.entitled(event.actor, Role.CHANGE_AUTHORITY, event.at),
            )
    for name in request.labels:
        if name.casefold() in wanted - told:
            yield Labelled(
                label=said(name),
                at=None,
                by=None,
                before_merge=Answer.UNKNOWN,
                entitled=Entitled.UNKNOWN,
            )
