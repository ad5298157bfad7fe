"""Collecting what is known as of now alone: rules of branches, rulesets, permissions."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from affidavit.changes.forge.model import Line, Missing, Origin, Permission
from affidavit.sources.forge.lines import Progress
from affidavit.sources.github.answer import Answer, digest
from affidavit.sources.github.permissions import collaborators, permission
from affidavit.sources.github.rules import branch_rules, not_asked
from affidavit.sources.github.rulesets import listed, ruleset
from affidavit.sources.github.transport import see_told

if TYPE_CHECKING:
    from affidavit.app.collecting.due import Due
    from affidavit.app.collecting.work import Recording, Work
    from affidavit.changes.forge.model import Account

MOST_BRANCHES = 50
"""Branches whose rules are asked for, those with most merges first."""
MOST_ACCOUNTS = 1_000
"""Accounts that are asked about one by one."""
RULES = "rules"
RULESETS = "rulesets"
PERMISSIONS = "permissions"


def rules(found: Due, work: Work, recording: Recording) -> None:
    """Collect the rules of the default branch and of those that something was merged into."""
    names = [*([work.branch] if work.branch else []), *(one for one, _ in _by_use(found))]
    branches = list(dict.fromkeys(names))
    for branch in branches[:MOST_BRANCHES]:
        recording.record([branch_rules(work.rest, branch)])
    recording.record(not_asked(work.rest, one, work.at) for one in branches[MOST_BRANCHES:])
    recording.done()


def _by_use(found: Due) -> list[tuple[str, int]]:
    return sorted(found.branches.items(), key=lambda one: (-one[1], one[0]))


def rulesets(found: Due, work: Work, recording: Recording) -> None:
    """Collect the rulesets, and those of their versions that are not here yet."""
    for id_ in listed(work.rest):
        recording.record(ruleset(work.rest, id_, found.versions.get(id_, frozenset())))
        recording.progress(Progress(section=RULESETS))
    recording.done()


def permissions(found: Due, work: Work, recording: Recording) -> None:
    """Collect what those who opened, reviewed or merged something may do, and all others who may.

    Where the forge does not list who may, those of the pull requests are asked about one by one:
    then nobody knows who else may.

    Raises:
        RefusedError: It does not list them; what could be had stands.
    """
    seen: set[str] = set()
    refusal: Answer | None = None
    for told in collaborators(work.rest):
        if isinstance(told, Answer):
            refusal = told
            break
        if isinstance(told.data, Permission):
            seen.add(told.data.account.login)
        recording.record([told])
    waiting = [one for login, one in sorted(found.accounts.items()) if login not in seen]
    asked = iter(waiting)
    recording.record(permission(work.rest, one) for one in islice(asked, MOST_ACCOUNTS))
    recording.record(_not_asked(work, one) for one in asked)
    if refusal is not None:
        see_told(refusal)
    recording.done()


def _not_asked(work: Work, account: Account) -> Line:
    data = Permission(
        account=account,
        at=work.at,
        permission=None,
        role=None,
        missing=(Missing("permission", "truncated"),),
    )
    url = work.rest.url("collaborators", account.login, "permission")
    return Line(origin=Origin(url=url, fetched_at=work.at, digest=digest(b"")), data=data)
