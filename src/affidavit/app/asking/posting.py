"""Posting what a gate decided to the commit that it decided about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit import __version__
from affidavit.app.asking.live import Brief
from affidavit.base.errors import UsageError
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.server import server
from affidavit.sources.github.statuses import posted
from affidavit.sources.github.transport import Transport

if TYPE_CHECKING:
    from affidavit.app.asking.live import Asking
    from affidavit.app.collecting.wanted import Told
    from affidavit.sources.github.statuses import NewStatus, Posted
    from affidavit.sources.github.token import Token
    from affidavit.sources.github.transport import Waiting

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z", re.ASCII)
_CONTEXT = re.compile(r"[ -~]{1,255}\Z", re.ASCII)


def post_status(
    at: Asking, status: NewStatus, token: Token, *, told: Told, waiting: Waiting | None = None
) -> Posted:
    """Set `status` on its commit, in the repository that `at` names.

    Raises:
        UsageError: The commit is no full id, or the context or the address cannot be one.
        ForgeError: The forge does not set it.
    """
    if not _COMMIT.match(status.commit):
        raise UsageError(f"a status is set on a full commit id, not on {status.commit[:80]!a}")
    if not _CONTEXT.match(status.context):
        raise UsageError("the name of a status has 1 to 255 letters of ASCII")
    if status.url is not None and not status.url.startswith("https://"):
        raise UsageError("the address in a status begins with https://")
    place = server(at.url)
    agent = f"affidavit/{__version__}"
    with Transport(place, token, waiting or Brief(told), agent=agent) as transport:
        return posted(Rest(transport, at.owner, at.name), status)
